/* SPDX-License-Identifier: Apache-2.0 */
/* A run that goes on looks first: what an earlier process began, and of which nobody knows how it
 * ended, is asked for before anything is applied. */
#ifndef HOST_RUN_LOOK_H
#define HOST_RUN_LOOK_H

#include "run/gate_outcomes.h"

/* Asks, by a preflight, for the doubtful Jobs of the plan, and settles those for which the answer
 * decides: one that is there just as the manifest has it was applied, where its attempt had no
 * outcome; one that is not there, and that the cluster would have removed after its end, may have
 * run, and is not repeated unless the request says so. All others are left for the applier. */
int32_t look_first(struct gate *gate, struct hg_error *err);

#endif
