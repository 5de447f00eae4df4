/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "github": annotations against golden files, which of many are told, whose paths they
 * have. commands_test.py reads them as the runner does; step_summary_test.c is
 * about the summary. */
#include "reporter_case.h"

#include <headgate/diagnostic.h>
#include <headgate/run.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int open_outside_github(void **state) {
  (void)unsetenv("GITHUB_STEP_SUMMARY");
  (void)unsetenv("GITHUB_WORKSPACE");
  return open_harness(state);
}

static void annotations_are_the_golden_ones(void **state) {
  (void)state;
  for (size_t i = 0; i < sample_run_count; i++) {
    char name[100];

    write_report(&sample_runs[i], HG_OUTPUT_TERMINAL | HG_OUTPUT_COLOR | HG_OUTPUT_FULL);
    (void)snprintf(name, sizeof name, "%s.txt", sample_runs[i].name);
    assert_report(&harness, GOLDEN_DIRECTORY, REPORTS_DIRECTORY, name);
  }
}

/* Findings in as many documents as wanted: each of the rules a, b, c in turn, three a document. */
static void feed_findings(unsigned documents, uint32_t severity) {
  static const char *const rules[] = {"a", "b", "c"};
  const struct hg_run run = {sizeof run, HG_MODE_VALIDATE, 1, "validate", "", "", "", "", "", ""};
  const struct hg_result result = {.struct_size = sizeof result, .finished_at = ""};

  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  assert_int_equal(reporter_harness_start(&harness, &run), 0);
  for (unsigned i = 0; i < documents; i++) {
    struct hg_diagnostic diagnostics[3];
    const struct hg_diagnostic *pointers[3];
    struct hg_validation validation = {.struct_size = sizeof validation, .document_number = 1};
    char path[40];

    (void)snprintf(path, sizeof path, "out/%02u.yaml", i);
    for (uint32_t j = 0; j < 3; j++) {
      diagnostics[j] = (struct hg_diagnostic){
          sizeof diagnostics[j], severity, j + 1, 1, rules[j], "spec", "Wrong", NULL};
      pointers[j] = &diagnostics[j];
    }
    validation.job_name = "job";
    validation.job_namespace = "default";
    validation.yaml_path = path;
    validation.errors = validation.warnings = pointers;
    validation.error_count = severity == HG_SEVERITY_ERROR ? 3 : 0;
    validation.warning_count = severity == HG_SEVERITY_WARNING ? 3 : 0;
    assert_int_equal(reporter_harness_validated(&harness, &validation), 0);
  }
  assert_int_equal(reporter_harness_end(&harness, &result), 0);
  reporter_harness_destroy(&harness);
}

static void the_most_useful_ones_are_told(void **state) {
  static const uint32_t severities[] = {HG_SEVERITY_ERROR, HG_SEVERITY_WARNING};

  (void)state;
  for (size_t i = 0; i < 2; i++) {
    const char *kind = i == 0 ? "::error " : "::warning ";
    char last[100];

    feed_findings(40, severities[i]);
    assert_int_equal(count_of("::error "), i == 0 ? 10 : 0);
    assert_int_equal(count_of("::warning "), i == 0 ? 0 : 10);
    assert_int_equal(count_of("file=out/00.yaml"), 3); /* one of each rule */
    for (unsigned document = 1; document < 7; document++) {
      char file[40];

      (void)snprintf(file, sizeof file, "file=out/%02u.yaml,line=1,", document);
      assert_int_equal(count_of(file), 1);
    }
    (void)snprintf(last, sizeof last, "\n%stitle=Headgate::111 more %s", kind,
                   i == 0 ? "errors" : "warnings");
    assert_int_equal(count_of(last), 1);
  }
}

/* The count takes a place only where it is needed. */
static void ten_are_ten(void **state) {
  (void)state;
  feed_findings(3, HG_SEVERITY_ERROR);
  assert_int_equal(count_of("::error "), 9);
  assert_int_equal(count_of(" more "), 0);
  feed_findings(4, HG_SEVERITY_ERROR);
  assert_int_equal(count_of("::error "), 10);
  assert_int_equal(count_of("::3 more errors"), 1);
  set_option("max-annotations", "2");
  feed_findings(4, HG_SEVERITY_ERROR);
  set_option(NULL, NULL);
  assert_int_equal(count_of("::error "), 2);
  assert_int_equal(count_of("::11 more errors"), 1);
}

/* A step may run anywhere in the workspace; GitHub names files from its top. */
static void files_are_named_from_the_workspace(void **state) {
  char directory[PATH_MAX];
  char *last;
  char expected[PATH_MAX + 40];

  (void)state;
  assert_non_null(getcwd(directory, sizeof directory));
  last = strrchr(directory, '/');
  if (last == directory)
    skip(); /* the root directory has no name */
  (void)snprintf(expected, sizeof expected, "::error file=%s/out/job-00.yaml,", last + 1);
  *last = '\0';
  assert_int_equal(setenv("GITHUB_WORKSPACE", directory, 1), 0);
  write_named("apply-mixed", 0);
  assert_int_equal(unsetenv("GITHUB_WORKSPACE"), 0);
  assert_true(count_of(expected) > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(annotations_are_the_golden_ones),
      cmocka_unit_test(the_most_useful_ones_are_told),
      cmocka_unit_test(ten_are_ten),

      cmocka_unit_test(files_are_named_from_the_workspace),
  };

  return cmocka_run_group_tests(tests, open_outside_github, close_harness);
}
