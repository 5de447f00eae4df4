/* SPDX-License-Identifier: Apache-2.0 */
/* The address of an API server, as client-go reads the field `server`. */
#ifndef LIB_KUBECONFIG_SERVER_URL_H
#define LIB_KUBECONFIG_SERVER_URL_H

#include "memory/arena.h"

#include <headgate/error.h>
#include <stdint.h>

/* "http(s)://HOST[:PORT][/PREFIX]", in the arena: without query, fragment and final slash; what has
 * no scheme is HTTP. -1 for what is no such address, and for one with a user name in it, which only
 * kubectl would send. The message holds nothing of it. */
int32_t server_url_normalize(const char *server, struct arena *arena, const char **url,
                             struct hg_error *err);

#endif
