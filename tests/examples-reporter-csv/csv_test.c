/* SPDX-License-Identifier: Apache-2.0 */
/* What report-csv writes, cell by cell. */
#include "reporter_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEADER                                                                                     \
  "\"run_id\",\"namespace\",\"job_name\",\"status\",\"return_code\",\"attempt\",\"duration_ms\","  \
  "\"yaml_path\",\"reason\"\r\n"

static const struct hg_run apply_run = {.struct_size = sizeof apply_run,
                                        .mode = HG_MODE_APPLY,
                                        .run_id = 7,
                                        .command = "apply",
                                        .jobs_dir = "out",
                                        .kubeconfig = "",
                                        .context = "",
                                        .started_at = "2026-11-23T09:05:07.042Z",
                                        .host_version = "1.0.0",
                                        .kubernetes_version = "1.36"};

static const struct hg_result no_result = {.struct_size = sizeof no_result,
                                           .finished_at = "2026-11-23T09:05:09.311Z"};

static const struct hg_job_result success = {.struct_size = sizeof success,
                                             .status = HG_STATUS_SUCCESS,
                                             .attempt = 2,
                                             .document_number = 1,
                                             .job_name = "a",
                                             .job_namespace = "n",
                                             .yaml_path = "out/a.yaml",
                                             .reason = "",
                                             .timestamp = "2026-11-23T09:05:07.042Z",
                                             .failure_class = "",
                                             .advice = "",
                                             .duration_ms = 12};

/* What is written of one Job, without the header. */
static const char *report_job(const struct hg_job_result *result) {
  assert_int_equal(reporter_harness_create(&harness, HG_OUTPUT_FULL), 0);
  assert_int_equal(reporter_harness_start(&harness, &apply_run), 0);
  assert_int_equal(reporter_harness_finished(&harness, result), 0);
  assert_int_equal(reporter_harness_end(&harness, &no_result), 0);
  reporter_harness_destroy(&harness);
  assert_memory_equal(text_buffer_string(&harness.written), HEADER, sizeof HEADER - 1);
  return text_buffer_string(&harness.written) + sizeof HEADER - 1;
}

static const char *report_validation(uint32_t mode, const struct hg_validation *validation) {
  struct hg_run run = apply_run;

  run.mode = mode;
  assert_int_equal(reporter_harness_create(&harness, HG_OUTPUT_FULL), 0);
  assert_int_equal(reporter_harness_start(&harness, &run), 0);
  assert_int_equal(reporter_harness_validated(&harness, validation), 0);
  assert_int_equal(reporter_harness_end(&harness, &no_result), 0);
  reporter_harness_destroy(&harness);
  return text_buffer_string(&harness.written) + sizeof HEADER - 1;
}

static void every_status_has_its_cells(void **state) {
  struct hg_job_result result = success;

  (void)state;
  assert_string_equal(report_job(&result),
                      "7,\"n\",\"a\",\"SUCCESS\",0,2,12,\"out/a.yaml\",\"\"\r\n");
  result.status = HG_STATUS_FAILED;
  result.return_code = -1;
  result.signal = 9;
  result.reason = "kubectl was ended by signal 9";
  assert_string_equal(report_job(&result), "7,\"n\",\"a\",\"FAILED\",,2,12,\"out/a.yaml\","
                                           "\"kubectl was ended by signal 9\"\r\n");
  result.status = 77; /* of a later 1.N */
  assert_non_null(strstr(report_job(&result), "\"FAILED\""));
  result.status = HG_STATUS_SKIPPED;
  result.attempt = 0;
  result.duration_ms = 0;
  result.reason = "dry run";
  assert_string_equal(report_job(&result),
                      "7,\"n\",\"a\",\"SKIPPED\",,0,,\"out/a.yaml\",\"dry run\"\r\n");
}

