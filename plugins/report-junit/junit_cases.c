/* SPDX-License-Identifier: Apache-2.0 */
#include "junit_cases.h"

#include "memory/no_memory.h"
#include "report/completion_wording.h"
#include "report/report_wording.h"
#include "report/xml_text.h"

#include <inttypes.h>
#include <string.h>

/* The class of what is no Job. No namespace holds a blank, so with the name of a command it is
 * never mistaken for one. */
static const char run_class[] = "headgate";

enum { INTERRUPTED = 130 };

void junit_append_attribute(struct text_buffer *text, const char *name, const char *value) {
  text_buffer_append_char(text, ' ');
  text_buffer_append_string(text, name);
  text_buffer_append_string(text, "=\"");
  xml_text_append_value(text, value, strlen(value));
  text_buffer_append_char(text, '"');
}

void junit_append_seconds(struct text_buffer *text, const char *name, int64_t milliseconds) {
  if (milliseconds < 0)
    milliseconds = 0;
  text_buffer_printf(text, " %s=\"%" PRId64 ".%03" PRId64 "\"", name, milliseconds / 1000,
                     milliseconds % 1000);
}

/* The scratch as an attribute. */
static int32_t append_scratch(struct case_list *cases, const char *name, struct hg_error *err) {
  if (cases->scratch.failed)
    return no_memory(err);
  junit_append_attribute(&cases->section.text, name, text_buffer_string(&cases->scratch));
  return 0;
}

/* Up to the attributes that every case has. */
static int32_t open_case(struct case_list *cases, const char *job_namespace, const char *job_name,
                         const char *yaml_path, uint32_t document, struct hg_error *err) {
  struct text_buffer *text = &cases->section.text;

  text_buffer_append_string(text, "    <testcase");
  junit_append_attribute(text, "classname", job_namespace);
  text_buffer_reset(&cases->scratch);
  wording_append_job(&cases->scratch, job_name, yaml_path, document);
  if (append_scratch(cases, "name", err) < 0)
    return -1;
  if (cases->names_files)
    junit_append_attribute(text, "file", yaml_path);
  cases->tests++;
  return 0;
}

/* The end of a case that has elements in it, or none. */
static int32_t close_case(struct case_list *cases, bool has_content, struct hg_error *err) {
  text_buffer_append_string(&cases->section.text, has_content ? "    </testcase>\n" : "/>\n");
  return section_keep(&cases->section, err);
}

/* Jenkins' junit-attachments plugin and GitLab take this for a file to publish. What a manifest
 * holds or a cluster prints must not choose one: a blank is put between the brackets. */
static const char attachment[] = "[[ATTACHMENT|";

static int32_t append_bytes(struct case_list *cases, struct hg_bytes bytes, bool is_cut,
                            struct hg_error *err) {
  uint64_t whole = bytes.length;

  while (bytes.length > 0) {
    const char *found = memmem(bytes.data, bytes.length, attachment, sizeof attachment - 1);
    size_t length = found ? (size_t)(found + 1 - bytes.data) : bytes.length;

    if (xml_text_append_long(&cases->section, bytes.data, length, err) < 0)
      return -1;
    if (found)
      text_buffer_append_char(&cases->section.text, ' ');
    bytes.data += length;
    bytes.length -= length;
  }
  if (is_cut)
    text_buffer_printf(&cases->section.text,
                       "\n[cut here: kubectl wrote more than %" PRIu64 " bytes]\n", whole);
  return 0;
}

static int32_t append_line(struct case_list *cases, const char *line, struct hg_error *err) {
  const struct hg_bytes bytes = {line, strlen(line)};

  if (append_bytes(cases, bytes, false, err) < 0)
    return -1;
  text_buffer_append_char(&cases->section.text, '\n');
  return 0;
}

static int32_t append_finding(struct case_list *cases, const char *yaml_path,
                              const struct hg_diagnostic *diagnostic, struct hg_error *err) {
  text_buffer_reset(&cases->scratch);
  wording_append_finding(&cases->scratch, yaml_path, diagnostic);
  if (cases->scratch.failed)
    return no_memory(err);
  return append_line(cases, text_buffer_string(&cases->scratch), err);
}

static int32_t append_findings(struct case_list *cases, const char *yaml_path,
                               const struct hg_diagnostic *const *findings, uint32_t count,
                               struct hg_error *err) {
  for (uint32_t i = 0; i < count; i++)
    if (append_finding(cases, yaml_path, findings[i], err) < 0)
      return -1;
  return 0;
}

/* The first finding, and how many more there are. */
static int32_t append_first_finding(struct case_list *cases,
                                    const struct hg_diagnostic *const *findings, uint32_t count,
                                    struct hg_error *err) {
  if (count == 0)
    return 0;
  text_buffer_reset(&cases->scratch);
  wording_append_message(&cases->scratch, findings[0]);
  if (count > 1)
    text_buffer_printf(&cases->scratch, " (and %" PRIu32 " more)", count - 1);
  return append_scratch(cases, "message", err);
}

