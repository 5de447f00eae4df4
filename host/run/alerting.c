/* SPDX-License-Identifier: Apache-2.0 */
#include "run/alerting.h"

#include "digest/digest.h"
#include "history/history.h"
#include "run/recording.h"
#include "terminal/log.h"
#include "text/text_buffer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {
    [HG_ALERT_BEGAN] = "began", [HG_ALERT_ENDED] = "ended", [HG_ALERT_TOTALS] = "totals"};

static enum health health_of_name(const char *name) {
  enum health health = HEALTH_OK;

  while (health < HEALTH_ERROR && strcmp(name, health_name(health)) != 0)
    health++;
  return health;
}

/* From here on nothing is recorded. */
static void give_up_recording(struct alerting *alerting, const struct hg_error *error) {
  log_line(HG_LOG_WARNING, LOG_ALERT, "alerts are not recorded: %s", error->message);
  history_close(alerting->history);
  alerting->history = NULL;
}

void alerting_begin(struct alerting *alerting, struct reporting *reporting, const char *history,
                    const struct history_subject *of) {
  struct hg_error error = HG_ERROR_INIT;
  struct history_told told;

  memset(alerting, 0, sizeof *alerting);
  if (!reporting_wants_alerts(reporting))
    return;
  alerting->reporting = reporting;
  alerting->of = *of;
  if (!history)
    return;
  if (history_open(history, &run_patience, &alerting->history, &error) < 0 ||
      history_read_told(alerting->history, of, false, &told, &error) < 0) {
    give_up_recording(alerting, &error);
  } else if (told.is_there) {
    alerting->told = health_of_name(told.overall);
    memcpy(alerting->incident_id, told.incident_id, sizeof told.incident_id);
  }
}

/* What cannot be recorded is told all the same. 0: it has no row. */
static int64_t add_record(struct alerting *alerting, const struct alert_judgement *judgement) {
  const struct history_health record = {
      .of = alerting->of,
      .judged_at_ms = judgement->at_ms,
      .overall = health_name(judgement->overall),
      .jobs_ok = judgement->counts[HEALTH_OK],
      .jobs_warn = judgement->counts[HEALTH_WARN],
      .jobs_error = judgement->counts[HEALTH_ERROR],
  };
  struct hg_error error = HG_ERROR_INIT;
  int64_t health_id = judgement->health_id;

  if (health_id == 0 && alerting->history &&
      history_add_health(alerting->history, &record, &health_id, &error) < 0) {
    give_up_recording(alerting, &error);
    return 0;
  }
  return health_id;
}

/* 12 hex digits, as the first monitors had them: of whom, and since when. */
static void name_incident(char name[16], const struct history_subject *of, const char *began_at) {
  uint8_t digest[DIGEST_SIZE];
  struct text_buffer text;

  text_buffer_init(&text);
  text_buffer_printf(&text, "%" PRId64 ":%s:%s:%s", of->run_id, of->job_namespace, of->selector,
                     began_at);
  digest_of(text_buffer_string(&text), text.length, digest);
  text_buffer_finish(&text);
  for (int i = 0; i < 6; i++)
    (void)snprintf(name + 2 * i, 3, "%02x", digest[i]);
}

/* When what is wrong now began: with this judgement, or earlier by the history. */
static void find_begin(struct alerting *alerting, int64_t now_ms, char began_at[TIMESTAMP_SIZE]) {
  struct hg_error error = HG_ERROR_INIT;

  *began_at = '\0';
  if (alerting->history &&
      history_read_unwell(alerting->history, &alerting->of, began_at, &error) < 0)
    give_up_recording(alerting, &error);
  if (!*began_at)
    timestamp_format(now_ms, began_at);
}

static void raise_alert(struct alerting *alerting, const struct alert_judgement *judgement,
                        struct hg_alert *alert, int64_t health_id) {
  struct raised_alert *raised =
      realloc(alerting->raised, (alerting->raised_count + 1) * sizeof *raised);
  char judged_at[TIMESTAMP_SIZE];

  if (!raised) {
    log_line(HG_LOG_WARNING, LOG_ALERT, "an alert is not told: out of memory");
    return;
  }
  alerting->raised = raised;
  raised += alerting->raised_count++;
  *raised = (struct raised_alert){health_id, alert->kind, alert->severity, ""};
  (void)snprintf(raised->incident_id, sizeof raised->incident_id, "%s", alert->incident_id);
  timestamp_format(judgement->at_ms, judged_at);
  alert->struct_size = sizeof *alert;
  alert->troubled = judgement->troubled;
  alert->troubled_count = judgement->troubled_count;
  alert->run_id = alerting->of.run_id;
  alert->job_namespace = alerting->of.job_namespace;
  alert->selector = alerting->of.selector;
  alert->health = health_name(judgement->overall);
  alert->told_before = health_name(alerting->told);
  alert->judged_at = judged_at;
  alert->jobs_ok = judgement->counts[HEALTH_OK];
  alert->jobs_warn = judgement->counts[HEALTH_WARN];
  alert->jobs_error = judgement->counts[HEALTH_ERROR];
  reporting_alert_raised(alerting->reporting, alert);
}

