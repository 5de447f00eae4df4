/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: closed unless the user opened it with --apply.
 *
 * Behind it is the applier, which is not even loaded while the gate is closed. Open, it still lets
 * a launch through only after the manifest proved to be the one that was validated and the attempt
 * is on disk in the history.
 */
#ifndef HOST_RUN_GATE_H
#define HOST_RUN_GATE_H

#include "run/pipeline.h"

/* Takes the pipeline's plan to its outcomes: SKIPPED for each Job, or what the applier made of it.
 * -1 with err set where the run could not be done; a Job that failed is no such failure. */
int32_t gate_execute(struct pipeline *pipeline, struct hg_error *err);

#endif
