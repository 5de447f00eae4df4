/* SPDX-License-Identifier: Apache-2.0 */
#include "report/xml_text.h"

#include "text/utf8.h"
#include "text/visible_text.h"

#include <stdbool.h>

/* What stands for an ASCII character; NULL: itself, or what visible_text.h makes of it. */
static const char *reference(char c, bool is_value) {
  switch (c) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return is_value ? "&quot;" : "\"";
  case '\'':
    return is_value ? "&#39;" : "'";
  case '\t':
    return is_value ? "&#9;" : "\t";
  case '\n':
    return is_value ? "&#10;" : "\n";
  default:
    return NULL;
  }
}

static bool stays(char c) {
  return c >= ' ' && c <= '~' && c != '&' && c != '<' && c != '>' && c != '"' && c != '\'';
}

/* Appends the character at `data` and returns its length in bytes. */
static size_t append_character(struct text_buffer *text, const char *data, size_t length,
                               bool is_value) {
  const char *ready = reference(*data, is_value);
  uint32_t c = 0;
  size_t count;

  if (ready) {
    text_buffer_append_string(text, ready);
    return 1;
  }
  count = utf8_decode(data, length, &c);
  if (c == 0xfffe || c == 0xffff)
    text_buffer_printf(text, "\\u{%04x}", (unsigned)c);
  else
    visible_text_append(text, data, count > 0 ? count : 1);
  return count > 0 ? count : 1;
}

static void append(struct text_buffer *text, const char *data, size_t length, bool is_value) {
  while (length > 0) {
    size_t count = 0;

    while (count < length && stays(data[count]))
      count++;
    text_buffer_append(text, data, count);
    if (count < length)
      count += append_character(text, data + count, length - count, is_value);
    data += count;
    length -= count;
  }
}

void xml_text_append(struct text_buffer *text, const char *data, size_t length) {
  append(text, data, length, false);
}

void xml_text_append_value(struct text_buffer *text, const char *data, size_t length) {
  append(text, data, length, true);
}

int32_t xml_text_append_long(struct section *section, const char *data, uint64_t length,
                             struct hg_error *err) {
  return section_append_pieces(section, data, length, xml_text_append, err);
}
