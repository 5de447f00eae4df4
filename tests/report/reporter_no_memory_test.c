/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation fails in turn: the reporter says that memory is out, or does without; it never
 * crashes, and never gives a report, or GitHub's step summary, with a hole in it. */
#include "every_reporter.h"
#include "reporter_harness.h"
#include "sample_runs.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The C library's own. The plugins find the functions below in their place. */
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

static char summary[] = "/tmp/headgate-summary-XXXXXX";
static int summary_fd = -1;

static void open_summary(void) {
  summary_fd = mkstemp(summary);
  assert_true(summary_fd >= 0);
  assert_int_equal(setenv("GITHUB_STEP_SUMMARY", summary, 1), 0);
}

static void empty_summary(void) {
  assert_int_equal(ftruncate(summary_fd, 0), 0);
}

/* Appends what it holds: nothing, but of the reporter "github". */
static void read_summary(struct text_buffer *text) {
  char data[4096];
  off_t at = 0;

  for (ssize_t count; (count = pread(summary_fd, data, sizeof data, at)) > 0; at += count)
    text_buffer_append(text, data, (size_t)count);
}

static void remove_summary(void) {
  (void)close(summary_fd);
  assert_int_equal(unlink(summary), 0);
}

static int32_t write_report(struct reporter_harness *harness, const struct sample_run *run) {
  int32_t status;

  empty_summary();
  allocations = 0;
  counting = true;
  status = reporter_harness_create(harness, HG_OUTPUT_FULL);
  if (status == 0) {
    status = run->feed(harness);
    reporter_harness_destroy(harness);
  }
  counting = false;
  read_summary(&harness->written);
  return status;
}

static void survives(const char *plugin, void *context) {
  struct reporter_harness harness;

  (void)context;
  every_reporter_open(&harness, plugin);
  for (size_t i = 0; i < sample_run_count; i++) {
    char *whole;

    failing = 0;
    assert_int_equal(write_report(&harness, &sample_runs[i]), 0);
    assert_true(allocations > 0);
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
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  open_summary();
  every_reporter_call(survives, NULL);
  remove_summary();
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
