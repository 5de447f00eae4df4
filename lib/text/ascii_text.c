/* SPDX-License-Identifier: Apache-2.0 */
#include "text/ascii_text.h"

#include "text/utf8.h"

#include <stdint.h>

static const char *ascii_of(uint32_t codepoint) {
  switch (codepoint) {
  case 0x2713: /* ✓ */
    return "+";
  case 0x2717: /* ✗ */
    return "x";
  case 0x2298: /* ⊘ */
    return "-";
  case 0x26a0: /* ⚠ */
    return "!";
  case 0xfe0f: /* shows the one before in colours */
    return "";
  case 0x2026: /* … */
    return "...";
  default:
    return "?";
  }
}

void ascii_text_append(struct text_buffer *text, const char *data, size_t length) {
  for (size_t i = 0; i < length;) {
    uint32_t codepoint;
    size_t size = utf8_decode(data + i, length - i, &codepoint);

    if (size == 1)
      text_buffer_append_char(text, data[i]);
    else
      text_buffer_append_string(text, ascii_of(size == 0 ? '?' : codepoint));
    i += size == 0 ? 1 : size;
  }
}
