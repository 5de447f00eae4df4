/* SPDX-License-Identifier: Apache-2.0 */
/* What the history tells: rows of its views, as they are. */
#ifndef HOST_HISTORY_HISTORY_READ_H
#define HOST_HISTORY_HISTORY_READ_H

#include <headgate/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct history;

enum history_cell_kind { CELL_NULL, CELL_INTEGER, CELL_TEXT, CELL_BLOB };

/* One column of a row. Text comes from outside: any control character may be in it. */
struct history_cell {
  const char *name; /* the column's */
  enum history_cell_kind kind;
  int64_t integer;
  const char *bytes; /* of text or a blob; "" for everything else */
  size_t length;
};

/* Borrowed, valid during the call that was given it. */
struct history_row_view {
  const struct history_cell *cells;
  size_t count;
};

/* 0: go on; -1: stop, with *err set. */
typedef int32_t history_row_function(void *context, const struct history_row_view *row,
                                     struct hg_error *err);

enum history_table {
  HISTORY_RUNS,        /* all, the newest first; no parameter */
  HISTORY_RUN,         /* (run) */
  HISTORY_RESUMABLE,   /* (run) where an apply was begun, and for which target; of run 0:
                          all that did not succeed, the newest first */
  HISTORY_RESUMPTIONS, /* (run), in the order in which they came */
  HISTORY_PLUGINS,     /* (run), in the order in which they were recorded */
  HISTORY_JOBS,        /* (run), in the run's order */
  HISTORY_DIAGNOSTICS, /* (run), in the order of the Jobs */
  HISTORY_COMPLETIONS, /* (run) what became of the Jobs that were applied, where somebody looked */
  HISTORY_LOGS,        /* (run) that are kept, in the order of the Jobs */
  HISTORY_REPORTER_OUTCOMES, /* (run) */
  HISTORY_CHANGES,           /* (run, other run): Jobs that differ, by namespace and name */
  HISTORY_PAGE_TOTALS,       /* one row: of all runs */
  HISTORY_PAGE_DAYS,         /* (days before the newest run's), the newest first */
  HISTORY_PAGE_RUNS,         /* (at most), the newest first */
  HISTORY_PAGE_FAILURES,     /* (at most) kinds, the most frequent first */
  HISTORY_PAGE_JOBS,         /* (at most) Jobs, those that ran last first; a row each run of each,
                                the oldest first */
};

/* Calls `each` for the rows of `table`. Parameters that it does not take are ignored. */
int32_t history_read(struct history *history, enum history_table table, int64_t run,
                     int64_t other_run, history_row_function *each, void *context,
                     struct hg_error *err);

/* Which runs are listed. */
struct history_filter {
  int64_t since_ms;    /* that began then or later; 0: any */
  bool failed;         /* that failed, or were interrupted */
  const char *context; /* that were for it; NULL: any */
  uint32_t most;       /* so many of the newest; 0: all */
};

/* Calls `each` for those runs, the newest first. */
int32_t history_read_runs(struct history *history, const struct history_filter *filter,
                          history_row_function *each, void *context, struct hg_error *err);

/* Calls `each` for the runs that had the Job, the newest first; `job_namespace` NULL: any. */
int32_t history_read_job_runs(struct history *history, const char *job_name,
                              const char *job_namespace, history_row_function *each, void *context,
                              struct hg_error *err);

/* The number of the run that is the `back`-th before the newest, which is 0. HG_ERROR_NOT_FOUND
 * where there are not so many. */
int32_t history_find_run(struct history *history, int64_t back, int64_t *run_id,
                         struct hg_error *err);

/* The number of the newest apply that went through the gate. HG_ERROR_NOT_FOUND where there is
 * none. */
int32_t history_find_apply(struct history *history, int64_t *run_id, struct hg_error *err);

/* From now on `run_id` is the run that history_each_planned_job and history_read_result read. */
void history_choose_run(struct history *history, int64_t run_id);

/* The cell of that column; an empty one of kind CELL_NULL where there is none. */
const struct history_cell *history_cell(const struct history_row_view *row, const char *name);

#endif
