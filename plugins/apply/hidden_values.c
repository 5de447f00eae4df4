/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/hidden_values.h"

#include <stdbool.h>
#include <string.h>

enum { ASTERISKS = 3 }; /* at most: what is hidden never gets longer */

/* What stands before a value, and how many backslashes stand before the quotes around it: those of
 * the value's own quotes and backslashes come on top. */
static const struct opening {
  const char *text;
  size_t backslashes;
  bool may_be_spaced; /* JSON may have blanks behind it */
} openings[] = {
    {"Value:", 0, false},        {"\"value\":", 0, true},     {"\"Value\":", 0, true},
    {"\\\"value\\\":", 1, true}, {"\\\"Value\\\":", 1, true},
};

/* The opening that ends with the quote at `quote`, of the text from `from` on; NULL: none. */
static const struct opening *opening_at(const char *from, const char *quote) {
  for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
    const struct opening *opening = &openings[i];
    size_t length = strlen(opening->text);
    const char *at = quote;

    if (opening->backslashes > 0 && (at == from || *--at != '\\'))
      continue;
    while (opening->may_be_spaced && at > from && strchr(" \t\r\n", at[-1]))
      at--;
    if ((size_t)(at - from) >= length && memcmp(at - length, opening->text, length) == 0)
      return opening;
  }
  return NULL;
}

/* The end of the value at `value`: its last quote, with the backslashes of that. */
static const char *end_of(const char *value, const char *end, const struct opening *opening) {
  size_t doubled = opening->backslashes > 0 ? 4 : 2;
  const char *quote = value;

  while ((quote = memchr(quote, '"', (size_t)(end - quote)))) {
    size_t backslashes = 0;

    while (quote - backslashes > value && quote[-(ptrdiff_t)backslashes - 1] == '\\')
      backslashes++;
    if (backslashes % doubled == opening->backslashes)
      return quote - opening->backslashes;
    quote++;
  }
  return end;
}

size_t hidden_values_hide(char *data, size_t length) {
  const char *end = data ? data + length : NULL;
  const char *from = data; /* not yet taken over */
  const char *quote = from;
  char *to = data;

  while (quote && (quote = memchr(quote, '"', (size_t)(end - quote)))) {
    const struct opening *opening = opening_at(from, quote);
    const char *value = ++quote;
    size_t hidden;

    if (!opening)
      continue;
    memmove(to, from, (size_t)(value - from));
    to += value - from;
    from = quote = end_of(value, end, opening);
    hidden = (size_t)(from - value);
    hidden = hidden < ASTERISKS ? hidden : ASTERISKS;
    memset(to, '*', hidden);
    to += hidden;
    if (quote < end)
      quote += opening->backslashes + 1;
  }
  if (to == from)
    return length;
  memmove(to, from, (size_t)(end - from));
  return (size_t)(to - data) + (size_t)(end - from);
}
