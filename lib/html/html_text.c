/* SPDX-License-Identifier: Apache-2.0 */
#include "html/html_text.h"

#include "text/utf8.h"
#include "text/visible_text.h"

#include <stdbool.h>
#include <string.h>

enum place { PLACE_LINE, PLACE_LINES, PLACE_ATTRIBUTE };

/* The reference that stands for an ASCII character; NULL where it stands for itself. */
static const char *reference_of(char c) {
  switch (c) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return NULL;
  }
}

/* The last two of each plane, and 32 in the Arabic block: Unicode 16, section 23.7. */
static bool is_noncharacter(uint32_t c) {
  return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

static bool stays(uint32_t c, enum place place) {
  if (place == PLACE_LINES && (c == '\n' || c == '\t'))
    return true;
  return !visible_text_hides(c) && !is_noncharacter(c);
}

/* Bytes at the beginning that stand as they are. */
static size_t plain_bytes(const char *data, size_t length, enum place place) {
  size_t plain = 0;

  while (plain < length) {
    uint32_t c = 0;
    size_t count = utf8_decode(data + plain, length - plain, &c);

    if (count == 0 || !stays(c, place) || (c < 0x80 && reference_of((char)c)))
      break;
    plain += count;
  }
  return plain;
}

/* Spells out the characters at the beginning that must be; how many bytes that were. */
static size_t append_spelled(struct text_buffer *text, const char *data, size_t length,
                             enum place place) {
  size_t done = 0;

  while (done < length) {
    uint32_t c = 0;
    size_t count = utf8_decode(data + done, length - done, &c);

    if (count > 0 && stays(c, place))
      break;
    if (done == 0 && place != PLACE_ATTRIBUTE)
      text_buffer_append_string(text, "<i class=\"x\">");
    if (count > 0 && is_noncharacter(c))
      text_buffer_printf(text, "\\u{%04x}", (unsigned)c);
    else
      visible_text_append(text, data + done, count > 0 ? count : 1);
    done += count > 0 ? count : 1;
  }
  if (done > 0 && place != PLACE_ATTRIBUTE)
    text_buffer_append_string(text, "</i>");
  return done;
}

static void append(struct text_buffer *text, const char *data, size_t length, enum place place) {
  while (length > 0) {
    size_t count = plain_bytes(data, length, place);

    text_buffer_append(text, data, count);
    if (count < length && reference_of(data[count]))
      text_buffer_append_string(text, reference_of(data[count++]));
    else
      count += append_spelled(text, data + count, length - count, place);
    data += count;
    length -= count;
  }
}

void html_text_append(struct text_buffer *text, const char *data, size_t length) {
  append(text, data, length, PLACE_LINE);
}

void html_text_string(struct text_buffer *text, const char *string) {
  append(text, string, strlen(string), PLACE_LINE);
}

void html_attribute_string(struct text_buffer *text, const char *string) {
  append(text, string, strlen(string), PLACE_ATTRIBUTE);
}

static void append_lines(struct text_buffer *text, const char *data, size_t length) {
  append(text, data, length, PLACE_LINES);
}

int32_t html_lines_append(struct section *section, const char *data, uint64_t length,
                          struct hg_error *err) {
  return section_append_pieces(section, data, length, append_lines, err);
}
