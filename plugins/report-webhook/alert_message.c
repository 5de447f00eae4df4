/* SPDX-License-Identifier: Apache-2.0 */
#include "alert_message.h"

#include "text/timestamp.h"
#include "text/visible_text.h"
#include "json/json_text.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

static void append_visible(struct text_buffer *text, const char *value) {
  visible_text_append(text, value, strlen(value));
}

static void append_count(struct text_buffer *text, uint64_t count, const char *what,
                         const char *separator) {
  if (count > 0)
    text_buffer_printf(text, "%s%" PRIu64 " %s", text->length > 0 ? separator : "", count, what);
}

/* "84 complete, 1 failed". */
static void append_ends(struct text_buffer *text, const struct hg_alert *alert) {
  struct text_buffer ends;

  text_buffer_init(&ends);
  append_count(&ends, alert->completed_jobs, "complete", ", ");
  append_count(&ends, alert->uncompleted_jobs, "failed", ", ");
  append_count(&ends, alert->never_started_jobs, "never started", ", ");
  append_count(&ends, alert->undecided_jobs, "not known to have ended", ", ");
  append_count(&ends, alert->unapplied_jobs, "not applied", ", ");
  text_buffer_append_string(text, ends.length > 0 ? text_buffer_string(&ends) : "no Jobs");
  text->failed = text->failed || ends.failed;
  text_buffer_finish(&ends);
}

/* One line. */
static void append_title(struct text_buffer *text, const struct hg_alert *alert) {
  text_buffer_printf(text, "%s: ", hg_alert_severity_name(alert->severity));
  if (alert->run_id > 0)
    text_buffer_printf(text, "Headgate run %" PRId64, alert->run_id);
  else
    text_buffer_append_string(text, "Jobs");
  if (*alert->job_namespace) {
    text_buffer_append_string(text, " in ");
    append_visible(text, alert->job_namespace);
  }
  if (*alert->selector) {
    text_buffer_append_string(text, " with ");
    append_visible(text, alert->selector);
  }
  if (alert->kind != HG_ALERT_TOTALS) {
    text_buffer_printf(text, ": %s%s", alert->health,
                       alert->kind == HG_ALERT_ENDED ? " again" : "");
    return;
  }
  text_buffer_append_string(text, " is over: ");
  append_ends(text, alert);
}

/* Sentences, then a line for each Job that is not well. */
static void append_text(struct text_buffer *text, const struct hg_alert *alert) {
  if (alert->kind == HG_ALERT_TOTALS) {
    text_buffer_append_string(text, "Its Jobs: ");
    append_ends(text, alert);
    text_buffer_append_char(text, '.');
  } else {
    text_buffer_printf(text, "Health went from %s to %s.", alert->told_before, alert->health);
  }
  if (alert->jobs_error > 0)
    text_buffer_printf(text, " %" PRIu64 " job(s) in ERROR state.", alert->jobs_error);
  if (alert->jobs_warn > 0)
    text_buffer_printf(text, " %" PRIu64 " job(s) in WARN state.", alert->jobs_warn);
  for (uint32_t i = 0; i < alert->troubled_count; i++) {
    text_buffer_append_string(text, "\n- ");
    append_visible(text, alert->troubled[i]);
  }
  if (alert->jobs_error + alert->jobs_warn > alert->troubled_count)
    text_buffer_printf(text, "\n- and %" PRIu64 " more",
                       alert->jobs_error + alert->jobs_warn - alert->troubled_count);
}

static json_t *text_of(const struct text_buffer *text) {
  return text->failed ? NULL : json_of_bytes(text->data, text->length);
}

/* Visible, and for Slack without the three characters that its markup is made of. */
static json_t *shown(const char *value, bool is_slack) {
  struct text_buffer text;
  struct text_buffer escaped;
  json_t *json;

  text_buffer_init(&text);
  text_buffer_init(&escaped);
  visible_lines_append(&text, value, strlen(value), "");
  for (size_t i = 0; i < text.length; i++)
    if (is_slack && strchr("&<>", text.data[i]))
      text_buffer_append_string(&escaped, text.data[i] == '&'   ? "&amp;"
                                          : text.data[i] == '<' ? "&lt;"
                                                                : "&gt;");
    else
      text_buffer_append_char(&escaped, text.data[i]);
  escaped.failed = escaped.failed || text.failed;
  json = text_of(&escaped);
  text_buffer_finish(&text);
  text_buffer_finish(&escaped);
  return json;
}

