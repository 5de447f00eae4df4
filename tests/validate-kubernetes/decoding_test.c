/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding: what YAML means to the server, and what it refuses to read. */
#include "manifest_edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

static struct validator_fixture *fixture;

static int set_up(void **state) {
  static const struct fixture_option options[] = {{"kubernetes-version", "1.30"}, {NULL, NULL}};
  struct hg_error err = HG_ERROR_INIT;

  (void)state;
  return fixture_create(PLUGIN_FILE, "kubectl", options, &fixture, &err);
}

static int tear_down(void **state) {
  (void)state;
  fixture_destroy(fixture);
  return 0;
}

static void expect_text(const char *manifest, size_t length, const char *expected) {
  char *described = describe_findings(fixture_validate(fixture, manifest, length));

  assert_string_equal(described, expected);
  free(described);
}

static void expect(const char *from, const char *to, const char *expected) {
  char *manifest = edit_manifest(from, to);

  expect_text(manifest, strlen(manifest), expected);
  free(manifest);
}

static void test_good_manifest(void **state) {
  (void)state;
  expect_text(good_manifest, strlen(good_manifest), "");
}

static void test_scalars_that_are_integers(void **state) {
  static const char *const texts[] = {"2.0",  "1e2", "1_0",  "0x10",    "0b11",
                                      "0o17", "017", "+5",   "!!int 5", "!!int \"5\"",
                                      "5.",   "~",   "null", ""};

  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char line[64];

    snprintf(line, sizeof line, "backoffLimit: %s", texts[i]);
    expect("backoffLimit: 0", line, "");
  }
}

static void test_scalars_that_are_none(void **state) {
  static const struct {
    const char *text;
    const char *shown;
  } cases[] = {
      {"1.5", "number 1.5"},
      {"\"3\"", "string"},
      {"three", "string"},
      {"yes", "bool"},
      {"2147483648", "number 2147483648"},
      {"[]", "array"},
      {"{}", "object"},
      {"1e30", "number 1e+30"},
      {"18446744073709551616", "number 18446744073709552000"},
      {"0o8", "string"},
      {"2025-01-01", "string"},
      {"!!str 5", "string"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char line[64];
    char expected[256];

    snprintf(line, sizeof line, "backoffLimit: %s", cases[i].text);
    snprintf(expected, sizeof expected,
             "8:17 wrong-type spec.backoffLimit: json: cannot unmarshal %s into Go struct field "
             "JobSpec.spec.backoffLimit of type int32\n",
             cases[i].shown);
    expect("backoffLimit: 0", line, expected);
  }
}

static void test_strings_need_quotes(void **state) {
  static const char *const not_strings[] = {"8080", "1.5", "yes", "No", "off", "y", "0x1F", "1e3"};
  static const char *const strings[] = {
      "\"8080\"",           "'yes'", "yess",  "1.2.3",         "0x", "2025-01-01", "!!str yes",
      "|\n            yes", "~",     "1e999", "!!binary aGk=", "_1"};

  (void)state;
  for (size_t i = 0; i < sizeof not_strings / sizeof *not_strings; i++) {
    char line[64];
    char *manifest;
    const struct findings *findings;

    snprintf(line, sizeof line, "value: %s", not_strings[i]);
    manifest = edit_manifest("value: b", line);
    findings = fixture_validate(fixture, manifest, strlen(manifest));
    assert_int_equal(findings->count, 1);
    assert_string_equal(findings->items[0].rule, "wrong-type");
    assert_string_equal(findings->items[0].field, "spec.template.spec.containers[0].env[0].value");
    assert_memory_equal(findings->items[0].advice, "put the value of ", 17);
    /* It may be a password. */
    if (not_strings[i][0] <= '9')
      assert_null(strstr(findings->items[0].advice, not_strings[i]));
    free(manifest);
  }
  for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
    char line[64];

    snprintf(line, sizeof line, "value: %s", strings[i]);
    expect("value: b", line, "");
  }
}

