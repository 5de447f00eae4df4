/* SPDX-License-Identifier: Apache-2.0 */
/* A Job's outcome from a row of the history. */
#ifndef HOST_HISTORY_HISTORY_RESULT_H
#define HOST_HISTORY_HISTORY_RESULT_H

#include <headgate/error.h>
#include <headgate/result.h>
#include <sqlite3.h>
#include <stdint.h>

struct history;

/* Columns that history_result_take reads; a statement may have more behind them. */
enum { HISTORY_RESULT_COLUMNS = 21 };

/* Fills in *result, which is zeroed but for its size; its strings are in history->answer. */
int32_t history_result_take(struct history *history, sqlite3_stmt *row,
                            struct hg_job_result *result, struct hg_error *err);

#endif
