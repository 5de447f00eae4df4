/* SPDX-License-Identifier: Apache-2.0 */
/* Whole lists of warnings, for whole manifests. */
#include "validator_fixture.h"

#include <headgate/diagnostic.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

static const char good[] = "apiVersion: batch/v1\n"
                           "kind: Job\n"
                           "metadata:\n"
                           "  name: a\n"
                           "  namespace: b\n"
                           "spec:\n"
                           "  backoffLimit: 0\n"
                           "  template:\n"
                           "    spec:\n"
                           "      restartPolicy: Never\n"
                           "      containers:\n"
                           "      - name: main\n"
                           "        image: registry:5000/x:1.0\n"
                           "        command: [python]\n"
                           "        args: [run.py]\n"
                           "        env: [{name: A, value: b}]\n"
                           "        resources:\n"
                           "          requests: {cpu: 100m, memory: 1Gi}\n"
                           "          limits: {cpu: 100m, memory: 1Gi}\n";

/* "line:column rule field: message" of every finding, a line each. */
static char *describe(const struct findings *findings) {
  size_t size = 1;
  char *text = NULL;
  FILE *out = open_memstream(&text, &size);

  assert_non_null(out);
  for (size_t i = 0; i < findings->count; i++) {
    const struct finding *finding = &findings->items[i];

    fprintf(out, "%s%u:%u %s %s: %s\n", finding->severity == HG_SEVERITY_WARNING ? "" : "ERROR ",
            finding->line, finding->column, finding->rule, finding->field, finding->message);
  }
  fclose(out);
  return text;
}

static void expect(const struct fixture_option *options, const char *manifest,
                   const char *expected) {
  struct validator_fixture *fixture;
  struct hg_error err = HG_ERROR_INIT;
  char *described;

  assert_int_equal(fixture_create(PLUGIN_FILE, "kubectl", options, &fixture, &err), 0);
  described = describe(fixture_validate(fixture, manifest, strlen(manifest)));
  assert_string_equal(described, expected);
  free(described);
  fixture_destroy(fixture);
}

