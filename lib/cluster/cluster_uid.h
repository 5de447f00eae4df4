/* SPDX-License-Identifier: Apache-2.0 */
/* By what a cluster is known, whatever its address is. */
#ifndef LIB_CLUSTER_CLUSTER_UID_H
#define LIB_CLUSTER_CLUSTER_UID_H

#include <headgate/credentials.h>
#include <headgate/host.h>
#include <stdint.h>

struct requests;

/* The UID of the namespace kube-system, by one GET; "" where the server does not say it (403, 401,
 * no answer within `timeout_ms`), and where `requests` is NULL; that is no error. */
void cluster_uid_read(struct requests *requests, int64_t timeout_ms, char uid[HG_CLUSTER_UID_SIZE]);

#endif
