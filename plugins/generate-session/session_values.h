/* SPDX-License-Identifier: Apache-2.0 */
/* One value of a session's configuration, checked and copied. */
#ifndef GENERATE_SESSION_SESSION_VALUES_H
#define GENERATE_SESSION_SESSION_VALUES_H

#include "generate/config_problems.h"
#include "memory/arena.h"
#include "session.h"
#include "session_keys.h"

#include <headgate/node.h>
#include <stdint.h>

/* Reads `node`, the value of `key` in a file of the kind `file`, into its place in *session. What
 * is wrong goes to `problems` and leaves the place empty. */
void session_value_read(const struct session_key *key, uint8_t file, const struct hg_node *node,
                        struct arena *arena, struct config_problems *problems,
                        struct session *session);

#endif
