/* SPDX-License-Identifier: Apache-2.0 */
#include "text/template_mark.h"

#include <stdbool.h>
#include <string.h>

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Behind "{{": a Go template's action, or a name. */
static const char *of_braces(const char *at, const char *end) {
  if (at < end && *at == '-')
    at++;
  while (at < end && (*at == ' ' || *at == '\t'))
    at++;
  if (at < end && (*at == '.' || *at == '$'))
    return "Helm or Go templates";
  return at < end && is_letter(*at) ? "a template language such as Helm's or Jinja" : NULL;
}

/* Behind "${": NAME}, NAME:-default}. */
static const char *of_dollar(const char *at, const char *end) {
  if (at == end || !is_letter(*at))
    return NULL;
  while (at < end && (is_letter(*at) || (*at >= '0' && *at <= '9')))
    at++;
  return at < end && (*at == '}' || *at == ':') ? "envsubst or a shell" : NULL;
}

const char *template_mark_find(const char *text, size_t length) {
  const char *end = text + length;
  const char *at = text;

  while ((at = memchr(at, '{', (size_t)(end - at)))) {
    const char *found = NULL;

    if (at > text && at[-1] == '$')
      found = of_dollar(at + 1, end);
    else if (end - at > 1 && at[1] == '{')
      found = of_braces(at + 2, end);
    else if (end - at > 1 && at[1] == '%')
      found = "Jinja";
    if (found)
      return found;
    at++;
  }
  return NULL;
}
