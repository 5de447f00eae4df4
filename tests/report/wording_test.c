/* SPDX-License-Identifier: Apache-2.0 */
/* What all reporters say in the same words, and that they claim nothing they were not told. */
#include "report/report_wording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct text_buffer text;

static void assert_text(const char *expected) {
  assert_string_equal(text_buffer_string(&text), expected);
  text_buffer_reset(&text);
}

static void names_a_job_or_where_it_stands(void **state) {
  (void)state;
  wording_append_job(&text, "tuning", "out/a.yaml", 2);
  assert_text("tuning");
  wording_append_job(&text, "", "out/a.yaml", 2);
  assert_text("out/a.yaml (document 2)");
  wording_append_job(&text, "", "out/a.yaml", 0);
  assert_text("out/a.yaml");
}

static void leaves_out_what_is_not_known(void **state) {
  struct hg_diagnostic finding = {sizeof finding,  HG_SEVERITY_ERROR, 9,       3, "required",
                                  "spec.template", "Required value",  "add it"};

  (void)state;
  wording_append_finding(&text, "a.yaml", &finding);
  assert_text("a.yaml:9:3: spec.template: Required value (add it)");
  finding.column = 0;
  finding.advice = "";
  wording_append_finding(&text, "a.yaml", &finding);
  assert_text("a.yaml:9: spec.template: Required value");
  finding.line = 0;
  finding.column = 3;
  finding.field = "";
  finding.advice = NULL;
  finding.severity = HG_SEVERITY_WARNING;
  wording_append_finding(&text, "a.yaml", &finding);
  assert_text("a.yaml: warning: Required value");
  finding.severity = 99;
  wording_append_finding(&text, "a.yaml", &finding);
  assert_text("a.yaml: Required value");
}

static void says_why_a_run_is_not_done(void **state) {
  (void)state;
  wording_append_run_error(&text, "out: no such directory", 1);
  assert_text("out: no such directory");
  wording_append_run_error(&text, NULL, 130);
  assert_text("headgate ended with exit status 130");
}

static void claims_nothing_of_unknown_modes(void **state) {
  (void)state;
  assert_string_equal(hg_mode_name(HG_MODE_APPLY), "apply");
  assert_string_equal(hg_mode_name(0), "");
  assert_string_equal(hg_mode_name(99), "");
  assert_true(wording_mode_has_plan(HG_MODE_DRY_RUN));
  assert_false(wording_mode_has_plan(HG_MODE_VALIDATE));
  assert_false(wording_mode_has_plan(99));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_a_job_or_where_it_stands),
      cmocka_unit_test(leaves_out_what_is_not_known),
      cmocka_unit_test(says_why_a_run_is_not_done),
      cmocka_unit_test(claims_nothing_of_unknown_modes),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);

  text_buffer_finish(&text);
  return failed;
}
