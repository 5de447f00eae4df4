/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "json": whole reports against golden files, whatever the indentation, and read back
 * by jansson. The golden files are checked against the schema by schema_test.py. */
#include "reporter_case.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static json_t *read_report(void) {
  json_error_t error;
  json_t *report = json_loadb(harness.written.data, harness.written.length,
                              JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

  if (!report)
    fail_msg("line %d: %s in\n%s", error.line, error.text, harness.written.data);
  return report;
}

static void reports_are_the_golden_ones(void **state) {
  (void)state;
  for (size_t i = 0; i < sample_run_count; i++) {
    char name[100];

    write_report(&sample_runs[i], 0);
    (void)snprintf(name, sizeof name, "%s.json", sample_runs[i].name);
    assert_report(&harness, GOLDEN_DIRECTORY, REPORTS_DIRECTORY, name);
    assert_int_equal(harness.written.data[harness.written.length - 1], '\n');
  }
}

/* One object on one line, or indented; to a terminal or a file: always the same data. */
static void form_changes_no_data(void **state) {
  static const char *const indents[] = {"0", "1", "4", "8", "+3", "007"};

  (void)state;
  for (size_t i = 0; i < sample_run_count; i++) {
    json_t *report;
    char *first;

    write_report(&sample_runs[i], 0);
    report = read_report();
    first = strdup(harness.written.data);
    assert_non_null(first);
    write_report(&sample_runs[i], HG_OUTPUT_TERMINAL | HG_OUTPUT_COLOR | HG_OUTPUT_FULL);
    assert_string_equal(harness.written.data, first);
    for (size_t indent = 0; indent < sizeof indents / sizeof indents[0]; indent++) {
      json_t *same;

      set_option("indent", indents[indent]);
      write_report(&sample_runs[i], 0);
      set_option(NULL, NULL);
      same = read_report();
      assert_true(json_equal(report, same));
      assert_true(strcmp(harness.written.data, first) != 0);
      json_decref(same);
      if (indent == 0)
        assert_ptr_equal(strchr(harness.written.data, '\n'),
                         harness.written.data + harness.written.length - 1);
    }
    json_decref(report);
    free(first);
  }
}

/* The layout is the one that jansson gives the same data. */
static void indents_as_jansson_does(void **state) {
  (void)state;
  for (size_t i = 0; i < sample_run_count; i++) {
    char *expected;
    json_t *report;

    if (strstr(sample_runs[i].name, "hostile"))
      continue; /* there, characters are escaped that jansson leaves alone */
    write_report(&sample_runs[i], 0);
    report = read_report();
    expected = json_dumps(report, JSON_INDENT(2));
    assert_non_null(expected);
    harness.written.data[harness.written.length - 1] = '\0';
    assert_string_equal(harness.written.data, expected);
    free(expected);
    json_decref(report);
  }
}

/* Safe on a terminal, and still exactly what kubectl wrote. */
static void hides_nothing_and_loses_nothing(void **state) {
  static const char output[] = "created\n\n[Job 2]\n  Status:  SUCCESS\n\x1b[31mred\0\x7f\xc2\x85 "
                               "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd %s\n\xef\xbf\xbd\xef\xbf\xbd";
  const json_t *text;
  json_t *report;

  (void)state;
  for (size_t i = 0; i < sample_run_count; i++) {
    write_report(&sample_runs[i], 0);
    for (size_t at = 0; at < harness.written.length;) {
      uint32_t c = 0;
      size_t count = utf8_decode(harness.written.data + at, harness.written.length - at, &c);

      assert_true(count > 0);
      assert_true(c == '\n' || !visible_text_hides(c));
      at += count;
    }
    if (strcmp(sample_runs[i].name, "apply-hostile") != 0)
      continue;
    report = read_report();
    text = json_object_get(json_array_get(json_object_get(report, "job_results"), 0), "stdout");
    assert_int_equal(json_string_length(text), sizeof output - 1);
    assert_memory_equal(json_string_value(text), output, sizeof output - 1);
    json_decref(report);
  }
}

/* Long outputs are spelled in pieces: every length around a piece's end, every character cut. */
static int32_t feed_output(const char *data, size_t length) {
  const char *const command[] = {"kubectl", NULL};
  const struct hg_run run = {sizeof run, HG_MODE_APPLY, 0, "apply", "", "", "", "", "", ""};
  const struct hg_result result = {.struct_size = sizeof result, .finished_at = ""};
  const struct hg_job_result job = {
      .struct_size = sizeof job,
      .status = HG_STATUS_SUCCESS,
      .command_count = 1,
      .document_number = 1,
      .job_name = "a",
      .job_namespace = "b",
      .yaml_path = "c",
      .command = command,
      .stdout_text = {data, length},
      .stderr_text = {data, length},
      .reason = "",
      .timestamp = "",
  };

  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  if (reporter_harness_start(&harness, &run) != 0 ||
      reporter_harness_finished(&harness, &job) != 0 ||
      reporter_harness_end(&harness, &result) != 0)
    return -1;
  reporter_harness_destroy(&harness);
  return 0;
}

static void long_outputs_stay_whole(void **state) {
  static const char pattern[] = "한😀é\x1b\xff\"\\\xed\x95";
  struct text_buffer data;
  struct text_buffer expected;

  (void)state;
  text_buffer_init(&data);
  text_buffer_init(&expected);
  for (size_t length = 4090; length < 4110; length++) {
    for (int whole = 0; whole < 2; whole++) {
      json_t *report;
      const json_t *text;

      text_buffer_reset(&data);
      text_buffer_reset(&expected);
      while (data.length < length * 3)
        text_buffer_append(&data, pattern, whole ? 9 : sizeof pattern - 1);
      valid_utf8_append(&expected, data.data, length);
      assert_int_equal(feed_output(data.data, length), 0);
      report = read_report();
      text = json_object_get(json_array_get(json_object_get(report, "job_results"), 0), "stdout");
      assert_int_equal(json_string_length(text), expected.length);
      assert_memory_equal(json_string_value(text), expected.data, expected.length);
      json_decref(report);
    }
  }
  text_buffer_finish(&data);
  text_buffer_finish(&expected);
}

/* More than is kept in memory, in both lists. */
static void many_jobs_are_all_there(void **state) {
  enum { JOBS = 3000 };
  const json_t *results;
  json_t *report;

  (void)state;
  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  assert_int_equal(sample_many_jobs(&harness, JOBS, true, 100), 0);
  reporter_harness_destroy(&harness);
  report = read_report();
  results = json_object_get(report, "job_results");
  assert_int_equal(json_array_size(results), JOBS);
  assert_int_equal(json_array_size(json_object_get(report, "documents")), JOBS);
  for (size_t i = 0; i < JOBS; i++) {
    char name[64];

    (void)snprintf(name, sizeof name, "arb-tuning-d29-k8s--worker-%zu-%zu", i + 1, i);
    assert_string_equal(json_string_value(json_object_get(json_array_get(results, i), "job_name")),
                        name);
  }
  json_decref(report);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reports_are_the_golden_ones),     cmocka_unit_test(form_changes_no_data),
      cmocka_unit_test(indents_as_jansson_does),

      cmocka_unit_test(hides_nothing_and_loses_nothing), cmocka_unit_test(long_outputs_stay_whole),
      cmocka_unit_test(many_jobs_are_all_there),
  };

  return cmocka_run_group_tests(tests, open_harness, close_harness);
}
