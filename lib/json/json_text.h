/* SPDX-License-Identifier: Apache-2.0 */
/* JSON values of text from outside, and JSON that is safe to look at. */
#ifndef LIB_JSON_JSON_TEXT_H
#define LIB_JSON_JSON_TEXT_H

#include "text/text_buffer.h"

#include <jansson.h>
#include <stddef.h>

/* A string of bytes that may hold anything: what is no UTF-8 becomes U+FFFD. NULL: no memory. */
json_t *json_of_bytes(const char *data, size_t length);

/* The same of a NUL-terminated text; NULL is "". */
json_t *json_of_text(const char *text);

/* Appends JSON that jansson spelled, with each character that visible_text_hides escaped: jansson
 * leaves DEL and everything beyond ASCII as it is. */
void json_spelled_append(struct text_buffer *text, const char *json, size_t length);

/* Appends `value`, which may be NULL where memory was out, spelled so; `flags` are those of
 * json_dumps. The value is released. A failure shows in text->failed. */
void json_append(struct text_buffer *text, json_t *value, size_t flags);

/* The same, and a line feed. */
void json_append_line(struct text_buffer *text, json_t *value, size_t flags);

/* How a command prints JSON for people and programs. */
#define JSON_SHOWN (JSON_INDENT(2) | JSON_PRESERVE_ORDER)

#endif
