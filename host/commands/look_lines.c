/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/look_lines.h"

#include "terminal/log.h"
#include "text/timestamp.h"
#include "text/visible_text.h"

#include <inttypes.h>
#include <string.h>

enum { FRAME_WIDTH = 80, VALUE_COLUMN = 25 };

const char *look_phase_name(const struct looked_job *job) {
  return job->verdict.phase == HG_PHASE_COMPLETE ? "SUCCEEDED" : hg_phase_name(job->verdict.phase);
}

const char *look_advice(const struct looked_job *job) {
  const char *advice = job->verdict.advice;

  if (strstr(advice, "headgate logs"))
    return "read its last lines: headgate watch with the same -n and -l";
  return strstr(advice, "headgate ") ? "" : advice;
}

bool look_label_next(const char **rest, struct look_label *label) {
  size_t length = strcspn(*rest, ",");
  size_t name_length = strcspn(*rest, "=,");

  if (length == 0)
    return false;
  label->name = *rest;
  label->name_length = name_length;
  label->value = *rest + name_length + (name_length < length);
  label->value_length = length - name_length - (name_length < length);
  *rest += length + ((*rest)[length] == ',');
  return true;
}

static void append_visible(struct text_buffer *text, const char *value) {
  visible_text_append(text, value, strlen(value));
}

/* "Name:", with its indentation, and the value in its column. */
static void append_row(struct text_buffer *text, int indent, const char *name, const char *value) {
  text_buffer_printf(text, "%*s%s:%*s", indent, "", name,
                     VALUE_COLUMN - indent - (int)strlen(name) - 1, "");
  append_visible(text, *value ? value : "-");
  text_buffer_append_char(text, '\n');
}

static void append_known_row(struct text_buffer *text, const char *name, const char *value) {
  if (*value)
    append_row(text, 4, name, value);
}

static void append_number(struct text_buffer *text, const char *name, int32_t value) {
  text_buffer_printf(text, "    %s:%*s", name, VALUE_COLUMN - 5 - (int)strlen(name), "");
  if (value < 0)
    text_buffer_append_string(text, "-\n");
  else
    text_buffer_printf(text, "%" PRId32 "\n", value);
}

static void append_rule(struct text_buffer *text) {
  for (int i = 0; i < FRAME_WIDTH; i++)
    text_buffer_append_char(text, '=');
  text_buffer_append_char(text, '\n');
}

static void append_framed(struct text_buffer *text, const char *tag, const char *title) {
  append_rule(text);
  text_buffer_printf(text, "[%s] %s\n", tag, title);
  append_rule(text);
}

static void append_header(struct text_buffer *text, const struct selector_look *look) {
  char at[TIMESTAMP_SIZE];

  timestamp_format(look->at_ms, at);
  text_buffer_append_string(text, "\n[HEADER]\n");
  append_row(text, 0, "Namespace", look->request->job_namespace);
  append_row(text, 0, "Label Selector", look->request->selector);
  append_row(text, 0, "Timestamp", at);
}

static void append_job_name(struct text_buffer *text, const struct looked_job *job) {
  text_buffer_append_string(text, "\n  Job: ");
  append_visible(text, job->name);
  text_buffer_append_char(text, '\n');
  append_row(text, 4, "Namespace", job->job_namespace);
  append_row(text, 4, "Phase", look_phase_name(job));
}

static void append_labels(struct text_buffer *text, const struct looked_job *job) {
  const char *rest = job->labels;
  struct look_label label;

  if (*rest)
    text_buffer_append_string(text, "    Labels:\n");
  while (look_label_next(&rest, &label)) {
    text_buffer_append_string(text, "      ");
    visible_text_append(text, label.name, label.name_length);
    text_buffer_append_string(text, ": ");
    visible_text_append(text, label.value, label.value_length);
    text_buffer_append_char(text, '\n');
  }
}

/* Where nothing is known, nothing is not the same as none. */
static void append_none(struct text_buffer *text, const struct selector_look *look,
                        const char *none) {
  text_buffer_printf(text, "  (%s)\n", look->is_whole ? none : "Not known");
}

