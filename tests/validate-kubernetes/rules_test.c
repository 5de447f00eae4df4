/* SPDX-License-Identifier: Apache-2.0 */
/* The rules, case by case: one edit of a good manifest, and what the server says of it. */
#include "manifest_edit.h"

#include <headgate/diagnostic.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

/* `fields`: the field path of every error, in document order, a space between them; "" accepted. */
struct rule_case {
  const char *name;
  const char *from;
  const char *to;
  const char *fields;
};

static const struct rule_case cases[] = {
#include "rule_cases.def"
};

static char *error_fields(const struct findings *findings) {
  size_t size = 0;
  char *text = NULL;
  FILE *out = open_memstream(&text, &size);
  const char *space = "";

  assert_non_null(out);
  for (size_t i = 0; i < findings->count; i++) {
    if (findings->items[i].severity != HG_SEVERITY_ERROR)
      continue;
    assert_true(findings->items[i].line > 0 && findings->items[i].column > 0);
    fprintf(out, "%s%s", space, findings->items[i].field);
    space = " ";
  }
  fclose(out);
  return text;
}

static void test_cases(void **state) {
  static const struct fixture_option options[] = {{"kubernetes-version", "1.26"}, {NULL, NULL}};
  struct validator_fixture *fixture;
  struct hg_error err = HG_ERROR_INIT;
  unsigned wrong = 0;

  (void)state;
  assert_int_equal(fixture_create(PLUGIN_FILE, "kubectl", options, &fixture, &err), 0);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *manifest = edit_manifest(cases[i].from, cases[i].to);
    char *fields = error_fields(fixture_validate(fixture, manifest, strlen(manifest)));

    if (strcmp(fields, cases[i].fields) != 0) {
      print_error("%s: expected \"%s\", got \"%s\"\n", cases[i].name, cases[i].fields, fields);
      wrong++;
    }
    free(fields);
    free(manifest);
  }
  fixture_destroy(fixture);
  assert_int_equal(wrong, 0);
}

static void expect_whole(const char *from, const char *to, const char *expected) {
  static const struct fixture_option options[] = {{"kubernetes-version", "1.26"}, {NULL, NULL}};
  struct validator_fixture *fixture;
  struct hg_error err = HG_ERROR_INIT;
  char *manifest = edit_manifest(from, to);
  char *described;

  assert_int_equal(fixture_create(PLUGIN_FILE, "kubectl", options, &fixture, &err), 0);
  described = describe_findings(fixture_validate(fixture, manifest, strlen(manifest)));
  assert_string_equal(described, expected);
  free(described);
  free(manifest);
  fixture_destroy(fixture);
}

static void test_words_and_positions(void **state) {
  (void)state;
  expect_whole("backoffLimit: 0", "backoffLimit: -1",
               "8:17 not-negative spec.backoffLimit: Invalid value: -1: must be greater than or "
               "equal to 0\n");
  expect_whole("restartPolicy: Never", "restartPolicy: Nevr",
               "12:22 job-restart-policy spec.template.spec.restartPolicy: Unsupported value: "
               "\"Nevr\": supported values: \"OnFailure\", \"Never\"\n");
  expect_whole("restartPolicy: Never", "restartPolicy: Always",
               "12:22 job-restart-policy spec.template.spec.restartPolicy: Required value: valid "
               "values: \"OnFailure\", \"Never\"\n");
  expect_whole("  name: base\n", "",
               "4:3 required metadata.name: Required value: name or generateName is required\n");
}

static void test_warnings(void **state) {
  (void)state;
  expect_whole(
      "          value: b\n", "          value: b\n        - name: A\n          value: c\n",
      "warning 23:17 duplicate-env spec.template.spec.containers[0].env[1].name: duplicate "
      "name \"A\"\n");
  expect_whole("memory: 1Gi", "memory: 1500m",
               "warning 29:39 fractional-bytes "
               "spec.template.spec.containers[0].resources.limits[memory]: fractional byte value "
               "\"1500m\" is invalid, must be an integer\n");
}

static void test_deprecated(void **state) {
  (void)state;
  expect_whole("restartPolicy: Never",
               "restartPolicy: Never\n      nodeSelector: {beta.kubernetes.io/os: linux}",
               "warning 13:45 deprecated spec.template.spec.nodeSelector[beta.kubernetes.io/os]: "
               "deprecated since v1.14; use \"kubernetes.io/os\" instead\n");
  expect_whole("{labels: {app: a}}",
               "{annotations: {scheduler.alpha.kubernetes.io/critical-pod: \"\"}}",
               "warning 10:74 deprecated "
               "spec.template.metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: "
               "non-functional in v1.16+; use the \"priorityClassName\" field instead\n");
  expect_whole("{labels: {app: a}}",
               "{annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}}",
               "warning 10:72 deprecated "
               "spec.template.metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: "
               "deprecated since v1.19, non-functional in a future release; use the "
               "\"seccompProfile\" field instead\n");
  expect_whole("restartPolicy: Never", "restartPolicy: Never\n      overhead: {memory: 0.5}",
               "warning 13:26 fractional-bytes spec.template.spec.overhead[memory]: fractional "
               "byte value \"500m\" is invalid, must be an integer\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases),
      cmocka_unit_test(test_words_and_positions),
      cmocka_unit_test(test_warnings),
      cmocka_unit_test(test_deprecated),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
