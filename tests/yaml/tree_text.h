/* SPDX-License-Identifier: Apache-2.0 */
/* Document trees as text, to compare with. */
#ifndef TESTS_YAML_TREE_TEXT_H
#define TESTS_YAML_TREE_TEXT_H

#include "text/text_buffer.h"

#include <headgate/node.h>
#include <stdbool.h>

/* Appends the tree on one line:
 *
 *   {key:value key:value} [item item]
 *   plain 'single' "double" |literal| >folded>      line feeds as \n, backslashes as \\
 *   !tag value, *alias, +merged entry
 *
 * With `positions`, each node is followed by @line:column. Fails the test where a node's length,
 * end or unused fields are wrong. */
void tree_text_append(struct text_buffer *text, const struct hg_node *node, bool positions);

/* Reads the text's only document and returns its tree as above, or "problem: RULE LINE:COLUMN
 * MESSAGE", or "no document". The caller frees it. Fails the test where there are more. */
char *tree_text_of(const char *yaml, size_t length, bool positions);

#endif
