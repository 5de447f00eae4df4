/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "commands/namespace_lines.h"
#include "commands/preflight_lines.h"
#include "memory/no_memory.h"
#include "plan/plan_totals.h"
#include "plan/sealed_plan.h"
#include "run/preflight.h"
#include "settings/standard_output.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "text/shell_quote.h"
#include "text/visible_text.h"
#include "json/json_text.h"

#include <string.h>

/* The commands, in the order in which they would be executed. */
static void append_plan(struct text_buffer *text, const struct hg_plan *plan, bool are_requests) {
  struct text_buffer command;

  text_buffer_init(&command);
  text_buffer_append_string(text, are_requests ? "\n[REQUESTS]\n" : "\n[KUBECTL COMMANDS]\n");
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    const struct hg_plan_item *item = plan->jobs[i];

    text_buffer_reset(&command);
    if (are_requests)
      text_buffer_printf(&command, "%s %s", item->kubectl_command[0], item->kubectl_command[1]);
    else
      shell_quote_append(&command, item->kubectl_command, item->kubectl_command_count);
    text_buffer_append_string(text, "  ");
    visible_text_append(text, text_buffer_string(&command), command.length);
    if (item->reads_standard_input) {
      text_buffer_append_string(text, "  # ");
      if (item->document_count > 1)
        text_buffer_printf(text, "document %u of ", item->document_number);
      visible_text_append(text, item->yaml_path, strlen(item->yaml_path));
    }
    text_buffer_append_char(text, '\n');
  }
  text->failed = text->failed || command.failed;
  text_buffer_finish(&command);
}

/* D31's plan. */
static void append_json_plan(struct text_buffer *text, const struct hg_plan *plan,
                             const struct plan_totals *totals, const struct preflight *preflight) {
  json_t *jobs = json_array();
  json_t *root = json_pack("{s:I, s:o, s:o}", "total_jobs", (json_int_t)plan->total_jobs, "totals",
                           plan_totals_json(totals), "jobs", jobs);

  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    const struct hg_plan_item *item = plan->jobs[i];
    json_t *command = json_array();
    json_t *job;

    for (uint32_t j = 0; j < item->kubectl_command_count; j++)
      (void)json_array_append_new(command, json_of_text(item->kubectl_command[j]));
    job = json_pack("{s:o, s:o, s:o, s:I, s:o}", "job_name", json_of_text(item->job_name),
                    "namespace", json_of_text(item->job_namespace), "yaml_path",
                    json_of_text(item->yaml_path), "document", (json_int_t)item->document_number,
                    "kubectl_command", command);
    if (job && preflight->rows)
      (void)json_object_set_new(job, "preflight", preflight_json(preflight, i));
    if (json_array_append_new(jobs, job) < 0)
      text->failed = true;
  }
  if (preflight->rows)
    (void)json_object_set_new(root, "namespaces", namespaces_json(preflight->namespaces));
  json_append_line(text, root, JSON_SHOWN);
}

/* Which cluster the plan is for. */
static int32_t append_cluster(struct text_buffer *text, struct run *run, struct hg_error *err) {
  struct target_cluster_lines lines;
  int32_t result = target_cluster_describe(&run->target, &run->plan.plan, &lines, err);

  if (result == 0)
    text_buffer_printf(text, "\n[CLUSTER]\n  %s\n  %s\n  %s\n", lines.context, lines.server,
                       lines.namespaces);
  return result;
}

static int32_t save_plan(struct run *run, const char *path, struct hg_error *err) {
  const struct output_manner manner = {
      .patience = interrupt_patience, .mode = 0666, .taken = &run->taken};
  const struct run_request *request = run->request;
  const char *version = run->about.kubernetes_version;
  struct sealed_plan about;
  int32_t result;

  for (uint64_t i = 0; i < run->plan.plan.total_jobs; i++)
    if (strcmp(run->plan.plan.jobs[i]->yaml_path, "-") == 0)
      return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                          "a plan cannot be saved of what came from standard input: an apply reads "
                          "the manifests again, so write them to a file first");
  sealed_plan_init(&about);
  about.created_at = run->started_at;
  about.headgate_version = HEADGATE_VERSION;
  about.kubernetes_version = *version ? version : NULL;
  about.jobs_dir = request->jobs_dir;
  about.operands = request->operands;
  about.namespace_name = request->target.namespace_name;
  about.kubeconfig = request->target.kubeconfig;
  about.context = request->target.context;
  about.applier = request->kept.applier;
  about.target = run->target.record;
  result = sealed_plan_save(path, &manner, &run->plan.plan, &about, err);
  sealed_plan_finish(&about);
  if (result == 0 && !standard_output_is(path))
    log_line(HG_LOG_INFO, LOG_VALIDATE, "Plan saved: %s", path);
  return result;
}

