/* SPDX-License-Identifier: Apache-2.0 */
/* What limits a namespace: its ResourceQuotas and LimitRanges, by two GETs. */
#ifndef APPLY_SERVER_NAMESPACE_LIMITS_H
#define APPLY_SERVER_NAMESPACE_LIMITS_H

#include <headgate/applier.h>
#include <stdint.h>

struct requests;

/* As hg_applier_ops.namespace_limits. `timeout_ms` is each request's; `requests` is NULL where
 * there can be none, for `absence`. */
int32_t namespace_limits_read(struct requests *requests, const struct hg_error *absence,
                              const char *namespace_name, int64_t timeout_ms,
                              const struct hg_limits_sink *sink, struct hg_error *err);

#endif
