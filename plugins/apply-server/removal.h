/* SPDX-License-Identifier: Apache-2.0 */
/* Deleting one Job: the very object that is meant, with its Pods. */
#ifndef APPLY_SERVER_REMOVAL_H
#define APPLY_SERVER_REMOVAL_H

#include <headgate/host.h>
#include <headgate/plan.h>
#include <stdint.h>

/* As hg_applier_ops.remove. `timeout_ms` is of one request. */
int32_t removal_run(const struct hg_host *host, const struct hg_plan_item *job, const char *uid,
                    int64_t timeout_ms, struct hg_error *err);

#endif
