/* SPDX-License-Identifier: Apache-2.0 */
#include "report_members.h"

static const char *or_empty(const char *text) {
  return text ? text : "";
}

static void add_diagnostic(struct json_stream *stream, const struct hg_diagnostic *diagnostic) {
  bool is_warning = diagnostic->severity == HG_SEVERITY_WARNING; /* anything unknown is an error */

  json_stream_open(stream, NULL, '{');
  json_stream_string(stream, "severity", is_warning ? "warning" : "error");
  json_stream_string(stream, "rule", diagnostic->rule);
  json_stream_string(stream, "field", diagnostic->field);
  json_stream_string(stream, "message", diagnostic->message);
  json_stream_optional_integer(stream, "line", diagnostic->line);
  json_stream_optional_integer(stream, "column", diagnostic->column);
  if (diagnostic->advice)
    json_stream_string(stream, "advice", diagnostic->advice);
  json_stream_close(stream, '}');
}

static bool stands_before(const struct hg_diagnostic *a, const struct hg_diagnostic *b) {
  return a->line < b->line || (a->line == b->line && a->column < b->column);
}

/* Errors and warnings are each in document order: one list in that order, an error first where both
 * are of the same place. */
static void add_diagnostics(struct json_stream *stream, const struct hg_validation *validation) {
  uint32_t error = 0;
  uint32_t warning = 0;

  json_stream_open(stream, "diagnostics", '[');
  while (error < validation->error_count || warning < validation->warning_count) {
    bool warning_next = error == validation->error_count ||
                        (warning < validation->warning_count &&
                         stands_before(validation->warnings[warning], validation->errors[error]));

    add_diagnostic(stream,
                   warning_next ? validation->warnings[warning] : validation->errors[error]);
    warning += warning_next ? 1 : 0;
    error += warning_next ? 0 : 1;
  }
  json_stream_close(stream, ']');
}

void report_add_document(struct json_stream *stream, const struct hg_validation *validation) {
  json_stream_open(stream, NULL, '{');
  json_stream_string(stream, "yaml_path", validation->yaml_path);
  json_stream_optional_integer(stream, "document", validation->document_number);
  json_stream_optional_string(stream, "job_name", validation->job_name);
  json_stream_string(stream, "namespace", validation->job_namespace);
  json_stream_boolean(stream, "valid", validation->valid != 0);
  json_stream_open(stream, "parameters", '[');
  for (uint32_t i = 0; i < validation->parameter_count; i++) {
    json_stream_open(stream, NULL, '{');
    json_stream_string(stream, "name", validation->parameters[i].name);
    json_stream_string(stream, "value", validation->parameters[i].value);
    json_stream_close(stream, '}');
  }
  json_stream_close(stream, ']');
  add_diagnostics(stream, validation);
  json_stream_close(stream, '}');
}

void report_add_job_result(struct json_stream *stream, const struct hg_job_result *result) {
  bool has_return_code = result->status != HG_STATUS_SKIPPED && result->return_code >= 0;

  json_stream_open(stream, NULL, '{');
  json_stream_string(stream, "job_name", result->job_name);
  json_stream_string(stream, "namespace", result->job_namespace);
  json_stream_string(stream, "yaml_path", result->yaml_path);
  json_stream_count(stream, "document", result->document_number);
  json_stream_open(stream, "command", '[');
  for (uint32_t i = 0; i < result->command_count; i++)
    json_stream_string(stream, NULL, result->command[i]);
  json_stream_close(stream, ']');
  if (has_return_code)
    json_stream_integer(stream, "return_code", result->return_code);
  else
    json_stream_null(stream, "return_code");
  json_stream_optional_integer(stream, "signal", result->signal);
  json_stream_count(stream, "attempt", result->attempt);
  json_stream_bytes(stream, "stdout", result->stdout_text);
  json_stream_bytes(stream, "stderr", result->stderr_text);
  json_stream_boolean(stream, "stdout_cut", (result->flags & HG_RESULT_STDOUT_CUT) != 0);
  json_stream_boolean(stream, "stderr_cut", (result->flags & HG_RESULT_STDERR_CUT) != 0);
  json_stream_string(stream, "status", hg_status_name(result->status));
  json_stream_string(stream, "reason", result->reason);
  json_stream_string(stream, "failure_class", or_empty(result->failure_class));
  json_stream_string(stream, "advice", or_empty(result->advice));
  json_stream_optional_string(stream, "verb", hg_verb_name(result->verb));
  json_stream_open(stream, "warnings", '[');
  for (uint32_t i = 0; i < result->warning_count; i++)
    json_stream_string(stream, NULL, result->warnings[i]);
  json_stream_close(stream, ']');
  json_stream_string(stream, "timestamp", result->timestamp);
  json_stream_integer(stream, "duration_ms", result->duration_ms);
  json_stream_close(stream, '}');
}

