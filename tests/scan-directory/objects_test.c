/* SPDX-License-Identifier: Apache-2.0 */
/* Objects that are no Jobs, and lists of objects: what is handed over, passed over, refused. What
 * kubectl makes of each was seen with kubectl 1.32 and 1.33. */
#include "scanner_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *yaml, const char *expected) {
  scanner_harness_write_text(&harness, "a.yaml", yaml);
  scanner_harness_expect(&harness, expected);
}

#define LIST "apiVersion: v1\nkind: List\n"
#define JOB "{apiVersion: batch/v1, kind: Job, metadata: {name: a}}"
#define JOB_JSON "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\"a\"}}"

static void passes_over_other_kinds(void **state) {
  (void)state;
  expect("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: ml}\n---\nkind: Job\n"
         "---\n# the claim\napiVersion: v1\nkind: PersistentVolumeClaim\n",
         "other a.yaml 1 1:1 1-3 v1/ConfigMap ml/c\n"
         "add a.yaml 2/3 66+14\n"
         "other a.yaml 3 8:1 6-9 v1/PersistentVolumeClaim /\n");
  expect("apiVersion: kueue.x-k8s.io/v1beta1\nkind: LocalQueue\nmetadata: {name: q}\n",
         "other a.yaml 1 1:1 1-3 kueue.x-k8s.io/v1beta1/LocalQueue /q\n");
  expect("apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\n",
         "other a.yaml 1 1:1 1-2 batch.volcano.sh/v1alpha1/Job /\n");
  expect("{\"apiVersion\":\"v1\",\"kind\":\"Secret\"} {\"kind\":\"Job\"}\n",
         "other a.yaml 1 1:1 0-0 v1/Secret /\nadd a.yaml 2/2 36+14\n");
}

/* Whoever judges Jobs says what is wrong with it. */
static void hands_over_what_no_server_knows(void **state) {
  const char *const texts[] = {
      "apiVersion: batch/v1\nkind: Jbo\n",
      "apiVersion: batch/v1beta1\nkind: CronJob\n",
      "apiVersion: v1\nkind: Job\n",
      "apiVersion: extensions/v1beta1\nkind: Ingress\n",
      "apiVersion: v1\nkind: list\n",
      "apiVersion: v1\n",
      "kind: ConfigMap\n",
      "apiVersion: v2\nkind: List\nitems: []\n",
      "apiVersion: v1\nkind: 5\n",
      "apiVersion: a.b/c/d\nkind: X\n",
  };

  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char expected[64];

    (void)snprintf(expected, sizeof expected, "add a.yaml 1/1 0+%zu\n", strlen(texts[i]));
    expect(texts[i], expected);
  }
}

static void takes_lists_apart(void **state) {
  (void)state;
  expect(LIST "metadata: {resourceVersion: \"\", foo: 3}\nitems:\n- " JOB "\n- " JOB "\n",
         "add a.yaml 1/2 0+62 " JOB_JSON "\n"
         "add a.yaml 2/2 0+62 " JOB_JSON "\n");
  /* Alone it is no file's document either. */
  expect("apiVersion: batch/v1\nkind: JobList\nitems:\n- metadata: {name: a}\n",
         "add a.yaml 1/1 0+62 " JOB_JSON "\n");
  expect("apiVersion: apps/v1\nkind: List\nitems: [" JOB "]\n",
         "add a.yaml 1/1 0+62 " JOB_JSON "\n");
  expect(LIST "x: &a {name: a}\nitems:\n- {apiVersion: batch/v1, kind: Job, metadata: *a}\n",
         "add a.yaml 1/1 0+62 " JOB_JSON "\n");
  expect("kind: Job\n---\n" LIST "items:\n- " JOB
         "\n- {apiVersion: v1, kind: Secret}\n---\n# none\n"
         "---\nkind: Job\n",
         "add a.yaml 1/4 0+10\n"
         "add a.yaml 2/4 10+62 " JOB_JSON "\n"
         "other a.yaml 3 7:3 0-0 v1/Secret /\n"
         "add a.yaml 4/4 148+14\n");
  expect("apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: c}\n",
         "other a.yaml 1 4:3 0-0 v1/ConfigMap /c\n");
}

