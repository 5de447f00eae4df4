/* SPDX-License-Identifier: Apache-2.0 */
/* Forgetting old runs, with all that belongs to them. */
#ifndef HOST_HISTORY_HISTORY_FORGET_H
#define HOST_HISTORY_HISTORY_FORGET_H

#include "history/history_read.h"

#include <stdbool.h>

/* Calls `each` for the runs that began before `before_ms`, the oldest first: run_id, command, mode,
 * state, started_at, jobs, log_bytes, and `why`, why it has to stay: "running", "undecided" (Jobs
 * of it may run), "open" (so may one whose attempt has no outcome); NULL: it can be forgotten. */
int32_t history_each_old_run(struct history *history, int64_t before_ms, history_row_function *each,
                             void *context, struct hg_error *err);

/* Removes the run, unless it has to stay by now or another process has it (*is_forgotten false). A
 * Job that was made from one of its Jobs keeps the number, which no other run ever gets. */
int32_t history_forget_run(struct history *history, int64_t run_id, bool *is_forgotten,
                           struct hg_error *err);

/* Whether there is such a run. */
int32_t history_has_run(struct history *history, int64_t run_id, bool *is_there,
                        struct hg_error *err);

/* Removes what no run refers to any longer, judgements of no run that are older than `before_ms`,
 * and gives the space back. *is_done: false where a run goes on, which must not wait so long. */
int32_t history_clean(struct history *history, int64_t before_ms, bool *is_done,
                      struct hg_error *err);

#endif
