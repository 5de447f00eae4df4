/* SPDX-License-Identifier: Apache-2.0 */
/* Results that the host itself makes: of Jobs that were not launched. */
#ifndef HOST_PLAN_JOB_RESULT_H
#define HOST_PLAN_JOB_RESULT_H

#include <headgate/plan.h>
#include <headgate/result.h>

/* Fills in all that is known of `item` without kubectl: no status, no return code, no outputs.
 * `timestamp` is borrowed. */
void job_result_init(struct hg_job_result *result, const struct hg_plan_item *item,
                     const char *timestamp);

/* Copies what a plugin made: as far as its compiler knew the struct, 0 and NULL beyond that. What
 * it points to stays the plugin's. */
void job_result_take(struct hg_job_result *result, const struct hg_job_result *theirs);

#endif
