/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the user may see what is to be followed: found out by trying, with GETs alone. */
#ifndef WATCH_CLUSTER_RIGHTS_H
#define WATCH_CLUSTER_RIGHTS_H

#include "namespace_watch.h"

#include <headgate/host.h>

/* Tries all of it in each namespace of the list. -1: something is missing, which the message names
 * as a Role would grant it, or the server cannot be asked. */
int32_t rights_try(const struct hg_host *host, struct requests *requests,
                   const struct namespace_watch *first, bool wants_logs, int64_t timeout_ms,
                   struct hg_error *err);

#endif
