/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_removal.h"

#include "history/history_database.h"
#include "history/history_error.h"
#include "memory/count.h"

/* One statement, with what waits before it, in a transaction of its own. */
static int32_t write_now(struct history *history, enum history_statement statement,
                         const struct history_value *values, size_t count, struct hg_error *err) {
  if (history_begin(history, err) == 0 && history_write_waiting(history, err) == 0 &&
      history_execute(history, statement, values, count, err) == 0 &&
      history_end(history, err) == 0) {
    history_forget_waiting(history);
    return 0;
  }
  history_roll_back(history);
  return -1;
}

int32_t history_begin_removal(struct history *history, uint64_t position, const char *uid,
                              int64_t asked_at_ms, struct hg_error *err) {
  char asked_at[TIMESTAMP_SIZE];
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)position),
      value_text(&history->arena, uid),
      value_time(asked_at_ms, asked_at),
  };

  return write_now(history, STATEMENT_BEGIN_REMOVAL, values, COUNT(values), err);
}

int32_t history_end_removal(struct history *history, uint64_t position, int64_t removed_at_ms,
                            const char *problem, struct hg_error *err) {
  char removed_at[TIMESTAMP_SIZE];
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)position),
      problem ? value_string(NULL) : value_time(removed_at_ms, removed_at),
      value_text(&history->arena, problem),
  };

  return write_now(history, STATEMENT_END_REMOVAL, values, COUNT(values), err);
}

int32_t history_each_open_removal(struct history *history,
                                  int32_t (*each)(void *context, uint64_t position, const char *uid,
                                                  struct hg_error *err),
                                  void *context, struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, STATEMENT_OPEN_REMOVALS, err);
  int32_t result = 0;
  int code;

  if (!statement)
    return -1;
  code = sqlite3_bind_int64(statement, 1, history->run_id);
  while (result == 0 && (code == SQLITE_OK || code == SQLITE_ROW)) {
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
      result = each(context, (uint64_t)sqlite3_column_int64(statement, 0),
                    (const char *)sqlite3_column_text(statement, 1), err);
  }
  if (code != SQLITE_DONE && code != SQLITE_ROW)
    result = history_fail(history, code, err);
  (void)sqlite3_reset(statement);
  return result;
}
