/* SPDX-License-Identifier: Apache-2.0 */
#include "text/text_buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_buffer_init(struct text_buffer *text) {
  memset(text, 0, sizeof *text);
}

void text_buffer_finish(struct text_buffer *text) {
  free(text->data);
  text_buffer_init(text);
}

void text_buffer_reset(struct text_buffer *text) {
  text->length = 0;
  text->failed = false;
  if (text->data)
    text->data[0] = '\0';
}

/* Makes room for `more` bytes and a NUL. */
static bool reserve(struct text_buffer *text, size_t more) {
  size_t capacity = text->capacity ? text->capacity : 64;
  char *data;

  if (more < text->capacity - text->length && !text->failed)
    return true;
  if (text->failed || more >= SIZE_MAX / 2 - text->length) {
    text->failed = true;
    return false;
  }
  while (capacity < text->length + more + 1)
    capacity *= 2;
  data = realloc(text->data, capacity);
  if (!data) {
    text->failed = true;
    return false;
  }
  text->data = data;
  text->capacity = capacity;
  return true;
}

void text_buffer_grow(struct text_buffer *text, const char *data, size_t length) {
  if (reserve(text, length))
    text_buffer_append(text, data, length);
}

void text_buffer_printf(struct text_buffer *text, const char *format, ...) {
  size_t room = text->failed ? 0 : text->capacity - text->length;
  va_list args;
  int length;

  va_start(args, format);
  length = vsnprintf(room > 0 ? text->data + text->length : NULL, room, format, args);
  va_end(args);
  if (length < 0 || !reserve(text, (size_t)length)) {
    text->failed = true;
    if (room > 0)
      text->data[text->length] = '\0';
    return;
  }
  if ((size_t)length >= room) {
    va_start(args, format);
    (void)vsnprintf(text->data + text->length, (size_t)length + 1, format, args);
    va_end(args);
  }
  text->length += (size_t)length;
}

void text_buffer_append_number(struct text_buffer *text, uint64_t number) {
  char digits[20];
  size_t first = sizeof digits;

  do
    digits[--first] = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  text_buffer_append(text, digits + first, sizeof digits - first);
}

const char *text_buffer_string(const struct text_buffer *text) {
  return text->data ? text->data : "";
}
