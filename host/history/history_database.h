/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the history share: the open database, its statements, and transactions.
 *
 * The write lock of the database is held inside single calls only, never while anything else of
 * Headgate runs: rows that nobody waits for are kept in memory and are written in batches. So two
 * Headgates can work on one history, however long a run takes.
 */
#ifndef HOST_HISTORY_HISTORY_DATABASE_H
#define HOST_HISTORY_HISTORY_DATABASE_H

#include "history/history_checkpoint.h"
#include "history/history_place.h"
#include "history/history_statements.h"
#include "history/history_values.h"
#include "memory/arena.h"
#include "text/text_buffer.h"

#include <headgate/error.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long a call waits for another process's transaction. Those of Headgate take milliseconds; a
 * backup, or a BEGIN typed into a sqlite3 shell, may hold the lock for a minute. */
enum { HISTORY_BUSY_TIMEOUT_MS = 75 * 1000 };

/* Memory that rows may fill before they are written. Each batch writes nearly all pages of the
 * index of manifests anew, so it is large. */
enum { HISTORY_BATCH_SIZE = 2 * 1024 * 1024 };

/* A statement with its values, to be run later. */
struct history_row {
  struct history_row *next;
  enum history_statement statement;
  size_t count;
  struct history_value values[];
};

struct history_patience;
struct history_row_view;

struct history {
  sqlite3 *db;
  sqlite3_stmt *statements[HISTORY_STATEMENT_COUNT]; /* prepared when first used */
  char *shown_path;                                  /* for messages: visible, not too long */
  struct history_checkpoint checkpoint;
  struct history_place place;
  int lock_file;    /* -1: none */
  int64_t run_id;   /* 0: no run was begun */
  bool is_finished; /* the run was */
  bool is_resumed;  /* an earlier process began the run */
  int64_t watch_id; /* 0: this connection watches no run */
  int64_t began_steady_ms;
  int64_t measured_ms; /* of the run, once its clock is stopped; -1: it is not */
  const struct history_patience *patience; /* history.h; NULL: none */
  int64_t waits_since_ms;                  /* history_patience.h */
  int64_t steps_since_ms;                  /* the same */
  bool has_said;                           /* the same */
  int64_t *dead_runs; /* read-only: that say 'running' and are not; ascending */
  size_t dead_run_count;
  struct arena arena; /* of the rows that wait, and their strings */
  struct history_row *first;
  struct history_row **end;
  struct text_buffer base; /* the manifest that others are told by; empty: none yet */
  bool is_base_written;    /* its row is in the batch that waits */
  struct text_buffer text; /* scratch */
  struct arena resumed;    /* the strings of struct history_resumed_run */
  struct arena answer;     /* of history_read_result */
};

/* The prepared statement, ready for values; NULL with *err set. */
sqlite3_stmt *history_statement(struct history *history, enum history_statement statement,
                                struct hg_error *err);

/* Runs one that returns no rows, inside or outside a transaction. */
int32_t history_execute(struct history *history, enum history_statement statement,
                        const struct history_value *values, size_t count, struct hg_error *err);

/* Whether the statement gives a row. */
int32_t history_has(struct history *history, enum history_statement statement,
                    const struct history_value *values, size_t count, bool *has,
                    struct hg_error *err);

/* Calls `each`, a history_row_function, for the rows of one. */
int32_t history_read_rows(struct history *history, enum history_statement statement,
                          const struct history_value *values, size_t count,
                          int32_t (*each)(void *context, const struct history_row_view *row,
                                          struct hg_error *err),
                          void *context, struct hg_error *err);

/* Fails too where the history is no longer where it was: so before each launch. */
int32_t history_begin(struct history *history, struct hg_error *err);
int32_t history_end(struct history *history, struct hg_error *err);

/* For the way out of an error: leaves it alone. Nothing happens outside a transaction. */
void history_roll_back(struct history *history);

/* Keeps the row until the batch is written, and writes the batch once it is large. */
int32_t history_write_later(struct history *history, enum history_statement statement,
                            const struct history_value *values, size_t count, struct hg_error *err);

/* Runs what waits, inside a transaction of the caller's. It goes on waiting until history_forget,
 * so a transaction that failed can be tried again. */
int32_t history_write_waiting(struct history *history, struct hg_error *err);

/* Drops what waited, after it was committed. */
void history_forget_waiting(struct history *history);

/* Writes what waits in a transaction of its own. */
int32_t history_flush(struct history *history, struct hg_error *err);

/* The text of a column, valid until the next step; "" where it is NULL. */
static inline const char *history_text_of(sqlite3_stmt *row, int column) {
  const char *text = (const char *)sqlite3_column_text(row, column);

  return text ? text : "";
}

#endif
