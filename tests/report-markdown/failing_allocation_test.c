/* Every allocation of the reporter PLUGIN fails in turn: it says that memory is out, or does
 * without; it never crashes, and never gives a report with a hole in it. Where it appends to a file
 * too, SIDE_FILE is the variable of the environment that names it. */
#include "reporter_harness.h"
#include "sample_runs.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The C library's own. The plugin finds the functions below in their place. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

static uint64_t allocations; /* since counting began */
static uint64_t failing;     /* this one fails, from 1; 0: none does */
static bool counting;

static bool fails(void) {
  if (!counting || ++allocations != failing)
    return false;
  errno = ENOMEM;
  return true;
}

__attribute__((visibility("default"))) void *malloc(size_t size) {
  return fails() ? NULL : __libc_malloc(size);
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t size) {
  return fails() ? NULL : __libc_calloc(count, size);
}

__attribute__((visibility("default"))) void *realloc(void *memory, size_t size) {
  return fails() ? NULL : __libc_realloc(memory, size);
}

#ifdef SIDE_FILE
static char side_file[] = "/tmp/headgate-side-XXXXXX";
static int side = -1;

static void open_side_file(void) {
  side = mkstemp(side_file);
  assert_true(side >= 0);
  assert_int_equal(setenv(SIDE_FILE, side_file, 1), 0);
}

static void empty_side_file(void) {
  assert_int_equal(ftruncate(side, 0), 0);
}

/* Appends what it holds. */
static void read_side_file(struct text_buffer *text) {
  char data[4096];
  off_t at = 0;

  for (ssize_t count; (count = pread(side, data, sizeof data, at)) > 0; at += count)
    text_buffer_append(text, data, (size_t)count);
}

static void remove_side_file(void) {
  (void)close(side);
  assert_int_equal(unlink(side_file), 0);
}
#else
static void open_side_file(void) {
}

static void empty_side_file(void) {
}

static void read_side_file(struct text_buffer *text) {
  (void)text;
}

static void remove_side_file(void) {
}
#endif

static int32_t write_report(struct reporter_harness *harness, const struct sample_run *run) {
  int32_t status;

  empty_side_file();
  allocations = 0;
  counting = true;
  status = reporter_harness_create(harness, HG_OUTPUT_FULL);
  if (status == 0) {
    status = run->feed(harness);
    reporter_harness_destroy(harness);
  }
  counting = false;
  read_side_file(&harness->written);
  return status;
}

static void every_allocation_may_fail(void **state) {
  struct reporter_harness harness;

  (void)state;
  open_side_file();
  reporter_harness_open(&harness, PLUGIN);
  for (size_t i = 0; i < sample_run_count; i++) {
    char *whole;

    failing = 0;
    assert_int_equal(write_report(&harness, &sample_runs[i]), 0);
    assert_true(allocations > 1);
    whole = strdup(text_buffer_string(&harness.written));
    assert_non_null(whole);
    for (failing = 1;; failing++) {
      int32_t status = write_report(&harness, &sample_runs[i]);

      if (status == 0 && !harness.written.failed)
        assert_string_equal(text_buffer_string(&harness.written), whole);
      else if (status != 0)
        assert_int_equal(harness.err.code, HG_ERROR_NO_MEMORY);
      if (allocations < failing)
        break;
    }
    free(whole);
  }
  reporter_harness_close(&harness);
  remove_side_file();
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
