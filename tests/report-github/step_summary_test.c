/* SPDX-License-Identifier: Apache-2.0 */
/* The step summary of the reporter "github": the Markdown report, within GitHub's limit, in the
 * file that is named and in no other. */
#include "reporter_case.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { LIMIT = 1024 * 1024 };

static char directory[] = "/tmp/headgate-summary-XXXXXX";
static char path[100];
static char logged[300];

static void keep_message(const struct hg_host *host, uint32_t level, const char *message) {
  (void)host;
  assert_true(level == HG_LOG_ERROR || level == HG_LOG_WARNING);
  (void)snprintf(logged, sizeof logged, "%s", message);
}

static int open_summary(void **state) {
  (void)open_harness(state);
  harness.host.log = keep_message;
  (void)unsetenv("GITHUB_WORKSPACE");
  (void)signal(SIGXFSZ, SIG_IGN);
  if (!mkdtemp(directory))
    return -1;
  (void)snprintf(path, sizeof path, "%s/summary", directory);
  return setenv("GITHUB_STEP_SUMMARY", path, 1);
}

static int close_summary(void **state) {
  (void)close_harness(state);
  (void)unlink(path);
  return rmdir(directory);
}

static int remove_summary(void **state) {
  (void)state;
  logged[0] = '\0';
  if (unlink(path) != 0)
    (void)rmdir(path);
  harness.option_name = NULL;
  return 0;
}

static void write_many(uint64_t count, bool applies) {
  harness.forget = true;
  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  assert_int_equal(sample_many_jobs(&harness, count, applies, 300), 0);
  reporter_harness_destroy(&harness);
  harness.forget = false;
}

/* NUL-terminated; to be freed. */
static char *read_file(const char *name, size_t *length) {
  FILE *file = fopen(name, "rb");
  char *data = calloc(1, 2 * LIMIT);

  assert_non_null(data);
  if (!file)
    fail_msg("there is no %s", name);
  *length = fread(data, 1, 2 * LIMIT - 1, file);
  (void)fclose(file);
  return data;
}

static void put_bytes(size_t count) {
  FILE *file = fopen(path, "wb");

  assert_non_null(file);
  for (size_t i = 0; i < count; i++)
    (void)fputc(i % 80 == 79 ? '\n' : 'x', file);
  assert_int_equal(fclose(file), 0);
}

/* Not by strstr: a sanitizer's reads all that is behind, each time. */
static size_t count_in(const char *text, const char *what) {
  size_t length = strlen(what);
  size_t count = 0;

  for (const char *at = text; *at; at++)
    count += *at == *what && strncmp(at, what, length) == 0;
  return count;
}

static void is_the_markdown_report(void **state) {
  (void)state;
  for (size_t i = 0; i < sample_run_count; i++) {
    char golden[500];
    size_t length;
    size_t expected_length;
    char *summary;
    char *expected;

    (void)remove_summary(NULL);
    (void)snprintf(golden, sizeof golden, "%s/%s.md", MARKDOWN_DIRECTORY, sample_runs[i].name);
    write_named(sample_runs[i].name, 0);
    summary = read_file(path, &length);
    expected = read_file(golden, &expected_length);
    assert_string_equal(summary, expected);
    assert_string_equal(logged, "");
    free(expected);
    free(summary);
  }
}

static void is_appended(void **state) {
  size_t length;
  char *summary;

  (void)state;
  put_bytes(100);
  write_named("apply-mixed", 0);
  write_named("dry-run", 0);
  summary = read_file(path, &length);
  assert_int_equal(strspn(summary, "x"), 79);
  assert_int_equal(count_in(summary, "\n## Headgate: "), 2);
  free(summary);
}

static void is_left_out_where_not_wanted(void **state) {
  (void)state;
  set_option("summary", "false");
  write_named("apply-mixed", 0);
  assert_int_equal(access(path, F_OK), -1);
  set_option(NULL, NULL);
  assert_int_equal(setenv("GITHUB_STEP_SUMMARY", "", 1), 0);
  write_named("apply-mixed", 0);
  assert_int_equal(unsetenv("GITHUB_STEP_SUMMARY"), 0);
  write_named("apply-mixed", 0);
  assert_int_equal(setenv("GITHUB_STEP_SUMMARY", path, 1), 0);
  assert_int_equal(access(path, F_OK), -1);
  assert_string_equal(logged, "");
}