/* In a directory it is passed over; kubectl says the same of both: no objects. */
static void knows_lists_without_items(void **state) {
  (void)state;
  expect(LIST "items: []\n", "other a.yaml 0 0:0 0-0 / /\n");
  expect(LIST "items: []\n---\nkind: Job\n",
         "other a.yaml 1 1:1 1-3 v1/List /\nadd a.yaml 2/2 36+14\n");
  expect("apiVersion: apps/v1\nkind: List\nitems: null\n", "other a.yaml 0 0:0 0-0 / /\n");
}

static void refuses_what_kubectl_refuses_of_a_list(void **state) {
  (void)state;
  expect(LIST, "problem a.yaml 1 object-list 1:1 Required value: a list of objects [items] "
               "(kubectl takes no "
               "list without items: write items: [])\n");
  expect(LIST "items: null\n", "problem a.yaml 1 object-list 3:8 Required value: a list of objects "
                               "[items] (kubectl takes no list "
                               "without items: write items: [])\n");
  expect(LIST "items: {a: b}\n",
         "problem a.yaml 1 object-list 3:8 Invalid value: must be a list of objects [items]\n");
  expect(LIST "metadata: 5\nitems: [" JOB "]\n",
         "problem a.yaml 1 object-list 3:11 a list's metadata must be a mapping [metadata] (leave "
         "it out: "
         "nothing of it is applied)\n");
  expect(LIST "metadata: {labels: {a: 1}}\nitems: [" JOB "]\n",
         "problem a.yaml 1 object-list 3:24 labels and annotations are strings [metadata] (quote "
         "it, or "
         "leave the list's metadata out)\n");
  expect(LIST "items: [" JOB "]\nitems: []\n",
         "problem a.yaml 1 object-list 4:1 duplicate field \"items\" (keep one of them)\n");
  expect("apiVersion: batch/v1\nkind: JobList\nfoo: 1\nitems: [" JOB "]\n",
         "problem a.yaml 1 object-list 3:1 unknown field \"foo\" (a JobList has metadata and "
         "items)\n");
  expect(LIST "items:\n- {apiVersion: v1, kind: List, items: []}\n- " JOB "\n",
         "problem a.yaml 1 object-list 4:3 a list in a list: kubectl does not open it [items] (put "
         "its "
         "items into the list around it)\nadd a.yaml 2/2 0+62 " JOB_JSON "\n");
  expect("apiVersion: v1\nkind: PodList\nitems: [{apiVersion: batch/v1, kind: Job, spec: {}}]\n",
         "problem a.yaml 1 object-list 3:9 Invalid value: \"Job\": an item of a PodList [kind] "
         "(write kind: "
         "List around objects of several kinds)\n");
  expect(LIST "items:\n- {apiVersion: batch/v1, kind: Job, metadata: {labels: {a: null}}}\n",
         "problem a.yaml 1 object-list 4:60 Invalid value: null: kubectl takes none here in a list "
         "(leave it "
         "out, or write \"\")\n");
  expect("apiVersion: batch/v1\nkind: JobList\nitems: [{apiVersion: v1, kind: Secret, metadata: "
         "{name: s}}]\n",
         "other a.yaml 1 3:9 0-0 v1/Secret /s\n");
  /* Without kind or version it is somebody else's to refuse. */
  expect(LIST "items:\n- {kind: Job}\n- null\n- hello\n",
         "add a.yaml 1/3 0+14 {\"kind\":\"Job\"}\nadd a.yaml 2/3 0+4 null\nadd a.yaml 3/3 0+7 "
         "\"hello\"\n");
}

