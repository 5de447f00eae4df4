/* SPDX-License-Identifier: Apache-2.0 */
/* What Jobs ask of their namespace, added up, and what its quotas and limits say to it. */
#include "plan/limit_findings.h"
#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_JOBS = 4 };

#define JOB(spec, pod) "spec: {" spec "template: {spec: {" pod "}}}\n"
#define ONE(resources) "containers: [{name: main, resources: {" resources "}}]"
#define QUOTA(hard, used, spec)                                                                    \
  "{\"metadata\":{\"name\":\"q\"},\"spec\":{" spec "},\"status\":{\"hard\":{" hard                 \
  "},\"used\":{" used "}}}"
#define RANGE(rule) "{\"metadata\":{\"name\":\"r\"},\"spec\":{\"limits\":[{" rule "}]}}"

static const struct row {
  const char *jobs[MOST_JOBS]; /* manifests, named job-1, job-2, ... */
  const char *quota;           /* JSON; NULL: none */
  const char *range;
  const char *sums;     /* "Pods, requests, limits" */
  const char *findings; /* a line each */
} rows[] = {
    /* --- What is added up -------------------------------------------------------------------- */
    {{JOB("", ONE(""))}, NULL, NULL, "1 |  | ", ""},
    {{JOB("", ONE("requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 1}")),
      JOB("", ONE("requests: {cpu: 0.25, memory: 512Mi}"))},
     NULL,
     NULL,
     "2 | cpu 750m memory 1536Mi | cpu 1",
     ""},
    /* Pods at a time: no more than are to be completed, and none of a Job that is suspended. */
    {{JOB("parallelism: 3, ", ONE("requests: {cpu: 1}"))}, NULL, NULL, "3 | cpu 3 | ", ""},
    {{JOB("parallelism: 3, completions: 2, ", ONE("requests: {cpu: 1}"))},
     NULL,
     NULL,
     "2 | cpu 2 | ",
     ""},
    {{JOB("completions: 100, ", ONE("requests: {cpu: 1}"))}, NULL, NULL, "1 | cpu 1 | ", ""},
    {{JOB("parallelism: 0, ", ONE("requests: {cpu: 1}"))}, NULL, NULL, "0 | cpu 0 | ", ""},
    {{JOB("suspend: true, parallelism: 9, ", ONE("requests: {cpu: 1}"))},
     NULL,
     NULL,
     "0 | cpu 0 | ",
     ""},
    /* A request that is not named is the limit that is; devices count too. */
    {{JOB("parallelism: 2, ", ONE("limits: {cpu: 2, nvidia.com/gpu: 4}"))},
     NULL,
     NULL,
     "2 | cpu 4 nvidia.com/gpu 8 | cpu 4 nvidia.com/gpu 8",
     ""},
    /* Init containers run one after the other, sidecars beside all that comes after them. */
    {{JOB("", "initContainers: [{name: a, resources: {requests: {cpu: 3}}}, {name: b, resources: "
              "{requests: {cpu: 1}}}], containers: [{name: c, resources: {requests: {cpu: 1}}}, "
              "{name: d, resources: {requests: {cpu: 1}}}]")},
     NULL,
     NULL,
     "1 | cpu 3 | ",
     ""},
    {{JOB("", "initContainers: [{name: s, restartPolicy: Always, resources: {requests: {cpu: 1}}}, "
              "{name: b, resources: {requests: {cpu: 3}}}], containers: [{name: c, resources: "
              "{requests: {cpu: 2}}}]")},
     NULL,
     NULL,
     "1 | cpu 4 | ",
     ""},
    {{JOB("", "initContainers: [{name: a, resources: {requests: {cpu: 3}}}, {name: s, "
              "restartPolicy: Always, resources: {requests: {cpu: 2}}}], containers: [{name: c, "
              "resources: {requests: {cpu: 2}}}]")},
     NULL,
     NULL,
     "1 | cpu 4 | ",
     ""},
    {{JOB("", "overhead: {cpu: 250m}, " ONE("requests: {cpu: 1}"))},
     NULL,
     NULL,
     "1 | cpu 1250m | ",
     ""},
    {{JOB("", "resources: {requests: {cpu: 2}}, " ONE("requests: {cpu: 1}"))},
     NULL,
     NULL,
     "1 | cpu 2 | ",
     ""},
    /* Exactly, however small and however many. */
    {{JOB("parallelism: 1000000000, ", ONE("requests: {cpu: 1n, memory: 1}"))},
     NULL,
     NULL,
     "1000000000 | cpu 1 memory 1G | ",
     ""},
    {{JOB("", ONE("requests: {cpu: 1e3, memory: 0x10, x.example/a: 1_000}"))},
     NULL,
     NULL,
     "1 | cpu 1k memory 16 x.example/a 1k | ",
     ""},
    /* What a LimitRange fills in. */
    {{JOB("", ONE("requests: {cpu: 1}"))},
     NULL,
     RANGE("\"type\":\"Container\",\"default\":{\"memory\":\"1Gi\"},\"defaultRequest\":{\"cpu\":"
           "\"2\","
           "\"memory\":\"512Mi\"}"),
     "1 | cpu 1 memory 512Mi | memory 1Gi",
     ""},

    /* --- Quotas ------------------------------------------------------------------------------ */
    {{JOB("", ONE("requests: {cpu: 1}")), JOB("", ONE("requests: {cpu: 1}"))},
     QUOTA("\"cpu\":\"2\",\"count/jobs.batch\":\"2\",\"pods\":\"2\",\"services\":\"0\"", "", ""),
     NULL,
     "2 | cpu 2 | ",
     ""},
    {{JOB("", ONE("requests: {cpu: 1}")), JOB("", ONE("requests: {cpu: 1}"))},
     QUOTA("\"requests.cpu\":\"2\",\"count/jobs.batch\":\"1\",\"count/pods\":\"1\"",
           "\"requests.cpu\":\"1500m\"", ""),
     NULL,
     "2 | cpu 2 | ",
     "later requests.cpu: 2 asked for at a time, 500m left (1500m of 2 used): some Pods wait until "
     "others are over\n"
     "never count/jobs.batch: 2 asked for, 1 left (0 of 1 used): the server will refuse the other "
     "Jobs\n"
     "later count/pods: 2 asked for at a time, 1 left (0 of 1 used): some Pods wait until others "
     "are over\n"},
    /* More is used than there may be: nothing is left. */
    {{JOB("", ONE("requests: {memory: 1Gi}"))},
     QUOTA("\"memory\":\"2Gi\"", "\"memory\":\"3Gi\"", ""),
     NULL,
     "1 | memory 1Gi | ",
     "later memory: 1Gi asked for at a time, 0 left (3Gi of 2Gi used): some Pods wait until others "
     "are over\n"},
    {{JOB("", ONE("limits: {x.example/gpu: 8}"))},
     QUOTA("\"requests.x.example/gpu\":\"4\"", "", ""),
     NULL,
     "1 | x.example/gpu 8 | x.example/gpu 8",
     "never requests.x.example/gpu: a Pod of job-1 asks for 8, and the quota is 4 in all: it is "
     "never made\n"},
    /* Each container must say what the quota counts; a device it need not. */
    {{JOB("", ONE("")), JOB("", ONE("limits: {memory: 1}")), JOB("", ONE("limits: {cpu: 1}"))},
     QUOTA("\"limits.memory\":\"4Gi\",\"requests.x.example/gpu\":\"4\"", "", ""),
     NULL,
     "3 | memory 1 cpu 1 | memory 1 cpu 1",
     "never limits.memory: container main of job-1 has none, and with this quota each must: its "
     "Pods are never made (the same with 1 other Job)\n"},
    {{JOB("", ONE(""))},
     QUOTA("\"limits.memory\":\"4Gi\"", "", ""),
     RANGE("\"type\":\"Container\",\"default\":{\"memory\":\"1Gi\"}"),
     "1 |  | memory 1Gi",
     ""},
    /* Scopes. */
    {{JOB("", ONE("")), JOB("", ONE("requests: {cpu: 1}"))},
     QUOTA("\"pods\":\"0\"", "", "\"scopes\":[\"BestEffort\"]"),
     NULL,
     "2 | cpu 1 | ",
     "later pods: 1 asked for at a time, 0 left (0 of 0 used): some Pods wait until others are "
     "over\n"},
    {{JOB("", ONE("")), JOB("", ONE("requests: {cpu: 1}"))},
     QUOTA("\"pods\":\"0\"", "", "\"scopes\":[\"NotBestEffort\",\"NotTerminating\"]"),
     NULL,
     "2 | cpu 1 | ",
     "later pods: 1 asked for at a time, 0 left (0 of 0 used): some Pods wait until others are "
     "over\n"},
    /* The Job's own deadline is none of its Pods'. */
    {{JOB("activeDeadlineSeconds: 9, ", ONE("")), JOB("", "activeDeadlineSeconds: 9, " ONE(""))},
     QUOTA("\"pods\":\"0\"", "", "\"scopes\":[\"Terminating\"]"),
     NULL,
     "2 |  | ",
     "later pods: 1 asked for at a time, 0 left (0 of 0 used): some Pods wait until others are "
     "over\n"},
    {{JOB("", "priorityClassName: low, " ONE("")), JOB("", "priorityClassName: high, " ONE("")),
      JOB("", ONE(""))},
     QUOTA("\"pods\":\"0\"", "",
           "\"scopeSelector\":{\"matchExpressions\":[{\"scopeName\":\"PriorityClass\",\"operator\":"
           "\"In\",\"values\":[\"high\"]}]}"),
     NULL,
     "3 |  | ",
     "unknown pods: not known whether it counts the Pods of job-3 (scope PriorityClass)\n"
     "later pods: 1 asked for at a time, 0 left (0 of 0 used): some Pods wait until others are "
     "over\n"},
    {{JOB("", ONE(""))},
     QUOTA("\"pods\":\"0\"", "", "\"scopes\":[\"CrossNamespacePodAffinity\"]"),
     NULL,
     "1 |  | ",
     "unknown pods: not known whether it counts the Pods of job-1 (scope "
     "CrossNamespacePodAffinity)\n"},
    {{JOB("", ONE(""))},
     "{\"metadata\":{\"name\":\"q\"},\"spec\":{\"hard\":{\"pods\":\"1\"}}}",
     NULL,
     "1 |  | ",
     "unknown : not known: the server has not counted it yet\n"},

    /* --- LimitRanges ------------------------------------------------------------------------- */
    {{JOB("", ONE("requests: {cpu: 1}, limits: {cpu: 2}"))},
     NULL,
     RANGE("\"type\":\"Container\",\"max\":{\"cpu\":\"2\"},\"min\":{\"cpu\":\"1\"},"
           "\"maxLimitRequestRatio\":{\"cpu\":\"2\"}"),
     "1 | cpu 1 | cpu 2",
     ""},
    {{JOB("", ONE("requests: {cpu: 1}, limits: {cpu: 4}")), JOB("", ONE("requests: {cpu: 1}"))},
     NULL,
     RANGE("\"type\":\"Container\",\"max\":{\"cpu\":\"2\"},\"min\":{\"cpu\":\"1500m\"},"
           "\"maxLimitRequestRatio\":{\"cpu\":\"2\"}"),
     "2 | cpu 2 | cpu 4",
     "never cpu: container main of job-1 has a limit of 4, and the most is 2: its Pods are never "
     "made (the same with 1 other Job)\n"
     "never cpu: container main of job-1 has a request of 1, and the least is 1500m: its Pods are "
     "never made (the same with 1 other Job)\n"
     "never cpu: container main of job-1 has a limit of 4 for a request of 1, and 2 times is the "
     "most: its Pods are never made (the same with 1 other Job)\n"},
    {{JOB("", ONE(""))},
     NULL,
     RANGE("\"type\":\"Container\",\"max\":{\"cpu\":\"2\"}"),
     "1 |  | ",
     "never cpu: container main of job-1 has no limit, and the most is 2: its Pods are never "
     "made\n"},
    {{JOB("", "containers: [{name: a, resources: {limits: {memory: 1Gi}}}, {name: b, resources: "
              "{limits: {memory: 1Gi}}}]")},
     NULL,
     RANGE("\"type\":\"Pod\",\"max\":{\"memory\":\"1Gi\"}"),
     "1 | memory 2Gi | memory 2Gi",
     "never memory: a Pod of job-1 has a limit of 2Gi, and the most is 1Gi: its Pods are never "
     "made\n"},
    {{JOB("", ONE(""))},
     NULL,
     RANGE("\"type\":\"PersistentVolumeClaim\",\"max\":{\"storage\":\"2\"}"),
     "1 |  | ",
     ""},
};

