/* SPDX-License-Identifier: Apache-2.0 */
/* The report of `headgate plugin check`, whatever a plugin says. */
#include "inspection/plugin_check_report.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void fill(struct check_report *report) {
  struct check_line *line;

  memset(report, 0, sizeof *report);
  report->path = "/opt/re\x1b[31mport";
  (void)check_report_add(report, "loads");
  line = check_report_add(report, "many Jobs");
  line->elapsed_ms = 1234;
  line->peak_bytes = 3 << 19;
  line = check_report_add(report, "odd");
  check_report_fail(report, line, "said \x1b[2J\xff %s", "100%s");
}

static void text_is_aligned_and_safe(void **state) {
  struct check_report report;
  struct text_buffer text;

  (void)state;
  fill(&report);
  text_buffer_init(&text);
  check_report_append_text(&text, &report);
  assert_string_equal(text_buffer_string(&text),
                      "/opt/re\\x1b[31mport\n\n"
                      "ok      loads\n"
                      "ok      many Jobs  1.23 s, 1.5 MiB of memory at its peak\n"
                      "not ok  odd        said \\x1b[2J\\xff 100%s\n\n"
                      "1 of 3 checks did not pass\n");
  text_buffer_finish(&text);
}

static void json_is_utf8(void **state) {
  struct check_report report;
  struct text_buffer text;
  const json_t *checks;
  json_t *json;

  (void)state;
  fill(&report);
  text_buffer_init(&text);
  check_report_append_json(&text, &report);
  json = json_loads(text_buffer_string(&text), 0, NULL);
  assert_non_null(json);
  assert_true(json_is_null(json_object_get(json, "plugin")));
  assert_true(json_is_false(json_object_get(json, "passed")));
  assert_int_equal(json_integer_value(json_object_get(json, "failed")), 1);
  checks = json_object_get(json, "checks");
  assert_int_equal(json_array_size(checks), 3);
  assert_int_equal(json_integer_value(json_object_get(json_array_get(checks, 1), "elapsed_ms")),
                   1234);
  assert_string_equal(json_string_value(json_object_get(json_array_get(checks, 2), "reason")),
                      "said \x1b[2J\xef\xbf\xbd 100%s");
  json_decref(json);
  text_buffer_finish(&text);
}

static void a_long_reason_is_cut(void **state) {
  struct check_report report;
  char long_text[2 * CHECK_REASON];

  (void)state;
  fill(&report);
  memset(long_text, 'x', sizeof long_text - 1);
  long_text[sizeof long_text - 1] = '\0';
  check_report_fail(&report, check_report_add(&report, "long"), "%s", long_text);
  assert_int_equal(strlen(report.lines[3].reason), CHECK_REASON - 1);
  assert_int_equal(report.failed, 2);
}

/* There are fewer checks than room; one more would not be written beside it. */
static void there_is_an_end_to_lines(void **state) {
  struct check_report report;

  (void)state;
  memset(&report, 0, sizeof report);
  for (int i = 0; i < 2 * CHECK_LINES; i++)
    (void)check_report_add(&report, "check");
  assert_int_equal(report.count, CHECK_LINES);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_is_aligned_and_safe),
      cmocka_unit_test(json_is_utf8),
      cmocka_unit_test(a_long_reason_is_cut),
      cmocka_unit_test(there_is_an_end_to_lines),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
