/* SPDX-License-Identifier: Apache-2.0 */
/* A text as pieces of another one that is nearly the same, line by line, and of its own. */
#ifndef LIB_TEXT_TEXT_PIECES_H
#define LIB_TEXT_TEXT_PIECES_H

#include <stdbool.h>
#include <stddef.h>

/* `length` bytes from `start` on: of the text itself where it is its own, else of the base. */
struct text_piece {
  bool is_own;
  size_t start;
  size_t length;
};

typedef void text_piece_function(void *context, const struct text_piece *piece);

/* Calls `each` for the pieces that the text is made of, in order; none is empty, and none ends
 * within a character of UTF-8. Texts whose lines do not stand for one another have one large piece.
 */
void text_pieces_each(const char *base, size_t base_length, const char *text, size_t length,
                      text_piece_function *each, void *context);

#endif
