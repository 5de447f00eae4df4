/* SPDX-License-Identifier: Apache-2.0 */
/* The lists of the reporter "markdown": what they leave out and what not. */
#include "reporter_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void lists_say_what_they_leave_out(void **state) {
  (void)state;
  set_option("max-jobs", "1");
  write_named("apply-mixed", 0);
  set_option(NULL, NULL);
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
  set_option("max-jobs", "0");
  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  assert_int_equal(sample_many_jobs(&harness, JOBS, true, 100), 0);
  reporter_harness_destroy(&harness);
  set_option(NULL, NULL);
  assert_int_equal(count_of("\n- <code>trading/arb-tuning"), JOBS / 2);
  assert_int_equal(count_of("\n| <code>trading/arb-tuning"), JOBS / 2 - JOBS / 10);
  assert_int_equal(count_of("Last lines of"), JOBS / 2 - JOBS / 10);
  assert_int_equal(count_of("Standard error of"), JOBS / 10);
  assert_int_equal(count_of(" more\n"), 0);
  assert_null(memchr(harness.written.data, '\0', harness.written.length));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lists_say_what_they_leave_out),
      cmocka_unit_test(no_limit_where_none_is_wanted),

  };

  return cmocka_run_group_tests(tests, open_harness, close_harness);
}
