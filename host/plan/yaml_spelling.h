/* SPDX-License-Identifier: Apache-2.0 */
/* How a text is spelled in YAML that is shown: what a terminal may obey is escaped. */
#ifndef HOST_PLAN_YAML_SPELLING_H
#define HOST_PLAN_YAML_SPELLING_H

#include "text/text_buffer.h"

#include <headgate/node.h>
#include <stdbool.h>
#include <stddef.h>

/* Appends the text, in quotes where it would not stand for itself without. */
void yaml_spelling_append(struct text_buffer *out, const char *text, size_t length);

/* Whether a scalar that is a text can be shown as its manifest has it, without quotes: it means the
 * same in a block as it did there. The quick answer for most. */
bool yaml_spelling_is_as_written(const struct hg_node *node);

/* Whether a text is shown line by line: it has several, and nothing that must be escaped. */
bool yaml_spelling_is_literal(const char *text, size_t length);

/* What stands behind the colon of such a text. */
const char *yaml_spelling_literal_head(const char *text, size_t length);

#endif
