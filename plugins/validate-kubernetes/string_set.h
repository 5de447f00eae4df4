/* SPDX-License-Identifier: Apache-2.0 */
/* Names that were seen: finds duplicates in lists of any length in linear time. */
#ifndef VALIDATE_KUBERNETES_STRING_SET_H
#define VALIDATE_KUBERNETES_STRING_SET_H

#include "memory/name_table.h"
#include "typed_tree.h"

#include <stdbool.h>

enum { STRING_SET_SMALL = 8 };

/* Embedded in its user; all memory is the arena's. Texts are borrowed. Nearly all sets have few:
 * these are compared one by one, without a hash. */
struct string_set {
  struct arena *arena;
  size_t count;
  struct name_table table; /* of all, once they are more than STRING_SET_SMALL */
  struct text small[STRING_SET_SMALL];
};

static inline void string_set_init(struct string_set *set, struct arena *arena) {
  set->arena = arena;
  set->count = 0;
}

bool string_set_has(const struct string_set *set, struct text text);

/* Returns 1: added; 0: it was there; -1: no memory. */
int string_set_add(struct string_set *set, struct text text);

#endif
