/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside, made safe for a page of HTML: it shows what it is and does nothing.
 *
 * Characters with a meaning for HTML become references. Those that nobody sees or that change what
 * is read (visible_text.h), bytes that are no UTF-8, and noncharacters are spelled out, \xNN or
 * \u{NNNN}. Between tags these stand in an <i class="x">, so that a reader can tell them from a
 * backslash that was really there.
 */
#ifndef LIB_HTML_HTML_TEXT_H
#define LIB_HTML_HTML_TEXT_H

#include "files/section.h"
#include "text/text_buffer.h"

#include <headgate/error.h>
#include <stddef.h>
#include <stdint.h>

/* Appends text that will stand between tags, on one line: line feeds and tabs are spelled out. */
void html_text_append(struct text_buffer *text, const char *data, size_t length);
void html_text_string(struct text_buffer *text, const char *string);

/* The same for the value of an attribute in double quotes, or for a <title>. */
void html_attribute_string(struct text_buffer *text, const char *string);

/* Appends text that will stand in a <pre>: line feeds and tabs stay what they are. Memory is
 * bounded whatever the length. 0, or -1 where the section fails. */
int32_t html_lines_append(struct section *section, const char *data, uint64_t length,
                          struct hg_error *err);

#endif
