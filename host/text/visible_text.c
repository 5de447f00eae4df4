#include "visible_text.h"

#include "utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Characters that no reader sees but that change what he reads: C1 controls, line and paragraph
 * separators, bidirectional marks, embeddings and isolates, the byte order mark. */
static bool is_invisible_control(uint32_t c) {
  return (c >= 0x80 && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

static void append_control(struct text_buffer *text, unsigned char c) {
  switch (c) {
  case '\t':
    text_buffer_append_string(text, "\\t");
    break;
  case '\n':
    text_buffer_append_string(text, "\\n");
    break;
  case '\r':
    text_buffer_append_string(text, "\\r");
    break;
  default:
    text_buffer_printf(text, "\\x%02x", c);
  }
}

/* Appends the character at `data` in visible form and returns its length in bytes. */
static size_t append_character(struct text_buffer *text, const char *data, size_t length) {
  uint32_t c = 0;
  size_t count = utf8_decode(data, length, &c);

  if (count == 0) {
    text_buffer_printf(text, "\\x%02x", (unsigned char)*data);
    return 1;
  }
  if (c < 0x20 || c == 0x7f)
    append_control(text, (unsigned char)c);
  else if (is_invisible_control(c))
    text_buffer_printf(text, "\\u{%04x}", (unsigned)c);
  else
    text_buffer_append(text, data, count);
  return count;
}

void visible_text_append(struct text_buffer *text, const char *data, size_t length) {
  while (length > 0) {
    size_t plain = 0;
    size_t count;

    while (plain < length && data[plain] >= 0x20 && data[plain] < 0x7f)
      plain++;
    text_buffer_append(text, data, plain);
    data += plain;
    length -= plain;
    if (length == 0)
      break;
    count = append_character(text, data, length);
    data += count;
    length -= count;
  }
}

void visible_lines_append(struct text_buffer *text, const char *data, size_t length,
                          const char *indent) {
  if (length > 0 && data[length - 1] == '\n')
    length--;
  for (;;) {
    const char *end = length > 0 ? memchr(data, '\n', length) : NULL;
    size_t line = end ? (size_t)(end - data) : length;

    visible_text_append(text, data, line);
    if (!end)
      return;
    text_buffer_append_char(text, '\n');
    text_buffer_append_string(text, indent);
    data += line + 1;
    length -= line + 1;
  }
}

void valid_utf8_append(struct text_buffer *text, const char *data, size_t length) {
  while (length > 0) {
    uint32_t c = 0;
    size_t count = utf8_decode(data, length, &c);

    if (count == 0) {
      text_buffer_append_string(text, "\xef\xbf\xbd");
      count = 1;
    } else {
      text_buffer_append(text, data, count);
    }
    data += count;
    length -= count;
  }
}

void first_line_append(struct text_buffer *text, const char *data, size_t length, size_t most) {
  while (length > 0 && memchr(" \t\r\n", *data, 4))
    data++, length--;
  for (size_t shown = 0; length > 0 && *data != '\n'; shown++) {
    size_t count;

    if (*data == '\r' && (length == 1 || data[1] == '\n'))
      break;
    if (shown == most) {
      text_buffer_append_string(text, "…");
      break;
    }
    count = append_character(text, data, length);
    data += count;
    length -= count;
  }
}
