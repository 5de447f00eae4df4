/* SPDX-License-Identifier: Apache-2.0 */
/* What a reporter writes of every sample run, compared with files that somebody has read. */
#include "reporter_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void compare_all(uint32_t flags) {
  for (size_t i = 0; i < sample_run_count; i++) {
    char name[100];

    write_report(&sample_runs[i], flags);
    (void)snprintf(name, sizeof name, "%s%s.%s", sample_runs[i].name, SUFFIX, ENDING);
    assert_report(&harness, GOLDEN_DIRECTORY, REPORTS_DIRECTORY, name);
  }
}

/* A format for programs: the same in a file, in a pipe and on a terminal. */
static void reports_are_the_golden_ones(void **state) {
  (void)state;
  compare_all(0);
  compare_all(HG_OUTPUT_TERMINAL | HG_OUTPUT_COLOR);
  compare_all(HG_OUTPUT_FULL);
}

static void with_an_option(void **state) {
  (void)state;
  set_option(OPTION_NAME, OPTION_VALUE);
  reports_are_the_golden_ones(state);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(strlen(OPTION_NAME) > 0 ? with_an_option : reports_are_the_golden_ones),
  };

  return cmocka_run_group_tests(tests, open_harness, close_harness);
}
