/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "history/history_command.h"
#include "history/history_database.h"
#include "history/history_error.h"
#include "memory/count.h"
#include "memory/no_memory.h"

static int32_t add_launch(struct history *history, const struct history_attempt *attempt,
                          const struct history_value *started_at, int64_t *launch_id,
                          struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      *started_at,
      history_command_value(history, attempt->command, attempt->command_count),
  };

  if (history->text.failed)
    return no_memory(err);
  if (history_execute(history, STATEMENT_ADD_LAUNCH, values, COUNT(values), err) < 0)
    return -1;
  *launch_id = sqlite3_last_insert_rowid(history->db);
  return 0;
}

static int32_t start_attempt(struct history *history, const struct history_attempt *attempt,
                             int64_t launch_id, struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)attempt->position),
      value_integer(attempt->attempt),
      value_integer(launch_id),
  };

  /* Where an earlier process left a failure, it is the Job's outcome until now. */
  if (history->is_resumed && history_execute(history, STATEMENT_REOPEN_JOB, values, 2, err) < 0)
    return -1;
  if (history_execute(history, STATEMENT_START_ATTEMPT, values, COUNT(values), err) < 0)
    return -1;
  if (sqlite3_changes(history->db) != 1)
    return hg_error_set(err, HG_ERROR_FAILED, "Job %llu was applied already",
                        (unsigned long long)attempt->position);
  return 0;
}

static int32_t start_attempts(struct history *history, const struct history_attempt *attempts,
                              uint32_t count, const struct history_value *started_at,
                              struct hg_error *err) {
  int64_t launch_id = 0;

  for (uint32_t i = 0; i < count; i++)
    if (((i == 0 || attempts[i].command != attempts[i - 1].command) &&
         add_launch(history, &attempts[i], started_at, &launch_id, err) < 0) ||
        start_attempt(history, &attempts[i], launch_id, err) < 0)
      return -1;
  return 0;
}

/* One a line: a warning itself is one line. */
static struct history_value warnings_value(struct history *history,
                                           const struct hg_job_result *result) {
  struct history_value value = value_null();
  struct text_buffer lines;

  text_buffer_init(&lines);
  for (uint32_t i = 0; i < result->warning_count; i++) {
    text_buffer_append_string(&lines, i > 0 ? "\n" : "");
    text_buffer_append_string(&lines, result->warnings[i]);
  }
  if (lines.length > 0 && !lines.failed)
    value = value_text(&history->arena,
                       arena_copy(&history->arena, text_buffer_string(&lines), lines.length));
  text_buffer_finish(&lines);
  return value;
}

/* What there is nothing to say in is NULL rather than empty: SUCCESS needs no reason. */
static struct history_value said(struct history *history, const char *text) {
  return value_text(&history->arena, text && *text ? text : NULL);
}

static int32_t finish_attempt(struct history *history, uint64_t position,
                              const struct history_value *finished_at,
                              const struct hg_job_result *result, struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)position),
      value_integer(result->attempt),
      value_string(hg_status_name(result->status)),
      *finished_at,
      value_integer(result->duration_ms > 0 ? result->duration_ms : 0),
      value_integer(result->return_code),
      value_integer(result->signal),
      said(history, result->reason),
      said(history, result->failure_class),
      said(history, result->advice),
      value_outside(result->stdout_text.data, result->stdout_text.length),
      value_outside(result->stderr_text.data, result->stderr_text.length),
      value_integer((result->flags & HG_RESULT_STDOUT_CUT) != 0),
      value_integer((result->flags & HG_RESULT_STDERR_CUT) != 0),
      said(history, hg_verb_name(result->verb)),
      warnings_value(history, result),
      result->http_status > 0 ? value_integer(result->http_status) : value_null(),
  };

  if (history_execute(history, STATEMENT_FINISH_ATTEMPT, values, COUNT(values), err) < 0)
    return -1;
  if (sqlite3_changes(history->db) != 1)
    return hg_error_set(err, HG_ERROR_FAILED,
                        "attempt %u of Job %llu ended without having been started",
                        (unsigned)result->attempt, (unsigned long long)position);
  return 0;
}

