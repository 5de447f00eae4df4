/* SPDX-License-Identifier: Apache-2.0 */
/* Text that grows as it is written. */
#ifndef LIB_TEXT_TEXT_BUFFER_H
#define LIB_TEXT_TEXT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

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

void text_buffer_append(struct text_buffer *text, const char *data, size_t length);
void text_buffer_append_string(struct text_buffer *text, const char *string);
void text_buffer_append_char(struct text_buffer *text, char c);
__attribute__((format(printf, 2, 3))) void text_buffer_printf(struct text_buffer *text,
                                                              const char *format, ...);

/* The text, never NULL; valid until the next change. */
const char *text_buffer_string(const struct text_buffer *text);

#endif
