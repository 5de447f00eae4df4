/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: closed unless the user opened it with --apply.
 *
 * Behind it is the applier, which is not even loaded while the gate is closed. Open, it still lets
 * a launch through only after its manifests proved to be the ones that were validated and its
 * attempts are on disk in the history. Outcomes go to the history as they come, and to the
 * reporters in plan order: one that came early is read back from the history when its turn comes,
 * so that a Job that hangs does not make those behind it pile up in memory.
 */
#ifndef HOST_RUN_GATE_H
#define HOST_RUN_GATE_H

#include "run/run.h"

/* Takes the run's plan to its outcomes: SKIPPED for each Job, or what the applier made of it. Every
 * Job has an outcome when it returns, the reporters know it, and so does the history unless that is
 * what failed. -1 with err set where the run could not be done; a Job that failed is no such
 * failure. */
int32_t gate_execute(struct run *run, struct hg_error *err);

/* The same for the Jobs of the plan from `first` on, which were added after the others had their
 * outcomes. The gate is open: only after gate_execute in HG_MODE_APPLY. */
int32_t gate_execute_from(struct run *run, uint64_t first, struct hg_error *err);

#endif
