/* SPDX-License-Identifier: Apache-2.0 */
/* Counting a text's documents.
 *
 * The parser would have to read all of it once more. Where documents start and end can be seen
 * without it, because a line with --- or ... at its start means nothing else in YAML; what takes a
 * parser is whether a document is empty, and nearly all of them show with their first letter that
 * they are not.
 */
#ifndef LIB_YAML_YAML_COUNT_H
#define LIB_YAML_YAML_COUNT_H

#include <headgate/error.h>
#include <stdint.h>

/* How many documents that are not empty a YAML text holds; see yaml_tree_count. */
int32_t yaml_count_documents(const char *bytes, uint64_t length, uint64_t *count,
                             struct hg_error *err);

#endif
