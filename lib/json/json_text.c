/* SPDX-License-Identifier: Apache-2.0 */
#include "json/json_text.h"

#include "text/utf8.h"
#include "text/visible_text.h"

#include <string.h>

json_t *json_of_bytes(const char *data, size_t length) {
  json_t *string = json_stringn(data, length);
  struct text_buffer valid;

  if (string)
    return string;
  text_buffer_init(&valid);
  valid_utf8_append(&valid, data, length);
  if (!valid.failed)
    string = json_stringn_nocheck(text_buffer_string(&valid), valid.length);
  text_buffer_finish(&valid);
  return string;
}

json_t *json_of_text(const char *text) {
  return json_of_bytes(text ? text : "", text ? strlen(text) : 0);
}

/* \uNNNN, and above U+FFFF two of them (RFC 8259, section 7). */
static void append_escape(struct text_buffer *text, uint32_t c) {
  if (c > 0xffff) {
    text_buffer_printf(text, "\\u%04X", (unsigned)(0xd800 + ((c - 0x10000) >> 10)));
    c = 0xdc00 + ((c - 0x10000) & 0x3ff);
  }
  text_buffer_printf(text, "\\u%04X", (unsigned)c);
}

/* A line feed is the spelling's own: one of a string is escaped already. */
void json_spelled_append(struct text_buffer *text, const char *json, size_t length) {
  size_t plain = 0; /* bytes that wait to be appended as they are */

  while (plain < length) {
    uint32_t c = 0;
    size_t count = utf8_decode(json + plain, length - plain, &c);

    if (count == 0 || c == '\n' || !visible_text_hides(c)) {
      plain += count > 0 ? count : 1;
      continue;
    }
    text_buffer_append(text, json, plain);
    append_escape(text, c);
    json += plain + count;
    length -= plain + count;
    plain = 0;
  }
  text_buffer_append(text, json, plain);
}

/* jansson hands over whole characters. */
static int append_piece(const char *data, size_t length, void *context) {
  struct text_buffer *text = context;

  json_spelled_append(text, data, length);
  return text->failed ? -1 : 0;
}

void json_append(struct text_buffer *text, json_t *value, size_t flags) {
  if (!value || json_dump_callback(value, append_piece, text, flags) != 0)
    text->failed = true;
  json_decref(value);
}

void json_append_line(struct text_buffer *text, json_t *value, size_t flags) {
  json_append(text, value, flags);
  text_buffer_append_char(text, '\n');
}
