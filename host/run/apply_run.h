/* SPDX-License-Identifier: Apache-2.0 */
/* The open gate: what the host does while the applier works.
 *
 * Each launch is let through only after its manifests proved to be the ones that were validated and
 * its attempts are on disk. Outcomes go to the history as they come, and to the reporters in plan
 * order: one that came early is read back from the history when its turn comes, so that a Job that
 * hangs does not make those behind it pile up in memory.
 */
#ifndef HOST_RUN_APPLY_RUN_H
#define HOST_RUN_APPLY_RUN_H

#include "run/pipeline.h"

/* Applies the pipeline's plan. Every Job has an outcome when it returns, the reporters know it, and
 * so does the history unless that is what failed. -1 with err set where the run could not be done;
 * a Job that failed is no such failure. */
int32_t apply_run_execute(struct pipeline *pipeline, struct hg_error *err);

#endif
