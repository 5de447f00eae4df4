/* SPDX-License-Identifier: Apache-2.0 */
#include "go_format.h"

#include "text/utf8.h"

enum { LONGEST_SHOWN = 1024 };

static void append_escape(struct text_buffer *out, unsigned char c) {
  static const char letters[] = "abtnvfr"; /* 7 to 13 */

  if (c >= 7 && c <= 13)
    text_buffer_printf(out, "\\%c", letters[c - 7]);
  else
    text_buffer_printf(out, "\\x%02x", c);
}

void go_quote_append(struct text_buffer *out, struct text text) {
  size_t at = 0;

  text_buffer_append_char(out, '"');
  while (at < text.length && at < LONGEST_SHOWN) {
    unsigned char c = (unsigned char)text.data[at];
    uint32_t codepoint;
    size_t length = utf8_decode(text.data + at, text.length - at, &codepoint);

    if (length == 0 || c < 0x20 || c == 0x7f) {
      append_escape(out, c);
      length = 1;
    } else if (c == '"' || c == '\\') {
      text_buffer_append_char(out, '\\');
      text_buffer_append_char(out, (char)c);
    } else if ((codepoint >= 0x80 && codepoint <= 0xa0) || codepoint == 0xad ||
               (codepoint >= 0x2000 && codepoint <= 0x200f) ||
               (codepoint >= 0x2028 && codepoint <= 0x202f) || codepoint == 0xfeff) {
      text_buffer_printf(out, "\\u%04x", (unsigned)codepoint);
    } else {
      text_buffer_append(out, text.data + at, length);
    }
    at += length;
  }
  text_buffer_append_char(out, '"');
  if (at < text.length)
    text_buffer_append_string(out, "...");
}
