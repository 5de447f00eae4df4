/* SPDX-License-Identifier: Apache-2.0 */
/* Totals count each Job once, and an output that was cut says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan/outcomes.h"

#include <string.h>

static struct hg_job_result result_of(uint32_t status, const char *output, size_t length) {
  struct hg_job_result result;

  memset(&result, 0, sizeof result);
  result.struct_size = sizeof result;
  result.status = status;
  result.job_name = "job";
  result.stdout_text = (struct hg_bytes){output, length};
  result.stderr_text = (struct hg_bytes){"", 0};
  result.reason = status == HG_STATUS_SUCCESS ? "" : "because";
  result.failure_class = "";
  result.advice = "";
  result.timestamp = "2026-01-02T03:04:05.678Z";
  return result;
}

static void test_totals(void **state) {
  static const uint32_t statuses[] = {HG_STATUS_SUCCESS, HG_STATUS_FAILED,  HG_STATUS_SKIPPED,
                                      HG_STATUS_SUCCESS, HG_STATUS_SUCCESS, HG_STATUS_SKIPPED};
  struct hg_error error = HG_ERROR_INIT;
  struct outcomes outcomes;

  (void)state;
  outcomes_init(&outcomes);
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
    const struct hg_job_result result = result_of(statuses[i], "", 0);

    assert_int_equal(outcomes_add(&outcomes, &result, &error), 0);
  }
  assert_int_equal(outcomes.count, 6);
  assert_int_equal(outcomes.successful, 3);
  assert_int_equal(outcomes.failed, 1);
  assert_int_equal(outcomes.skipped, 2);
  assert_int_equal(outcomes.results[1]->status, HG_STATUS_FAILED);
  outcomes_finish(&outcomes);
}

static void test_long_outputs_are_cut_and_short_ones_copied(void **state) {
  char output[OUTCOME_KEPT_OUTPUT + 1];
  struct hg_error error = HG_ERROR_INIT;
  struct outcomes outcomes;
  struct hg_job_result result;

  (void)state;
  memset(output, 'a', sizeof output);
  output[3] = '\0';
  outcomes_init(&outcomes);
  result = result_of(HG_STATUS_FAILED, output, sizeof output);
  assert_int_equal(outcomes_add(&outcomes, &result, &error), 0);
  result = result_of(HG_STATUS_SUCCESS, output, OUTCOME_KEPT_OUTPUT);
  assert_int_equal(outcomes_add(&outcomes, &result, &error), 0);
  memset(output, 'b', sizeof output);
  assert_int_equal(outcomes.results[0]->stdout_text.length, OUTCOME_KEPT_OUTPUT);
  assert_int_equal(outcomes.results[0]->flags, HG_RESULT_STDOUT_CUT);
  assert_memory_equal(outcomes.results[0]->stdout_text.data, "aaa\0a", 5);
  assert_int_equal(outcomes.results[1]->stdout_text.length, OUTCOME_KEPT_OUTPUT);
  assert_int_equal(outcomes.results[1]->flags, 0);
  assert_string_equal(outcomes.results[0]->reason, "because");
  assert_string_equal(outcomes.results[1]->reason, "");
  outcomes_finish(&outcomes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_totals),
      cmocka_unit_test(test_long_outputs_are_cut_and_short_ones_copied),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
