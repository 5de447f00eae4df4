/* SPDX-License-Identifier: Apache-2.0 */
#include "run/run_request.h"

#include "memory/no_memory.h"
#include "plan/plan_builder.h"
#include "settings/command_line.h"
#include "settings/standard_output.h"
#include "text/shell_quote.h"

#include <string.h>

struct generation_request generation_request_of(const struct settings *settings,
                                                const char *output_dir) {
  return (struct generation_request){
      .generator = settings->generator,
      .orchestrator_config = settings->orchestrator_config,
      .k8s_config = settings->k8s_config,
      .template_file = settings->template_file,
      .sweep = settings->sweep,
      .output_dir = output_dir,
      .shows = settings->show,
  };
}

/* --jobs-dir, then what was typed. */
static int32_t take_operands(struct run_request *request, const struct settings *settings,
                             struct hg_error *err) {
  struct string_list operands = {0};
  bool has_operands = command_line_reads_operands(settings->command);
  const struct string_list *given = &settings->operands;

  /* What is typed holds before the directory that a configuration file names. */
  if (settings->jobs_dir &&
      (command_line_has(settings, "jobs-dir") ||
       settings->manifests.count + (has_operands ? given->count : 0) == 0) &&
      string_list_add(&operands, &request->arena, settings->jobs_dir) < 0)
    return no_memory(err);
  for (size_t i = 0; i < settings->manifests.count; i++)
    if (string_list_add(&operands, &request->arena, settings->manifests.items[i]) < 0)
      return no_memory(err);
  for (size_t i = 0; has_operands && i < given->count; i++)
    if (string_list_add(&operands, &request->arena, given->items[i]) < 0)
      return no_memory(err);
  return operands.count > 0 ? run_request_set_operands(request, &operands, err) : 0;
}

int32_t run_request_init(struct run_request *request, const struct settings *settings,
                         uint32_t mode, struct hg_error *err) {
  memset(request, 0, sizeof *request);
  arena_init(&request->arena);
  request->command = settings->command;
  request->mode = mode;
  request->argv = settings->argv;
  request->argv_count = settings->argv_count;
  if (settings->orchestrator_config || settings->template_file)
    request->generation = generation_request_of(settings, settings->jobs_dir);
  request->with_others = settings->with_others;
  request->kept = settings->kept;
  request->target.kubeconfig = settings->kubeconfig;
  request->target.context = settings->context;
  request->target.namespace_name = settings->job_namespace;
  request->selector = settings->selector;
  request->excludes = settings->excludes;
  request->confirmed_context = settings->confirmed_context;
  request->protected_contexts = settings->protected_contexts;
  request->threads = settings->threads;
  request->repeat_unknown = settings->repeat_unknown;
  request->preflight = settings->preflight || settings->diff;
  request->diff = settings->diff;
  request->history = settings->no_history ? NULL : settings->history;
  request->keeps_manifests = !settings->no_manifests;
  request->reporters = settings->reporters;
  request->report_file = settings->output_report ? settings->output_report : settings->output_plan;
  request->reporter_timeout_s = settings->reporter_timeout;
  request->strict_reporters = settings->strict_reporters;
  request->is_json = settings->output == OUTPUT_JSON;
  request->prints_plan = strcmp(settings->command, "plan") == 0 &&
                         (request->is_json || standard_output_is(settings->save_plan));
  request->shows_progress = !settings->quiet;
  return take_operands(request, settings, err);
}

void run_request_finish(struct run_request *request) {
  arena_finish(&request->arena);
  memset(request, 0, sizeof *request);
}

int32_t run_request_set_operands(struct run_request *request, const struct string_list *operands,
                                 struct hg_error *err) {
  struct text_buffer text;

  request->operands = (struct string_list){0};
  for (size_t i = 0; i < operands->count; i++)
    if (string_list_add(&request->operands, &request->arena, operands->items[i]) < 0)
      return no_memory(err);
  request->jobs_dir = request->operands.items[0];
  if (operands->count == 1)
    return 0;
  text_buffer_init(&text);
  shell_quote_append(&text, operands->items, operands->count);
  request->jobs_dir = text.failed ? NULL : arena_copy(&request->arena, text.data, text.length);
  text_buffer_finish(&text);
  return request->jobs_dir ? 0 : no_memory(err);
}

bool run_request_asks_server(const struct run_request *request) {
  return strcmp(request->kept.applier, PLAN_SERVER_APPLIER) == 0;
}

int32_t run_request_set_option(struct run_request *request, const char *plugin, const char *option,
                               const char *value, const char *origin, struct hg_error *err) {
  const struct option_setting added = {
      .plugin = plugin, .option = option, .value = value, .origin = origin};

  return option_list_add(&request->kept.options, &request->arena, &added, err);
}
