/* SPDX-License-Identifier: Apache-2.0 */
#include "tap_points.h"

#include "report/completion_wording.h"
#include "report/report_wording.h"
#include "tap_text.h"
#include "text/shell_quote.h"

#include <inttypes.h>
#include <string.h>

/* Begins a text. What the one before could not hold is lost to the whole report: section_keep will
 * say so. */
static struct text_buffer *begin_scratch(struct case_list *points) {
  points->section.text.failed |= points->scratch.failed;
  text_buffer_reset(&points->scratch);
  return &points->scratch;
}

static int32_t keep(struct case_list *points, struct hg_error *err) {
  (void)begin_scratch(points);
  return section_keep(&points->section, err);
}

/* A line up to its description, which the caller put into the scratch. */
static void open_point(struct case_list *points, bool is_ok) {
  struct text_buffer *text = &points->section.text;

  points->tests++;
  points->failures += is_ok ? 0 : 1;
  text_buffer_printf(text, "%s %" PRIu64 " - ", is_ok ? "ok" : "not ok", points->tests);
  tap_text_append(text, text_buffer_string(&points->scratch), points->scratch.length);
}

static void describe_job(struct case_list *points, const char *job_namespace, const char *job_name,
                         const char *yaml_path, uint32_t document) {
  struct text_buffer *scratch = begin_scratch(points);

  if (*job_name) {
    text_buffer_append_string(scratch, job_namespace);
    text_buffer_append_char(scratch, '/');
  }
  wording_append_job(scratch, job_name, yaml_path, document);
}

static void append_skip(struct case_list *points, const char *reason) {
  struct text_buffer *text = &points->section.text;

  text_buffer_append_string(text, " # SKIP");
  if (*reason)
    text_buffer_append_char(text, ' ');
  tap_text_append(text, reason, strlen(reason));
  text_buffer_append_char(text, '\n');
}

/* The members of a YAML block. */

static int32_t add_bytes(struct case_list *points, const char *key, struct hg_bytes value,
                         struct hg_error *err) {
  struct text_buffer *text = &points->section.text;

  if (value.length == 0)
    return 0;
  text_buffer_printf(text, "  %s: ", key);
  if (tap_text_append_yaml(&points->section, value, err) < 0)
    return -1;
  text_buffer_append_char(text, '\n');
  return 0;
}

/* Left out where it is "" or NULL. */
static int32_t add_string(struct case_list *points, const char *key, const char *value,
                          struct hg_error *err) {
  const struct hg_bytes bytes = {value ? value : "", value ? strlen(value) : 0};

  return add_bytes(points, key, bytes, err);
}

static void add_number(struct case_list *points, const char *key, int64_t value) {
  text_buffer_printf(&points->section.text, "  %s: %" PRId64 "\n", key, value);
}

static void open_block(struct case_list *points, bool is_ok) {
  text_buffer_append_string(&points->section.text, "  ---\n");
  if (!is_ok)
    text_buffer_append_string(&points->section.text, "  severity: fail\n");
}

static int32_t close_block(struct case_list *points, struct hg_error *err) {
  text_buffer_append_string(&points->section.text, "  ...\n");
  return keep(points, err);
}

/* A finding is an item; its members stand beside its severity. */
static int32_t add_finding(struct case_list *points, const struct hg_diagnostic *finding,
                           struct hg_error *err) {
  bool is_warning = finding->severity == HG_SEVERITY_WARNING; /* anything unknown is an error */

  text_buffer_printf(&points->section.text, "    - severity: %s\n",
                     is_warning ? "warning" : "error");
  if (finding->line > 0)
    add_number(points, "    line", finding->line);
  if (finding->column > 0)
    add_number(points, "    column", finding->column);
  if (add_string(points, "    rule", finding->rule, err) < 0 ||
      add_string(points, "    field", finding->field, err) < 0 ||
      add_string(points, "    message", finding->message, err) < 0)
    return -1;
  return add_string(points, "    advice", finding->advice, err);
}

static int32_t add_findings(struct case_list *points, const struct hg_validation *validation,
                            struct hg_error *err) {
  if (validation->error_count + validation->warning_count == 0)
    return 0;
  text_buffer_append_string(&points->section.text, "  findings:\n");
  for (uint32_t i = 0; i < validation->error_count; i++)
    if (add_finding(points, validation->errors[i], err) < 0)
      return -1;
  for (uint32_t i = 0; i < validation->warning_count; i++)
    if (add_finding(points, validation->warnings[i], err) < 0)
      return -1;
  return 0;
}

static int32_t add_document(struct case_list *points, const struct hg_validation *validation,
                            bool may_be_applied, struct hg_error *err) {
  bool is_clean =
      validation->valid && validation->error_count == 0 && validation->warning_count == 0;
  bool is_skipped = validation->valid && may_be_applied;

  describe_job(points, validation->job_namespace, validation->job_name, validation->yaml_path,
               validation->document_number);
  open_point(points, validation->valid);
  if (is_skipped)
    append_skip(points, "valid; the run ended before it");
  else
    text_buffer_append_char(&points->section.text, '\n');
  if (is_clean)
    return keep(points, err);
  open_block(points, validation->valid);
  if (add_string(points, "file", validation->yaml_path, err) < 0)
    return -1;
  if (validation->document_number > 0)
    add_number(points, "document", validation->document_number);
  if (add_findings(points, validation, err) < 0)
    return -1;
  return close_block(points, err);
}

