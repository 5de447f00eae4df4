/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_database.h"

#include "history/history_error.h"
#include "memory/no_memory.h"

#include <errno.h>

sqlite3_stmt *history_statement(struct history *history, enum history_statement statement,
                                struct hg_error *err) {
  sqlite3_stmt **prepared = &history->statements[statement];
  int code;

  if (*prepared)
    return *prepared;
  code = sqlite3_prepare_v3(history->db, history_statements[statement], -1,
                            SQLITE_PREPARE_PERSISTENT, prepared, NULL);
  if (code != SQLITE_OK)
    (void)history_fail(history, code, err);
  return *prepared;
}

/* Runs the statement to its first row or its end, and resets it. Returns SQLite's code; where that
 * is neither, *err is set. */
static int run_statement(struct history *history, enum history_statement statement,
                         const struct history_value *values, size_t count, struct hg_error *err) {
  sqlite3_stmt *prepared = history_statement(history, statement, err);
  int code = SQLITE_OK;

  if (!prepared)
    return SQLITE_ERROR;
  for (size_t i = 0; i < count && code == SQLITE_OK; i++)
    code = value_bind(prepared, (int)i + 1, &values[i]);
  errno = 0; /* so that history_fail tells this one's */
  history->steps_since_ms = 0;
  if (code == SQLITE_OK)
    code = sqlite3_step(prepared);
  if (code != SQLITE_DONE && code != SQLITE_ROW)
    (void)history_fail(history, code, err);
  (void)sqlite3_reset(prepared);
  if (count > 0)
    (void)sqlite3_clear_bindings(prepared);
  return code;
}

int32_t history_execute(struct history *history, enum history_statement statement,
                        const struct history_value *values, size_t count, struct hg_error *err) {
  int code = run_statement(history, statement, values, count, err);

  if (code == SQLITE_ROW)
    return history_fail(history, code, err);
  return code == SQLITE_DONE ? 0 : -1;
}

int32_t history_has(struct history *history, enum history_statement statement,
                    const struct history_value *values, size_t count, bool *has,
                    struct hg_error *err) {
  int code = run_statement(history, statement, values, count, err);

  *has = code == SQLITE_ROW;
  return code == SQLITE_ROW || code == SQLITE_DONE ? 0 : -1;
}

int32_t history_begin(struct history *history, struct hg_error *err) {
  int32_t result = history_execute(history, STATEMENT_BEGIN, NULL, 0, err);

  /* Behind the wait for the lock; and where it failed for this, this is the reason to tell. */
  return history_place_check(history, err) < 0 ? -1 : result;
}

int32_t history_end(struct history *history, struct hg_error *err) {
  return history_execute(history, STATEMENT_COMMIT, NULL, 0, err);
}

void history_roll_back(struct history *history) {
  if (!sqlite3_get_autocommit(history->db))
    (void)sqlite3_exec(history->db, "ROLLBACK", NULL, NULL, NULL);
}

/* Copies the row with the bytes of its values. */
static struct history_row *copy_row(struct arena *arena, enum history_statement statement,
                                    const struct history_value *values, size_t count) {
  struct history_row *row = arena_alloc(arena, sizeof *row + count * sizeof *values);

  if (!row)
    return NULL;
  row->next = NULL;
  row->statement = statement;
  row->count = count;
  for (size_t i = 0; i < count; i++) {
    row->values[i] = values[i];
    if (!values[i].bytes)
      continue;
    row->values[i].bytes = arena_copy(arena, values[i].bytes, values[i].as.length);
    if (!row->values[i].bytes)
      return NULL;
  }
  return row;
}

int32_t history_write_later(struct history *history, enum history_statement statement,
                            const struct history_value *values, size_t count,
                            struct hg_error *err) {
  struct history_row *row = copy_row(&history->arena, statement, values, count);

  if (!row)
    return no_memory(err);
  *history->end = row;
  history->end = &row->next;
  return history->arena.used > HISTORY_BATCH_SIZE ? history_flush(history, err) : 0;
}

int32_t history_write_waiting(struct history *history, struct hg_error *err) {
  for (const struct history_row *row = history->first; row; row = row->next)
    if (history_execute(history, row->statement, row->values, row->count, err) < 0)
      return -1;
  return 0;
}

void history_forget_waiting(struct history *history) {
  history->first = NULL;
  history->end = &history->first;
  history->is_base_written = false;
  arena_reset(&history->arena);
}

int32_t history_flush(struct history *history, struct hg_error *err) {
  if (!history->first)
    return 0;
  if (history_begin(history, err) == 0 && history_write_waiting(history, err) == 0 &&
      history_end(history, err) == 0) {
    history_forget_waiting(history);
    return 0;
  }
  history_roll_back(history);
  return -1;
}