static void what_is_invalid_is_listed(void **state) {
  const struct hg_diagnostic first = {sizeof first,        HG_SEVERITY_ERROR,   18,  17, "minimum",
                                      "spec.backoffLimit", "Invalid value: -1", NULL};
  const struct hg_diagnostic second = {
      sizeof second, HG_SEVERITY_ERROR, 0, 0, "unreadable", "", "=Permission denied", NULL};
  const struct hg_diagnostic *both[] = {&first, &second};
  struct hg_validation validation = {.struct_size = sizeof validation,
                                     .document_number = 1,
                                     .error_count = 2,
                                     .job_name = "a",
                                     .job_namespace = "n",
                                     .yaml_path = "out/a.yaml",
                                     .errors = both,
                                     .warnings = both};

  (void)state;
  assert_string_equal(report_validation(HG_MODE_APPLY, &validation),
                      "7,\"n\",\"a\",\"INVALID\",,,,\"out/a.yaml\","
                      "\"line 18: spec.backoffLimit: Invalid value: -1 (and 1 more)\"\r\n");
  validation.errors = &both[1];
  validation.error_count = 1;
  assert_string_equal(report_validation(HG_MODE_VALIDATE, &validation),
                      "7,\"n\",\"a\",\"INVALID\",,,,\"out/a.yaml\",\"'=Permission denied\"\r\n");
  validation.error_count = 0;
  validation.valid = 1;
  assert_string_equal(report_validation(HG_MODE_VALIDATE, &validation),
                      "7,\"n\",\"a\",\"VALID\",,,,\"out/a.yaml\",\"\"\r\n");
  assert_string_equal(report_validation(HG_MODE_DRY_RUN, &validation), "");
}

#define UNKNOWN "\xEF\xBF\xBD"

/* Text, and the cell that it becomes. */
static const struct {
  const char *text;
  const char *cell;
} cells[] = {
    {"", "\"\""},
    {"plain", "\"plain\""},
    {"a,b;c", "\"a,b;c\""},
    {"say \"no\"", "\"say \"\"no\"\"\""},
    {"\"", "\"\"\"\""},
    {"two\nlines\r\n", "\"two\nlines\r\n\""},
    {"\",\"\r\n8,\"n\",\"forged", "\"\"\",\"\"\r\n8,\"\"n\"\",\"\"forged\""},
    {"=1+1", "\"'=1+1\""},
    {"+1", "\"'+1\""},
    {"-1", "\"'-1\""},
    {"@SUM(A1)", "\"'@SUM(A1)\""},
    {"\t=1", "\"'" UNKNOWN "=1\""},
    {"\r=1", "\"'\r=1\""},
    {"\n=1", "\"'\n=1\""},
    {"   =1", "\"'   =1\""},
    {"\xEF\xBC\x9D"
     "1",
     "\"'\xEF\xBC\x9D"
     "1\""},
    {"\xEF\xBC\x8B"
     "1",
     "\"'\xEF\xBC\x8B"
     "1\""},
    {"\xEF\xBC\x8D"
     "1",
     "\"'\xEF\xBC\x8D"
     "1\""},
    {"\xEF\xBC\xA0"
     "A",
     "\"'\xEF\xBC\xA0"
     "A\""},
    {"1=1", "\"1=1\""},
    {"'=1", "\"'=1\""},
    {"\x1B[2J", "\"" UNKNOWN "[2J\""},
    {"a\x7F"
     "b\x01",
     "\"a" UNKNOWN "b" UNKNOWN "\""},
    {"\xC2\x9B"
     "31m",
     "\"" UNKNOWN "31m\""},
    {"\xC2\xA0", "\"\xC2\xA0\""},
    {"\xED\x95\x9C\xEA\xB8\x80", "\"\xED\x95\x9C\xEA\xB8\x80\""},
    {"\xF0\x9F\x9A\xAA", "\"\xF0\x9F\x9A\xAA\""},
    {"\xFF", "\"" UNKNOWN "\""},
    {"\xC3", "\"" UNKNOWN "\""},
    {"\xE2\x82", "\"" UNKNOWN UNKNOWN "\""},
    {"\xF0\x9F\x9A", "\"" UNKNOWN UNKNOWN UNKNOWN "\""},
    {"\xC0\xAF", "\"" UNKNOWN UNKNOWN "\""},                         /* a slash, spelt too long */
    {"\xED\xA0\x80", "\"" UNKNOWN UNKNOWN UNKNOWN "\""},             /* half of a pair */
    {"\xF4\x90\x80\x80", "\"" UNKNOWN UNKNOWN UNKNOWN UNKNOWN "\""}, /* beyond U+10FFFF */
};

static void every_text_becomes_one_cell(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
    struct hg_job_result result = success;
    struct text_buffer expected;

    text_buffer_init(&expected);
    for (int where = 0; where < 4; where++) {
      const char *text = cells[i].text;
      const char *parts[] = {"\"n\"", "\"a\"", "\"out/a.yaml\"", "\"\""};

      result.job_namespace = where == 0 ? text : "n";
      result.job_name = where == 1 ? text : "a";
      result.yaml_path = where == 2 ? text : "out/a.yaml";
      result.reason = where == 3 ? text : "";
      parts[where] = cells[i].cell;
      text_buffer_reset(&expected);
      text_buffer_printf(&expected, "7,%s,%s,\"SUCCESS\",0,2,12,%s,%s\r\n", parts[0], parts[1],
                         parts[2], parts[3]);
      assert_string_equal(report_job(&result), text_buffer_string(&expected));
    }
    text_buffer_finish(&expected);
  }
}

