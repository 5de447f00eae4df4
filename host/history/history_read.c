/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_read.h"

#include "history/history_database.h"
#include "history/history_error.h"
#include "memory/count.h"

#include <string.h>

enum { MOST_COLUMNS = 48 };

static const struct {
  enum history_statement statement;
  size_t parameters;
} tables[] = {
    [HISTORY_RUNS] = {STATEMENT_READ_RUNS, 0},
    [HISTORY_RUN] = {STATEMENT_READ_RUN, 1},
    [HISTORY_RESUMABLE] = {STATEMENT_READ_RESUMABLE, 1},
    [HISTORY_RESUMPTIONS] = {STATEMENT_READ_RESUMPTIONS, 1},
    [HISTORY_PLUGINS] = {STATEMENT_READ_PLUGINS, 1},
    [HISTORY_JOBS] = {STATEMENT_READ_JOBS, 1},
    [HISTORY_DIAGNOSTICS] = {STATEMENT_READ_DIAGNOSTICS, 1},
    [HISTORY_COMPLETIONS] = {STATEMENT_READ_COMPLETIONS, 1},
    [HISTORY_LOGS] = {STATEMENT_READ_LOGS, 1},
    [HISTORY_REPORTER_OUTCOMES] = {STATEMENT_READ_REPORTER_OUTCOMES, 1},
    [HISTORY_CHANGES] = {STATEMENT_READ_CHANGES, 2},
    [HISTORY_PAGE_TOTALS] = {STATEMENT_PAGE_TOTALS, 0},
    [HISTORY_PAGE_DAYS] = {STATEMENT_PAGE_DAYS, 1},
    [HISTORY_PAGE_RUNS] = {STATEMENT_PAGE_RUNS, 1},
    [HISTORY_PAGE_FAILURES] = {STATEMENT_PAGE_FAILURES, 1},
    [HISTORY_PAGE_JOBS] = {STATEMENT_PAGE_JOBS, 1},
};

static int read_cell(sqlite3_stmt *statement, int column, struct history_cell *cell) {
  const void *bytes = NULL;

  cell->name = sqlite3_column_name(statement, column);
  cell->kind = CELL_NULL;
  cell->integer = 0;
  cell->bytes = "";
  cell->length = 0;
  switch (sqlite3_column_type(statement, column)) {
  case SQLITE_NULL:
    return SQLITE_OK;
  case SQLITE_INTEGER:
    cell->kind = CELL_INTEGER;
    cell->integer = sqlite3_column_int64(statement, column);
    return SQLITE_OK;
  case SQLITE_BLOB:
    cell->kind = CELL_BLOB;
    bytes = sqlite3_column_blob(statement, column);
    break;
  default:
    cell->kind = CELL_TEXT;
    bytes = sqlite3_column_text(statement, column);
    if (!bytes)
      return SQLITE_NOMEM;
  }
  cell->length = (size_t)sqlite3_column_bytes(statement, column);
  if (bytes)
    cell->bytes = bytes;
  else
    cell->length = 0;
  return cell->name ? SQLITE_OK : SQLITE_NOMEM;
}

static int32_t hand_over(struct history *history, sqlite3_stmt *statement,
                         history_row_function *each, void *context, struct hg_error *err) {
  struct history_cell cells[MOST_COLUMNS];
  int columns = sqlite3_column_count(statement);
  int count = columns < MOST_COLUMNS ? columns : MOST_COLUMNS;

  for (int i = 0; i < count; i++) {
    int code = read_cell(statement, i, &cells[i]);

    if (code != SQLITE_OK)
      return history_fail(history, code, err);
  }
  return each(context, &(struct history_row_view){cells, (size_t)count}, err);
}

int32_t history_read_rows(struct history *history, enum history_statement which,
                          const struct history_value *values, size_t count,
                          history_row_function *each, void *context, struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, which, err);
  int32_t result = 0;
  int code = SQLITE_OK;

  if (!statement)
    return -1;
  for (size_t i = 0; i < count && code == SQLITE_OK; i++)
    code = value_bind(statement, (int)i + 1, &values[i]);
  if (code == SQLITE_OK) {
    while (result == 0 && (code = sqlite3_step(statement)) == SQLITE_ROW)
      result = hand_over(history, statement, each, context, err);
    if (result == 0 && code != SQLITE_DONE)
      result = history_fail(history, code, err);
  } else {
    result = history_fail(history, code, err);
  }
  (void)sqlite3_reset(statement);
  (void)sqlite3_clear_bindings(statement);
  return result;
}

int32_t history_read(struct history *history, enum history_table table, int64_t run,
                     int64_t other_run, history_row_function *each, void *context,
                     struct hg_error *err) {
  const struct history_value parameters[] = {value_integer(run), value_integer(other_run)};

  return history_read_rows(history, tables[table].statement, parameters, tables[table].parameters,
                           each, context, err);
}

int32_t history_read_runs(struct history *history, const struct history_filter *filter,
                          history_row_function *each, void *context, struct hg_error *err) {
  char since[TIMESTAMP_SIZE];
  const struct history_value values[] = {
      filter->since_ms > 0 ? value_time(filter->since_ms, since) : value_null(),
      value_integer(filter->failed),
      value_outside_string(filter->context),
      value_integer(filter->most > 0 ? (int64_t)filter->most : -1),
  };

  return history_read_rows(history, STATEMENT_READ_RUNS, values, COUNT(values), each, context, err);
}

int32_t history_read_job_runs(struct history *history, const char *job_name,
                              const char *job_namespace, history_row_function *each, void *context,
                              struct hg_error *err) {
  const struct history_value values[] = {value_outside_string(job_name),
                                         value_outside_string(job_namespace)};

  return history_read_rows(history, STATEMENT_READ_JOB_RUNS, values, COUNT(values), each, context,
                           err);
}

/* The number that the statement, with its parameter bound, gives. */
static int32_t read_number(struct history *history, sqlite3_stmt *statement, int code,
                           const char *what_is_missing, int64_t *number, struct hg_error *err) {
  int32_t result = 0;

  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  if (code == SQLITE_ROW)
    *number = sqlite3_column_int64(statement, 0);
  else if (code == SQLITE_DONE)
    result = history_refuse(history, HG_ERROR_NOT_FOUND, err, "%s", what_is_missing);
  else
    result = history_fail(history, code, err);
  (void)sqlite3_reset(statement);
  return result;
}

int32_t history_find_run(struct history *history, int64_t back, int64_t *run_id,
                         struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, STATEMENT_NTH_NEWEST_RUN, err);

  return statement ? read_number(history, statement, sqlite3_bind_int64(statement, 1, back),
                                 "has not so many runs", run_id, err)
                   : -1;
}

int32_t history_find_apply(struct history *history, int64_t *run_id, struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, STATEMENT_NEWEST_APPLY, err);

  return statement ? read_number(history, statement, SQLITE_OK, "has no apply yet", run_id, err)
                   : -1;
}

void history_choose_run(struct history *history, int64_t run_id) {
  history->run_id = run_id;
}

const struct history_cell *history_cell(const struct history_row_view *row, const char *name) {
  static const struct history_cell none = {"", CELL_NULL, 0, "", 0};

  for (size_t i = 0; i < row->count; i++)
    if (strcmp(row->cells[i].name, name) == 0)
      return &row->cells[i];
  return &none;
}
