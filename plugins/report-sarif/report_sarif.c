/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "sarif": what is wrong with the manifests, and which Jobs could not be applied or
 * did not complete, for code scanning and editors (SARIF 2.1.0, OASIS standard with errata 01). */
#include "digest/digest.h"
#include "findings.h"
#include "memory/no_memory.h"
#include "report/base_directory.h"
#include "report/completion_wording.h"
#include "report/file_uri.h"
#include "report/reporter_functions.h"
#include "rule_list.h"
#include "sarif_text.h"
#include "text/visible_text.h"

#include <headgate/plugin.h>
#include <headgate/run.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
  LARGEST_INDENT = 8,
  RESULT_DEPTH = 4,   /* of a result in the whole text */
  KUBECTL_MOST = 300, /* characters of what kubectl said */
  LARGEST_MOST = 1000 * 1000 * 1000,
};

#define SCHEMA                                                                                     \
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

struct report_sarif {
  const struct hg_output *output;
  struct base_directory root;
  struct json_stream whole;
  struct findings findings;
  struct rule_list rules;
  struct text_buffer version; /* of the host; "" where the run never started */
  struct text_buffer started_at;
  struct text_buffer path; /* the parts of a result, put together */
  struct text_buffer uri;
  struct text_buffer rule;
  struct text_buffer message;
  struct text_buffer job_namespace;
  struct text_buffer job_name;
  struct text_buffer field;
};

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  struct report_sarif *sarif;
  uint64_t indent = (uint64_t)hg_option_number(host->option(host, "indent"));
  uint64_t most = (uint64_t)hg_option_number(host->option(host, "max-results"));

  if (digest_init(err) < 0)
    return -1;
  sarif = calloc(1, sizeof *sarif);
  if (!sarif)
    return no_memory(err);
  if (base_directory_init(&sarif->root, host->option(host, "root"), err) < 0) {
    free(sarif);
    return -1;
  }
  sarif->output = output;
  json_stream_init(&sarif->whole, (uint32_t)indent, 0);
  findings_init(&sarif->findings, most > 0 ? most : UINT64_MAX, (uint32_t)indent, RESULT_DEPTH);
  rule_list_init(&sarif->rules);
  *self = sarif;
  return 0;
}

static int32_t run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  struct report_sarif *sarif = self;

  text_buffer_append_string(&sarif->version, run->host_version);
  text_buffer_append_string(&sarif->started_at, run->started_at);
  return sarif->version.failed || sarif->started_at.failed ? no_memory(err) : 0;
}

/* What is the same for all results of a document. */
static void set_document(struct report_sarif *sarif, const char *yaml_path,
                         const char *job_namespace, const char *job_name) {
  text_buffer_reset(&sarif->path);
  text_buffer_reset(&sarif->uri);
  text_buffer_reset(&sarif->job_namespace);
  text_buffer_reset(&sarif->job_name);
  base_directory_append(&sarif->root, &sarif->path, yaml_path);
  file_uri_append(&sarif->uri, text_buffer_string(&sarif->path));
  sarif_name_append(&sarif->job_namespace, job_namespace);
  sarif_name_append(&sarif->job_name, job_name);
}

static void begin_result(struct report_sarif *sarif) {
  text_buffer_reset(&sarif->rule);
  text_buffer_reset(&sarif->message);
  text_buffer_reset(&sarif->field);
}

static int32_t end_result(struct report_sarif *sarif, struct sarif_result *result,
                          struct hg_error *err) {
  const struct text_buffer *texts[] = {&sarif->path,         &sarif->uri,   &sarif->rule,
                                       &sarif->message,      &sarif->field, &sarif->job_name,
                                       &sarif->job_namespace};

  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    if (texts[i]->failed)
      return no_memory(err);
  result->rule = rule_list_find(&sarif->rules, text_buffer_string(&sarif->rule), result->is_error);
  if (!result->rule && rule_list_is_full(&sarif->rules)) {
    findings_leave_out(&sarif->findings, result->is_error);
    return 0;
  }
  if (!result->rule)
    return no_memory(err);
  result->uri = text_buffer_string(&sarif->uri);
  result->message = text_buffer_string(&sarif->message);
  result->job_namespace = text_buffer_string(&sarif->job_namespace);
  result->job_name = text_buffer_string(&sarif->job_name);
  result->field = text_buffer_string(&sarif->field);
  return findings_add(&sarif->findings, result, err);
}

static void append_advice(struct text_buffer *text, const char *advice) {
  if (!advice || !*advice)
    return;
  text_buffer_append_string(text, " (");
  sarif_message_append(text, advice);
  text_buffer_append_char(text, ')');
}