/* What looks like a name or a key may be a piece of a variable's value. */
static void test_values_of_variables_are_not_shown(void **state) {
  static const struct {
    const char *variable;
    const char *field;
  } cases[] = {
      {"{name: PASSWORD=hunter2}", "env[0].name"},
      {"{name: PASSWORD=hunter2}, {name: PASSWORD=hunter2}", "env[0].name"},
      {"{name: PASSWORD=hunter2, value: 5}", "env[0].value"},
      {"{PASSWORD=hunter2: null}", "env[0].PASSWORD=…"},
      {"{name: PASSWORD, value: x,hunter2}", "env[0].…"},
      {"{name: PASSWORD, value: x,hunter2: 1}", "env[0].…"},
      {"{PASSWORD: hunter2}", "env[0].PASSWORD"},
      {"{name: PASSWORD, valeu: hunter2}", "env[0].valeu"},
      {"{PASSWORD: x,hunter2}", "env[0].PASSWORD"},
      {"{PASSWORD: x,hunter2: 1}", "env[0].PASSWORD"},
      {"{name: x,hunter2}", "env[0].…"},
      {"{name: P, valeu: x,hunter2}", "env[0].valeu"},
      {"{name: P, valeu: x,hunter2,hunter2}", "env[0].valeu"},
      {"{name: P, Value: x,hunter2: 1}", "env[0].Value"},
      {"{name: P, valueFrom: x,hunter2}", "env[0].valueFrom"},
      {"{name: P, valueFrom: x,hunter2: 1}", "env[0].valueFrom"},
      {"{name: P, !!binary dmFsdWU=: x,hunter2: 1}", "env[0].…"},
      {"{name: P, value: x,!!int hunter2: 1}", "env[0]"},
      {"{name: P, value: x,!!timestamp hunter2: 1}", "env[0]"},
      {"{name: P, value: [hunter2]}", "env[0].value"},
      {"{name: P, value: !!int hunter2}", "env[0].value"},
      {"hunter2", "env"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char line[128];
    char *manifest;
    const struct findings *findings;

    snprintf(line, sizeof line, "env: [%s]", cases[i].variable);
    manifest = edit_manifest("env:\n        - name: A\n          value: b", line);
    findings = fixture_validate(fixture, manifest, strlen(manifest));
    assert_true(findings->count > 0);
    assert_non_null(strstr(findings->items[0].field, cases[i].field));
    for (size_t k = 0; k < findings->count; k++) {
      assert_null(strstr(findings->items[k].field, "hunter2"));
      assert_null(strstr(findings->items[k].message, "hunter2"));
      assert_null(strstr(findings->items[k].advice, "hunter2"));
    }
    free(manifest);
  }
}

static void test_unknown_fields(void **state) {
  const struct findings *findings;
  char *manifest = edit_manifest("backoffLimit: 0", "backofLimit: 0");

  (void)state;
  findings = fixture_validate(fixture, manifest, strlen(manifest));
  assert_int_equal(findings->count, 1);
  assert_string_equal(findings->items[0].message, "unknown field \"spec.backofLimit\"");
  assert_string_equal(findings->items[0].advice, "did you mean backoffLimit?");
  free(manifest);
  expect("restartPolicy: Never", "restartpolicy: Never",
         "12:7 unknown-field spec.template.spec.restartpolicy: unknown field "
         "\"spec.template.spec.restartpolicy\"\n");
  expect("image: busybox:1.36", "image: busybox:1.36\n        9: x",
         "19:9 unknown-field spec.template.spec.containers[0].9: unknown field "
         "\"spec.template.spec.containers[0].9\"\n");
}

static void test_fields_of_other_versions(void **state) {
  (void)state;
  expect("restartPolicy: Never", "restartPolicy: Never\n      hostnameOverride: a",
         "13:7 field-version spec.template.spec.hostnameOverride: unknown field "
         "\"spec.template.spec.hostnameOverride\": this field came with 1.34\n");
  expect("  name: base", "  name: base\n  clusterName: a",
         "5:3 field-version metadata.clusterName: unknown field \"metadata.clusterName\": this "
         "field was removed after 1.24\n");
}

static void test_duplicates(void **state) {
  (void)state;
  expect("backoffLimit: 0", "backoffLimit: 0\n  backoffLimit: 0",
         "9:3 duplicate-field spec.backoffLimit: duplicate field \"spec.backoffLimit\"\n");
  expect("{team: a}", "{team: a, team: a}",
         "5:21 duplicate-field metadata.labels[team]: duplicate field \"metadata.labels[team]\"\n");
  expect("{team: a}", "{1: a, \"1\": a}",
         "5:18 duplicate-field metadata.labels[1]: duplicate field \"metadata.labels[1]\"\n");
}

static void test_keys(void **state) {
  (void)state;
  expect("{team: a}", "{1: a, true: b, 1.5: c}", "");
  expect("{team: a}", "{null: a}",
         "5:12 bad-key metadata.labels: yaml: unsupported map key \"null\"\n");
  expect("{team: a}", "{[x]: a}",
         "5:12 bad-key metadata.labels: yaml: invalid map key: not a scalar\n");
}

static void test_shapes(void **state) {
  (void)state;
  expect("command: [\"true\"]", "command: \"true\"",
         "19:18 wrong-type spec.template.spec.containers[0].command: json: cannot unmarshal string "
         "into Go struct field Container.spec.template.spec.containers.command of type []string\n");
  expect("{team: a}", "[team]",
         "5:11 wrong-type metadata.labels: json: cannot unmarshal array into Go struct field "
         "ObjectMeta.metadata.labels of type map[string]string\n");
  expect("emptyDir: {}", "emptyDir: x",
         "15:19 wrong-type spec.template.spec.volumes[0].emptyDir: json: cannot unmarshal string "
         "into Go struct field Volume.spec.template.spec.volumes.emptyDir of type "
         "v1.EmptyDirVolumeSource\n");
}

static void test_quantities_and_times(void **state) {
  (void)state;
  expect("memory: 1Gi", "memory: 1GB",
         "29:39 bad-quantity spec.template.spec.containers[0].resources.limits[memory]: Invalid "
         "value: \"1GB\": quantities must match the regular expression "
         "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'\n");
  expect("memory: 1Gi", "memory: 1_000", "");
  expect("  name: base", "  name: base\n  creationTimestamp: 2026-11-23T10:00:00Z", "");
  expect("  name: base", "  name: base\n  creationTimestamp: null", "");
  expect("  name: base", "  name: base\n  creationTimestamp: 2026-02-30T10:00:00Z",
         "5:22 bad-time metadata.creationTimestamp: parsing time \"2026-02-30T10:00:00Z\" as "
         "\"2006-01-02T15:04:05Z07:00\": cannot parse\n");
}

static void test_kind(void **state) {
  (void)state;
  expect("kind: Job\n", "", "1:1 kind kind: Required value: must be Job\n");
  expect("kind: Job", "kind: Pod",
         "2:7 kind kind: Invalid value: \"Pod\": no kind \"Pod\" is registered for Jobs: must be "
         "Job\n");
  expect("batch/v1", "v1",
         "1:13 api-version apiVersion: Invalid value: \"v1\": no kind \"Job\" is registered for "
         "version \"v1\": must be batch/v1\n");
  expect_text("[]\n", 3,
              "1:1 wrong-type : couldn't get version/kind: cannot unmarshal array into a Job\n");
}

/* A document that cannot be decoded is not held against the rules. */
static void test_decoding_comes_first(void **state) {
  (void)state;
  expect("backoffLimit: 0", "backoffLimit: -1\n  sepc: {}",
         "9:3 unknown-field spec.sepc: unknown field \"spec.sepc\"\n");
}

static void test_unknown_version(void **state) {
  static const struct fixture_option options[] = {{"kubernetes-version", "1.2"}, {NULL, NULL}};
  struct validator_fixture *other;
  struct hg_error err = HG_ERROR_INIT;

  (void)state;
  assert_int_equal(fixture_create(PLUGIN_FILE, "kubectl", options, &other, &err), -1);
  assert_string_equal(err.message,
                      "unknown Kubernetes version \"1.2\"; known are 1.26, 1.27, 1.28, 1.29, 1.30, "
                      "1.31, 1.32, 1.33, 1.34, 1.35, 1.36");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_good_manifest),
      cmocka_unit_test(test_scalars_that_are_integers),
      cmocka_unit_test(test_scalars_that_are_none),
      cmocka_unit_test(test_strings_need_quotes),
      cmocka_unit_test(test_values_of_variables_are_not_shown),
      cmocka_unit_test(test_unknown_fields),
      cmocka_unit_test(test_fields_of_other_versions),
      cmocka_unit_test(test_duplicates),
      cmocka_unit_test(test_keys),
      cmocka_unit_test(test_shapes),
      cmocka_unit_test(test_quantities_and_times),
      cmocka_unit_test(test_kind),
      cmocka_unit_test(test_decoding_comes_first),
      cmocka_unit_test(test_unknown_version),
  };

  return cmocka_run_group_tests(tests, set_up, tear_down);
}
