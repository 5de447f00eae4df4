/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_watch.h"

#include "history/history_database.h"
#include "history/history_error.h"
#include "memory/count.h"
#include "memory/no_memory.h"

#include <string.h>

/* The columns of STATEMENT_READ_WATCHED. */
enum watched_column {
  WATCHED_POSITION,
  WATCHED_INCARNATION,
  WATCHED_UID,
  WATCHED_WAS_THERE,
  WATCHED_HAD_ENDED,
  WATCHED_OUTCOME,
  WATCHED_REASON,
  WATCHED_MESSAGE,
  WATCHED_FAILURE_CLASS,
  WATCHED_CAUSE,
  WATCHED_ADVICE,
  WATCHED_POD,
  WATCHED_CONTAINER,
  WATCHED_TERMINATION_MESSAGE,
  WATCHED_LOG_PATH,
  WATCHED_LAST_WORDS,
  WATCHED_STARTED_AT,
  WATCHED_ENDED_AT,
  WATCHED_DECIDED_AT,
  WATCHED_EXIT_CODE,
  WATCHED_SIGNAL,
  WATCHED_SUCCEEDED,
  WATCHED_FAILED,
  WATCHED_COMPLETIONS,
  WATCHED_STATES,
  WATCHED_PODS,
  WATCHED_LOGS_KEPT,
  WATCHED_LOGS_LOST,
  WATCHED_VERB,
  WATCHED_IS_UNREAD,
  WATCHED_DERIVED_FROM,
  WATCHED_IS_RETRIED,
};

static enum history_answer answer_of(sqlite3_stmt *row, enum watched_column column) {
  if (sqlite3_column_type(row, (int)column) == SQLITE_NULL)
    return HISTORY_NOT_KNOWN;
  return sqlite3_column_int(row, (int)column) ? HISTORY_YES : HISTORY_NO;
}

/* -1 where the column is NULL. */
static int32_t count_of(sqlite3_stmt *row, enum watched_column column) {
  return sqlite3_column_type(row, (int)column) == SQLITE_NULL
             ? -1
             : sqlite3_column_int(row, (int)column);
}

/* The outcome of that name; 0: none. */
static uint32_t outcome_of(const char *name) {
  for (uint32_t outcome = HG_OUTCOME_COMPLETE; *name && outcome <= HG_OUTCOME_UNKNOWN; outcome++)
    if (strcmp(hg_outcome_name(outcome), name) == 0)
      return outcome;
  return 0;
}

static int64_t duration_between(const char *started_at, const char *ended_at) {
  int64_t started_ms;
  int64_t ended_ms;

  if (!timestamp_parse(started_at, &started_ms) || !timestamp_parse(ended_at, &ended_ms) ||
      ended_ms < started_ms)
    return -1;
  return ended_ms - started_ms;
}

static int32_t take_completion(struct history *history, sqlite3_stmt *row,
                               struct hg_job_completion *completion, struct hg_error *err) {
  const char *path = sqlite3_column_blob(row, WATCHED_LOG_PATH);
  const char *words = sqlite3_column_blob(row, WATCHED_LAST_WORDS);

  *completion = (struct hg_job_completion){
      .struct_size = sizeof *completion,
      .outcome = outcome_of(history_text_of(row, WATCHED_OUTCOME)),
      .exit_code = count_of(row, WATCHED_EXIT_CODE),
      .signal = sqlite3_column_int(row, WATCHED_SIGNAL),
      .succeeded = sqlite3_column_int(row, WATCHED_SUCCEEDED),
      .failed = sqlite3_column_int(row, WATCHED_FAILED),
      .completions = count_of(row, WATCHED_COMPLETIONS),
      .pods = (uint32_t)sqlite3_column_int64(row, WATCHED_PODS),
      .logs_kept = (uint32_t)sqlite3_column_int64(row, WATCHED_LOGS_KEPT),
      .logs_lost = (uint32_t)sqlite3_column_int64(row, WATCHED_LOGS_LOST),
      .uid = history_text_of(row, WATCHED_UID),
      .reason = history_text_of(row, WATCHED_REASON),
      .message = history_text_of(row, WATCHED_MESSAGE),
      .failure_class = history_text_of(row, WATCHED_FAILURE_CLASS),
      .cause = history_text_of(row, WATCHED_CAUSE),
      .advice = history_text_of(row, WATCHED_ADVICE),
      .pod = history_text_of(row, WATCHED_POD),
      .container = history_text_of(row, WATCHED_CONTAINER),
      .termination_message = history_text_of(row, WATCHED_TERMINATION_MESSAGE),
      .log_tail = {words ? words : "", (uint64_t)sqlite3_column_bytes(row, WATCHED_LAST_WORDS)},
      .started_at = history_text_of(row, WATCHED_STARTED_AT),
      .finished_at = history_text_of(row, WATCHED_ENDED_AT),
      .decided_at = history_text_of(row, WATCHED_DECIDED_AT),
      .derived_from = history_text_of(row, WATCHED_DERIVED_FROM),
  };
  if (sqlite3_column_int(row, WATCHED_IS_RETRIED) && completion->outcome != HG_OUTCOME_COMPLETE)
    completion->flags |= HG_COMPLETION_RETRIED;
  /* It may be a blob, which has no NUL after it. */
  completion->log_path = arena_copy(&history->answer, path ? path : "",
                                    path ? (size_t)sqlite3_column_bytes(row, WATCHED_LOG_PATH) : 0);
  completion->duration_ms = duration_between(completion->started_at, completion->finished_at);
  return completion->log_path ? 0 : no_memory(err);
}

