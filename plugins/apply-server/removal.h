/* SPDX-License-Identifier: Apache-2.0 */
/* Deleting one Job: the very object that is meant, with its Pods. */
#ifndef APPLY_SERVER_REMOVAL_H
#define APPLY_SERVER_REMOVAL_H

#include <headgate/host.h>
#include <headgate/plan.h>
#include <stdint.h>

struct requests;

/* As hg_applier_ops.remove. `timeout_ms` is of one request. HG_ERROR_CANCELLED where the user asked
 * to stop: then nobody knows whether it was deleted. */
int32_t removal_run(const struct hg_host *host, struct requests *requests,
                    const struct hg_plan_item *job, const char *uid, int64_t timeout_ms,
                    struct hg_error *err);

#endif
