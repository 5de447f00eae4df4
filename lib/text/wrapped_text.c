/* SPDX-License-Identifier: Apache-2.0 */
#include "text/wrapped_text.h"

#include <stdbool.h>

size_t text_columns(const char *data, size_t length) {
  size_t columns = 0;

  for (size_t i = 0; i < length; i++) {
    if (data[i] == '\033') /* a colour: as far as its m */
      while (i + 1 < length && data[i] != 'm')
        i++;
    else /* all bytes but those that go on with a character */
      columns += ((unsigned char)data[i] & 0xc0) != 0x80;
  }
  return columns;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\n';
}

void wrapped_text_append(struct text_buffer *text, const char *data, size_t length, size_t column,
                         size_t indent, size_t width) {
  bool is_first = true;

  for (size_t i = 0; i < length;) {
    size_t start;
    size_t columns;

    while (i < length && is_blank(data[i]))
      i++;
    for (start = i; i < length && !is_blank(data[i]);)
      i++;
    if (i == start)
      break;
    columns = text_columns(data + start, i - start);
    if (column + !is_first + columns > width && column > indent) {
      text_buffer_printf(text, "\n%*s", (int)indent, "");
      column = indent;
    } else if (!is_first) {
      text_buffer_append_char(text, ' ');
      column++;
    }
    text_buffer_append(text, data + start, i - start);
    column += columns;
    is_first = false;
  }
}