static void append_errors(struct text_buffer *text, const struct selector_look *look,
                          const char *mark) {
  if (look->errors.count > 0)
    text_buffer_append_string(text, "\n[ERRORS]\n");
  for (size_t i = 0; i < look->errors.count; i++) {
    text_buffer_printf(text, "  %s ", mark);
    append_visible(text, look->errors.items[i]);
    text_buffer_append_char(text, '\n');
  }
  text_buffer_append_char(text, '\n');
}

static void append_job(struct text_buffer *text, const struct looked_job *job) {
  append_job_name(text, job);
  append_number(text, "Completions", job->completions);
  append_number(text, "Succeeded", job->succeeded);
  append_number(text, "Failed", job->failed);
  append_number(text, "Active", job->active);
  append_row(text, 4, "Start Time", job->started_at);
  append_row(text, 4, "Completion Time", job->finished_at);
  append_known_row(text, "Waits For", job->verdict.waits_for);
  append_known_row(text, "Cause", job->verdict.cause);
  append_labels(text, job);
}

static uint64_t count_lines(const struct text_buffer *log) {
  uint64_t lines = 0;

  for (size_t i = 0; i < log->length; i++)
    lines += log->data[i] == '\n' || i + 1 == log->length;
  return lines;
}

static void append_container(struct text_buffer *text, const struct looked_container *container) {
  text_buffer_append_string(text, "\n  Pod: ");
  append_visible(text, container->pod);
  text_buffer_append_string(text, " / Container: ");
  append_visible(text, *container->name ? container->name : "-");
  if (container->restart > 0)
    text_buffer_printf(text, " (restart %" PRIu32 ")", container->restart);
  text_buffer_append_char(text, '\n');
  append_row(text, 4, "Namespace", container->job_namespace);
  append_known_row(text, "Waits For", container->waits_for);
  if (container->log.length == 0) {
    text_buffer_append_string(text, "    (No logs)\n");
    return;
  }
  text_buffer_printf(text, "    Log Lines (%" PRIu64 "):\n      ", count_lines(&container->log));
  visible_lines_append(text, container->log.data, container->log.length, "      ");
  text_buffer_append_char(text, '\n');
}

void look_append_snapshot(struct text_buffer *text, const struct selector_look *look) {
  append_framed(text, LOG_WATCH, "KUBERNETES JOB/POD MONITORING SNAPSHOT");
  append_header(text, look);
  text_buffer_append_string(text, "\n[JOB STATUS]\n");
  for (size_t i = 0; i < look->job_count; i++)
    append_job(text, look->jobs[i]);
  if (look->job_count == 0)
    append_none(text, look, "No jobs found");
  text_buffer_append_string(text, "\n[POD LOGS]\n");
  for (size_t i = 0; i < look->container_count; i++)
    append_container(text, look->containers[i]);
  if (look->container_count == 0)
    append_none(text, look, "No pods found");
  append_errors(text, look, "✗");
  append_framed(text, LOG_WATCH, "END OF SNAPSHOT");
}

static void append_judged(struct text_buffer *text, const struct looked_job *job,
                          const struct job_health *health) {
  append_job_name(text, job);
  append_row(text, 4, "Health", health_name(health->health));
  append_number(text, "Succeeded", job->succeeded);
  append_number(text, "Failed", job->failed);
  append_number(text, "Active", job->active);
  for (uint32_t i = 0; i < health->reason_count; i++)
    text_buffer_printf(text, "%s%s%s", i == 0 ? "    Reasons:             " : ", ",
                       health->reasons[i], i + 1 == health->reason_count ? "\n" : "");
  append_known_row(text, "Cause", job->verdict.cause);
  append_known_row(text, "Advice", look_advice(job));
  append_labels(text, job);
}

void look_append_health(struct text_buffer *text, const struct selector_look *look,
                        const struct look_judgement *judgement) {
  append_framed(text, LOG_HEALTH, "KUBERNETES HEALTH EVALUATION SNAPSHOT");
  append_header(text, look);
  append_row(text, 0, "Overall Health", health_name(judgement->overall));
  text_buffer_append_string(text, "\n[JOBS]\n");
  for (size_t i = 0; i < look->job_count; i++)
    append_judged(text, look->jobs[i], &judgement->jobs[i]);
  if (look->job_count == 0)
    append_none(text, look, "No jobs");
  append_errors(text, look, "-");
  append_framed(text, LOG_HEALTH, "END OF HEALTH SNAPSHOT");
}