static int32_t add_diagnostics(struct report_sarif *sarif, const struct hg_validation *validation,
                               const struct hg_diagnostic *const *diagnostics, uint32_t count,
                               bool are_errors, struct hg_error *err) {
  for (uint32_t i = 0; i < count; i++) {
    const struct hg_diagnostic *diagnostic = diagnostics[i];
    struct sarif_result result = {.is_error = are_errors,
                                  .line = diagnostic->line,
                                  .column = diagnostic->column,
                                  .document = validation->document_number,
                                  .problem = diagnostic->message};

    begin_result(sarif);
    sarif_name_append(&sarif->rule, diagnostic->rule);
    sarif_name_append(&sarif->field, diagnostic->field);
    if (*diagnostic->field) {
      sarif_message_append(&sarif->message, diagnostic->field);
      text_buffer_append_string(&sarif->message, ": ");
    }
    sarif_message_append(&sarif->message, diagnostic->message);
    append_advice(&sarif->message, diagnostic->advice);
    if (end_result(sarif, &result, err) < 0)
      return -1;
  }
  return 0;
}

static int32_t job_validated(void *self, const struct hg_validation *validation,
                             struct hg_error *err) {
  struct report_sarif *sarif = self;

  if (validation->error_count + validation->warning_count == 0)
    return 0;
  set_document(sarif, validation->yaml_path, validation->job_namespace, validation->job_name);
  if (add_diagnostics(sarif, validation, validation->errors, validation->error_count, true, err) <
      0)
    return -1;
  return add_diagnostics(sarif, validation, validation->warnings, validation->warning_count, false,
                         err);
}

/* kubectl's own words, where it had any. */
static void append_kubectl(struct text_buffer *text, const struct hg_bytes *output) {
  struct text_buffer line;

  text_buffer_init(&line);
  first_line_append(&line, output->data, output->length, KUBECTL_MOST);
  if (line.length > 0) {
    text_buffer_append_string(text, ": ");
    sarif_message_append(text, line.data);
  }
  text->failed = text->failed || line.failed;
  text_buffer_finish(&line);
}

static void append_job(struct text_buffer *message, const char *job_namespace,
                       const char *job_name) {
  text_buffer_append_string(message, *job_name ? "Job " : "A Job without a name");
  if (!*job_name)
    return;
  sarif_message_append(message, job_namespace);
  text_buffer_append_char(message, '/');
  sarif_message_append(message, job_name);
}

static int32_t job_finished(void *self, const struct hg_job_result *job, struct hg_error *err) {
  struct report_sarif *sarif = self;
  struct text_buffer *message = &sarif->message;
  struct sarif_result result = {.is_error = true, .document = job->document_number, .problem = ""};
  bool has_class = job->failure_class && *job->failure_class;

  if (job->status == HG_STATUS_SKIPPED || job->status == HG_STATUS_SUCCESS)
    return 0;
  set_document(sarif, job->yaml_path, job->job_namespace, job->job_name);
  begin_result(sarif);
  text_buffer_append_string(&sarif->rule, RULE_LIST_APPLY);
  sarif_name_append(&sarif->rule, has_class ? job->failure_class : "failed");
  append_job(message, job->job_namespace, job->job_name);
  text_buffer_append_string(message, " was not applied: ");
  sarif_message_append(message, *job->reason ? job->reason : "it failed");
  append_kubectl(message, &job->stderr_text);
  append_advice(message, job->advice);
  return end_result(sarif, &result, err);
}

static void append_cause(struct text_buffer *message, const struct hg_job_completion *completion) {
  const char *cause = completion_cause_beside_error(completion);
  struct text_buffer error;

  text_buffer_init(&error);
  completion_append_error(&error, completion);
  sarif_message_append(message, text_buffer_string(&error));
  message->failed = message->failed || error.failed;
  text_buffer_finish(&error);
  if (!*cause)
    return;
  text_buffer_append_string(message, "; ");
  sarif_message_append(message, cause);
}

static int32_t job_completed(void *self, const struct hg_job_completion *completion,
                             struct hg_error *err) {
  struct report_sarif *sarif = self;
  struct text_buffer *message = &sarif->message;
  enum completion_verdict verdict = completion_verdict_of(completion);
  struct sarif_result result = {.is_error = verdict == COMPLETION_BAD,
                                .document = completion->document_number,
                                .problem = ""};

  if (verdict == COMPLETION_GOOD)
    return 0;
  set_document(sarif, completion->yaml_path, completion->job_namespace, completion->job_name);
  begin_result(sarif);
  text_buffer_append_string(&sarif->rule, RULE_LIST_COMPLETION);
  sarif_name_append(&sarif->rule, *completion->failure_class  ? completion->failure_class
                                  : verdict == COMPLETION_BAD ? "failed"
                                                              : "not-known");
  append_job(message, completion->job_namespace, completion->job_name);
  text_buffer_append_string(message, verdict == COMPLETION_BAD ? " is not complete: "
                                     : verdict == COMPLETION_RETRIED
                                         ? " failed, and was tried again: "
                                         : " is not known to be complete: ");
  append_cause(message, completion);
  append_advice(message, completion->advice);
  return end_result(sarif, &result, err);
}