static int32_t take_row(struct history *history, sqlite3_stmt *row, struct history_watched_job *job,
                        struct hg_error *err) {
  const char *verb = history_text_of(row, WATCHED_VERB);

  arena_reset(&history->answer);
  if (take_completion(history, row, &job->completion, err) < 0)
    return -1;
  job->object.position = (uint64_t)sqlite3_column_int64(row, WATCHED_POSITION);
  job->object.incarnation = (uint32_t)sqlite3_column_int64(row, WATCHED_INCARNATION);
  job->uid = job->completion.uid;
  job->was_there = answer_of(row, WATCHED_WAS_THERE);
  job->had_ended = answer_of(row, WATCHED_HAD_ENDED);
  if (job->was_there == HISTORY_NOT_KNOWN && *verb)
    job->was_there = strcmp(verb, "created") == 0 ? HISTORY_NO : HISTORY_YES;
  if (job->was_there == HISTORY_NO)
    job->had_ended = HISTORY_NO;
  job->states = (uint32_t)sqlite3_column_int64(row, WATCHED_STATES);
  job->is_unread = sqlite3_column_int(row, WATCHED_IS_UNREAD) != 0;
  job->is_final = job->completion.outcome == HG_OUTCOME_COMPLETE ||
                  job->completion.outcome == HG_OUTCOME_FAILED ||
                  job->completion.outcome == HG_OUTCOME_DELETED;
  if (job->had_ended == HISTORY_YES && (job->completion.outcome == HG_OUTCOME_COMPLETE ||
                                        job->completion.outcome == HG_OUTCOME_FAILED))
    job->completion.flags |= HG_COMPLETION_EARLIER;
  return 0;
}

int32_t history_each_watched_job(struct history *history, int64_t run_id,
                                 int32_t (*each)(void *context,
                                                 const struct history_watched_job *job,
                                                 struct hg_error *err),
                                 void *context, struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, STATEMENT_READ_WATCHED, err);
  struct history_watched_job job;
  int32_t result = 0;
  int code;

  if (!statement)
    return -1;
  code = sqlite3_bind_int64(statement, 1, run_id);
  if (code == SQLITE_OK)
    code = sqlite3_bind_int64(statement, 2, history->watch_id);
  while (result == 0 && (code == SQLITE_OK || code == SQLITE_ROW)) {
    code = sqlite3_step(statement);
    if (code != SQLITE_ROW)
      break;
    result = take_row(history, statement, &job, err);
    if (result == 0)
      result = each(context, &job, err);
  }
  if (code != SQLITE_DONE && code != SQLITE_ROW)
    result = history_fail(history, code, err);
  (void)sqlite3_reset(statement);
  return result;
}

/* They outlive the row. */
static int32_t keep_texts(struct arena *arena, struct hg_job_completion *completion,
                          struct hg_error *err) {
  const char **const texts[] = {
      &completion->uid,          &completion->reason,        &completion->message,
      &completion->cause,        &completion->advice,        &completion->failure_class,
      &completion->pod,          &completion->container,     &completion->termination_message,
      &completion->started_at,   &completion->finished_at,   &completion->decided_at,
      &completion->derived_from, &completion->log_tail.data,
  };

  for (size_t i = 0; i < COUNT(texts); i++) {
    bool is_tail = texts[i] == &completion->log_tail.data;

    *texts[i] = arena_copy(arena, *texts[i],
                           is_tail ? (size_t)completion->log_tail.length : strlen(*texts[i]));
    if (!*texts[i])
      return no_memory(err);
  }
  return 0;
}

int32_t history_read_log(struct history *history, const struct history_object *object,
                         const char *pod_uid, const char *container, uint32_t restart,
                         bool *is_complete, uint32_t *resumes, struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, STATEMENT_READ_LOG, err);
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)object->position),
      value_integer(object->incarnation),
      value_string(pod_uid),
      value_string(container),
      value_integer(restart),
  };
  int code = SQLITE_OK;

  *is_complete = false;
  *resumes = 0;
  if (!statement || history_flush(history, err) < 0)
    return -1;
  for (size_t i = 0; i < sizeof values / sizeof *values && code == SQLITE_OK; i++)
    code = value_bind(statement, (int)i + 1, &values[i]);
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    const char *state = (const char *)sqlite3_column_text(statement, 0);

    *is_complete = state && strcmp(state, "complete") == 0;
    *resumes = (uint32_t)sqlite3_column_int64(statement, 1) + 1;
  }
  (void)sqlite3_reset(statement);
  (void)sqlite3_clear_bindings(statement);
  return code == SQLITE_ROW || code == SQLITE_DONE ? 0 : history_fail(history, code, err);
}

int32_t history_sum_logs(struct history *history, uint64_t *bytes, struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, STATEMENT_SUM_LOGS, err);
  int code;

  if (!statement)
    return -1;
  code = sqlite3_step(statement);
  *bytes = code == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
  (void)sqlite3_reset(statement);
  return code == SQLITE_ROW ? 0 : history_fail(history, code, err);
}

int32_t history_read_completion(struct history *history, int64_t run_id, uint64_t position,
                                struct hg_job_completion *completion, struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, STATEMENT_READ_COMPLETION, err);
  struct history_watched_job job;
  int32_t result;
  int code;

  if (!statement)
    return -1;
  code = sqlite3_bind_int64(statement, 1, run_id);
  if (code == SQLITE_OK)
    code = sqlite3_bind_int64(statement, 3, (int64_t)position);
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  if (code != SQLITE_ROW) {
    result = history_fail(history, code == SQLITE_DONE ? SQLITE_NOTFOUND : code, err);
  } else {
    arena_reset(&history->answer);
    result = take_row(history, statement, &job, err);
  }
  if (result == 0) {
    *completion = job.completion;
    result = keep_texts(&history->answer, completion, err);
  }
  (void)sqlite3_reset(statement);
  return result;
}
