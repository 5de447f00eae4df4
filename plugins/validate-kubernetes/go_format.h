/* SPDX-License-Identifier: Apache-2.0 */
/* Texts as the API server writes them in its messages, which is Go's way. */
#ifndef VALIDATE_KUBERNETES_GO_FORMAT_H
#define VALIDATE_KUBERNETES_GO_FORMAT_H

#include "text/text_buffer.h"
#include "typed_tree.h"

/* Appends the text in double quotes with Go's escapes (%q). Long texts are cut: a message is for
 * reading. */
void go_quote_append(struct text_buffer *out, struct text text);

#endif
