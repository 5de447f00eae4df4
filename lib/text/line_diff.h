/* SPDX-License-Identifier: Apache-2.0 */
/* Which lines have to go and which to come, so that one text becomes the other.
 *
 * Lines are numbers here: equal lines have the same. The fewest possible changes are found (Myers,
 * "An O(ND) Difference Algorithm"), up to a limit: texts that differ in more than that have
 * everything between their first and last difference replaced.
 */
#ifndef LIB_TEXT_LINE_DIFF_H
#define LIB_TEXT_LINE_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Changes that are looked for; the memory that it takes grows with their square, to 16 MiB. */
enum { LINE_DIFF_MOST_CHANGES = 2000 };

/* Sets removed[i] for each line of `before` that goes, and added[j] for each of `after` that comes;
 * the others are the same lines in the same order. -1: no memory. */
int32_t line_diff(const uint32_t *before, size_t before_count, const uint32_t *after,
                  size_t after_count, bool *removed, bool *added);

#endif
