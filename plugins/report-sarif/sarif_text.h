/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside in a message of SARIF.
 *
 * A viewer reads links, [text](target), and placeholders, {0}, out of a plain text message (SARIF
 * 2.1.0, 3.11.5 and 3.11.6): none may come from a manifest.
 */
#ifndef PLUGINS_REPORT_SARIF_SARIF_TEXT_H
#define PLUGINS_REPORT_SARIF_SARIF_TEXT_H

#include "text/text_buffer.h"

enum { SARIF_TEXT_MOST = 2000 /* bytes of one text that are shown */ };

/* Appends up to SARIF_TEXT_MOST bytes, control characters made visible, braces doubled as the
 * specification asks, and a blank between a bracket and a parenthesis that would make a link. */
void sarif_message_append(struct text_buffer *text, const char *string);

/* The same for what is no message, such as the path of a field: only made visible. */
void sarif_name_append(struct text_buffer *text, const char *string);

#endif
