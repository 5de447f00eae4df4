/* SPDX-License-Identifier: Apache-2.0 */
/* A run and its history: how long it is waited for, and what becomes of the run without it. */
#ifndef HOST_RUN_RECORDING_H
#define HOST_RUN_RECORDING_H

#include "run/run.h"

/* A run's patience with a history that is locked, and that of whoever reads the history. */
extern const struct history_patience run_patience;

/* What a failed history call means: with --apply, the end of the run (-1); else a warning, and the
 * run goes on unrecorded (0). Give it each result. */
int32_t run_recorded(struct run *run, int32_t result, struct hg_error *err);

/* Nothing that is written may take the place of the database, or of the files beside it that are
 * part of it. `history` is its path; NULL: there is none. */
int32_t history_guard(struct taken_places *taken, const char *history, struct hg_error *err);

#endif
