/* SPDX-License-Identifier: Apache-2.0 */
#include "inspection/check_terminal.h"

#include "text/utf8.h"

#include <stdbool.h>

static bool is_control(uint32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c <= 0x9f);
}

size_t check_terminal_find(const char *text, size_t length) {
  for (size_t at = 0; at < length;) {
    uint32_t c = (unsigned char)text[at];
    size_t count = utf8_decode(text + at, length - at, &c);

    if (count == 0)
      c = (unsigned char)text[at];
    if (is_control(c))
      return at;
    at += count > 0 ? count : 1;
  }
  return length;
}
