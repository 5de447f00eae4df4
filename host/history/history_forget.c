/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_forget.h"

#include "history/history_database.h"
#include "history/history_error.h"
#include "history/run_lock.h"
#include "text/timestamp.h"

#include <string.h>

int32_t history_each_old_run(struct history *history, int64_t before_ms, history_row_function *each,
                             void *context, struct hg_error *err) {
  char before[TIMESTAMP_SIZE];
  const struct history_value value = value_time(before_ms, before);

  return history_read_rows(history, STATEMENT_OLD_RUNS, &value, 1, each, context, err);
}

/* The one number that the statement gives for run `run_id`. */
static int32_t read_number(struct history *history, enum history_statement which, int64_t run_id,
                           int64_t *number, struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, which, err);
  int code = statement ? sqlite3_bind_int64(statement, 1, run_id) : SQLITE_ERROR;

  if (!statement)
    return -1;
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  *number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  (void)sqlite3_reset(statement);
  return code == SQLITE_ROW ? 0 : history_fail(history, code, err);
}

int32_t history_has_run(struct history *history, int64_t run_id, bool *is_there,
                        struct hg_error *err) {
  int64_t count = 0;
  int32_t result = read_number(history, STATEMENT_HAS_RUN, run_id, &count, err);

  *is_there = count > 0;
  return result;
}

/* With the write lock of the database: nobody begins to go on with the run meanwhile. */
static int32_t forget(struct history *history, int64_t run_id, bool *is_forgotten,
                      struct hg_error *err) {
  const struct history_value value = value_integer(run_id);
  int64_t may_go = 0;

  if (read_number(history, STATEMENT_MAY_FORGET, run_id, &may_go, err) < 0)
    return -1;
  if (!may_go || run_lock_is_held(history->lock_file, run_id) ||
      run_lock_is_held(history->lock_file, run_lock_of_watch(run_id)))
    return 0;
  *is_forgotten = true;
  return history_execute(history, STATEMENT_FORGET_RUN, &value, 1, err);
}

int32_t history_forget_run(struct history *history, int64_t run_id, bool *is_forgotten,
                           struct hg_error *err) {
  *is_forgotten = false;
  if (history_begin(history, err) == 0 && forget(history, run_id, is_forgotten, err) == 0 &&
      history_end(history, err) == 0)
    return 0;
  history_roll_back(history);
  *is_forgotten = false;
  return -1;
}

int32_t history_clean(struct history *history, int64_t before_ms, bool *is_done,
                      struct hg_error *err) {
  char before[TIMESTAMP_SIZE];
  const struct history_value value = value_time(before_ms, before);
  int64_t running = 0;
  int code;

  /* A run that goes on may have seen a manifest that it is about to refer to. */
  *is_done = false;
  if (history_begin(history, err) < 0 ||
      history_execute(history, STATEMENT_FORGET_JUDGEMENTS, &value, 1, err) < 0 ||
      read_number(history, STATEMENT_COUNT_RUNNING, 0, &running, err) < 0 ||
      (running == 0 &&
       (history_execute(history, STATEMENT_FORGET_MANIFESTS, NULL, 0, err) < 0 ||
        history_execute(history, STATEMENT_FORGET_MANIFEST_BASES, NULL, 0, err) < 0)) ||
      history_end(history, err) < 0) {
    history_roll_back(history);
    return -1;
  }
  if (running > 0)
    return 0;
  code = sqlite3_exec(history->db, "VACUUM", NULL, NULL, NULL);
  history_checkpoint_finish(&history->checkpoint); /* it would be in the way */
  history_checkpoint_init(&history->checkpoint);
  if (code == SQLITE_OK)
    code = sqlite3_exec(history->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
  *is_done = code == SQLITE_OK;
  return code == SQLITE_OK ? 0 : history_fail(history, code, err);
}
