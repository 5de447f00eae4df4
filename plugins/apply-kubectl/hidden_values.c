/* SPDX-License-Identifier: Apache-2.0 */
#include "hidden_values.h"

#include <string.h>

enum { ASTERISKS = 3 }; /* at most: what is hidden never gets longer */

/* What stands before a value, and how many backslashes stand before the quote that ends it: those
 * of the value's own quotes and backslashes come on top. */
static const struct opening {
  const char *text;
  size_t backslashes;
} openings[] = {
    {"Value:\"", 0},
    {"\"value\":\"", 0},
    {"\\\"value\\\":\\\"", 1},
};

/* The opening that ends with the quote at `quote`, of the text from `from` on; NULL: none. */
static const struct opening *opening_at(const char *from, const char *quote) {
  for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
    size_t length = strlen(openings[i].text);

    if ((size_t)(quote + 1 - from) >= length &&
        memcmp(quote + 1 - length, openings[i].text, length) == 0)
      return &openings[i];
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

void hidden_values_hide(struct capture *capture) {
  const char *end = capture->data ? capture->data + capture->length : NULL;
  const char *from = capture->data; /* not yet taken over */
  const char *quote = from;
  char *to = capture->data;

  while (quote && (quote = memchr(quote, '"', (size_t)(end - quote)))) {
    const struct opening *opening = opening_at(from, quote);
    const char *value = ++quote;
    size_t length;

    if (!opening)
      continue;
    memmove(to, from, (size_t)(value - from));
    to += value - from;
    from = quote = end_of(value, end, opening);
    length = (size_t)(from - value);
    length = length < ASTERISKS ? length : ASTERISKS;
    memset(to, '*', length);
    to += length;
    if (quote < end)
      quote += opening->backslashes + 1;
  }
  if (to == from)
    return;
  memmove(to, from, (size_t)(end - from));
  capture->length = (size_t)(to - capture->data) + (size_t)(end - from);
}