/* Whatever stands in the file already, whatever there is to say. */
static void never_passes_the_limit(void **state) {
  static const size_t before[] = {0, 1, 500 * 1000, LIMIT - 2000, LIMIT - 600, LIMIT - 300};

  (void)state;
  set_option("max-jobs", "0");
  for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
    for (int applies = 0; applies < 2; applies++) {
      size_t length;
      char *summary;

      put_bytes(before[i]);
      write_many(4000, applies != 0);
      summary = read_file(path, &length);
      assert_true(length <= LIMIT);
      assert_true(length + 20000 > LIMIT);
      assert_int_equal(summary[length - 1], '\n');
      assert_string_equal(logged, "the step summary is cut: GitHub takes 1 MiB of a step");
      if (before[i] < LIMIT - 1000) {
        assert_int_equal(count_in(summary, "**This report is cut: "), 1);
        assert_int_equal(count_in(summary, "<details>"), count_in(summary, "</details>"));
        assert_int_equal(count_in(summary, "```") % 2, 0);
        assert_int_equal(count_in(summary, "<code>"), count_in(summary, "</code>"));
      }
      free(summary);
    }
  }
}

static void a_full_one_is_left_alone(void **state) {
  static const size_t before[] = {LIMIT - 1, LIMIT, LIMIT + 1, LIMIT + 5000};

  (void)state;
  for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
    struct stat status;

    put_bytes(before[i]);
    write_named("apply-mixed", 0);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, before[i]);
    assert_string_equal(logged, "the step summary is cut: GitHub takes 1 MiB of a step");
  }
}

static void assert_refused(const char *why) {
  char expected[300];

  write_named("apply-mixed", 0);
  assert_int_equal(count_in(text_buffer_string(&harness.written), "::error "), 4);
  (void)snprintf(expected, sizeof expected, "the step summary %s cannot be written: %s",
                 getenv("GITHUB_STEP_SUMMARY"), why);
  assert_string_equal(logged, expected);
}

static void a_file_that_cannot_be_written_is_told(void **state) {
  (void)state;
  assert_int_equal(mkdir(path, 0700), 0);
  assert_refused("Is a directory");
  assert_int_equal(rmdir(path), 0);
  assert_int_equal(mkfifo(path, 0600), 0);
  assert_refused("No such device or address"); /* nobody reads it, and nobody is waited for */
  assert_int_equal(unlink(path), 0);
  assert_int_equal(setenv("GITHUB_STEP_SUMMARY", "/dev/null", 1), 0);
  assert_refused("it is no regular file");
  assert_int_equal(setenv("GITHUB_STEP_SUMMARY", "/nowhere/at/all", 1), 0);
  assert_refused("No such file or directory");
  assert_int_equal(setenv("GITHUB_STEP_SUMMARY", path, 1), 0);
}

/* The file may grow no further in the middle of the report: it is then as it was. */
static void half_a_report_is_taken_back(void **state) {
  struct rlimit old;
  struct rlimit small;
  size_t length;
  char *summary;

  (void)state;
  put_bytes(1000);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
  small = old;
  small.rlim_cur = 1500;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  write_named("apply-mixed", 0);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
  assert_non_null(strstr(logged, "cannot be written: File too large"));
  summary = read_file(path, &length);
  assert_int_equal(length, 1000);
  free(summary);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(is_the_markdown_report, remove_summary),
      cmocka_unit_test_setup(is_appended, remove_summary),
      cmocka_unit_test_setup(is_left_out_where_not_wanted, remove_summary),
      cmocka_unit_test_setup(never_passes_the_limit, remove_summary),
      cmocka_unit_test_setup(a_full_one_is_left_alone, remove_summary),
      cmocka_unit_test_setup(a_file_that_cannot_be_written_is_told, remove_summary),
      cmocka_unit_test_setup(half_a_report_is_taken_back, remove_summary),
  };

  return cmocka_run_group_tests(tests, open_summary, close_summary);
}
