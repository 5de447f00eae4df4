/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/server_url.h"

#include "memory/no_memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static int32_t refuse(const char *why, struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_INVALID, "the server's URL in the kubeconfig %s", why);
}

int32_t server_url_normalize(const char *server, struct arena *arena, const char **url,
                             struct hg_error *err) {
  const bool is_https = strncasecmp(server, "https://", 8) == 0;
  const bool is_http = strncasecmp(server, "http://", 7) == 0;
  const char *host = server + (is_https ? 8 : is_http ? 7 : 0);
  size_t host_length = strcspn(host, "/?#");
  size_t length = strcspn(host, "?#");
  size_t size;
  char *made;

  if (!is_https && !is_http && strstr(server, "://"))
    return refuse("begins with neither https:// nor http://", err);
  if (host_length == 0)
    return refuse("names no host", err);
  for (const char *c = host; *c; c++)
    if ((unsigned char)*c <= ' ' || *c == 0x7f || *c == '\\' || *c == '"')
      return refuse("holds a character that no URL has", err);
  if (memchr(host, '@', host_length))
    return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                        "the server's URL in the kubeconfig holds a user name: `--applier kubectl` "
                        "can send it");
  if (!is_https && !is_http && length > host_length + 1)
    return refuse("has a path, and no https:// before the host", err);
  while (length > host_length && host[length - 1] == '/')
    length--;
  size = length + sizeof "https://";
  *url = made = arena_alloc(arena, size);
  if (!made)
    return no_memory(err);
  (void)snprintf(made, size, "%s://%.*s", is_https ? "https" : "http", (int)length, host);
  return 0;
}
