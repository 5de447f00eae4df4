/* SPDX-License-Identifier: Apache-2.0 */
/* How far two texts are the same, several bytes at a time. */
#ifndef LIB_TEXT_SAME_PREFIX_H
#define LIB_TEXT_SAME_PREFIX_H

#include <stddef.h>

/* How many bytes the two have in common at the start, of `most` that each has at least. */
size_t text_same_prefix(const char *a, const char *b, size_t most);

#endif
