/* SPDX-License-Identifier: Apache-2.0 */
/* A list of strings, in the order in which they were given. */
#ifndef LIB_MEMORY_STRING_LIST_H
#define LIB_MEMORY_STRING_LIST_H

#include "memory/arena.h"

#include <stdint.h>

/* Embedded in its owner; zeroed, it is empty. */
struct string_list {
  const char **items; /* the arena's, as are the strings */
  size_t count;
};

/* Adds a copy of `item`. The items move: a list that was copied as a struct keeps the old ones. -1
 * where memory is out. */
int32_t string_list_add(struct string_list *list, struct arena *arena, const char *item);

#endif
