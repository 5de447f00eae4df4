/* SPDX-License-Identifier: Apache-2.0 */
/* What `run`, `apply` and `resume` do alike, from the manifests on. */
#ifndef HOST_RUN_APPLY_H
#define HOST_RUN_APPLY_H

#include "run/pipeline.h"

/* Validates, asks for the preflight where it is wanted, and goes to the gate. An invalid Job, or
 * one that the server would refuse, stops before the first apply. */
int32_t apply_validated(struct pipeline *pipeline, struct hg_error *err);

#endif
