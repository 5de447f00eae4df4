/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "history/history_caller.h"
#include "history/history_command.h"
#include "history/history_database.h"
#include "history/history_error.h"
#include "history/run_lock.h"
#include "memory/count.h"
#include "memory/no_memory.h"

#include <errno.h>
#include <string.h>

/* A run that ends, or that another process marks as interrupted, is locked a moment longer than the
 * database says. */
enum { LOCK_PAUSE_MS = 5, LOCK_PATIENCE_MS = 2000 };

/* The columns of STATEMENT_RUN_TO_RESUME. */
enum run_column {
  RUN_MODE,
  RUN_STATE,
  RUN_IS_PLANNED,
  RUN_PID,
  RUN_HOST,
  RUN_WORKING_DIR,
  RUN_JOBS_DIR,
  RUN_ARGV,
};

/* NULL stays NULL. -1 where memory is out. */
static int32_t copy_column(struct history *history, sqlite3_stmt *row, enum run_column column,
                           const char **copy) {
  const void *bytes = sqlite3_column_blob(row, (int)column);

  *copy = NULL;
  if (sqlite3_column_type(row, (int)column) == SQLITE_NULL)
    return 0;
  *copy = arena_copy(&history->resumed, bytes ? bytes : "",
                     (size_t)sqlite3_column_bytes(row, (int)column));
  return *copy ? 0 : -1;
}

static bool column_is(sqlite3_stmt *row, enum run_column column, const char *text) {
  const char *found = (const char *)sqlite3_column_text(row, (int)column);

  return found && strcmp(found, text) == 0;
}

/* With the database locked. A lock that is held while the run is not 'running' is about to be
 * dropped. */
static int32_t take_lock(struct history *history, sqlite3_stmt *row, int64_t run_id,
                         struct hg_error *err) {
  bool is_running = column_is(row, RUN_STATE, "running");
  const char *host;

  for (int waited = 0; run_lock_take(history->lock_file, run_id) < 0; waited += LOCK_PAUSE_MS) {
    if (errno != EAGAIN)
      return history_refuse(history, HG_ERROR_IO, err, "run %lld cannot be locked: %s",
                            (long long)run_id, strerror(errno));
    if (is_running || waited >= LOCK_PATIENCE_MS) {
      host = (const char *)sqlite3_column_text(row, RUN_HOST);
      return hg_error_set(err, HG_ERROR_FAILED,
                          "run %lld is still running (process %lld on %.400s): stop it, or let it "
                          "end",
                          (long long)run_id, (long long)sqlite3_column_int64(row, RUN_PID),
                          host ? host : "?");
    }
    (void)sqlite3_sleep(LOCK_PAUSE_MS);
  }
  history->run_id = run_id; /* the lock is ours to drop */
  return 0;
}

static int32_t parse_argv(struct history *history, sqlite3_stmt *row,
                          struct history_resumed_run *run) {
  const char *text = sqlite3_column_blob(row, RUN_ARGV);
  int length = sqlite3_column_bytes(row, RUN_ARGV);

  run->argv =
      history_command_parse(&history->resumed, text ? text : "", (size_t)length, &run->argv_count);
  return run->argv ? 0 : -1;
}

static int32_t check_run(struct history *history, sqlite3_stmt *row, int64_t run_id,
                         struct history_resumed_run *run, struct hg_error *err) {
  if (!column_is(row, RUN_MODE, "apply"))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "run %lld applied nothing: only an apply can be resumed",
                        (long long)run_id);
  if (column_is(row, RUN_STATE, "succeeded"))
    return hg_error_set(err, HG_ERROR_INVALID, "run %lld succeeded: there is nothing left to do",
                        (long long)run_id);
  if (take_lock(history, row, run_id, err) < 0)
    return -1;
  if (!sqlite3_column_int(row, RUN_IS_PLANNED))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "run %lld ended before all its Jobs were known, and applied none: start "
                        "again with apply",
                        (long long)run_id);
  run->run_id = run_id;
  if (copy_column(history, row, RUN_WORKING_DIR, &run->working_dir) < 0 ||
      copy_column(history, row, RUN_JOBS_DIR, &run->jobs_dir) < 0 ||
      parse_argv(history, row, run) < 0)
    return no_memory(err);
  return 0;
}

/* Locks the run and reads what it was called with. */
static int32_t take_run(struct history *history, int64_t run_id, struct history_resumed_run *run,
                        struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, STATEMENT_RUN_TO_RESUME, err);
  int32_t result;
  int code;

  if (!statement)
    return -1;
  code = sqlite3_bind_int64(statement, 1, run_id);
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  if (code == SQLITE_ROW)
    result = check_run(history, statement, run_id, run, err);
  else if (code == SQLITE_DONE)
    result =
        hg_error_set(err, HG_ERROR_NOT_FOUND,
                     "there is no run %lld in the history: 'headgate history list' shows what is",
                     (long long)run_id);
  else
    result = history_fail(history, code, err);
  (void)sqlite3_reset(statement);
  return result;
}

