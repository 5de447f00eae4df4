/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes in a text that can only hold characters: base64 (RFC 4648, section 4), with padding. */
#ifndef LIB_TEXT_BASE64_H
#define LIB_TEXT_BASE64_H

#include "text/text_buffer.h"

#include <stddef.h>
#include <stdint.h>

/* Appends `length` bytes, spelled. */
void base64_append(struct text_buffer *text, const char *data, size_t length);

/* Appends the bytes that `length` characters spell. -1 where they spell none: a character that is
 * not of the alphabet, a missing padding, bits left over. */
int32_t base64_decode(struct text_buffer *bytes, const char *data, size_t length);

/* The same as Go reads it: line breaks may stand anywhere, and bits may be left over. */
int32_t base64_decode_lenient(struct text_buffer *bytes, const char *data, size_t length);

#endif
