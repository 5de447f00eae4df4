/* SPDX-License-Identifier: Apache-2.0 */
#include "text/text_pieces.h"

#include "text/same_prefix.h"
#include "text/utf8.h"

#include <string.h>

/* What is the same for fewer bytes is no piece of its own: to say where it is takes as many. */
enum { LEAST = 12 };

static size_t line_length(const char *text, size_t length) {
  const char *feed = memchr(text, '\n', length);

  return feed ? (size_t)(feed - text) : length;
}

static void tell(bool is_own, size_t start, size_t length, text_piece_function *each,
                 void *context) {
  const struct text_piece piece = {is_own, start, length};

  if (length > 0)
    each(context, &piece);
}

void text_pieces_each(const char *base, size_t base_length, const char *text, size_t length,
                      text_piece_function *each, void *context) {
  size_t from = 0; /* in the base */
  size_t to = 0;   /* in the text */
  size_t told = 0; /* of the text */

  while (to < length && from < base_length) {
    size_t most = base_length - from < length - to ? base_length - from : length - to;
    size_t same = text_same_prefix(base + from, text + to, most);
    size_t base_line;
    size_t line;

    while (same > 0 && to + same < length && utf8_goes_on(text[to + same]))
      same--;
    if (same >= LEAST) {
      tell(true, told, to - told, each, context);
      tell(false, from, same, each, context);
      told = to + same;
    }
    from += same;
    to += same;
    /* The rest of both lines, but for how they end. */
    base_line = line_length(base + from, base_length - from);
    line = line_length(text + to, length - to);
    while (base_line > 0 && line > 0 && base[from + base_line - 1] == text[to + line - 1]) {
      base_line--;
      line--;
    }
    while (to + line < length && utf8_goes_on(text[to + line])) {
      base_line++;
      line++;
    }
    from += base_line;
    to += line;
  }
  tell(true, told, length - told, each, context);
}
