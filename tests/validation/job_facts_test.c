/* SPDX-License-Identifier: Apache-2.0 */
/* The words and numbers of a Job that the history can be asked for. */
#include "text/text_buffer.h"
#include "validation/job_facts.h"
#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The facts of the one document of `yaml`. */
static const struct job_facts *facts_of(struct arena *arena, const char *yaml) {
  struct hg_error error = HG_ERROR_INIT;
  struct yaml_problem problem;
  struct yaml_tree_document parsed;
  struct yaml_tree *tree = NULL;
  const struct job_facts *facts;

  if (yaml_tree_create(&tree, &error) < 0 || yaml_tree_open(tree, yaml, strlen(yaml), &error) < 0 ||
      yaml_tree_next(tree, &parsed, &problem) != 1)
    fail_msg("%s", error.message);
  facts = job_facts_read(parsed.root, arena);
  yaml_tree_destroy(tree);
  assert_non_null(facts);
  return facts;
}

#define CONTAINERS(list) "spec: {template: {spec: {containers: [" list "]}}}"

static const struct {
  const char *yaml;
  struct job_facts facts;
} rows[] = {
    {"kind: Job", {"", "{}", "[]", NULL, 1, 0, 0, 0}},
    {"metadata: {labels: {app: \"a\\\"b\", m: \"1\"}}\n" CONTAINERS("{name: a, image: x:1}"),
     {"x:1", "{\"app\":\"a\\\"b\",\"m\":\"1\"}",
      "[{\"name\":\"a\",\"kind\":\"main\",\"image\":\"x:1\"}]", NULL, 1, -1, -1, 0}},
    /* Parts of a CPU are rounded up; a limit without a request is one; GPUs of every maker. */
    {CONTAINERS(
         "{name: a, resources: {requests: {cpu: 0.0001}, limits: {memory: 1Ki, nvidia.com/gpu: "
         "2, amd.com/gpu: 1, nvidia.com/mig-1g.5gb: 7}}}"),
     {"", "{}",
      "[{\"name\":\"a\",\"kind\":\"main\",\"image\":\"\",\"cpu_milli\":1,\"memory_bytes\":1024,"
      "\"gpus\":3}]",
      NULL, 1, 1, 1024, 3}},
    /* Of two containers one says nothing: what they ask for together is not known. */
    {CONTAINERS("{name: a, resources: {requests: {cpu: 1}}}, {name: b}"),
     {"", "{}",
      "[{\"name\":\"a\",\"kind\":\"main\",\"image\":\"\",\"cpu_milli\":1000},{\"name\":\"b\","
      "\"kind\":"
      "\"main\",\"image\":\"\"}]",
      NULL, 1, -1, -1, 0}},
    /* A sidecar runs beside the others, an init container before them. */
    {"spec: {parallelism: 3, completions: 2, template: {spec: {initContainers: [{name: i, "
     "resources: "
     "{requests: {cpu: 9}}}, {name: s, restartPolicy: Always, resources: {requests: {cpu: 1}}}], "
     "containers: [{name: a, resources: {requests: {cpu: 2}}}]}}}",
     {"", "{}",
      "[{\"name\":\"i\",\"kind\":\"init\",\"image\":\"\",\"cpu_milli\":9000},{\"name\":\"s\","
      "\"kind\":"
      "\"sidecar\",\"image\":\"\",\"cpu_milli\":1000},{\"name\":\"a\",\"kind\":\"main\",\"image\":"
      "\"\","
      "\"cpu_milli\":2000}]",
      NULL, 2, 3000, -1, 0}},
    /* The Pod's own word goes before its containers'. */
    {"spec: {template: {spec: {resources: {requests: {cpu: 4}}, containers: [{name: a}]}}}",
     {"", "{}", "[{\"name\":\"a\",\"kind\":\"main\",\"image\":\"\"}]", NULL, 1, 4000, -1, 0}},
    /* What is no list, no mapping, no amount, or more than an integer holds. */
    {"metadata: {labels: [a]}\nspec: {template: {spec: {containers: x, initContainers: {}}}}",
     {"", "{}", "[]", NULL, 1, 0, 0, 0}},
    {CONTAINERS("{name: a, resources: {requests: {cpu: many, memory: 9Ei}}}, {name: b, resources: "
                "{requests: {cpu: 1, memory: 9Ei}}}"),
     {"", "{}",
      "[{\"name\":\"a\",\"kind\":\"main\",\"image\":\"\",\"memory_bytes\":9223372036854775807},{"
      "\"name\":\"b\",\"kind\":\"main\",\"image\":\"\",\"cpu_milli\":1000,\"memory_bytes\":"
      "9223372036854775807}]",
      NULL, 1, -1, -1, 0}},
};

static void says_what_a_job_is(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const struct job_facts *wanted = &rows[i].facts;
    const struct job_facts *found;
    struct arena arena;

    arena_init(&arena);
    found = facts_of(&arena, rows[i].yaml);
    assert_string_equal(found->image, wanted->image);
    assert_string_equal(found->labels, wanted->labels);
    assert_string_equal(found->containers, wanted->containers);
    if (found->pods != wanted->pods || found->cpu_milli != wanted->cpu_milli ||
        found->memory_bytes != wanted->memory_bytes || found->gpus != wanted->gpus)
      fail_msg("%s: %lld Pods, %lld, %lld, %lld", rows[i].yaml, (long long)found->pods,
               (long long)found->cpu_milli, (long long)found->memory_bytes, (long long)found->gpus);
    arena_finish(&arena);
  }
}

/* More containers than anything that is meant to run has. */
static void does_not_count_beyond_limits(void **state) {
  struct text_buffer yaml;
  struct arena arena;

  (void)state;
  text_buffer_init(&yaml);
  arena_init(&arena);
  text_buffer_append_string(&yaml, "spec: {template: {spec: {containers: [");
  for (int i = 0; i < 200; i++)
    text_buffer_printf(&yaml, "{name: c%d, image: x},", i);
  text_buffer_append_string(&yaml, "]}}}");
  assert_null(facts_of(&arena, text_buffer_string(&yaml))->containers);
  assert_string_equal(facts_of(&arena, text_buffer_string(&yaml))->image, "x");
  assert_int_equal(facts_of(&arena, text_buffer_string(&yaml))->cpu_milli, -1);
  arena_finish(&arena);
  text_buffer_finish(&yaml);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(says_what_a_job_is),
      cmocka_unit_test(does_not_count_beyond_limits),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