static int32_t add_document(struct case_list *cases, const struct hg_validation *validation,
                            bool may_be_applied, struct hg_error *err) {
  const char *path = validation->yaml_path;
  struct text_buffer *text = &cases->section.text;
  /* With --strict, warnings are what makes a document invalid. */
  bool is_strict = !validation->valid && validation->error_count == 0;
  const struct hg_diagnostic *const *findings =
      is_strict ? validation->warnings : validation->errors;
  uint32_t count = is_strict ? validation->warning_count : validation->error_count;
  bool has_output = validation->warning_count > 0 && !is_strict;

  if (open_case(cases, validation->job_namespace, validation->job_name, path,
                validation->document_number, err) < 0)
    return -1;
  if (validation->valid && !may_be_applied && !has_output)
    return close_case(cases, false, err);
  text_buffer_append_string(text, ">\n");
  if (!validation->valid) {
    cases->failures++;
    text_buffer_append_string(text, "      <failure type=\"validation\"");
    if (append_first_finding(cases, findings, count, err) < 0)
      return -1;
    text_buffer_append_char(text, '>');
    if (append_findings(cases, path, findings, count, err) < 0)
      return -1;
    text_buffer_append_string(text, "</failure>\n");
  } else if (may_be_applied) {
    cases->skipped++;
    text_buffer_append_string(text, "      <skipped message=\"valid; the run ended before it\">"
                                    "valid; the run ended before it</skipped>\n");
  }
  if (has_output) {
    text_buffer_append_string(text, "      <system-out>");
    if (append_findings(cases, path, validation->warnings, validation->warning_count, err) < 0)
      return -1;
    text_buffer_append_string(text, "</system-out>\n");
  }
  return close_case(cases, true, err);
}

static int32_t add_failure(struct case_list *cases, const struct hg_job_result *result,
                           struct hg_error *err) {
  struct text_buffer *text = &cases->section.text;
  const struct hg_bytes *stderr_text = &result->stderr_text;
  const char *class = result->failure_class;

  cases->failures++;
  text_buffer_append_string(text, "      <failure");
  junit_append_attribute(text, "type", class && *class ? class : "failed");
  junit_append_attribute(text, "message", result->reason);
  text_buffer_append_char(text, '>');
  if (append_line(cases, result->reason, err) < 0 ||
      append_bytes(cases, *stderr_text, (result->flags & HG_RESULT_STDERR_CUT) != 0, err) < 0)
    return -1;
  if (stderr_text->length > 0 && stderr_text->data[stderr_text->length - 1] != '\n' &&
      (result->flags & HG_RESULT_STDERR_CUT) == 0)
    text_buffer_append_char(text, '\n');
  if (result->advice && *result->advice && append_line(cases, result->advice, err) < 0)
    return -1;
  text_buffer_append_string(text, "</failure>\n");
  return 0;
}

static int32_t add_skip(struct case_list *cases, const struct hg_job_result *result,
                        struct hg_error *err) {
  struct text_buffer *text = &cases->section.text;

  cases->skipped++;
  text_buffer_append_string(text, "      <skipped");
  if (!*result->reason) {
    text_buffer_append_string(text, "/>\n");
    return 0;
  }
  junit_append_attribute(text, "message", result->reason);
  text_buffer_append_char(text, '>');
  if (xml_text_append_long(&cases->section, result->reason, strlen(result->reason), err) < 0)
    return -1;
  text_buffer_append_string(text, "</skipped>\n");
  return 0;
}

static int32_t add_stream(struct case_list *cases, const char *element, struct hg_bytes bytes,
                          bool is_cut, struct hg_error *err) {
  struct text_buffer *text = &cases->section.text;

  if (bytes.length == 0)
    return 0;
  text_buffer_printf(text, "      <%s>", element);
  if (append_bytes(cases, bytes, is_cut, err) < 0)
    return -1;
  text_buffer_printf(text, "</%s>\n", element);
  return 0;
}

static int32_t add_outcome(struct case_list *cases, const struct hg_job_result *result,
                           struct hg_error *err) {
  struct text_buffer *text = &cases->section.text;
  bool is_skipped = result->status == HG_STATUS_SKIPPED;
  bool is_successful = result->status == HG_STATUS_SUCCESS; /* anything else has failed */

  if (open_case(cases, result->job_namespace, result->job_name, result->yaml_path,
                result->document_number, err) < 0)
    return -1;
  junit_append_seconds(text, "time", result->duration_ms);
  if (is_successful && result->stdout_text.length + result->stderr_text.length == 0)
    return close_case(cases, false, err);
  text_buffer_append_string(text, ">\n");
  if (is_skipped && add_skip(cases, result, err) < 0)
    return -1;
  if (!is_skipped && !is_successful && add_failure(cases, result, err) < 0)
    return -1;
  if (add_stream(cases, "system-out", result->stdout_text,
                 (result->flags & HG_RESULT_STDOUT_CUT) != 0, err) < 0 ||
      add_stream(cases, "system-err", result->stderr_text,
                 (result->flags & HG_RESULT_STDERR_CUT) != 0, err) < 0)
    return -1;
  return close_case(cases, true, err);
}

