/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as RFC 3629 defines it: no surrogates, no overlong forms, nothing above U+10FFFF. */
#ifndef LIB_TEXT_UTF8_H
#define LIB_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the byte goes on with a character that another one began. */
static inline bool utf8_goes_on(char c) {
  return ((unsigned char)c & 0xc0) == 0x80;
}

/* How many characters begin in the text. */
size_t utf8_count(const char *text, size_t length);

/* Reads the character that starts at `text`. Returns its length in bytes, 1 to 4, and sets
 * *codepoint; 0 where the bytes are no UTF-8 (the caller steps over one byte). `length` is what is
 * left, at least 1. */
size_t utf8_decode(const char *text, size_t length, uint32_t *codepoint);

/* How many bytes, at most `most` (at least 4), to take from the beginning of a text so that no
 * character is cut in two; all of them where `length` is no more than `most`. */
size_t utf8_piece(const char *text, size_t length, size_t most);

/* Copies `from` into the `room` bytes (at least 5) at `to`: of a longer text the beginning, NUL
 * behind it. */
void utf8_copy_cut(char *to, size_t room, const char *from);

#endif