static int32_t settle_job(struct history *history, uint64_t position,
                          const struct history_value *settled_at,
                          const struct hg_job_result *result, struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)position),
      value_string(hg_status_name(result->status)),
      *settled_at,
      said(history, result->reason),
      said(history, result->failure_class),
      said(history, result->advice),
  };

  if (history_execute(history, STATEMENT_SETTLE_JOB, values, COUNT(values), err) < 0)
    return -1;
  if (sqlite3_changes(history->db) != 1)
    return hg_error_set(err, HG_ERROR_FAILED, "the run has no Job %llu",
                        (unsigned long long)position);
  return 0;
}

static int32_t end_attempt(struct history *history, const struct history_ended *ended,
                           struct hg_error *err) {
  char buffer[TIMESTAMP_SIZE];
  const struct history_value now = value_time(ended->finished_at_ms, buffer);

  if (ended->result->attempt != 0 &&
      finish_attempt(history, ended->position, &now, ended->result, err) < 0)
    return -1;
  return ended->last ? settle_job(history, ended->position, &now, ended->result, err) : 0;
}

static int32_t end_attempts(struct history *history, const struct history_ended *ended,
                            uint32_t count, struct hg_error *err) {
  for (uint32_t i = 0; i < count; i++)
    if (end_attempt(history, &ended[i], err) < 0)
      return -1;
  return 0;
}

int32_t history_record_attempts(struct history *history, const struct history_ended *ended,
                                uint32_t ended_count, const struct history_attempt *attempts,
                                uint32_t count, int64_t started_at_ms, struct hg_error *err) {
  char buffer[TIMESTAMP_SIZE];
  const struct history_value started_at = value_time(started_at_ms, buffer);

  if (ended_count == 0 && count == 0 && !history->first)
    return 0; /* nothing */
  if (history_begin(history, err) == 0 && history_write_waiting(history, err) == 0 &&
      end_attempts(history, ended, ended_count, err) == 0 &&
      start_attempts(history, attempts, count, &started_at, err) == 0 &&
      history_end(history, err) == 0) {
    history_forget_waiting(history);
    return 0;
  }
  history_roll_back(history);
  return -1;
}

int32_t history_finish_attempt(struct history *history, uint64_t position, bool last,
                               int64_t finished_at_ms, const struct hg_job_result *result,
                               struct hg_error *err) {
  const struct history_ended ended = {position, last, finished_at_ms, result};

  return history_record_attempts(history, &ended, 1, NULL, 0, 0, err);
}

int32_t history_note_sent(struct history *history, uint64_t position, uint32_t attempt,
                          const uint8_t sha256[32], int64_t sent_at_ms, struct hg_error *err) {
  char buffer[TIMESTAMP_SIZE];
  struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)position),
      value_integer(attempt),
      value_digest(sha256),
  };

  if (history_write_later(history, STATEMENT_NOTE_SENT, values, COUNT(values), err) < 0)
    return -1;
  values[3] = value_time(sent_at_ms, buffer);
  return history_write_later(history, STATEMENT_NOTE_START, values, COUNT(values), err);
}

int32_t history_withdraw_attempt(struct history *history, uint64_t position, uint32_t attempt,
                                 struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)position),
      value_integer(attempt),
  };
  const struct history_value job[] = {values[0], values[1], values[1]};

  if (history_write_later(history, STATEMENT_WITHDRAW_LAUNCH, values, COUNT(values), err) < 0 ||
      history_write_later(history, STATEMENT_WITHDRAW_ATTEMPT, values, COUNT(values), err) < 0)
    return -1;
  return history->is_resumed
             ? history_write_later(history, STATEMENT_SETTLE_FAILED_JOBS, job, COUNT(job), err)
             : 0;
}
