/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "sarif": whole reports against golden files; fingerprints, limits, names of
 * files. schema_test.py checks the golden files. */
#include "reporter_case.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <jansson.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static json_t *read_report(void) {
  json_error_t error;
  json_t *report =
      json_loadb(harness.written.data, harness.written.length, JSON_REJECT_DUPLICATES, &error);

  if (!report)
    fail_msg("line %d: %s in\n%s", error.line, error.text, harness.written.data);
  return report;
}

static json_t *the_run(json_t *report) {
  return json_array_get(json_object_get(report, "runs"), 0);
}

static json_t *the_result(json_t *report, size_t index) {
  return json_array_get(json_object_get(the_run(report), "results"), index);
}

static const char *uri_of(json_t *result) {
  json_t *location = json_array_get(json_object_get(result, "locations"), 0);
  json_t *place = json_object_get(location, "physicalLocation");

  return json_string_value(json_object_get(json_object_get(place, "artifactLocation"), "uri"));
}

static const char *fingerprint_of(json_t *result) {
  return json_string_value(
      json_object_get(json_object_get(result, "partialFingerprints"), "headgateFinding/v1"));
}

static const char *message_of(json_t *result) {
  return json_string_value(json_object_get(json_object_get(result, "message"), "text"));
}

static void reports_are_the_golden_ones(void **state) {
  (void)state;
  for (size_t i = 0; i < sample_run_count; i++) {
    json_t *indented;
    json_t *report;
    char name[100];

    set_option("indent", "2");
    write_report(&sample_runs[i], HG_OUTPUT_TERMINAL | HG_OUTPUT_COLOR | HG_OUTPUT_FULL);
    set_option(NULL, NULL);
    (void)snprintf(name, sizeof name, "%s.sarif", sample_runs[i].name);
    assert_report(&harness, GOLDEN_DIRECTORY, REPORTS_DIRECTORY, name);
    indented = read_report();
    write_report(&sample_runs[i], 0);
    assert_ptr_equal(strchr(harness.written.data, '\n'),
                     harness.written.data + harness.written.length - 1);
    report = read_report();
    assert_true(json_equal(indented, report));
    json_decref(report);
    json_decref(indented);
  }
}

static void assert_shown(const json_t *value) {
  const char *text = json_string_value(value);

  for (size_t at = 0; text && text[at];) {
    uint32_t c = 0;
    size_t count = utf8_decode(text + at, strlen(text + at), &c);

    assert_true(count > 0);
    if (visible_text_hides(c))
      fail_msg("U+%04X came through in: %s", (unsigned)c, text);
    at += count;
  }
}

static void walk(const json_t *value) {
  const char *key;
  const json_t *member;
  size_t index;

  assert_shown(value);
  json_object_foreach((json_t *)(uintptr_t)value, key, member) {
    walk(member);
  }
  json_array_foreach(value, index, member) {
    walk(member);
  }
}

/* Not even where a reader resolves the escapes. */
static void nothing_hidden_comes_through(void **state) {
  (void)state;
  for (size_t i = 0; i < sample_run_count; i++) {
    json_t *report;

    write_report(&sample_runs[i], 0);
    report = read_report();
    walk(report);
    json_decref(report);
  }
}

/* One document with one finding. */
static json_t *report_of(const char *yaml_path, const char *job_name,
                         const struct hg_diagnostic *diagnostic) {
  const struct hg_run run = {sizeof run, HG_MODE_VALIDATE,           1,       "validate", "", "",
                             "",         "2026-11-23T09:05:07.042Z", "1.0.0", ""};
  const struct hg_result result = {.struct_size = sizeof result,
                                   .finished_at = "2026-11-23T09:05:09.311Z"};
  const struct hg_diagnostic *const diagnostics[] = {diagnostic};
  const struct hg_validation validation = {.struct_size = sizeof validation,
                                           .document_number = 1,
                                           .error_count = 1,
                                           .job_name = job_name,
                                           .job_namespace = "default",
                                           .yaml_path = yaml_path,
                                           .errors = diagnostics};

  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  assert_int_equal(reporter_harness_start(&harness, &run), 0);
  assert_int_equal(reporter_harness_validated(&harness, &validation), 0);
  assert_int_equal(reporter_harness_end(&harness, &result), 0);
  reporter_harness_destroy(&harness);
  return read_report();
}

static const struct hg_diagnostic finding = {sizeof finding,  HG_SEVERITY_ERROR, 7,   3, "required",
                                             "spec.template", "Required value",  NULL};

static void assert_same_fingerprint(const char *yaml_path, const char *job_name,
                                    const struct hg_diagnostic *diagnostic, bool same) {
  json_t *first = report_of("out/a.yaml", "job", &finding);
  json_t *second = report_of(yaml_path, job_name, diagnostic);
  const char *a = fingerprint_of(the_result(first, 0));
  const char *b = fingerprint_of(the_result(second, 0));

  assert_int_equal(strlen(a), 32);
  assert_int_equal(strlen(b), 32);
  assert_int_equal(strcmp(a, b) == 0, same);
  json_decref(second);
  json_decref(first);
}

