/* SPDX-License-Identifier: Apache-2.0 */
/* An array that grows by its end. */
#ifndef LIB_MEMORY_ARRAY_H
#define LIB_MEMORY_ARRAY_H

#include <stddef.h>

/* `rows`, of `size` bytes each, with room for at least `count` of them: where *capacity is less, it
 * at least doubles, and what was added is not zeroed. malloc's; both may be zero at first. NULL
 * where memory is out: `rows` and *capacity are then as they were. */
void *array_reserve(void *rows, size_t count, size_t *capacity, size_t size);

#endif
