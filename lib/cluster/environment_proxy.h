/* SPDX-License-Identifier: Apache-2.0 */
/* The proxy of the environment, as client-go takes it (golang.org/x/net/http/httpproxy):
 * HTTPS_PROXY or HTTP_PROXY, else the same in small letters; what NO_PROXY names goes straight, and
 * so does this machine. */
#ifndef LIB_CLUSTER_ENVIRONMENT_PROXY_H
#define LIB_CLUSTER_ENVIRONMENT_PROXY_H

#include <stdbool.h>

/* The proxy for that server, "https://HOST[:PORT][/PATH]" or the same with http; "": none. Lives as
 * long as the environment is not changed. */
const char *environment_proxy(const char *server);

/* Whether a list as NO_PROXY has it names that host, without its brackets, and port. */
bool no_proxy_names(const char *list, const char *host, const char *port);

#endif
