/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/environment_proxy.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_NAME = 256 };

struct address {
  int family; /* 0: it is none */
  unsigned char bytes[16];
};

static struct address address_of(const char *text) {
  struct address address = {0};

  if (inet_pton(AF_INET, text, address.bytes) == 1)
    address.family = AF_INET;
  else if (inet_pton(AF_INET6, text, address.bytes) == 1)
    address.family = AF_INET6;
  return address;
}

static bool share_bits(const struct address *one, const struct address *other, unsigned bits) {
  unsigned rest = 8 - bits % 8;

  return memcmp(one->bytes, other->bytes, bits / 8) == 0 &&
         (bits % 8 == 0 || one->bytes[bits / 8] >> rest == other->bytes[bits / 8] >> rest);
}

/* "10.0.0.0/8". False too where it is none. */
static bool block_holds(const char *entry, const struct address *ip) {
  const char *slash = strchr(entry, '/');
  unsigned most = ip->family == AF_INET ? 32 : 128;
  char network[MOST_NAME];
  struct address first;
  char *end;
  unsigned long bits;

  if (!slash || slash[1] < '0' || slash[1] > '9')
    return false;
  (void)snprintf(network, sizeof network, "%.*s", (int)(slash - entry), entry);
  first = address_of(network);
  bits = strtoul(slash + 1, &end, 10);
  return ip->family != 0 && first.family == ip->family && !*end && bits <= most &&
         share_bits(&first, ip, (unsigned)bits);
}

/* Takes ":PORT" and brackets from the entry. Returns the port; "": any. */
static const char *split_port(char **entry) {
  char *colon = strrchr(*entry, ':');
  size_t length;

  if (!colon || (**entry == '[' ? colon[-1] != ']' : strchr(*entry, ':') != colon))
    return ""; /* none, or an IPv6 address as it is */
  *colon = '\0';
  length = strlen(*entry);
  if (**entry == '[') {
    (*entry)[length - 1] = '\0';
    ++*entry;
  }
  return colon + 1;
}

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text);
  size_t end_length = strlen(end);

  return length >= end_length && strcasecmp(text + length - end_length, end) == 0;
}

/* "example.com" is the host and what is below it, ".example.com" and "*.example.com" the latter. */
static bool entry_names(char *entry, const char *host, const struct address *ip, const char *port) {
  const char *only = "";
  struct address named;
  size_t length = strlen(entry);

  if (strcmp(entry, "*") == 0 || block_holds(entry, ip))
    return true;
  only = split_port(&entry);
  if (!*entry || (*only && strcmp(only, port) != 0))
    return false;
  named = address_of(entry);
  if (named.family != 0)
    return named.family == ip->family && memcmp(named.bytes, ip->bytes, sizeof named.bytes) == 0;
  if (strncmp(entry, "*.", 2) == 0)
    entry++;
  if (*entry == '.')
    return ends_with(host, entry);
  length = strlen(host) - (strlen(host) < strlen(entry) ? strlen(host) : strlen(entry));
  return ends_with(host, entry) && (length == 0 || host[length - 1] == '.');
}

bool no_proxy_names(const char *list, const char *host, const char *port) {
  static const char blanks[] = " \t\r\n";
  const struct address ip = address_of(host);

  while (*list) {
    size_t length = strcspn(list, ",");
    const char *start = list + strspn(list, blanks);
    const char *end = list + length;
    char entry[MOST_NAME];

    while (end > start && strchr(blanks, end[-1]))
      end--;
    if (end > start && end - start < MOST_NAME) {
      memcpy(entry, start, (size_t)(end - start));
      entry[end - start] = '\0';
      if (entry_names(entry, host, &ip, port))
        return true;
    }
    list += length + (list[length] == ',');
  }
  return false;
}

static bool is_this_machine(const char *host) {
  static const unsigned char loopback[16] = {[15] = 1};
  const struct address ip = address_of(host);

  return strcasecmp(host, "localhost") == 0 || (ip.family == AF_INET && ip.bytes[0] == 127) ||
         (ip.family == AF_INET6 && memcmp(ip.bytes, loopback, sizeof loopback) == 0);
}

/* The first that is set and not empty; "": none is. */
static const char *either(const char *name, const char *otherwise) {
  const char *value = getenv(name);

  if (!value || !*value)
    value = getenv(otherwise);
  return value ? value : "";
}

const char *environment_proxy(const char *server) {
  bool is_https = strncmp(server, "https:", 6) == 0;
  const char *proxy =
      is_https ? either("HTTPS_PROXY", "https_proxy") : either("HTTP_PROXY", "http_proxy");
  const char *start = strstr(server, "://");
  const char *port = is_https ? "443" : "80";
  char authority[MOST_NAME];
  char *host = authority;
  const char *own_port;

  if (!*proxy)
    return "";
  start = start ? start + 3 : server;
  (void)snprintf(authority, sizeof authority, "%.*s", (int)strcspn(start, "/"), start);
  own_port = split_port(&host);
  if (*host == '[') { /* without a port */
    host[strlen(host) - 1] = '\0';
    host++;
  }
  if (*own_port)
    port = own_port;
  return is_this_machine(host) || no_proxy_names(either("NO_PROXY", "no_proxy"), host, port)
             ? ""
             : proxy;
}
