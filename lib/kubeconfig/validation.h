/* SPDX-License-Identifier: Apache-2.0 */
/* Which clusters and users kubectl refuses before it asks any server (client-go's
 * tools/clientcmd/validation.go). */
#ifndef LIB_KUBECONFIG_VALIDATION_H
#define LIB_KUBECONFIG_VALIDATION_H

#include "kubeconfig/kubeconfig_entries.h"

/* Either may be NULL: there is none. -1 with the first of what kubectl would complain of. */
int32_t kubeconfig_validate(const struct kubeconfig_cluster *cluster,
                            const struct kubeconfig_user *user, struct hg_error *err);

#endif
