/* SPDX-License-Identifier: Apache-2.0 */
#include "ip_address.h"

#include "formats.h"

#include <arpa/inet.h>

enum { EXAMPLE_SINCE = 30, WARNED_SINCE = 33, STRICT_SINCE = 36 };

/* An IPv4 address in which a number starts with a 0: some software reads it as octal. */
static bool has_leading_zero(struct text text) {
  for (size_t i = 0; i + 1 < text.length; i++)
    if (text.data[i] == '0' && (i == 0 || text.data[i - 1] == '.') && text.data[i + 1] != '.')
      return true;
  return false;
}

/* The numbers of an IPv4 address without their leading zeros. */
static const char *plain_ipv4(struct validation *v, struct text text) {
  char *plain = scratch(v, text.length + 1);
  size_t length = 0;

  if (!plain)
    return "";
  for (size_t i = 0; i < text.length; i++)
    if (text.data[i] != '0' || (length > 0 && plain[length - 1] != '.') || i + 1 == text.length ||
        text.data[i + 1] == '.')
      plain[length++] = text.data[i];
  plain[length] = '\0';
  return plain;
}

/* RFC 5952. */
static const char *canonical_ipv6(struct validation *v, const struct in6_addr *address) {
  const uint8_t *byte = address->s6_addr;
  char text[INET6_ADDRSTRLEN];
  size_t i;

  for (i = 0; i < 12 && byte[i] == 0; i++)
    ;
  /* inet_ntop() writes these few with points. */
  if (i == 12 && (byte[12] || byte[13]))
    return say(v, "::%x:%x", (unsigned)(byte[12] << 8 | byte[13]),
               (unsigned)(byte[14] << 8 | byte[15]));
  return inet_ntop(AF_INET6, address, text, sizeof text) ? say(v, "%s", text) : "";
}

static void warn_of_form(struct validation *v, struct place place, struct text text,
                         const char *preferred) {
  report_warning(
      v, RULE_IP_ADDRESS, place,
      say(v, "non-standard IP address %s is invalid: use \"%s\"", quoted(v, text), preferred));
}

static void check_ipv4(struct validation *v, struct place place, struct text text) {
  if (!has_leading_zero(text))
    return;
  if (v->minor >= STRICT_SINCE)
    report_invalid(v, RULE_IP_ADDRESS, place, show_text(text), "must not have leading 0s");
  else if (v->minor >= WARNED_SINCE)
    warn_of_form(v, place, text, plain_ipv4(v, text));
}

static void check_ipv6(struct validation *v, struct place place, struct text text) {
  struct in6_addr address;
  const uint8_t *byte = address.s6_addr;
  const char *canonical;

  if (inet_pton(AF_INET6, text.data, &address) != 1)
    return;
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    if (v->minor >= STRICT_SINCE)
      report_invalid(v, RULE_IP_ADDRESS, place, show_text(text),
                     "must not be an IPv4-mapped IPv6 address");
    else if (v->minor >= WARNED_SINCE)
      warn_of_form(v, place, text, say(v, "%u.%u.%u.%u", byte[12], byte[13], byte[14], byte[15]));
    return;
  }
  canonical = canonical_ipv6(v, &address);
  if (v->minor >= WARNED_SINCE && !text_is(text, canonical))
    report_warning(v, RULE_IP_ADDRESS, place,
                   say(v, "IPv6 address %s should be in RFC 5952 canonical format (\"%s\")",
                       quoted(v, text), canonical));
}

void check_ip_address(struct validation *v, struct place place, struct text text) {
  if (!is_ip_address(text))
    report_invalid(v, RULE_IP_ADDRESS, place, show_text(text),
                   v->minor < EXAMPLE_SINCE
                       ? "must be valid IP address"
                       : "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
  else if (memchr(text.data, ':', text.length))
    check_ipv6(v, place, text);
  else
    check_ipv4(v, place, text);
}
