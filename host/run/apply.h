/* SPDX-License-Identifier: Apache-2.0 */
/* What `run`, `apply` and `resume` do alike, once their run has begun. */
#ifndef HOST_RUN_APPLY_H
#define HOST_RUN_APPLY_H

#include "run/run.h"

/* Generates where the request says so, validates, asks for the preflight where it is wanted, and
 * goes to the gate. An invalid Job, or one that the server would refuse, stops before the first
 * apply. */
int32_t apply_jobs(struct run *run, struct hg_error *err);

#endif