static const struct job_demand *read_demand(const char *manifest, struct arena *arena) {
  struct yaml_tree *tree;
  struct yaml_tree_document document;
  struct yaml_problem problem;
  const struct job_demand *demand;

  assert_int_equal(yaml_tree_create(&tree, NULL), 0);
  assert_int_equal(yaml_tree_open(tree, manifest, strlen(manifest), NULL), 0);
  assert_int_equal(yaml_tree_next(tree, &document, &problem), 1);
  demand = job_demand_read(document.root, arena);
  assert_non_null(demand);
  yaml_tree_destroy(tree);
  return job_demand_copy(demand, arena); /* which has nothing of the document's */
}

static void append_sums(struct text_buffer *text, const struct amount_sums *sums) {
  text_buffer_append_string(text, " |");
  if (!sums->first)
    text_buffer_append_char(text, ' ');
  for (const struct amount_sum *sum = sums->first; sum; sum = sum->next) {
    char amount[QUANTITY_TEXT];

    quantity_print(&sum->amount, amount);
    text_buffer_printf(text, " %s %s", sum->name, amount);
  }
}

static void try_row(const struct row *row) {
  static const char *const kinds[] = {"never", "later", "unknown"};
  static const char *const names[] = {"job-1", "job-2", "job-3", "job-4"};
  struct hg_error error = HG_ERROR_INIT;
  struct asked_job jobs[MOST_JOBS];
  struct namespace_limits limits;
  struct limit_findings findings;
  struct batch_demand batch;
  struct text_buffer text;
  struct arena arena;
  uint64_t count = 0;

  arena_init(&arena);
  text_buffer_init(&text);
  namespace_limits_init(&limits, &arena);
  limit_findings_init(&findings, &arena);
  batch_demand_init(&batch, &arena);
  batch.is_of_now = true;
  if (row->quota) {
    const struct hg_bytes json = {row->quota, strlen(row->quota)};

    assert_int_equal(namespace_limits_add_quota(&limits, &json, &error), 0);
  }
  if (row->range) {
    const struct hg_bytes json = {row->range, strlen(row->range)};

    assert_int_equal(namespace_limits_add_range(&limits, &json, &error), 0);
  }
  for (; count < MOST_JOBS && row->jobs[count]; count++) {
    jobs[count] = (struct asked_job){names[count], read_demand(row->jobs[count], &arena)};
    assert_int_equal(batch_demand_add(&batch, jobs[count].demand, &limits.defaults), 0);
  }
  text_buffer_printf(&text, "%llu", (unsigned long long)batch.pods);
  append_sums(&text, &batch.lists[DEMAND_REQUESTS]);
  append_sums(&text, &batch.lists[DEMAND_LIMITS]);
  assert_string_equal(text_buffer_string(&text), row->sums);
  text_buffer_reset(&text);
  assert_int_equal(quota_check(&findings, &limits, jobs, count), 0);
  assert_int_equal(limit_range_check(&findings, &limits, jobs, count), 0);
  for (const struct limit_finding *finding = findings.first; finding; finding = finding->next)
    text_buffer_printf(&text, "%s %s: %s\n", kinds[finding->kind], finding->resource,
                       finding->message);
  assert_string_equal(text_buffer_string(&text), row->findings);
  text_buffer_finish(&text);
  arena_finish(&arena);
}

