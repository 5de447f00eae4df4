/* SPDX-License-Identifier: Apache-2.0 */
#include "run/generation.h"

#include "memory/no_memory.h"
#include "terminal/log.h"

#include <string.h>

void generation_init(struct generation *generation) {
  memset(generation, 0, sizeof *generation);
  arena_init(&generation->arena);
  text_buffer_init(&generation->shown);
}

void generation_finish(struct generation *generation) {
  text_buffer_finish(&generation->shown);
  arena_finish(&generation->arena);
}

static const char *keep(struct generation *generation, const char *text) {
  const char *copy = arena_copy(&generation->arena, text ? text : "", text ? strlen(text) : 0);

  if (!copy)
    generation->failed = true;
  return copy;
}

static void take_fact(const struct hg_generate_sink *sink, const char *label, const char *value) {
  struct generation *generation = sink->context;
  struct generated_fact *fact = arena_alloc(&generation->arena, sizeof *fact);

  if (!fact) {
    generation->failed = true;
    return;
  }
  fact->next = NULL;
  fact->label = keep(generation, label);
  fact->value = keep(generation, value);
  if (generation->last_fact)
    generation->last_fact->next = fact;
  else
    generation->facts = fact;
  generation->last_fact = fact;
}

static struct hg_pair *keep_pairs(struct generation *generation, const struct hg_pair *pairs,
                                  uint32_t count) {
  struct hg_pair *copies = arena_alloc(&generation->arena, (count + 1) * sizeof *copies);

  if (!copies)
    generation->failed = true;
  for (uint32_t i = 0; copies && i < count; i++) {
    copies[i].name = keep(generation, pairs[i].name);
    copies[i].value = keep(generation, pairs[i].value);
  }
  return copies;
}

static int32_t take_file(const struct hg_generate_sink *sink,
                         const struct hg_generated_file *file) {
  struct generation *generation = sink->context;
  struct generated_manifest *manifest = arena_alloc(&generation->arena, sizeof *manifest);

  if (!manifest) {
    generation->failed = true;
    return -1;
  }
  manifest->next = NULL;
  manifest->path = keep(generation, file->path);
  manifest->job_name = keep(generation, file->job_name);
  manifest->fact_count = file->fact_count;
  manifest->facts = keep_pairs(generation, file->facts, file->fact_count);
  if (generation->last_manifest)
    generation->last_manifest->next = manifest;
  else
    generation->manifests = manifest;
  generation->last_manifest = manifest;
  generation->manifest_count++;
  return generation->failed ? -1 : 0;
}

static int32_t take_shown(const struct hg_generate_sink *sink, const char *text, uint64_t length) {
  struct generation *generation = sink->context;

  text_buffer_append(&generation->shown, text, length);
  generation->failed = generation->failed || generation->shown.failed;
  return generation->failed ? -1 : 0;
}

static void log_request(const struct generation_request *request) {
  if (request->orchestrator_config)
    log_line(HG_LOG_INFO, LOG_GENERATE, "Loading orchestrator config: %s",
             request->orchestrator_config);
  if (request->k8s_config)
    log_line(HG_LOG_INFO, LOG_GENERATE, "Loading K8s config: %s", request->k8s_config);
  if (request->template_file)
    log_line(HG_LOG_INFO, LOG_GENERATE, "Loading template: %s", request->template_file);
  if (request->sweep)
    log_line(HG_LOG_INFO, LOG_GENERATE, "Loading sweep: %s", request->sweep);
  if (!request->shows)
    log_line(HG_LOG_INFO, LOG_GENERATE, "Output directory: %s", request->output_dir);
}

int32_t generation_run(struct generation *generation, struct plugin_set *plugins,
                       const struct generation_request *request, struct hg_error *err) {
  const struct hg_generate_sink sink = {sizeof sink, 0,         generation,
                                        take_fact,   take_file, take_shown};
  const struct hg_generate_request theirs = {sizeof theirs, request->shows ? HG_GENERATE_SHOW : 0,
                                             request->output_dir};
  const struct hg_generator_ops *ops;
  void *object = NULL;
  int32_t result;

  if (plugin_load(plugins, request->generator, HG_STAGE_GENERATOR, &generation->generator, err) < 0)
    return -1;
  ops = &generation->generator->ops.generator;
  log_request(request);
  if (ops->create(&generation->generator->host, &object, err) < 0)
    return -1;
  result = ops->generate(object, &theirs, &sink, err);
  ops->destroy(object);
  if (generation->failed)
    result = no_memory(err);
  if (result == 0 && !request->shows)
    log_line(HG_LOG_INFO, LOG_GENERATE, "Generated %llu K8s Job specs",
             (unsigned long long)generation->manifest_count);
  return result;
}