/* The words of the delivery's own reporter: where it failed, a warning and a row. */
static void record_delivery(struct alerting *alerting, const struct hg_delivery *delivery,
                            const char *reporter) {
  const struct raised_alert *raised;
  struct hg_error error = HG_ERROR_INIT;

  if (delivery->number == 0 || delivery->number > alerting->raised_count)
    return;
  raised = &alerting->raised[delivery->number - 1];
  if (delivery->error)
    log_line(HG_LOG_WARNING, LOG_ALERT, "%s: not told: %s", reporter, delivery->error);
  else if (delivery->sent_at)
    log_line(HG_LOG_INFO, LOG_ALERT, "Told %s: %s (%s)", delivery->channel,
             hg_alert_severity_name(raised->severity), kind_names[raised->kind]);
  const struct history_alert row = {
      .health_id = raised->health_id,
      .kind = kind_names[raised->kind],
      .incident_id = *raised->incident_id ? raised->incident_id : NULL,
      .severity = hg_alert_severity_name(raised->severity),
      .channel = delivery->channel,
      .sent_at = delivery->error ? NULL : delivery->sent_at,
      .http_status = delivery->http_status,
      .error = delivery->error,
  };
  if (alerting->history && raised->health_id > 0 &&
      history_add_alert(alerting->history, &row, &error) < 0)
    give_up_recording(alerting, &error);
}

static void collect(struct alerting *alerting, bool waits) {
  struct hg_delivery delivery;
  const char *reporter;

  while (reporting_next_delivery(alerting->reporting, waits, &delivery, &reporter))
    record_delivery(alerting, &delivery, reporter);
}

void alerting_judge(struct alerting *alerting, const struct alert_judgement *judgement) {
  char began_at[TIMESTAMP_SIZE] = "";
  bool is_well = judgement->overall == HEALTH_OK;
  struct hg_alert alert = {
      .kind = is_well ? HG_ALERT_ENDED : HG_ALERT_BEGAN,
      .severity = is_well                              ? HG_ALERT_INFO
                  : judgement->overall == HEALTH_ERROR ? HG_ALERT_CRITICAL
                                                       : HG_ALERT_WARN,
      .began_at = began_at,
  };

  if (!alerting->reporting)
    return;
  if (judgement->overall != alerting->told) {
    int64_t health_id = add_record(alerting, judgement);

    if (!is_well) {
      find_begin(alerting, judgement->at_ms, began_at);
      name_incident(alerting->incident_id, &alerting->of, began_at);
    }
    alert.incident_id = alerting->incident_id;
    raise_alert(alerting, judgement, &alert, health_id);
    alerting->told = judgement->overall;
  }
  collect(alerting, false);
}

void alerting_tell_totals(struct alerting *alerting, const struct alert_judgement *judgement,
                          const struct hg_alert *totals) {
  struct hg_error error = HG_ERROR_INIT;
  struct history_told told = {.is_there = false};
  struct hg_alert alert = *totals;

  if (!alerting->reporting)
    return;
  if (alerting->history &&
      history_read_told(alerting->history, &alerting->of, true, &told, &error) < 0)
    give_up_recording(alerting, &error);
  if (told.is_there && told.jobs_ok == judgement->counts[HEALTH_OK] &&
      told.jobs_warn == judgement->counts[HEALTH_WARN] &&
      told.jobs_error == judgement->counts[HEALTH_ERROR])
    return;
  alert.kind = HG_ALERT_TOTALS;
  alert.severity =
      totals->uncompleted_jobs + totals->never_started_jobs + totals->unapplied_jobs > 0
          ? HG_ALERT_CRITICAL
      : totals->undecided_jobs > 0 ? HG_ALERT_WARN
                                   : HG_ALERT_INFO;
  alert.incident_id = alert.began_at = "";
  raise_alert(alerting, judgement, &alert, add_record(alerting, judgement));
}

void alerting_finish(struct alerting *alerting) {
  if (!alerting->reporting)
    return;
  collect(alerting, true);
  history_close(alerting->history);
  free(alerting->raised);
  memset(alerting, 0, sizeof *alerting);
}