static json_t *field(const char *title, const char *value) {
  return json_pack("{s:s, s:o, s:b}", "title", title, "value", shown(*value ? value : "-", true),
                   "short", 1);
}

static json_t *slack_of(const struct hg_alert *alert, const char *title, const char *text) {
  int64_t judged_ms = 0;

  (void)timestamp_parse(alert->judged_at, &judged_ms);
  return json_pack("{s:o, s:[{s:s, s:o, s:o, s:[o, o, o, o], s:s, s:I}]}", "text",
                   shown(title, true), "attachments", "color",
                   alert->severity == HG_ALERT_INFO   ? "good"
                   : alert->severity == HG_ALERT_WARN ? "warning"
                                                      : "danger",
                   "title", shown(title, true), "text", shown(text, true), "fields",
                   field("Namespace", alert->job_namespace), field("Selector", alert->selector),
                   field("Severity", hg_alert_severity_name(alert->severity)),
                   field("Health", alert->health), "footer", "Headgate", "ts",
                   (json_int_t)(judged_ms / 1000));
}

static json_t *counts_of(const struct hg_alert *alert) {
  return json_pack("{s:I, s:I, s:I}", "OK", (json_int_t)alert->jobs_ok, "WARN",
                   (json_int_t)alert->jobs_warn, "ERROR", (json_int_t)alert->jobs_error);
}

static json_t *totals_of(const struct hg_alert *alert) {
  if (alert->kind != HG_ALERT_TOTALS)
    return json_null();
  return json_pack("{s:I, s:I, s:I, s:I, s:I}", "completed_jobs", (json_int_t)alert->completed_jobs,
                   "uncompleted_jobs", (json_int_t)alert->uncompleted_jobs, "never_started_jobs",
                   (json_int_t)alert->never_started_jobs, "undecided_jobs",
                   (json_int_t)alert->undecided_jobs, "unapplied_jobs",
                   (json_int_t)alert->unapplied_jobs);
}

static json_t *troubled_of(const struct hg_alert *alert) {
  json_t *array = json_array();

  for (uint32_t i = 0; i < alert->troubled_count; i++)
    if (json_array_append_new(array, shown(alert->troubled[i], false)) != 0) {
      json_decref(array);
      return NULL;
    }
  return array;
}

static json_t *plain_of(const struct hg_alert *alert, const char *title, const char *text) {
  static const char *const kinds[] = {"unknown", "began", "ended", "totals"};

  return json_pack(
      "{s:s, s:s, s:o, s:s, s:I, s:o, s:o, s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:o, s:o}",
      "alert_type", "k8s_health", "kind", kinds[alert->kind <= HG_ALERT_TOTALS ? alert->kind : 0],
      "title", shown(title, false), "severity", hg_alert_severity_name(alert->severity), "run",
      (json_int_t)alert->run_id, "namespace", shown(alert->job_namespace, false), "selector",
      shown(alert->selector, false), "current_health", alert->health, "previous_health",
      alert->told_before, "text", shown(text, false), "incident", alert->incident_id, "started_at",
      alert->began_at, "detected_at", alert->judged_at, "job_counts", counts_of(alert), "jobs",
      troubled_of(alert), "totals", totals_of(alert));
}

void alert_append_message(struct text_buffer *text, const struct hg_alert *alert, bool is_slack) {
  struct text_buffer title;
  struct text_buffer body;

  text_buffer_init(&title);
  text_buffer_init(&body);
  append_title(&title, alert);
  append_text(&body, alert);
  if (title.failed || body.failed)
    text->failed = true;
  else
    json_append(text,
                is_slack ? slack_of(alert, title.data, body.data)
                         : plain_of(alert, title.data, body.data),
                JSON_COMPACT);
  text_buffer_finish(&title);
  text_buffer_finish(&body);
}
