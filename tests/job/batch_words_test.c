/* SPDX-License-Identifier: Apache-2.0 */
/* What a batch asks for, as a person reads it. */
#include "job/batch_words.h"
#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

static const char training[] =
    "metadata: {namespace: ml, labels: {kueue.x-k8s.io/queue-name: research}}\n"
    "spec:\n"
    "  template:\n"
    "    spec:\n"
    "      containers:\n"
    "      - name: a\n"
    "        resources:\n"
    "          requests: {memory: 16Gi, cpu: 4, ephemeral-storage: 1Gi}\n"
    "          limits: {nvidia.com/gpu: 1}\n";

static void expect(const char *manifest, unsigned times, const char *words) {
  const struct demand_defaults none = {0};
  struct string_list namespaces = {0};
  struct string_list queues = {0};
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree *tree;
  struct batch_demand batch;
  struct text_buffer text;
  struct arena arena;
  struct arena of_job;

  arena_init(&arena);
  arena_init(&of_job);
  text_buffer_init(&text);
  batch_demand_init(&batch, &arena);
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  assert_int_equal(yaml_tree_open(tree, manifest, strlen(manifest), &err), 0);
  assert_int_equal(yaml_tree_next(tree, &document, &problem), 1);
  for (unsigned i = 0; i < times; i++) {
    const struct job_demand *demand = job_demand_read(document.root, &of_job);
    char name[16];

    assert_non_null(demand);
    assert_int_equal(batch_demand_add(&batch, demand, &none), 0);
    arena_reset(&of_job); /* the batch keeps nothing of it */
    (void)snprintf(name, sizeof name, "ns-%u", i % 5);
    assert_int_equal(batch_words_note(&namespaces, &arena, times > 100 ? name : "ml"), 0);
    assert_int_equal(batch_words_note(&queues, &arena, batch_queue_of(document.root)), 0);
  }
  batch_words_append(&text, &batch, &namespaces, &queues);
  assert_string_equal(text_buffer_string(&text), words);
  yaml_tree_destroy(tree);
  text_buffer_finish(&text);
  arena_finish(&of_job);
  arena_finish(&arena);
}

static void gpus_first_then_the_rest(void **state) {
  (void)state;
  expect(training, 24,
         "24 Jobs in ml: 24 GPU, 96 CPU, 384 Gi, 24Gi ephemeral-storage; queue research");
}

static void many_namespaces_are_counted(void **state) {
  (void)state;
  expect("spec: {template: {spec: {containers: [{resources: {limits: {cpu: 100m}}}]}}}", 101,
         "101 Jobs in 5 namespaces: 10100m CPU");
}

static void nothing_is_asked_for(void **state) {
  (void)state;
  expect("spec: {template: {spec: {containers: [{name: a}]}}}", 1, "1 Job in ml: no requests");
}

static void pods_at_a_time_count(void **state) {
  (void)state;
  expect("spec: {parallelism: 3, completions: 2, template: {spec: {containers: [{resources: "
         "{requests: {memory: 1000}}}]}}}",
         1, "1 Job in ml: 2 k");
}

/* As Kueue has it: a Job waits suspended, and its queue is asked for all the same. */
static void suspended_jobs_count(void **state) {
  (void)state;
  expect(
      "metadata: {labels: {kueue.x-k8s.io/queue-name: research}}\nspec: {suspend: true, template: "
      "{spec: {containers: [{resources: {requests: {cpu: 4}}}]}}}",
      24, "24 Jobs in ml: 96 CPU; queue research");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gpus_first_then_the_rest), cmocka_unit_test(many_namespaces_are_counted),
      cmocka_unit_test(nothing_is_asked_for),     cmocka_unit_test(pods_at_a_time_count),
      cmocka_unit_test(suspended_jobs_count),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
