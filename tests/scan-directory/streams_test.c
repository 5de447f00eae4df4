/* SPDX-License-Identifier: Apache-2.0 */
/* What can be read only once: standard input and pipes. */
#include "scanner_harness.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { LARGEST = 64 * 1024 * 1024 };

static struct scanner_harness harness;
static int standard_input;

static int set_up(void **state) {
  (void)state;
  scanner_harness_open(&harness);
  standard_input = dup(STDIN_FILENO);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  (void)dup2(standard_input, STDIN_FILENO);
  (void)close(standard_input);
  scanner_harness_close(&harness);
  return 0;
}

/* Has a child write `text`, `times` over, to standard input: a pipe holds little. */
static pid_t feed(const char *text, size_t times) {
  int ends[2];
  pid_t child;

  assert_int_equal(pipe(ends), 0);
  child = fork();
  if (child == 0) {
    size_t length = strlen(text);

    (void)close(ends[0]);
    while (times-- > 0)
      if (write(ends[1], text, length) != (ssize_t)length)
        _exit(1);
    _exit(0);
  }
  (void)close(ends[1]);
  assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
  (void)close(ends[0]);
  return child;
}

static void expect(const char *operand, const char *expected) {
  struct scanner_record record;

  assert_int_equal(scanner_harness_list(&harness, operand), 0);
  scanner_record_init(&record);
  assert_int_equal(scanner_harness_read(&harness, &record), 0);
  assert_string_equal(text_buffer_string(&record.text), expected);
  scanner_record_finish(&record);
}

static void reads_standard_input_once(void **state) {
  const char *const twice[] = {"-", "-"};
  pid_t child = feed("a: b\n---\nc: d\n", 1);

  (void)state;
  expect("-", "add - 1/2 0+5 a: b\n\nadd - 2/2 5+9 ---\nc: d\n\n");
  expect("-", "problem - 0 file-empty 0:0 the file holds no document (kubectl finds no object in "
              "it: remove the file, or give it a Job)\n");
  assert_int_equal(waitpid(child, NULL, 0), child);
  assert_int_equal(scanner_harness_list_all(&harness, 2, twice), -1);
  assert_non_null(strstr(harness.err.message, "- is there twice"));
}

static void reads_a_pipe_that_has_a_name(void **state) {
  char path[128];
  pid_t child;

  (void)state;
  (void)snprintf(path, sizeof path, "%s/pipe", harness.directory);
  assert_int_equal(mkfifo(path, 0600), 0);
  child = fork();
  if (child == 0) {
    int end = open(path, O_WRONLY);
    _exit(write(end, "a: b\n", 5) == 5 ? 0 : 1);
  }
  expect(path, "add pipe 1/1 0+5 a: b\n\n");
  assert_int_equal(waitpid(child, NULL, 0), child);
}

static void refuses_more_than_it_can_hold(void **state) {
  static char block[1 << 20];
  pid_t child;

  (void)state;
  memset(block, '#', sizeof block - 1);
  child = feed(block, LARGEST / sizeof block + 2);
  expect("-", "problem - 0 file-too-large 0:0 the input is larger than 67108864 bytes (64 MiB): "
              "split it\n");
  (void)close(STDIN_FILENO);
  assert_int_equal(waitpid(child, NULL, 0), child);
}

/* A pipe whose writer says nothing and does not go away. */
static void stops_when_told(void **state) {
  int ends[2];

  (void)state;
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
  harness.cancelled = 1;
  assert_int_equal(scanner_harness_list(&harness, "-"), -1);
  assert_int_equal(harness.err.code, HG_ERROR_CANCELLED);
  (void)close(ends[0]);
  (void)close(ends[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(reads_standard_input_once, set_up, tear_down),
      cmocka_unit_test_setup_teardown(reads_a_pipe_that_has_a_name, set_up, tear_down),
      cmocka_unit_test_setup_teardown(refuses_more_than_it_can_hold, set_up, tear_down),
      cmocka_unit_test_setup_teardown(stops_when_told, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
