/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/plan_builder.h"

#include "memory/array.h"
#include "text/percent_text.h"
#include "text/text_buffer.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void plan_builder_init(struct plan_builder *builder, const char *kubeconfig, const char *context) {
  memset(builder, 0, sizeof *builder);
  arena_init(&builder->arena);
  name_table_init(&builder->places);
  builder->kubeconfig = kubeconfig;
  builder->context = context;
  builder->plan.struct_size = sizeof builder->plan;
}

void plan_builder_finish(struct plan_builder *builder) {
  arena_finish(&builder->arena);
  free(builder->jobs);
  memset(builder, 0, sizeof *builder);
}

/* Whether kubectl takes the path for nothing but the name of a file. To kubectl the word behind -f
 * is a list in CSV (commas, quotes, line feeds), a URL, a pattern where no such file is, or "-"; so
 * only bytes of which none can begin or be any of these count as plain, and the letters of other
 * languages. */
static bool is_plain(const char *path) {
  static const char bytes[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=@% ";
  size_t left = strlen(path);
  uint32_t codepoint;

  if (!*path || *path == '-')
    return false;
  for (size_t taken; left > 0; path += taken, left -= taken) {
    taken = utf8_decode(path, left, &codepoint);
    if (taken == 0 || (taken == 1 ? !strchr(bytes, *path) : visible_text_hides(codepoint)))
      return false;
  }
  return true;
}

/* kubectl apply -f PATH [--kubeconfig F] [--context C] [--namespace N], with "-" for the path where
 * kubectl is given the bytes: a document of a file with several, or one that stands in none, a path
 * that is not plain. */
static int32_t build_command(struct plan_builder *builder, struct hg_plan_item *item,
                             bool is_in_no_file) {
  const char **argv = arena_alloc(&builder->arena, 11 * sizeof *argv);
  uint32_t count = 0;

  if (!argv)
    return -1;
  item->reads_standard_input =
      is_in_no_file || item->document_count > 1 || !is_plain(item->yaml_path);
  argv[count++] = "kubectl";
  argv[count++] = "apply";
  argv[count++] = "-f";
  argv[count++] = item->reads_standard_input ? "-" : item->yaml_path;
  if (builder->kubeconfig) {
    argv[count++] = "--kubeconfig";
    argv[count++] = builder->kubeconfig;
  }
  if (builder->context) {
    argv[count++] = "--context";
    argv[count++] = builder->context;
  }
  if (builder->namespace_name) {
    argv[count++] = "--namespace";
    argv[count++] = builder->namespace_name;
  }
  argv[count] = NULL;
  item->kubectl_command = argv;
  item->kubectl_command_count = count;
  return 0;
}

int32_t plan_builder_use_server(struct plan_builder *builder, const char *server) {
  size_t length = strlen(server);

  while (length > 0 && server[length - 1] == '/')
    length--;
  builder->server = arena_copy(&builder->arena, server, length);
  return builder->server ? 0 : -1;
}

/* PATCH URL: server-side apply, which changes nothing that is another manager's. Names have nothing
 * to encode once they are valid. */
static int32_t build_request(struct plan_builder *builder, struct hg_plan_item *item) {
  const char **words = arena_alloc(&builder->arena, 3 * sizeof *words);
  struct text_buffer url;

  text_buffer_init(&url);
  text_buffer_printf(&url, "%s/apis/batch/v1/namespaces/", builder->server);
  percent_text_append_string(&url, item->job_namespace);
  text_buffer_append_string(&url, "/jobs/");
  percent_text_append_string(&url, item->job_name);
  text_buffer_append_string(&url, "?fieldManager=headgate&fieldValidation=Strict");
  if (words && !url.failed) {
    words[0] = "PATCH";
    words[1] = arena_copy(&builder->arena, url.data, url.length);
    words[2] = NULL;
    item->kubectl_command = words;
    item->kubectl_command_count = 2;
    item->reads_standard_input = 1;
  }
  text_buffer_finish(&url);
  return item->kubectl_command && words[1] ? 0 : -1;
}

int32_t plan_copy_parameters(struct hg_plan_item *item, const struct hg_pair *parameters,
                             uint32_t count, struct arena *arena) {
  struct hg_pair *pairs;

  if (count == 0)
    return 0;
  pairs = arena_alloc(arena, count * sizeof *pairs);
  for (uint32_t i = 0; pairs && i < count; i++) {
    pairs[i].name = arena_copy(arena, parameters[i].name, strlen(parameters[i].name));
    pairs[i].value = arena_copy(arena, parameters[i].value, strlen(parameters[i].value));
    if (!pairs[i].name || !pairs[i].value)
      return -1;
  }
  item->parameters = pairs;
  item->parameter_count = count;
  return pairs ? 0 : -1;
}

int32_t plan_builder_reserve(struct plan_builder *builder, size_t capacity) {
  const struct hg_plan_item **jobs =
      array_reserve(builder->jobs, capacity, &builder->capacity, sizeof *jobs);
  if (!jobs)
    return -1;
  builder->jobs = jobs;
  builder->plan.jobs = jobs;
  return 0;
}

struct planned_job *plan_builder_add(struct plan_builder *builder,
                                     const struct judged_document *document, uint64_t position) {
  struct planned_job *job = arena_alloc(&builder->arena, sizeof *job);
  struct hg_plan *plan = &builder->plan;

  if (!job)
    return NULL;
  if (plan_builder_reserve(builder, plan->total_jobs + 1) < 0)
    return NULL;
  memset(job, 0, sizeof *job);
  job->position = position;
  job->item.vanishes = document->vanishes;
  job->offset = document->offset;
  job->length = document->length;
  job->item.struct_size = sizeof job->item;
  job->item.document_number = document->job.document_number;
  job->item.document_count = document->document_count;
  job->item.job_name = document->job.name;
  job->item.job_namespace = document->job.namespace;
  job->item.yaml_path = document->job.path;
  memcpy(job->item.sha256, document->sha256, sizeof job->item.sha256);
  job->derived_from = "";
  job->is_derived = document->source_sha256 != NULL;
  memcpy(job->source_sha256, job->is_derived ? document->source_sha256 : document->sha256,
         sizeof job->source_sha256);
  if (document->kept) {
    job->kept = arena_copy(&builder->arena, document->kept, (size_t)document->length);
    if (!job->kept)
      return NULL;
  }
  if (document->demand) {
    job->demand = job_demand_copy(document->demand, &builder->arena);
    job->queue = arena_copy(&builder->arena, document->queue, strlen(document->queue));
    if (!job->demand || !job->queue)
      return NULL;
  }
  if (plan_copy_parameters(&job->item, document->parameters, document->parameter_count,
                           &builder->arena) < 0)
    return NULL;
  if ((builder->server ? build_request(builder, &job->item)
                       : build_command(builder, &job->item, job->is_derived || document->kept)) < 0)
    return NULL;
  builder->jobs[plan->total_jobs++] = &job->item;
  return job;
}

const struct planned_job *planned_job_of(const struct hg_plan_item *item) {
  return (const struct planned_job *)(const void *)item;
}

struct planned_job *plan_builder_job(const struct plan_builder *builder, uint64_t item) {
  return (struct planned_job *)(uintptr_t)builder->jobs[item];
}

int32_t plan_builder_find(struct plan_builder *builder, uint64_t position,
                          struct planned_job **found) {
  for (; builder->placed < builder->plan.total_jobs; builder->placed++) {
    struct planned_job *job = plan_builder_job(builder, builder->placed);
    void **place = name_table_entry(&builder->places, &builder->arena, (const char *)&job->position,
                                    sizeof job->position);

    if (!place)
      return -1;
    if (!*place)
      *place = job;
  }
  *found = name_table_find(&builder->places, (const char *)&position, sizeof position);
  return 0;
}
