/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside as XML 1.0 and HTML take it.
 *
 * What would be markup is escaped. What XML cannot hold (section 2.2 of its fifth edition: control
 * characters, U+FFFE, U+FFFF, bytes that are no UTF-8), and what a reader cannot see or a terminal
 * may obey (visible_text_hides), is spelled as visible_text.h does it: \x1b, \u{202e}. So no two
 * readers take the text for different things, whatever they do with such characters. Tab and line
 * feed stay what they are.
 */
#ifndef PLUGINS_REPORT_XML_TEXT_H
#define PLUGINS_REPORT_XML_TEXT_H

#include "files/section.h"
#include "text/text_buffer.h"

#include <headgate/error.h>
#include <stddef.h>
#include <stdint.h>

/* Appends the content of an element. There is no "]]>" in it. */
void xml_text_append(struct text_buffer *text, const char *data, size_t length);

/* Appends an attribute's value, for quotes of either kind. Tab and line feed are references: a
 * parser makes blanks of those that stand as they are (XML 1.0, section 3.3.3). */
void xml_text_append_value(struct text_buffer *text, const char *data, size_t length);

/* As xml_text_append, with memory bounded whatever the length. */
int32_t xml_text_append_long(struct section *section, const char *data, uint64_t length,
                             struct hg_error *err);

#endif
