/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside, made safe to look at.
 *
 * kubectl's output, file names and manifests may hold terminal escape sequences, bytes that are no
 * UTF-8, or characters that reorder what a person reads (Unicode TR 36, bidirectional controls).
 */
#ifndef LIB_TEXT_VISIBLE_TEXT_H
#define LIB_TEXT_VISIBLE_TEXT_H

#include "text/text_buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the character is one that a terminal may obey, or that a reader cannot see and that
 * changes what he reads: C0 and C1 controls, DEL, line separators, bidirectional controls,
 * characters of no width other than joiners and variation selectors. */
bool visible_text_hides(uint32_t codepoint);

/* How many bytes from the start are printable ASCII: characters of it that are seen, and blanks. */
size_t visible_text_printable_prefix(const char *data, size_t length);

/* Appends `length` bytes with every character that visible_text_hides made visible: control
 * characters of ASCII and bytes that are no UTF-8 as \xNN (tab \t, line feed \n, carriage return
 * \r), the others as \u{NNNN}. The result is one line of UTF-8. A backslash stays as it is. */
void visible_text_append(struct text_buffer *text, const char *data, size_t length);

/* The same, but line feeds stay line feeds and `indent` is written after each. A final line feed is
 * dropped. */
void visible_lines_append(struct text_buffer *text, const char *data, size_t length,
                          const char *indent);

/* Appends `length` bytes with each byte that is no UTF-8 replaced by U+FFFD; nothing else is
 * changed. For formats that take any character but must be UTF-8 (JSON, SQLite's TEXT). */
void valid_utf8_append(struct text_buffer *text, const char *data, size_t length);

/* The first line that is not blank, made visible, without blanks around it; where that is longer
 * than `most` characters, its beginning and then "…". An escape counts as the characters that it is
 * shown with, and is never cut. */
void first_line_append(struct text_buffer *text, const char *data, size_t length, size_t most);

#endif
