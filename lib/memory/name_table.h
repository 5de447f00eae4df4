/* SPDX-License-Identifier: Apache-2.0 */
/* Names to things, in an arena. */
#ifndef LIB_MEMORY_NAME_TABLE_H
#define LIB_MEMORY_NAME_TABLE_H

#include "memory/arena.h"

#include <stddef.h>
#include <stdint.h>

struct name_slot;

/* Embedded in its owner; zeroed, it is empty. Its memory is the arena's: forget the table when the
 * arena is reset. Lookups take constant time even on names that were chosen to collide, as long as
 * `seed` is not known to who chose them. */
struct name_table {
  struct name_slot *slots;
  uint32_t capacity; /* 0, or a power of two */
  uint32_t count;
  uint64_t seed;
};

/* Where the thing called `name` is kept: points to NULL where the name is new. `name` is borrowed
 * as long as the table is used. Valid until the next call. NULL where memory is out. */
void **name_table_entry(struct name_table *table, struct arena *arena, const char *name,
                        uint32_t length);

#endif