static void fingerprints_know_the_problem_not_the_line(void **state) {
  struct hg_diagnostic other = finding;

  (void)state;
  other.line = 70;
  other.column = 1;
  other.advice = "do something";
  assert_same_fingerprint("out/a.yaml", "job", &other, true);
  other.message = "Required value (see line 70)";
  assert_same_fingerprint("out/a.yaml", "job", &other, false);
  other.message = "Required value";
  assert_same_fingerprint("./out//a.yaml", "job", &other, true);
  assert_same_fingerprint("out/b.yaml", "job", &other, false);
  assert_same_fingerprint("out/a.yaml", "job2", &other, false);
  assert_same_fingerprint("out/a.yaml", "", &other, false);
  other.rule = "invalid";
  assert_same_fingerprint("out/a.yaml", "job", &other, false);
  other = finding;
  other.field = "spec.templat";
  other.message = "e: Required value"; /* parts do not run together */
  assert_same_fingerprint("out/a.yaml", "job", &other, false);
}

static void messages_make_no_links_and_no_placeholders(void **state) {
  struct hg_diagnostic hostile = finding;
  json_t *report;

  (void)state;
  hostile.field = "metadata.labels[a](http://evil)";
  hostile.message = "{0} {{1}} [x](javascript:alert) \\](y) }";
  report = report_of("out/a.yaml", "job", &hostile);
  assert_string_equal(message_of(the_result(report, 0)),
                      "metadata.labels[a] (http://evil): {{0}} {{{{1}}}} [x] (javascript:alert) "
                      "\\] (y) }}");
  json_decref(report);
}

static void long_texts_are_cut(void **state) {
  enum { LENGTH = 100 * 1000 };
  struct hg_diagnostic hostile = finding;
  char *text = malloc(LENGTH + 1);
  json_t *report;

  (void)state;
  assert_non_null(text);
  memset(text, 'x', LENGTH);
  text[LENGTH] = '\0';
  hostile.field = hostile.message = hostile.advice = text;
  report = report_of("out/a.yaml", text, &hostile);
  assert_in_range(strlen(message_of(the_result(report, 0))), 6000, 6100);
  assert_true(harness.written.length < 20000);
  json_decref(report);
  free(text);
}

static void files_are_named_from_the_root(void **state) {
  char directory[PATH_MAX];
  char expected[PATH_MAX + 20];
  char *last;
  json_t *report;

  (void)state;
  assert_non_null(getcwd(directory, sizeof directory));
  last = strrchr(directory, '/');
  if (last == directory)
    skip(); /* the root directory has no name */
  (void)snprintf(expected, sizeof expected, "%s/out/a.yaml", last + 1);
  *last = '\0';
  set_option("root", directory);
  report = report_of("out/a.yaml", "job", &finding);
  set_option(NULL, NULL);
  assert_string_equal(uri_of(the_result(report, 0)), expected);
  json_decref(report);
  report = report_of("/x/y.yaml", "job", &finding);
  assert_string_equal(uri_of(the_result(report, 0)), "file:///x/y.yaml");
  json_decref(report);
}

/* Errors first, whichever came first; then the warnings that still have a place. */
static void only_the_worst_have_a_place(void **state) {
  static const struct {
    const char *most;
    size_t errors;
    size_t warnings;
  } rows[] = {{"1", 1, 0}, {"6", 6, 0}, {"7", 6, 1}, {"10", 6, 4}, {"11", 6, 5}, {"0", 6, 5}};

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    size_t left_out = 11 - rows[i].errors - rows[i].warnings;
    char expected[60];
    json_t *notifications;
    json_t *report;
    size_t index;
    json_t *result;

    set_option("max-results", rows[i].most);
    for (size_t j = 0; j < sample_run_count; j++)
      if (strcmp(sample_runs[j].name, "validate-mixed") == 0)
        write_report(&sample_runs[j], 0);
    set_option(NULL, NULL);
    report = read_report();
    assert_int_equal(json_array_size(json_object_get(the_run(report), "results")),
                     rows[i].errors + rows[i].warnings);
    json_array_foreach(json_object_get(the_run(report), "results"), index, result) {
      assert_string_equal(json_string_value(json_object_get(result, "level")),
                          index < rows[i].errors ? "error" : "warning");
    }
    notifications =
        json_object_get(json_array_get(json_object_get(the_run(report), "invocations"), 0),
                        "toolExecutionNotifications");
    assert_int_equal(json_array_size(notifications), left_out > 0);
    if (left_out > 0) {
      (void)snprintf(expected, sizeof expected, "%zu more results are left out", left_out);
      assert_non_null(strstr(message_of(json_array_get(notifications, 0)), expected));
    }
    json_decref(report);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reports_are_the_golden_ones),
      cmocka_unit_test(nothing_hidden_comes_through),
      cmocka_unit_test(fingerprints_know_the_problem_not_the_line),
      cmocka_unit_test(messages_make_no_links_and_no_placeholders),
      cmocka_unit_test(long_texts_are_cut),
      cmocka_unit_test(files_are_named_from_the_root),
      cmocka_unit_test(only_the_worst_have_a_place),

  };

  return cmocka_run_group_tests(tests, open_harness, close_harness);
}
