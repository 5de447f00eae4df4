/* SPDX-License-Identifier: Apache-2.0 */
/* Names that were seen: finds duplicates in lists of any length in linear time. */
#ifndef VALIDATE_KUBERNETES_STRING_SET_H
#define VALIDATE_KUBERNETES_STRING_SET_H

#include "memory/arena.h"
#include "typed_tree.h"

#include <stdbool.h>
#include <stdint.h>

enum { STRING_SET_SMALL = 8 };

/* Embedded in its user; all memory is the arena's. Texts are borrowed. */
struct string_set {
  struct arena *arena;
  struct text *slots; /* NULL while small */
  size_t capacity;
  size_t count;
  struct text small[STRING_SET_SMALL];
};

static inline void string_set_init(struct string_set *set, struct arena *arena) {
  set->arena = arena;
  set->slots = NULL;
  set->capacity = 0;
  set->count = 0;
}

bool string_set_has(const struct string_set *set, struct text text);

/* Returns 1: added; 0: it was there; -1: no memory. */
int string_set_add(struct string_set *set, struct text text);

#endif
