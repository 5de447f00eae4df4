/* SPDX-License-Identifier: Apache-2.0 */
/* What a preflight makes of a server's objects and of manifests. The first byte of the input says
 * what the rest is ('D': a Job as it is and as it would be, a line each, 'Q': a ResourceQuota, 'R':
 * a LimitRange, 'M': a manifest, in YAML, whose demand is added up). Whatever it is, what is to be
 * shown is safe to show. */
#include "plan/job_change.h"
#include "plan/job_summary.h"
#include "plan/limit_findings.h"
#include "text/utf8.h"
#include "text/visible_text.h"
#include "yaml/yaml_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void finding(const char *what) {
  (void)fprintf(stderr, "FINDING: %s\n", what);
  abort();
}

static void check_shown(const char *text, size_t length, bool has_lines) {
  for (size_t at = 0; at < length;) {
    uint32_t codepoint;
    size_t taken = utf8_decode(text + at, length - at, &codepoint);
    bool is_of_lines = has_lines && (text[at] == '\n' || text[at] == '\t');

    if (taken == 0 || (!is_of_lines && visible_text_hides(codepoint)))
      finding("a terminal would obey it");
    at += taken;
  }
}

/* --- Changes ---------------------------------------------------------------------------------- */

static void try_change(const char *bytes, size_t length) {
  static const char *const fields[] = {"spec.template"};
  const char *feed = memchr(bytes, '\n', length);
  size_t first = feed ? (size_t)(feed - bytes) : length;
  const struct job_change change = {
      .job = {.name = "one", .namespace = "default"},
      .before = {bytes, first},
      .after = {bytes + first, length - first},
      .immutable_fields = fields,
      .immutable_count = 1,
  };
  const struct job_change same = {
      .job = change.job, .before = change.before, .after = change.before};
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer text;

  text_buffer_init(&text);
  if (job_change_append(&text, &change, &error) < 0 && error.code == 0)
    finding("a change that is refused without a word");
  check_shown(text_buffer_string(&text), text.length, true);
  text_buffer_reset(&text);
  if (job_change_append(&text, &same, &error) == 0 && text.length > 0)
    finding("a Job that differs from itself");
  text_buffer_reset(&text);
  if (job_summary_append(&text, &change.before, &error) < 0 && error.code == 0)
    finding("a summary that is refused without a word");
  check_shown(text_buffer_string(&text), text.length, false);
  text_buffer_finish(&text);
}

/* --- Demands and limits ----------------------------------------------------------------------- */

static const char usual[] =
    "spec: {parallelism: 3, template: {spec: {priorityClassName: high, containers: [{name: main, "
    "resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 1, x.example/gpu: 2}}}, {name: "
    "beside}]}}}\n";

static void check_findings(const struct limit_findings *findings) {
  for (const struct limit_finding *found = findings->first; found; found = found->next) {
    check_shown(found->object, strlen(found->object), false);
    check_shown(found->resource, strlen(found->resource), false);
    check_shown(found->message, strlen(found->message), false);
  }
}

static void try_limits(const char *manifest, size_t manifest_length, const struct hg_bytes *quota,
                       const struct hg_bytes *range) {
  struct hg_error error = HG_ERROR_INIT;
  struct namespace_limits limits;
  struct limit_findings findings;
  struct batch_demand batch;
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct yaml_tree *tree;
  struct arena arena;

  arena_init(&arena);
  namespace_limits_init(&limits, &arena);
  limit_findings_init(&findings, &arena);
  batch_demand_init(&batch, &arena);
  if ((quota && namespace_limits_add_quota(&limits, quota, &error) < 0 && error.code == 0) ||
      (range && namespace_limits_add_range(&limits, range, &error) < 0 && error.code == 0))
    finding("an object that is refused without a word");
  if (yaml_tree_create(&tree, NULL) < 0)
    abort();
  if (yaml_tree_open(tree, manifest, manifest_length, NULL) == 0 &&
      yaml_tree_next(tree, &document, &problem) > 0) {
    const struct job_demand *demand = job_demand_read(document.root, &arena);
    struct asked_job job = {"one", demand ? job_demand_copy(demand, &arena) : NULL};

    if (!job.demand || batch_demand_add(&batch, job.demand, &limits.defaults) < 0 ||
        quota_check(&findings, &limits, &job, 1) < 0 ||
        limit_range_check(&findings, &limits, &job, 1) < 0)
      finding("no memory");
    check_findings(&findings);
  }
  yaml_tree_destroy(tree);
  arena_finish(&arena);
}

static void try_manifest(const char *bytes, size_t length) {
  static const char quota[] =
      "{\"metadata\":{\"name\":\"q\"},\"spec\":{\"scopes\":[\"NotTerminating\"]},\"status\":{"
      "\"hard\":{\"cpu\":\"1\",\"limits.memory\":\"1Gi\",\"pods\":\"1\"}}}";
  static const char range[] =
      "{\"metadata\":{\"name\":\"r\"},\"spec\":{\"limits\":[{\"type\":\"Container\",\"max\":{"
      "\"cpu\":\"1\"},\"maxLimitRequestRatio\":{\"cpu\":\"2\"}},{\"type\":\"Pod\",\"min\":{"
      "\"memory\":\"1Gi\"}}]}}";

  try_limits(bytes, length, &(const struct hg_bytes){quota, sizeof quota - 1},
             &(const struct hg_bytes){range, sizeof range - 1});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *bytes = (const char *)data + 1;
  struct hg_bytes json;

  if (size < 2)
    return 0;
  json = (struct hg_bytes){bytes, size - 1};
  if (*data == 'D')
    try_change(bytes, size - 1);
  else if (*data == 'Q')
    try_limits(usual, sizeof usual - 1, &json, NULL);
  else if (*data == 'R')
    try_limits(usual, sizeof usual - 1, NULL, &json);
  else if (*data == 'M')
    try_manifest(bytes, size - 1);
  return 0;
}
