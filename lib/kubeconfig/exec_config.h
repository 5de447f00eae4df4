/* SPDX-License-Identifier: Apache-2.0 */
/* What a cluster entry says to exec plugins (extension client.authentication.k8s.io/exec): any
 * YAML, passed on as JSON. */
#ifndef LIB_KUBECONFIG_EXEC_CONFIG_H
#define LIB_KUBECONFIG_EXEC_CONFIG_H

#include "memory/arena.h"

#include <headgate/error.h>
#include <headgate/node.h>
#include <stdint.h>

/* `node` as JSON, in the arena; "" where it is NULL. */
int32_t exec_config_json(const struct hg_node *node, struct arena *arena, const char **json,
                         struct hg_error *err);

#endif
