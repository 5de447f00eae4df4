/* SPDX-License-Identifier: Apache-2.0 */
/* The lists of the reporter "markdown": what they leave out and what not. */
#include "reporter_harness.h"
#include "sample_runs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct reporter_harness harness;

static int open_harness(void **state) {
  (void)state;
  reporter_harness_open(&harness, PLUGIN);
  return 0;
}

static int close_harness(void **state) {
  (void)state;
  reporter_harness_close(&harness);
  return 0;
}

static void write_report(const struct sample_run *run, uint32_t flags) {
  assert_int_equal(reporter_harness_create(&harness, flags), 0);
  if (run->feed(&harness) != 0)
    fail_msg("%s: %s", run->name, harness.err.message);
  reporter_harness_destroy(&harness);
}

static void write_named(const char *name) {
  for (size_t i = 0; i < sample_run_count; i++)
    if (strcmp(sample_runs[i].name, name) == 0) {
      write_report(&sample_runs[i], 0);
      return;
    }
  fail_msg("there is no run %s", name);
}

/* NULL: the default. */
static void set_max_jobs(const char *value) {
  harness.option_name = value ? "max-jobs" : NULL;
  harness.option_value = value;
}

static size_t count_of(const char *what) {
  size_t count = 0;

  for (const char *at = strstr(text_buffer_string(&harness.written), what); at;
       at = strstr(at + 1, what))
    count++;
  return count;
}

static void lists_say_what_they_leave_out(void **state) {
  (void)state;
  set_max_jobs("1");
  write_named("apply-mixed");
  set_max_jobs(NULL);
  assert_int_equal(count_of("### Failed Jobs: 4\n"), 1);
  assert_int_equal(count_of("<code>default/refused</code>"), 2);
  assert_int_equal(count_of("<code>default/silent</code>"), 0);
  assert_int_equal(count_of("… and 3 more\n"), 1); /* failed Jobs */
  assert_int_equal(count_of("… and 1 more\n"), 2); /* outputs, successful Jobs */
  assert_int_equal(count_of("Successful Jobs: 2"), 1);
  assert_int_equal(count_of("there is no room"), 0); /* that was asked for */
}

static void no_limit_where_none_is_wanted(void **state) {
  enum { JOBS = 3000 };

  (void)state;
  set_max_jobs("0");
  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  assert_int_equal(sample_many_jobs(&harness, JOBS, true, 100), 0);
  reporter_harness_destroy(&harness);
  set_max_jobs(NULL);
  assert_int_equal(count_of("- <code>default/arb-tuning"), JOBS - JOBS / 10);
  assert_int_equal(count_of("Standard error of"), JOBS / 10);
  assert_int_equal(count_of(" more\n"), 0);
  assert_null(memchr(harness.written.data, '\0', harness.written.length));
}

static void refuses_a_wrong_limit(void **state) {
  static const char *const values[] = {"-1", "", "many", "2 ", "99999999999999999999"};

  (void)state;
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
    set_max_jobs(values[i]);
    assert_int_equal(reporter_harness_create(&harness, 0), -1);
    assert_int_equal(harness.err.code, HG_ERROR_INVALID);
    assert_non_null(strstr(harness.err.message, "report-markdown.max-jobs: '"));
  }
  set_max_jobs(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lists_say_what_they_leave_out),
      cmocka_unit_test(no_limit_where_none_is_wanted),
      cmocka_unit_test(refuses_a_wrong_limit),
  };

  return cmocka_run_group_tests(tests, open_harness, close_harness);
}
