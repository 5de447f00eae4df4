#include "commands.h"
#include "pipeline.h"
#include "shell_quote.h"
#include "visible_text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The commands, in the order in which they would be executed. */
static void append_plan(struct text_buffer *text, const struct hg_plan *plan) {
  struct text_buffer command;

  text_buffer_init(&command);
  text_buffer_append_string(text, "\n[KUBECTL COMMANDS]\n");
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    const struct hg_plan_item *item = plan->jobs[i];

    text_buffer_reset(&command);
    shell_quote_append(&command, item->kubectl_command, item->kubectl_command_count);
    text_buffer_append_string(text, "  ");
    visible_text_append(text, text_buffer_string(&command), command.length);
    if (item->document_count > 1) {
      text_buffer_printf(text, "  # document %u of ", item->document);
      visible_text_append(text, item->yaml_path, strlen(item->yaml_path));
    }
    text_buffer_append_char(text, '\n');
  }
  text->failed = text->failed || command.failed;
  text_buffer_finish(&command);
}

/* A JSON string of text that may be no UTF-8. */
static json_t *json_text(const char *data) {
  struct text_buffer text;
  json_t *string;

  text_buffer_init(&text);
  valid_utf8_append(&text, data, strlen(data));
  string = text.failed ? NULL : json_string(text_buffer_string(&text));
  text_buffer_finish(&text);
  return string;
}

/* D31's plan. */
static void append_json_plan(struct text_buffer *text, const struct hg_plan *plan) {
  json_t *jobs = json_array();
  json_t *root = json_pack("{s:I, s:o}", "total_jobs", (json_int_t)plan->total_jobs, "jobs", jobs);
  char *dumped;

  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    const struct hg_plan_item *item = plan->jobs[i];
    json_t *command = json_array();

    for (uint32_t j = 0; j < item->kubectl_command_count; j++)
      (void)json_array_append_new(command, json_text(item->kubectl_command[j]));
    (void)json_array_append_new(
        jobs,
        json_pack("{s:o, s:o, s:o, s:I, s:o}", "job_name", json_text(item->job_name), "namespace",
                  json_text(item->job_namespace), "yaml_path", json_text(item->yaml_path),
                  "document", (json_int_t)item->document, "kubectl_command", command));
  }
  dumped = root ? json_dumps(root, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;
  if (dumped)
    text_buffer_append_string(text, dumped);
  else
    text->failed = true;
  text_buffer_append_char(text, '\n');
  free(dumped);
  json_decref(root);
}

int command_validate(struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  bool is_plan = strcmp(settings->command, "plan") == 0;
  bool is_json = settings->output == OUTPUT_JSON;
  struct text_buffer text;
  struct pipeline pipeline;
  bool has_plan;
  int32_t result;
  int exit_code;

  pipeline_init(&pipeline, settings, plugins, HG_MODE_VALIDATE);
  result = pipeline_begin(&pipeline, &error);
  if (result == 0)
    result = pipeline_validate(&pipeline, &error);
  if (result == 0 && !is_plan && pipeline.duplicates > 0)
    result = hg_error_set(&error, HG_ERROR_INVALID,
                          "%llu Jobs have the name of an earlier one, so they cannot be applied "
                          "together: see the warnings",
                          (unsigned long long)pipeline.duplicates);
  text_buffer_init(&text);
  has_plan = is_plan && result == 0 && pipeline.invalid_jobs == 0;
  if (has_plan && is_json)
    append_json_plan(&text, &pipeline.plan.plan);
  else if (has_plan)
    append_plan(&text, &pipeline.plan.plan);
  exit_code = pipeline_end(&pipeline, result, &error, !has_plan);
  return command_print(&text, exit_code);
}
