/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs that are deleted so that the run can make them again under their own names
 * (`headgate rerun --replace`): the only ones that Headgate deletes. */
#ifndef HOST_RUN_REPLACEMENT_H
#define HOST_RUN_REPLACEMENT_H

#include "run/run.h"

/* Behind the gate, before the plan is applied: deletes each object that a Job of the plan replaces,
 * written down before it is asked for and after. A Job whose object was not deleted is not applied:
 * what is there stays, and that one has failed. -1 where the run cannot go on. */
int32_t replacement_remove(struct run *run, struct hg_error *err);

#endif
