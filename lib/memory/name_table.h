/* SPDX-License-Identifier: Apache-2.0 */
/* Names to things, in an arena. */
#ifndef LIB_MEMORY_NAME_TABLE_H
#define LIB_MEMORY_NAME_TABLE_H

#include "memory/arena.h"

#include <stdint.h>

struct name_slot;

/* Embedded in its owner. Its memory is the arena's: forget the table when the arena is reset. A
 * name is any bytes. Lookups take constant time even on names that were chosen to collide, as long
 * as `seed` is not known to who chose them: name_table_init draws one, and a table that is zeroed
 * is empty too. */
struct name_table {
  struct name_slot *slots;
  uint32_t capacity; /* 0, or a power of two */
  uint32_t count;
  uint64_t seed;
};

/* An empty table with a seed of its own. Drawing it is a system call: a table that is filled anew
 * again and again takes over the seed of the one before. */
void name_table_init(struct name_table *table);

/* The thing called `name`; NULL where there is none. */
void *name_table_find(const struct name_table *table, const char *name, uint32_t length);

/* Where the thing called `name` is kept: points to NULL where the name is new. `name` is borrowed
 * as long as the table is used. Valid until the next call. NULL where memory is out. */
void **name_table_entry(struct name_table *table, struct arena *arena, const char *name,
                        uint32_t length);

#endif