/* The scratch as a line, where it holds anything. */
static int32_t append_scratch_line(struct case_list *cases, struct hg_error *err) {
  if (cases->scratch.failed)
    return no_memory(err);
  return cases->scratch.length > 0 ? append_line(cases, text_buffer_string(&cases->scratch), err)
                                   : 0;
}

static int32_t append_labelled(struct case_list *cases, const char *label, const char *value,
                               struct hg_error *err) {
  text_buffer_reset(&cases->scratch);
  if (*value)
    text_buffer_printf(&cases->scratch, "%s%s", label, value);
  return append_scratch_line(cases, err);
}

static int32_t add_incompletion(struct case_list *cases, const struct hg_job_completion *completion,
                                struct hg_error *err) {
  struct text_buffer *text = &cases->section.text;
  bool is_known = completion_verdict_of(completion) == COMPLETION_BAD;
  const char *element = is_known ? "failure" : "error";
  const char *class = completion->failure_class;

  cases->failures += is_known;
  cases->errors += !is_known;
  text_buffer_printf(text, "      <%s", element);
  junit_append_attribute(text, "type", *class ? class : hg_outcome_name(completion->outcome));
  text_buffer_reset(&cases->scratch);
  completion_append_error(&cases->scratch, completion);
  if (append_scratch(cases, "message", err) < 0)
    return -1;
  text_buffer_append_char(text, '>');
  if (append_scratch_line(cases, err) < 0 ||
      append_labelled(cases, "Cause: ", completion_cause_beside_error(completion), err) < 0)
    return -1;
  text_buffer_reset(&cases->scratch);
  if (*completion->pod)
    text_buffer_append_string(&cases->scratch, "Pod: ");
  completion_append_container(&cases->scratch, completion);
  if (append_scratch_line(cases, err) < 0 ||
      append_labelled(cases, "Log: ", completion->log_path, err) < 0 ||
      append_labelled(cases, "Advice: ", completion->advice, err) < 0)
    return -1;
  text_buffer_printf(text, "</%s>\n", element);
  return 0;
}

static int32_t add_completion(struct case_list *cases, const struct hg_job_completion *completion,
                              struct hg_error *err) {
  static const char earlier[] = "The Job had ended before this run began.\n";
  static const char retried[] = "      <skipped message=\"failed; another Job tried it again\"/>\n";
  struct text_buffer *text = &cases->section.text;
  enum completion_verdict verdict = completion_verdict_of(completion);
  bool is_complete = verdict == COMPLETION_GOOD;
  bool is_retried = verdict == COMPLETION_RETRIED;
  bool is_earlier = (completion->flags & HG_COMPLETION_EARLIER) != 0;

  if (open_case(cases, completion->job_namespace, completion->job_name, completion->yaml_path,
                completion->document_number, err) < 0)
    return -1;
  junit_append_seconds(text, "time", is_earlier ? 0 : completion->duration_ms);
  if (is_complete && !is_earlier)
    return close_case(cases, false, err);
  text_buffer_append_string(text, ">\n");
  cases->skipped += is_retried;
  text_buffer_append_string(text, is_retried ? retried : "");
  if (!is_complete && !is_retried && add_incompletion(cases, completion, err) < 0)
    return -1;
  if (is_earlier || completion->log_tail.length > 0) {
    text_buffer_append_string(text, "      <system-out>");
    text_buffer_append_string(text, is_earlier ? earlier : "");
    if (append_bytes(cases, completion->log_tail, false, err) < 0)
      return -1;
    text_buffer_append_string(text, "</system-out>\n");
  }
  return close_case(cases, true, err);
}

static int32_t add_run_error(struct case_list *cases, const char *name,
                             const struct hg_result *result, struct hg_error *err) {
  struct text_buffer *text = &cases->section.text;

  cases->tests++;
  cases->errors++;
  text_buffer_append_string(text, "    <testcase");
  junit_append_attribute(text, "classname", run_class);
  junit_append_attribute(text, "name", name);
  junit_append_seconds(text, "time", result->duration_ms);
  text_buffer_append_string(text, ">\n      <error");
  junit_append_attribute(text, "type", result->exit_code == INTERRUPTED ? "interrupted" : "run");
  text_buffer_reset(&cases->scratch);
  wording_append_run_error(&cases->scratch, result->error, result->exit_code);
  if (append_scratch(cases, "message", err) < 0)
    return -1;
  text_buffer_append_char(text, '>');
  if (xml_text_append_long(&cases->section, text_buffer_string(&cases->scratch),
                           cases->scratch.length, err) < 0)
    return -1;
  text_buffer_append_string(text, "</error>\n");
  return close_case(cases, true, err);
}

const struct case_format junit_cases = {
    .add_document = add_document,
    .add_outcome = add_outcome,
    .add_completion = add_completion,
    .add_run_error = add_run_error,
};