static void test_rows(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    try_row(&rows[i]);
}

/* A Job that no one means to run is counted as one whose demand is not known. */
static void test_too_much_of_everything(void **state) {
  struct batch_demand batch;
  struct text_buffer text;
  struct arena arena;

  (void)state;
  arena_init(&arena);
  text_buffer_init(&text);
  for (int of_containers = 0; of_containers < 2; of_containers++) {
    const struct job_demand *demand;

    text_buffer_reset(&text);
    text_buffer_append_string(&text,
                              "spec: {template: {spec: {containers: [{resources: {limits: {a: 1");
    for (int i = 0; i < DEMAND_MOST_CONTAINERS && of_containers; i++)
      text_buffer_append_string(&text, "}}}, {resources: {limits: {a: 1");
    for (int i = 0; i < DEMAND_MOST_RESOURCES && !of_containers; i++)
      text_buffer_printf(&text, ", r%d: 1", i);
    text_buffer_append_string(&text, "}}}]}}}\n");
    demand = read_demand(text_buffer_string(&text), &arena);
    assert_false(demand->is_known);
    batch_demand_init(&batch, &arena);
    assert_int_equal(batch_demand_add(&batch, demand, &(const struct demand_defaults){0}), 0);
    assert_int_equal(batch.unknown_jobs, 1);
    assert_int_equal(batch.jobs, 1);
  }
  text_buffer_finish(&text);
  arena_finish(&arena);
}

/* What is there and cannot be understood is an error: it must not pass for a quota without limits.
 */
static void test_what_is_no_quota(void **state) {
  static const char *const texts[] = {
      "",
      "7",
      "{}",
      "{\"metadata\":{\"name\":\"q\"},\"status\":{\"hard\":{\"cpu\":\"1x\"}}}",
      "{\"metadata\":{\"name\":\"q\"},\"status\":{\"hard\":{\"cpu\":1}}}",
  };

  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const struct hg_bytes json = {texts[i], strlen(texts[i])};
    struct hg_error error = HG_ERROR_INIT;
    struct namespace_limits limits;
    struct arena arena;

    arena_init(&arena);
    namespace_limits_init(&limits, &arena);
    assert_int_equal(namespace_limits_add_quota(&limits, &json, &error), -1);
    assert_int_equal(error.code, HG_ERROR_INVALID);
    assert_null(limits.quotas);
    arena_finish(&arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rows),
      cmocka_unit_test(test_too_much_of_everything),
      cmocka_unit_test(test_what_is_no_quota),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