/* The good manifest with the first `from` replaced. */
static void expect_edited(const char *from, const char *to, const char *expected) {
  const char *at = strstr(good, from);
  char manifest[2048];

  assert_non_null(at);
  snprintf(manifest, sizeof manifest, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
  expect(NULL, manifest, expected);
}

static void test_good_manifest(void **state) {
  (void)state;
  expect(NULL, good, "");
}

static void test_job_fields(void **state) {
  (void)state;
  expect_edited("  namespace: b\n", "",
                "4:3 namespace-missing metadata.namespace: the Job names no namespace: it goes to "
                "that of -n, or to the one that kubectl is set to\n");
  expect_edited("  namespace: b\n", "  namespace: ~\n",
                "4:3 namespace-missing metadata.namespace: the Job names no namespace: it goes to "
                "that of -n, or to the one that kubectl is set to\n");
  expect_edited("  backoffLimit: 0\n", "",
                "7:3 backoff-limit-missing spec.backoffLimit: the Job sets no backoffLimit: a "
                "failing Pod is tried 6 more times\n");
}

/* What kubectl makes of bytes that are no UTF-8 is told once a document. */
static void test_replaced_bytes(void **state) {
  (void)state;
  expect_edited("  namespace: b\n", "  namespace: b # caf\xef\xbf\xbd \xef\xbf\xbd\n",
                "1:1 replaced-bytes : the text holds U+FFFD, which may stand for bytes that are "
                "no UTF-8\n");
}

static void test_images(void **state) {
  static const char untagged[] = "13:16 image-untagged spec.template.spec.containers[0].image: the "
                                 "image has no tag: it means latest\n";
  static const char latest[] = "13:16 image-latest spec.template.spec.containers[0].image: the "
                               "image's tag is latest: what runs may change from day to day\n";

  (void)state;
  expect_edited("registry:5000/x:1.0", "x", untagged);
  expect_edited("registry:5000/x:1.0", "registry:5000/x", untagged);
  expect_edited("registry:5000/x:1.0", "a/b/c", untagged);
  expect_edited("registry:5000/x:1.0", "registry:5000/x:latest", latest);
  expect_edited("registry:5000/x:1.0", "x:latest-2", "");
  expect_edited("registry:5000/x:1.0", "registry:5000/x@sha256:0123", "");
  expect_edited("registry:5000/x:1.0", "x:latest@sha256:0123", "");
}

static void test_container_lists(void **state) {
  (void)state;
  expect_edited("        command: [python]\n", "",
                "12:9 command-missing spec.template.spec.containers[0].command: the container has "
                "no command: the image decides what runs\n");
  expect_edited("args: [run.py]", "args: []",
                "12:9 args-missing spec.template.spec.containers[0].args: the container has no "
                "arguments\n");
  expect_edited("env: [{name: A, value: b}]", "envFrom: [{secretRef: {name: a}}]", "");
  expect_edited("env: [{name: A, value: b}]", "env:",
                "12:9 env-missing spec.template.spec.containers[0].env: the container has no "
                "environment variables\n");
}

static void test_resources_once(void **state) {
  (void)state;
  expect_edited("        resources:\n"
                "          requests: {cpu: 100m, memory: 1Gi}\n"
                "          limits: {cpu: 100m, memory: 1Gi}\n",
                "",
                "12:9 resources-missing spec.template.spec.containers[0].resources: the container "
                "has neither resource requests nor limits\n");
  expect_edited("          requests: {cpu: 100m, memory: 1Gi}\n", "",
                "18:11 resources-missing spec.template.spec.containers[0].resources.requests: the "
                "container has no resource requests\n");
  expect_edited(
      "limits: {cpu: 100m, memory: 1Gi}", "limits: {cpu: 100m}",
      "19:19 resources-missing spec.template.spec.containers[0].resources.limits[memory]: "
      "the resource limits name no memory\n");
}

static void test_tuning_labels_and_name(void **state) {
  (void)state;
  expect_edited("  name: a\n",
                "  name: arb-tuning-d29-k8s--worker-1-0\n"
                "  labels: {app: arbitrage-tuning, session_id: d29-k8s-demo, worker_id: worker-1, "
                "component: tuning}\n",
                "");
  expect_edited("  name: a\n", "  name: a\n  labels: {app: arbitrage-tuning}\n",
                "5:11 tuning-label metadata.labels[session_id]: a tuning Job should have the label "
                "session_id\n"
                "5:11 tuning-label metadata.labels[worker_id]: a tuning Job should have the label "
                "worker_id\n"
                "5:11 tuning-label metadata.labels[component]: a tuning Job should have the label "
                "component\n");
  expect_edited("  name: a\n",
                "  name: arb-tuning-d29-k8s--worker-1-x\n"
                "  labels: {app: arbitrage-tuning, session_id: d29-k8s-demo, worker_id: worker-1, "
                "component: tuning}\n",
                "4:9 tuning-name metadata.name: the name does not say session, worker and index\n");
  expect_edited("  name: a\n", "  name: a\n  labels: {app: other}\n", "");
}

static void test_options(void **state) {
  static const char bare[] = "kind: Job\nmetadata: {name: a, labels: {app: mine}}\n"
                             "spec: {template: {spec: {containers: [{name: m, image: x}]}}}\n";
  static const struct fixture_option nothing[] = {
      {"require-namespace", "false"},
      {"require-backoff-limit", "false"},
      {"image-tag", "false"},
      {"require-command", "false"},
      {"require-args", "false"},
      {"require-env", "false"},
      {"require-resources", ""},
      {"tuning-app", ""},
      {NULL, NULL},
  };
  static const struct fixture_option other[] = {
      {"require-namespace", "false"},  {"require-backoff-limit", "false"},
      {"image-tag", "false"},          {"require-command", "false"},
      {"require-args", "false"},       {"require-env", "false"},
      {"require-resources", ""},       {"tuning-app", "mine"},
      {"required-labels", "app,team"}, {NULL, NULL},
  };
  static const struct fixture_option wrong[] = {{"require-resources", "cpu"}, {NULL, NULL}};
  struct validator_fixture *fixture;
  struct hg_error err = HG_ERROR_INIT;

  (void)state;
  expect(nothing, bare, "");
  expect(other, bare,
         "2:29 tuning-label metadata.labels[team]: a tuning Job should have the label team\n");
  assert_int_equal(fixture_create(PLUGIN_FILE, "kubectl", wrong, &fixture, &err), -1);
  assert_string_equal(err.message,
                      "require-resources: \"cpu\" is neither requests.NAME nor limits.NAME");
}

static void test_odd_shapes_are_left_alone(void **state) {
  (void)state;
  expect(NULL, "kind: Pod\n", "");
  expect(NULL, "[]\n", "");
  expect(NULL, "text\n", "");
  expect(NULL,
         "kind: Job\nmetadata: {namespace: a, labels: [x]}\nspec: {backoffLimit: 1, template: 3}\n",
         "");
  expect(NULL,
         "kind: Job\nmetadata: {namespace: a}\n"
         "spec: {backoffLimit: 1, template: {spec: {containers: {a: b}}}}\n",
         "");
  expect(NULL,
         "kind: Job\nmetadata: {namespace: a}\n"
         "spec: {backoffLimit: 1, template: {spec: {containers: [x, null, []]}}}\n",
         "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_good_manifest),
      cmocka_unit_test(test_replaced_bytes),
      cmocka_unit_test(test_job_fields),
      cmocka_unit_test(test_images),
      cmocka_unit_test(test_container_lists),
      cmocka_unit_test(test_resources_once),
      cmocka_unit_test(test_tuning_labels_and_name),
      cmocka_unit_test(test_options),
      cmocka_unit_test(test_odd_shapes_are_left_alone),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
