/* SPDX-License-Identifier: Apache-2.0 */
/* Where a run writes: reports, a plan, its history. */
#ifndef HOST_RUN_OUTPUTS_H
#define HOST_RUN_OUTPUTS_H

#include "run/run_request.h"

/* Whether each of them has a file of its own: what is written last would replace what was written
 * before, and nothing may replace the history. Pipes, terminals and devices may be shared. Ask when
 * the history is open. -1: two are one file. */
int32_t run_check_outputs(const struct run_request *request, struct hg_error *err);

#endif
