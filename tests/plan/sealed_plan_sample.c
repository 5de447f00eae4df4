/* SPDX-License-Identifier: Apache-2.0 */
#include "sealed_plan_sample.h"

#include <stdio.h>
#include <string.h>

const struct output_manner sample_manner = {.mode = 0666};

static const char *operands[] = {"jobs"};

const struct sealed_plan sample_about = {
    .created_at = "2026-11-24T09:05:07.042Z",
    .headgate_version = "1.0.0",
    .kubernetes_version = "1.36",
    .jobs_dir = "jobs",
    .operands = {operands, 1},
    .context = "staging",
    .applier = "apply-kubectl",
    .target = {"staging", "https://10.0.0.1:6443", "ann", "tuning", ""},
};

int32_t sample_add_job(struct plan_builder *builder, unsigned nth) {
  char path[64];
  char name[32];
  struct judged_document document;

  (void)snprintf(path, sizeof path, "jobs/job-%u.yaml", nth);
  (void)snprintf(name, sizeof name, "job-%u", nth);
  memset(&document, 0, sizeof document);
  document.job.path = arena_copy(&builder->arena, path, strlen(path));
  document.job.name = arena_copy(&builder->arena, name, strlen(name));
  document.job.namespace = "tuning";
  document.job.document_number = nth % 10 == 9 ? 2 : 1;
  document.document_count = nth % 10 == 9 ? 3 : 1;
  memset(document.sha256, (int)(nth & 0xff), sizeof document.sha256);
  if (!document.job.path || !document.job.name)
    return -1;
  return plan_builder_add(builder, &document, nth + 1) ? 0 : -1;
}

int32_t sample_save(const char *path, unsigned count, struct hg_error *err) {
  struct plan_builder builder;
  int32_t result = 0;

  plan_builder_init(&builder, sample_about.kubeconfig, sample_about.context);
  for (unsigned i = 0; i < count && result == 0; i++)
    if (sample_add_job(&builder, i) < 0)
      result = hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  if (result == 0)
    result = sealed_plan_save(path, &sample_manner, &builder.plan, &sample_about, err);
  plan_builder_finish(&builder);
  return result;
}
