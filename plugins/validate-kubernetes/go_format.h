/* SPDX-License-Identifier: Apache-2.0 */
/* Values as the API server writes them in its messages, which is Go's way. */
#ifndef VALIDATE_KUBERNETES_GO_FORMAT_H
#define VALIDATE_KUBERNETES_GO_FORMAT_H

#include "text/text_buffer.h"
#include "typed_tree.h"

enum { GO_NUMBER_SIZE = 48 };

/* Appends the text in double quotes with Go's escapes (%q). Long texts are cut: a message is for
 * reading. */
void go_quote_append(struct text_buffer *out, struct text text);

/* A double as encoding/json writes it: no exponent from 1e-6 to below 1e21. */
void go_json_number(double number, char out[GO_NUMBER_SIZE]);

/* A float as a mapping's key: the shortest form that a 32-bit float needs. */
void go_key_number(double number, char out[GO_NUMBER_SIZE]);

#endif
