/* SPDX-License-Identifier: Apache-2.0 */
/* Percent-encoding, as a segment of a path or a value of a query has it (RFC 3986). */
#ifndef LIB_TEXT_PERCENT_TEXT_H
#define LIB_TEXT_PERCENT_TEXT_H

#include "text/text_buffer.h"

/* Letters, digits and "-._~" stay, whatever else there is, a slash too, is encoded. */
void percent_text_append(struct text_buffer *text, const char *data, size_t length);

void percent_text_append_string(struct text_buffer *text, const char *string);

#endif
