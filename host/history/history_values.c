/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_values.h"

#include "text/text_buffer.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <string.h>

struct history_value value_string(const char *string) {
  if (!string)
    return value_null();
  return (struct history_value){VALUE_TEXT, {.length = strlen(string)}, string};
}

struct history_value value_digest(const uint8_t *sha256) {
  if (!sha256)
    return value_null();
  return (struct history_value){VALUE_BLOB, {.length = 32}, (const char *)sha256};
}

struct history_value value_time(int64_t ms, char buffer[TIMESTAMP_SIZE]) {
  timestamp_format(ms, buffer);
  return (struct history_value){VALUE_TEXT, {.length = TIMESTAMP_SIZE - 1}, buffer};
}

/* How many bytes from the start are ASCII; 32 at a time, because nearly all text is. */
static size_t ascii_prefix(const char *bytes, size_t length) {
  size_t i = 0;
  uint64_t words[4];

  for (; length - i >= sizeof words; i += sizeof words) {
    memcpy(words, bytes + i, sizeof words);
    if ((words[0] | words[1] | words[2] | words[3]) & UINT64_C(0x8080808080808080))
      break;
  }
  while (i < length && (unsigned char)bytes[i] < 0x80)
    i++;
  return i;
}

static bool is_utf8(const char *bytes, size_t length) {
  for (size_t i = ascii_prefix(bytes, length); i < length;
       i += ascii_prefix(bytes + i, length - i)) {
    uint32_t codepoint;
    size_t count = utf8_decode(bytes + i, length - i, &codepoint);

    if (count == 0)
      return false;
    i += count;
  }
  return true;
}

struct history_value value_text(struct arena *arena, const char *string) {
  struct history_value value = value_string(string);
  struct text_buffer text;

  if (value.kind == VALUE_NULL || is_utf8(value.bytes, value.as.length))
    return value;
  text_buffer_init(&text);
  valid_utf8_append(&text, value.bytes, value.as.length);
  value.bytes = text.failed ? NULL : arena_copy(arena, text.data, text.length);
  value.as.length = text.length;
  text_buffer_finish(&text);
  return value.bytes ? value : value_null();
}

struct history_value value_outside(const char *bytes, size_t length) {
  bool is_text = is_utf8(bytes, length) && (length == 0 || !memchr(bytes, '\0', length));

  return (struct history_value){
      is_text ? VALUE_TEXT : VALUE_BLOB, {.length = length}, length > 0 ? bytes : ""};
}

struct history_value value_outside_string(const char *string) {
  return string ? value_outside(string, strlen(string)) : value_null();
}

int value_bind(sqlite3_stmt *statement, int index, const struct history_value *value) {
  switch (value->kind) {
  case VALUE_INTEGER:
    return sqlite3_bind_int64(statement, index, value->as.integer);
  case VALUE_TEXT:
    return sqlite3_bind_text64(statement, index, value->bytes, value->as.length, SQLITE_STATIC,
                               SQLITE_UTF8);
  case VALUE_BLOB:
    return sqlite3_bind_blob64(statement, index, value->bytes, value->as.length, SQLITE_STATIC);
  case VALUE_NULL:
    break;
  }
  return sqlite3_bind_null(statement, index);
}
