/* SPDX-License-Identifier: Apache-2.0 */
/* Text in lines of a given width. */
#ifndef LIB_TEXT_WRAPPED_TEXT_H
#define LIB_TEXT_WRAPPED_TEXT_H

#include "text/text_buffer.h"

#include <stddef.h>

/* How many columns a UTF-8 text takes: each of its characters one, and what sets a colour none. */
size_t text_columns(const char *data, size_t length);

/* Appends the words of `data` from `column` on, between two the blanks that are there, or one for a
 * line feed. A word that would end behind `width` begins a line of its own, `indent` columns in; a
 * word is never broken, so one that is longer than a line stands out, and `what stands so` is one
 * word. No line feed follows the last. */
void wrapped_text_append(struct text_buffer *text, const char *data, size_t length, size_t column,
                         size_t indent, size_t width);

/* Appends a line, without its line feed, for a terminal of so many columns: one that is too long
 * goes on two columns further in than it begins. A command of kubectl or headgate, at the beginning
 * or behind a colon or a full stop, is still one when it is copied. */
void wrapped_line_append(struct text_buffer *text, const char *line, size_t columns);

#endif