static void write_tool(struct report_sarif *sarif) {
  struct json_stream *whole = &sarif->whole;
  const char *version = text_buffer_string(&sarif->version);

  json_stream_open(whole, "tool", '{');
  json_stream_open(whole, "driver", '{');
  json_stream_string(whole, "name", "Headgate");
  json_stream_string(whole, "version", *version ? version : HEADGATE_VERSION);
  rule_list_write(&sarif->rules, whole);
  json_stream_close(whole, '}');
  json_stream_close(whole, '}');
}

static void write_notification(struct json_stream *whole, const char *level, const char *text) {
  json_stream_open(whole, NULL, '{');
  json_stream_string(whole, "level", level);
  json_stream_open(whole, "message", '{');
  json_stream_string(whole, "text", text);
  json_stream_close(whole, '}');
  json_stream_close(whole, '}');
}

/* Finding something is no failure of the tool; not being able to do the run is one. */
static int32_t write_invocation(struct report_sarif *sarif, const struct hg_result *result,
                                uint64_t left_out, struct hg_error *err) {
  struct json_stream *whole = &sarif->whole;
  struct text_buffer *message = &sarif->message;
  const char *started_at = text_buffer_string(&sarif->started_at);

  json_stream_open(whole, "invocations", '[');
  json_stream_open(whole, NULL, '{');
  json_stream_boolean(whole, "executionSuccessful", !result->error);
  json_stream_integer(whole, "exitCode", result->exit_code);
  if (*started_at)
    json_stream_string(whole, "startTimeUtc", started_at);
  json_stream_string(whole, "endTimeUtc", result->finished_at);
  text_buffer_reset(message);
  if (result->error || left_out > 0)
    json_stream_open(whole, "toolExecutionNotifications", '[');
  if (result->error) {
    sarif_message_append(message, result->error);
    write_notification(whole, "error", text_buffer_string(message));
  }
  if (left_out > 0) {
    bool failed = message->failed;

    text_buffer_reset(message);
    text_buffer_printf(message,
                       "%" PRIu64 " more results are left out, warnings first: they pass what "
                       "readers of such files take. report-sarif.max-results=0 writes all.",
                       left_out);
    message->failed = message->failed || failed;
    write_notification(whole, "warning", text_buffer_string(message));
  }
  if (result->error || left_out > 0)
    json_stream_close(whole, ']');
  json_stream_close(whole, '}');
  json_stream_close(whole, ']');
  return message->failed ? no_memory(err) : 0;
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  struct report_sarif *sarif = self;
  struct json_stream *whole = &sarif->whole;
  uint64_t left_out = 0;

  json_stream_open(whole, NULL, '{');
  json_stream_string(whole, "$schema", SCHEMA);
  json_stream_string(whole, "version", "2.1.0");
  json_stream_open(whole, "runs", '[');
  json_stream_open(whole, NULL, '{');
  write_tool(sarif);
  json_stream_string(whole, "columnKind", "unicodeCodePoints");
  if (findings_write(&sarif->findings, whole, sarif->output, &left_out, err) < 0 ||
      write_invocation(sarif, result, left_out, err) < 0)
    return -1;
  json_stream_close(whole, '}');
  json_stream_close(whole, ']');
  json_stream_close(whole, '}');
  text_buffer_append_char(&whole->section.text, '\n');
  return json_stream_write(whole, sarif->output, err);
}

static void destroy(void *self) {
  struct report_sarif *sarif = self;

  if (!sarif)
    return;
  base_directory_finish(&sarif->root);
  json_stream_finish(&sarif->whole);
  findings_finish(&sarif->findings);
  rule_list_finish(&sarif->rules);
  text_buffer_finish(&sarif->version);
  text_buffer_finish(&sarif->started_at);
  text_buffer_finish(&sarif->path);
  text_buffer_finish(&sarif->uri);
  text_buffer_finish(&sarif->rule);
  text_buffer_finish(&sarif->message);
  text_buffer_finish(&sarif->job_namespace);
  text_buffer_finish(&sarif->job_name);
  text_buffer_finish(&sarif->field);
  free(sarif);
}

static const struct hg_option options[] = {
    {sizeof options[0], HG_OPTION_STRING, "root", NULL, NULL,
     "Directory from which files are named, such as a repository's top; else as Headgate does", 0,
     0},
    {sizeof options[0], HG_OPTION_INTEGER, "max-results", "25000", NULL,
     "Most results, in 10 MB compressed, as GitHub takes them; 0 writes all", 0, LARGEST_MOST},
    {sizeof options[0], HG_OPTION_INTEGER, "indent", "0", NULL,
     "Spaces a level; 0 writes everything on one line", 0, LARGEST_INDENT},
};

static const struct hg_reporter_ops ops = {REPORTER_FUNCTIONS};

HG_PLUGIN(REPORTER, "report-sarif", HEADGATE_VERSION,
          "Writes findings as SARIF 2.1.0 for code scanning and editors", ops, HG_TABLE(options),
          HG_NO_TABLE);