/* All that `plan` does with a plan: asks the server, saves it to `save_path` (NULL: not), prints
 * it.
 */
static int32_t present_plan(struct run *run, const char *save_path, struct text_buffer *text,
                            struct hg_error *err) {
  const struct hg_plan *plan = &run->plan.plan;
  struct preflight preflight;
  struct plan_totals totals;
  int32_t result = 0;

  preflight_init(&preflight);
  if (plan_totals_make(&totals, plan, &run->plan.arena) < 0)
    result = no_memory(err);
  if (result == 0 && run->request->preflight)
    result = preflight_run(&preflight, run, err);
  if (result == 0 && run->request->is_json && !standard_output_is(save_path)) {
    append_json_plan(text, plan, &totals, &preflight);
  } else if (result == 0 && !standard_output_is(save_path)) {
    result = append_cluster(text, run, err);
    text_buffer_append_string(text, "\n[TOTALS]\n  ");
    batch_words_append(text, &totals.demand, &totals.namespaces, &totals.queues);
    text_buffer_append_char(text, '\n');
    append_plan(text, plan, run_request_asks_server(run->request));
    if (preflight.rows) {
      preflight_lines_append(text, &preflight, plan);
      namespace_lines_append(text, preflight.namespaces);
    }
  }
  if (result == 0 && preflight.refused > 0)
    result =
        hg_error_set(err, HG_ERROR_INVALID, "the server would refuse %llu of %llu Jobs",
                     (unsigned long long)preflight.refused, (unsigned long long)preflight.count);
  else if (result == 0 && preflight.impossible > 0)
    result =
        hg_error_set(err, HG_ERROR_INVALID,
                     "a namespace's quotas or limits would not take all of it: see [NAMESPACES]");
  if (result == 0 && save_path)
    result = save_plan(run, save_path, err);
  preflight_finish(&preflight);
  return result;
}

static int print_document(void *text, int exit_code) {
  return command_print(text, exit_code);
}

static int print_lines(void *text, int exit_code) {
  return command_print_lines(text, exit_code);
}

int command_validate(const struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  bool is_plan = strcmp(settings->command, "plan") == 0;
  struct run_request request;
  struct text_buffer text;
  struct run run;
  bool is_document;
  bool has_plan;
  int32_t result;
  int exit_code;

  if (settings->explain)
    return command_explain(settings, plugins);
  text_buffer_init(&text);
  result = run_request_init(&request, settings, HG_MODE_VALIDATE, &error);
  run_init(&run, &request, plugins);
  if (result == 0)
    result = run_begin(&run, &error);
  if (result == 0)
    result = run_validate(&run, &error);
  if (result == 0 && !is_plan && run.counts.duplicates > 0)
    result = hg_error_set(&error, HG_ERROR_INVALID,
                          "%llu Jobs have the name of an earlier one, so they cannot be applied "
                          "together: see the warnings",
                          (unsigned long long)run.counts.duplicates);
  has_plan = is_plan && result == 0 && run.counts.invalid == 0;
  if (has_plan)
    result = present_plan(&run, settings->save_plan, &text, &error);
  is_document = settings->output == OUTPUT_JSON || standard_output_is(settings->save_plan);
  exit_code = run_end(&run, result, &error,
                      !has_plan     ? NULL
                      : is_document ? print_document
                                    : print_lines,
                      &text);
  text_buffer_finish(&text);
  run_request_finish(&request);
  return exit_code;
}
