/* SPDX-License-Identifier: Apache-2.0 */
/* Text as a YAML scalar that every reader takes for that same text. */
#ifndef GENERATE_YAML_QUOTE_H
#define GENERATE_YAML_QUOTE_H

#include "text/text_buffer.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends `text`, UTF-8, plain where that is safe and else in double quotes, on one line. Letters
 * of all scripts stay readable; characters that a person cannot see are escaped. */
void yaml_quote_append(struct text_buffer *out, const char *text, size_t length);

/* Appends a text of several lines as they are, as a literal block ("|") whose lines stand `indent`
 * blanks in; without a line feed at its end. False, and nothing is appended: the text is no such
 * text, or holds what would not come out of a block as it went in. */
bool yaml_block_append(struct text_buffer *out, const char *text, size_t length, size_t indent);

/* The same, always in double quotes. */
void yaml_quote_append_quoted(struct text_buffer *out, const char *text, size_t length);

/* Stands `indent` blanks in where a line begins; nothing where one was begun. */
void yaml_line_begin(struct text_buffer *out, size_t indent);

#endif