static void add_number_or_null(struct json_stream *stream, const char *key, int64_t number) {
  if (number >= 0)
    json_stream_integer(stream, key, number);
  else
    json_stream_null(stream, key);
}

void report_add_completion(struct json_stream *stream, const struct hg_job_completion *completion) {
  bool is_earlier = (completion->flags & HG_COMPLETION_EARLIER) != 0;

  json_stream_open(stream, NULL, '{');
  json_stream_string(stream, "job_name", completion->job_name);
  json_stream_string(stream, "namespace", completion->job_namespace);
  json_stream_string(stream, "yaml_path", completion->yaml_path);
  json_stream_count(stream, "document", completion->document_number);
  json_stream_string(stream, "uid", completion->uid);
  json_stream_string(stream, "outcome", hg_outcome_name(completion->outcome));
  json_stream_boolean(stream, "earlier", is_earlier);
  json_stream_boolean(stream, "retried", (completion->flags & HG_COMPLETION_RETRIED) != 0);
  json_stream_string(stream, "derived_from", completion->derived_from);
  json_stream_string(stream, "reason", completion->reason);
  json_stream_string(stream, "message", completion->message);
  json_stream_string(stream, "failure_class", completion->failure_class);
  json_stream_string(stream, "cause", completion->cause);
  json_stream_string(stream, "advice", completion->advice);
  json_stream_string(stream, "pod", completion->pod);
  json_stream_string(stream, "container", completion->container);
  add_number_or_null(stream, "exit_code", completion->exit_code);
  json_stream_optional_integer(stream, "signal", completion->signal);
  json_stream_string(stream, "termination_message", completion->termination_message);
  json_stream_string(stream, "log_path", completion->log_path);
  json_stream_bytes(stream, "log_tail", completion->log_tail);
  json_stream_count(stream, "logs_kept", completion->logs_kept);
  json_stream_count(stream, "logs_lost", completion->logs_lost);
  json_stream_integer(stream, "succeeded", completion->succeeded);
  json_stream_integer(stream, "failed", completion->failed);
  add_number_or_null(stream, "completions", completion->completions);
  json_stream_count(stream, "pods", completion->pods);
  json_stream_optional_string(stream, "started_at", completion->started_at);
  json_stream_optional_string(stream, "finished_at", completion->finished_at);
  json_stream_optional_string(stream, "decided_at", completion->decided_at);
  add_number_or_null(stream, "duration_ms", completion->duration_ms);
  json_stream_close(stream, '}');
}

void report_add_passed_over(struct json_stream *stream, const struct hg_passed_over *object) {
  json_stream_open(stream, NULL, '{');
  json_stream_string(stream, "yaml_path", object->yaml_path);
  json_stream_optional_integer(stream, "document", object->document_number);
  json_stream_string(stream, "api_version", object->api_version);
  json_stream_string(stream, "kind", object->kind);
  json_stream_string(stream, "namespace", object->object_namespace);
  json_stream_string(stream, "name", object->name);
  json_stream_count(stream, "needed_by", object->needed_by);
  json_stream_optional_string(stream, "advice", object->advice);
  json_stream_close(stream, '}');
}
