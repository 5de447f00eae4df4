/* SPDX-License-Identifier: Apache-2.0 */
/* Text for a terminal that shows no more than ASCII. */
#ifndef LIB_TEXT_ASCII_TEXT_H
#define LIB_TEXT_ASCII_TEXT_H

#include "text/text_buffer.h"

#include <stddef.h>

/* Appends UTF-8 text with our marks as ASCII ones, "✓" as "+", and every other character that is
 * none as "?". Whole characters only. */
void ascii_text_append(struct text_buffer *text, const char *data, size_t length);

#endif
