/* SPDX-License-Identifier: Apache-2.0 */
#include "tap_text.h"

#include "text/utf8.h"
#include "text/visible_text.h"

#include <stdbool.h>

enum { PIECE = 4096 }; /* bytes handled at a time */

void tap_text_append(struct text_buffer *text, const char *data, size_t length) {
  struct text_buffer visible;

  text_buffer_init(&visible);
  visible_text_append(&visible, data, length);
  for (size_t i = 0; i < visible.length; i++) {
    if (visible.data[i] == '#' || visible.data[i] == '\\')
      text_buffer_append_char(text, '\\');
    text_buffer_append_char(text, visible.data[i]);
  }
  text->failed = text->failed || visible.failed;
  text_buffer_finish(&visible);
}

static bool stays(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static void append_escape(struct text_buffer *text, uint32_t c) {
  switch (c) {
  case '"':
    text_buffer_append_string(text, "\\\"");
    return;
  case '\\':
    text_buffer_append_string(text, "\\\\");
    return;
  case '\n':
    text_buffer_append_string(text, "\\n");
    return;
  case '\t':
    text_buffer_append_string(text, "\\t");
    return;
  default:
    text_buffer_printf(text,
                       c < 0x80      ? "\\x%02x"
                       : c < 0x10000 ? "\\u%04x"
                                     : "\\U%08x",
                       (unsigned)c);
  }
}

/* Whether YAML forbids the character (1.2.2, section 5.1), or a reader could not see it. */
static bool needs_escape(uint32_t c) {
  return visible_text_hides(c) || c == '"' || c == '\\' || c == 0xfffe || c == 0xffff;
}

static void append_piece(struct text_buffer *text, const char *data, size_t length) {
  while (length > 0) {
    uint32_t c = 0;
    size_t count = 0;

    while (count < length && stays(data[count]))
      count++;
    text_buffer_append(text, data, count);
    data += count;
    length -= count;
    if (length == 0)
      return;
    count = utf8_decode(data, length, &c);
    if (count == 0)
      text_buffer_append_string(text, "\xef\xbf\xbd");
    else if (needs_escape(c))
      append_escape(text, c);
    else
      text_buffer_append(text, data, count);
    data += count > 0 ? count : 1;
    length -= count > 0 ? count : 1;
  }
}

int32_t tap_text_append_yaml(struct section *section, struct hg_bytes value, struct hg_error *err) {
  text_buffer_append_char(&section->text, '"');
  while (value.length > 0) {
    size_t piece = utf8_piece(value.data, value.length, PIECE);

    append_piece(&section->text, value.data, piece);
    value.data += piece;
    value.length -= piece;
    if (section_keep(section, err) < 0)
      return -1;
  }
  text_buffer_append_char(&section->text, '"');
  return 0;
}
