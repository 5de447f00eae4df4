/* SPDX-License-Identifier: Apache-2.0 */
/* By what a cluster is known, whatever its address is. */
#ifndef LIB_CLUSTER_CLUSTER_UID_H
#define LIB_CLUSTER_CLUSTER_UID_H

#include <headgate/credentials.h>
#include <headgate/host.h>
#include <stdint.h>

/* The UID of the namespace kube-system, by one GET; "" where the server does not say it (403, 401,
 * no answer within `timeout_ms`), which is no error. */
void cluster_uid_read(const struct hg_host *host, int64_t timeout_ms,
                      char uid[HG_CLUSTER_UID_SIZE]);

#endif