static int32_t add_command(struct case_list *points, const struct hg_job_result *result,
                           struct hg_error *err) {
  shell_quote_append(begin_scratch(points), result->command, result->command_count);
  return add_string(points, "command", text_buffer_string(&points->scratch), err);
}

static int32_t add_streams(struct case_list *points, const struct hg_job_result *result,
                           struct hg_error *err) {
  struct text_buffer *text = &points->section.text;

  if (add_bytes(points, "stdout", result->stdout_text, err) < 0)
    return -1;
  if (result->flags & HG_RESULT_STDOUT_CUT)
    text_buffer_append_string(text, "  stdout_cut: true\n");
  if (add_bytes(points, "stderr", result->stderr_text, err) < 0)
    return -1;
  if (result->flags & HG_RESULT_STDERR_CUT)
    text_buffer_append_string(text, "  stderr_cut: true\n");
  return 0;
}

static int32_t add_outcome(struct case_list *points, const struct hg_job_result *result,
                           struct hg_error *err) {
  bool is_skipped = result->status == HG_STATUS_SKIPPED;
  bool is_ok = is_skipped || result->status == HG_STATUS_SUCCESS; /* anything else has failed */

  describe_job(points, result->job_namespace, result->job_name, result->yaml_path,
               result->document_number);
  open_point(points, is_ok);
  if (is_skipped) {
    append_skip(points, result->reason);
    return keep(points, err);
  }
  text_buffer_append_char(&points->section.text, '\n');
  open_block(points, is_ok);
  if (add_string(points, "message", result->reason, err) < 0 ||
      add_string(points, "failure_class", result->failure_class, err) < 0 ||
      add_string(points, "advice", result->advice, err) < 0 ||
      add_string(points, "file", result->yaml_path, err) < 0)
    return -1;
  add_number(points, "document", result->document_number);
  if (add_command(points, result, err) < 0)
    return -1;
  if (result->return_code >= 0)
    add_number(points, "return_code", result->return_code);
  if (result->signal != 0)
    add_number(points, "signal", result->signal);
  add_number(points, "attempt", result->attempt);
  add_number(points, "duration_ms", result->duration_ms);
  if (add_streams(points, result, err) < 0)
    return -1;
  return close_block(points, err);
}

static int32_t add_words(struct case_list *points, const struct hg_job_completion *completion,
                         struct hg_error *err) {
  const struct {
    const char *key;
    const char *value;
  } words[] = {
      {"reason", completion->reason},
      {"cause", completion->cause},
      {"failure_class", completion->failure_class},
      {"advice", completion->advice},
      {"pod", completion->pod},
      {"container", completion->container},
      {"termination_message", completion->termination_message},
      {"log_path", completion->log_path},
      {"started_at", completion->started_at},
      {"finished_at", completion->finished_at},
      {"file", completion->yaml_path},
  };

  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (add_string(points, words[i].key, words[i].value, err) < 0)
      return -1;
  return 0;
}

static int32_t add_completion(struct case_list *points, const struct hg_job_completion *completion,
                              struct hg_error *err) {
  struct text_buffer *text = &points->section.text;
  enum completion_verdict verdict = completion_verdict_of(completion);
  bool is_ok = verdict == COMPLETION_GOOD;

  describe_job(points, completion->job_namespace, completion->job_name, completion->yaml_path,
               completion->document_number);
  open_point(points, is_ok || verdict == COMPLETION_RETRIED);
  if (verdict == COMPLETION_RETRIED)
    text_buffer_append_string(text, " # SKIP it failed, and another Job tried it again");
  text_buffer_append_char(text, '\n');
  open_block(points, is_ok);
  text_buffer_printf(text, "  outcome: %s\n", hg_outcome_name(completion->outcome));
  if (completion->flags & HG_COMPLETION_EARLIER)
    text_buffer_append_string(text, "  earlier: true\n");
  if (!is_ok)
    completion_append_error(begin_scratch(points), completion);
  if (!is_ok && add_string(points, "message", text_buffer_string(&points->scratch), err) < 0)
    return -1;
  if (add_words(points, completion, err) < 0)
    return -1;
  if (completion->exit_code >= 0)
    add_number(points, "exit_code", completion->exit_code);
  if (completion->signal > 0)
    add_number(points, "signal", completion->signal);
  if (completion->duration_ms >= 0)
    add_number(points, "duration_ms", completion->duration_ms);
  add_number(points, "logs_kept", completion->logs_kept);
  if (completion->logs_lost > 0)
    add_number(points, "logs_lost", completion->logs_lost);
  if (add_bytes(points, "log_tail", completion->log_tail, err) < 0)
    return -1;
  return close_block(points, err);
}

static int32_t add_run_error(struct case_list *points, const char *name,
                             const struct hg_result *result, struct hg_error *err) {
  text_buffer_append_string(begin_scratch(points), name);
  open_point(points, false);
  text_buffer_append_char(&points->section.text, '\n');
  open_block(points, false);
  wording_append_run_error(begin_scratch(points), result->error, result->exit_code);
  if (add_string(points, "message", text_buffer_string(&points->scratch), err) < 0)
    return -1;
  add_number(points, "exit_code", result->exit_code);
  return close_block(points, err);
}

const struct case_format tap_points = {
    .add_document = add_document,
    .add_outcome = add_outcome,
    .add_completion = add_completion,
    .add_run_error = add_run_error,
};