static void long_text_is_whole(void **state) {
  enum { LENGTH = 1 << 20 };
  struct hg_job_result result = success;
  char *reason = malloc(LENGTH + 1);
  const char *written;

  (void)state;
  assert_non_null(reason);
  memset(reason, '"', LENGTH);
  reason[LENGTH] = '\0';
  result.reason = reason;
  written = report_job(&result);
  assert_int_equal(strlen(written),
                   strlen("7,\"n\",\"a\",\"SUCCESS\",0,2,12,\"out/a.yaml\",\"\"\r\n") +
                       2 * (size_t)LENGTH);
  free(reason);
}

static void begins_as_the_options_say(void **state) {
  (void)state;
  harness.option_name = "header";
  harness.option_value = "false";
  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  assert_int_equal(reporter_harness_start(&harness, &apply_run), 0);
  assert_int_equal(reporter_harness_end(&harness, &no_result), 0);
  reporter_harness_destroy(&harness);
  assert_string_equal(text_buffer_string(&harness.written), "");
  harness.option_name = "byte-order-mark";
  harness.option_value = "true";
  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  assert_int_equal(reporter_harness_start(&harness, &apply_run), 0);
  assert_int_equal(reporter_harness_end(&harness, &no_result), 0);
  reporter_harness_destroy(&harness);
  assert_string_equal(text_buffer_string(&harness.written), "\xEF\xBB\xBF" HEADER);
  harness.option_name = NULL;
}

static void a_terminal_gets_nothing_to_obey(void **state) {
  struct hg_job_result result = success;

  (void)state;
  result.job_name = "two\r\nlines\x1B[2J";
  assert_int_equal(reporter_harness_create(&harness, HG_OUTPUT_TERMINAL), 0);
  assert_int_equal(reporter_harness_finished(&harness, &result), 0);
  reporter_harness_destroy(&harness);
  assert_string_equal(text_buffer_string(&harness.written),
                      ",\"n\",\"two" UNKNOWN UNKNOWN "lines" UNKNOWN "[2J\",\"SUCCESS\",0,2,12,"
                      "\"out/a.yaml\",\"\"\n");
}

static void a_run_that_did_not_start_has_a_header(void **state) {
  (void)state;
  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  assert_int_equal(reporter_harness_end(&harness, &no_result), 0);
  reporter_harness_destroy(&harness);
  assert_string_equal(text_buffer_string(&harness.written), HEADER);
  reporter_harness_destroy(&harness); /* of nothing */
}

static void every_write_may_fail(void **state) {
  (void)state;
  for (size_t i = 0; i < sample_run_count; i++) {
    uint64_t writes;

    assert_int_equal(reporter_harness_create(&harness, HG_OUTPUT_FULL), 0);
    assert_int_equal(sample_runs[i].feed(&harness), 0);
    reporter_harness_destroy(&harness);
    writes = harness.writes;
    for (harness.failing_write = 1; harness.failing_write <= writes; harness.failing_write++) {
      assert_int_equal(reporter_harness_create(&harness, HG_OUTPUT_FULL), 0);
      assert_int_equal(sample_runs[i].feed(&harness), -1);
      reporter_harness_destroy(&harness);
      assert_string_equal(harness.err.message, "no space left on the test");
      assert_int_equal(harness.writes_after, 0);
    }
    harness.failing_write = 0;
  }
}

static void takes_100000_jobs(void **state) {
  (void)state;
  harness.forget = true;
  assert_int_equal(reporter_harness_create(&harness, HG_OUTPUT_FULL), 0);
  assert_int_equal(sample_many_jobs(&harness, 100000, true, 0), 0);
  reporter_harness_destroy(&harness);
  harness.forget = false;
  assert_int_equal(harness.writes, 100001);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_status_has_its_cells),
      cmocka_unit_test(what_is_invalid_is_listed),
      cmocka_unit_test(every_text_becomes_one_cell),
      cmocka_unit_test(long_text_is_whole),
      cmocka_unit_test(begins_as_the_options_say),
      cmocka_unit_test(a_terminal_gets_nothing_to_obey),
      cmocka_unit_test(a_run_that_did_not_start_has_a_header),
      cmocka_unit_test(every_write_may_fail),
      cmocka_unit_test(takes_100000_jobs),
  };

  return cmocka_run_group_tests(tests, open_harness, close_harness);
}
