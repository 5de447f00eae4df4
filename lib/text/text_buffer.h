/* SPDX-License-Identifier: Apache-2.0 */
/* Text that grows as it is written. */
#ifndef LIB_TEXT_TEXT_BUFFER_H
#define LIB_TEXT_TEXT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Embedded in its owner. Once memory is out, `failed` is set and further text is dropped: check it
 * once, at the end. */
struct text_buffer {
  char *data; /* NUL-terminated; NULL while nothing was written */
  size_t length;
  size_t capacity;
  bool failed;
};

void text_buffer_init(struct text_buffer *text);
void text_buffer_finish(struct text_buffer *text);

/* Empties it and keeps the memory; clears `failed`. */
void text_buffer_reset(struct text_buffer *text);

/* The slow path of text_buffer_append. */
void text_buffer_grow(struct text_buffer *text, const char *data, size_t length);

static inline void text_buffer_append(struct text_buffer *text, const char *data, size_t length) {
  if (length == 0)
    return;
  if (text->failed || length >= text->capacity - text->length) {
    text_buffer_grow(text, data, length);
    return;
  }
  memcpy(text->data + text->length, data, length);
  text->length += length;
  text->data[text->length] = '\0';
}

static inline void text_buffer_append_string(struct text_buffer *text, const char *string) {
  text_buffer_append(text, string, strlen(string));
}

static inline void text_buffer_append_char(struct text_buffer *text, char c) {
  text_buffer_append(text, &c, 1);
}

__attribute__((format(printf, 2, 3))) void text_buffer_printf(struct text_buffer *text,
                                                              const char *format, ...);

/* In decimal digits. */
void text_buffer_append_number(struct text_buffer *text, uint64_t number);

/* The text, never NULL; valid until the next change. */
const char *text_buffer_string(const struct text_buffer *text);

#endif