/* What the server fills in, kubectl's schema wants in a list, as the version has it. */
static void wants_what_the_schema_requires_in_a_list(void **state) {
  static const char condition[] = LIST "items:\n- {kind: Job, spec: {podFailurePolicy: {rules: "
                                       "[{onPodConditions: [{type: a}]}]}}}\n";
  static const char code[] =
      LIST "items:\n- {kind: Job, spec: {podFailurePolicy: {rules: [{onExitCodes: {}}]}}}\n";
  static const char affinity[] = LIST
      "items:\n- {kind: Job, a: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: "
      "[{weight: 1}]}}}\n";
  static const struct {
    const char *version;
    const char *text;
    const char *lacks; /* "LINE:COLUMN "FIELD"", NULL: nothing */
  } cases[] = {
      {"1.34", condition, "4:68 missing required field \"status\""},
      {"1.35", condition, NULL},
      {"1.27", code, "4:49 missing required field \"onPodConditions\""},
      {"1.28", code, NULL},
      {"1.36", affinity, NULL},
      {"1.36", LIST "items:\n- {kind: Job, a: {httpHeaders: [{name: a, value: null}]}}\n",
       "4:33 missing required field \"value\""},
      {"1.36", LIST "items:\n- {kind: Job, a: {sleep: {}}}\n",
       "4:26 missing required field \"seconds\""},
      {"1.36", LIST "items:\n- {kind: Pod, a: {sleep: {}}}\n", NULL},
      {"1.36", "apiVersion: batch/v1\nkind: List\nitems:\n- {kind: Job, a: {sleep: {}}}\n", NULL},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct scanner_record record;
    char expected[128];

    (void)snprintf(expected, sizeof expected, "problem a.yaml 1 object-list %s",
                   cases[i].lacks ? cases[i].lacks : "");
    scanner_harness_write_text(&harness, "a.yaml", cases[i].text);
    harness.kubernetes_version = cases[i].version;
    scanner_record_init(&record);
    assert_int_equal(scanner_harness_list(&harness, NULL), 0);
    assert_int_equal(scanner_harness_read(&harness, &record), 0);
    if (cases[i].lacks)
      assert_non_null(strstr(text_buffer_string(&record.text), expected));
    else
      assert_memory_equal(text_buffer_string(&record.text), "add", 3);
    scanner_record_finish(&record);
  }
}

static void says_that_a_template_was_not_rendered(void **state) {
  (void)state;
  expect(
      "kind: Job\nimage: {{ .Values.image }}\n",
      "problem a.yaml 1 kubectl-stream 2:8 this value is a template's, and nobody has rendered it "
      "(render it first (helm template, for instance))\n");
  expect("kind: Job\n{% if gpu %}\na: b\n{% endif %}\n",
         "problem a.yaml 1 yaml-syntax 2:2 no value can start with %; put it in quotes (this line "
         "is a "
         "template's, and nobody has rendered it: render it first)\n");
}

static void bounds_what_a_hostile_list_costs(void **state) {
  size_t length = 1000000;
  char *text = malloc(length + 100);
  char *at = text;

  (void)state;
  at += sprintf(at, "apiVersion: v1\nkind: List\nitems: [");
  for (size_t i = 0; i < 25000; i++)
    at += sprintf(at, "{a: b},");
  (void)sprintf(at, "]\n");
  scanner_harness_write_text(&harness, "a.yaml", text);
  {
    struct scanner_record record;

    scanner_record_init(&record);
    assert_int_equal(scanner_harness_list(&harness, NULL), 0);
    assert_int_equal(scanner_harness_read(&harness, &record), 0);
    assert_int_equal(record.calls, 20001);
    assert_non_null(strstr(text_buffer_string(&record.text),
                           "problem a.yaml 20001 yaml-limit 3:140009 the file has more than 20000 "
                           "documents (split the file)\n"));
    scanner_record_finish(&record);
  }
  at = text + sprintf(text, LIST);
  for (size_t i = 0; i < 50000; i++)
    at += sprintf(at, "k%zu: a\n", i);
  scanner_harness_write_text(&harness, "a.yaml", text);
  scanner_harness_expect(&harness,
                         "problem a.yaml 1 object-list 1:1 more fields than any list has\n");
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(passes_over_other_kinds, set_up, tear_down),
      cmocka_unit_test_setup_teardown(hands_over_what_no_server_knows, set_up, tear_down),
      cmocka_unit_test_setup_teardown(takes_lists_apart, set_up, tear_down),
      cmocka_unit_test_setup_teardown(knows_lists_without_items, set_up, tear_down),
      cmocka_unit_test_setup_teardown(refuses_what_kubectl_refuses_of_a_list, set_up, tear_down),
      cmocka_unit_test_setup_teardown(wants_what_the_schema_requires_in_a_list, set_up, tear_down),
      cmocka_unit_test_setup_teardown(says_that_a_template_was_not_rendered, set_up, tear_down),
      cmocka_unit_test_setup_teardown(bounds_what_a_hostile_list_costs, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