static int32_t record_resumption(struct history *history, int64_t run_id,
                                 const struct history_run *call, struct hg_error *err) {
  char resumed_at[TIMESTAMP_SIZE];
  struct history_caller caller;

  history_caller_find(&caller);
  const struct history_value values[] = {
      value_integer(run_id),
      value_time(call->started_at_ms, resumed_at),
      history_command_value(history, call->argv, call->argv_count),
      value_text(&history->arena, call->version),
      value_text(&history->arena, caller.user),
      value_text(&history->arena, caller.host),
      value_integer(caller.pid),
  };
  if (history->text.failed)
    return no_memory(err);
  return history_execute(history, STATEMENT_ADD_RESUMPTION, values, COUNT(values), err);
}

static int32_t reopen_run(struct history *history, int64_t run_id, const struct history_run *call,
                          struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(run_id),
      value_string("interrupted: its outcome is not known"),
  };
  const struct history_value jobs[] = {*values, value_integer(1), value_integer(INT64_MAX)};

  if (record_resumption(history, run_id, call, err) < 0 ||
      history_execute(history, STATEMENT_SETTLE_FAILED_JOBS, jobs, COUNT(jobs), err) < 0 ||
      history_execute(history, STATEMENT_EXPLAIN_OPEN_ATTEMPTS, values, 2, err) < 0)
    return -1;
  return history_execute(history, STATEMENT_RESUME_RUN, values, 1, err);
}

int32_t history_resume_run(struct history *history, int64_t run_id, const struct history_run *call,
                           struct history_resumed_run *run, struct hg_error *err) {
  int code = sqlite3_exec(history->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL);

  if (code != SQLITE_OK)
    return history_fail(history, code, err);
  history->began_steady_ms = timestamp_steady_ms();
  if (history_begin(history, err) < 0 || take_run(history, run_id, run, err) < 0 ||
      reopen_run(history, run_id, call, err) < 0 || history_end(history, err) < 0) {
    history_roll_back(history);
    if (history->run_id > 0)
      run_lock_drop(history->lock_file, history->run_id);
    history->run_id = 0;
    return -1;
  }
  history_forget_waiting(history);
  history->is_resumed = true;
  return 0;
}

int32_t history_add_resumption_target(struct history *history, const struct target_record *target,
                                      struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_outside_string(target->context),
      value_outside_string(target->server),
      value_outside_string(target->user),
      value_outside_string(target->default_namespace),
  };

  return history_execute(history, STATEMENT_ADD_RESUMPTION_TARGET, values, COUNT(values), err);
}

static int32_t hand_over(struct history *history, sqlite3_stmt *row,
                         int32_t (*each)(void *context, const struct history_planned_job *job,
                                         struct hg_error *err),
                         void *context, struct hg_error *err) {
  struct history_planned_job job = {
      .position = (uint64_t)sqlite3_column_int64(row, 0),
      .job.name = (const char *)sqlite3_column_text(row, 1),
      .job.namespace = (const char *)sqlite3_column_text(row, 2),
      .job.document_number = (uint32_t)sqlite3_column_int64(row, 4),
      .valid = sqlite3_column_int(row, 5) != 0,
      .succeeded = sqlite3_column_int(row, 6) != 0,
      .attempts = (uint32_t)sqlite3_column_int64(row, 7),
      .is_open = sqlite3_column_int(row, 8) != 0,
      .failure_class = (const char *)sqlite3_column_text(row, 10),
      .derived_from_run = sqlite3_column_int64(row, 11),
      .derived_from = (uint64_t)sqlite3_column_int64(row, 12),
      .derived_from_name = (const char *)sqlite3_column_text(row, 13),
      .may_be_sent = sqlite3_column_int(row, 15) != 0,
  };
  const char *path = (const char *)sqlite3_column_blob(row, 3);

  if (sqlite3_column_bytes(row, 9) == 32)
    job.sha256 = sqlite3_column_blob(row, 9);
  if (sqlite3_column_bytes(row, 14) == 32)
    job.source_sha256 = sqlite3_column_blob(row, 14);
  /* The path may be a blob, which has no NUL after it. */
  arena_reset(&history->answer);
  job.job.path = arena_copy(&history->answer, path ? path : "",
                            path ? (size_t)sqlite3_column_bytes(row, 3) : 0);
  if (!job.job.path || !job.job.name || !job.job.namespace || !job.derived_from_name)
    return no_memory(err);
  return each(context, &job, err);
}

int32_t history_each_planned_job(struct history *history,
                                 int32_t (*each)(void *context,
                                                 const struct history_planned_job *job,
                                                 struct hg_error *err),
                                 void *context, struct hg_error *err) {
  sqlite3_stmt *statement;
  int32_t result = 0;
  int code;

  if (history_flush(history, err) < 0)
    return -1;
  statement = history_statement(history, STATEMENT_PLANNED_JOBS, err);
  if (!statement)
    return -1;
  code = sqlite3_bind_int64(statement, 1, history->run_id);
  while (code == SQLITE_OK || code == SQLITE_ROW) {
    code = sqlite3_step(statement);
    if (code != SQLITE_ROW)
      break;
    result = hand_over(history, statement, each, context, err);
    if (result < 0)
      break;
  }
  if (code != SQLITE_DONE && code != SQLITE_ROW)
    result = history_fail(history, code, err);
  (void)sqlite3_reset(statement);
  return result;
}
