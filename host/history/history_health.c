/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_health.h"

#include "history/history_database.h"
#include "history/history_error.h"
#include "memory/count.h"

#include <stdio.h>
#include <string.h>

static struct history_value value_run(int64_t run_id) {
  return run_id > 0 ? value_integer(run_id) : value_null();
}

int32_t history_add_health(struct history *history, const struct history_health *health,
                           int64_t *health_id, struct hg_error *err) {
  char judged_at[TIMESTAMP_SIZE];
  const struct history_value values[] = {
      value_time(health->judged_at_ms, judged_at),
      value_text(&history->arena, health->of.job_namespace),
      value_text(&history->arena, health->of.selector),
      value_string(health->overall),
      value_integer((int64_t)health->jobs_ok),
      value_integer((int64_t)health->jobs_warn),
      value_integer((int64_t)health->jobs_error),
      value_string(health->errors),
      value_run(health->of.run_id),
  };

  if (history_execute(history, STATEMENT_ADD_HEALTH, values, COUNT(values), err) < 0)
    return -1;
  *health_id = sqlite3_last_insert_rowid(history->db);
  return 0;
}

int32_t history_add_alert(struct history *history, const struct history_alert *alert,
                          struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(alert->health_id),
      value_string(alert->kind),
      value_string(alert->incident_id),
      value_string(alert->severity),
      value_text(&history->arena, alert->channel),
      value_text(&history->arena, alert->sent_at),
      alert->http_status > 0 ? value_integer(alert->http_status) : value_null(),
      value_text(&history->arena, alert->error),
  };

  return history_execute(history, STATEMENT_ADD_ALERT, values, COUNT(values), err);
}

/* The statement, about the subject; NULL with *err set. */
static sqlite3_stmt *ask(struct history *history, enum history_statement which,
                         const struct history_subject *subject, struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, which, err);
  const struct history_value values[] = {
      value_run(subject->run_id),
      value_text(&history->arena, subject->job_namespace),
      value_text(&history->arena, subject->selector),
  };

  for (int i = 0; statement && i < (int)COUNT(values); i++) {
    int code = value_bind(statement, i + 1, &values[i]);

    if (code != SQLITE_OK) {
      (void)history_fail(history, code, err);
      return NULL;
    }
  }
  return statement;
}

static void copy(char *text, size_t size, sqlite3_stmt *statement, int column) {
  const char *value = (const char *)sqlite3_column_text(statement, column);

  (void)snprintf(text, size, "%s", value ? value : "");
}

int32_t history_read_told(struct history *history, const struct history_subject *subject,
                          bool is_totals, struct history_told *told, struct hg_error *err) {
  sqlite3_stmt *statement = ask(history, STATEMENT_READ_TOLD, subject, err);
  int code;

  memset(told, 0, sizeof *told);
  if (!statement)
    return -1;
  code = sqlite3_bind_int(statement, 4, is_totals);
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    told->is_there = true;
    copy(told->overall, sizeof told->overall, statement, 0);
    copy(told->incident_id, sizeof told->incident_id, statement, 1);
    told->jobs_ok = (uint64_t)sqlite3_column_int64(statement, 2);
    told->jobs_warn = (uint64_t)sqlite3_column_int64(statement, 3);
    told->jobs_error = (uint64_t)sqlite3_column_int64(statement, 4);
  }
  (void)sqlite3_reset(statement);
  return code == SQLITE_ROW || code == SQLITE_DONE ? 0 : history_fail(history, code, err);
}

int32_t history_read_unwell(struct history *history, const struct history_subject *subject,
                            char since[TIMESTAMP_SIZE], struct hg_error *err) {
  sqlite3_stmt *statement = ask(history, STATEMENT_READ_UNWELL, subject, err);
  int code;

  *since = '\0';
  if (!statement)
    return -1;
  code = sqlite3_step(statement);
  if (code == SQLITE_ROW)
    copy(since, TIMESTAMP_SIZE, statement, 0);
  (void)sqlite3_reset(statement);
  return code == SQLITE_ROW || code == SQLITE_DONE ? 0 : history_fail(history, code, err);
}
