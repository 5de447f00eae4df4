/* SPDX-License-Identifier: Apache-2.0 */
#include "string_set.h"

#include "field_hash.h"

#include <string.h>

/* A slot whose data is NULL is free. The seed varies with the arena's address, so that no manifest
 * can be made to collide on purpose. */
static size_t find_slot(const struct string_set *set, struct text text) {
  uint32_t seed = (uint32_t)((uintptr_t)set->slots >> 4);
  size_t at = field_hash(seed, text.data, text.length) & (set->capacity - 1);

  while (set->slots[at].data && !text_equal(set->slots[at], text))
    at = (at + 1) & (set->capacity - 1);
  return at;
}

bool string_set_has(const struct string_set *set, struct text text) {
  if (set->slots)
    return set->slots[find_slot(set, text)].data != NULL;
  for (size_t i = 0; i < set->count; i++)
    if (text_equal(set->small[i], text))
      return true;
  return false;
}

static int grow(struct string_set *set) {
  struct text *old = set->slots ? set->slots : set->small;
  size_t old_count = set->slots ? set->capacity : set->count;
  size_t capacity = set->slots ? set->capacity * 2 : STRING_SET_SMALL * 8;
  struct text *slots = arena_alloc(set->arena, capacity * sizeof *slots);

  if (!slots)
    return -1;
  memset(slots, 0, capacity * sizeof *slots);
  set->slots = slots;
  set->capacity = capacity;
  for (size_t i = 0; i < old_count; i++)
    if (old[i].data)
      slots[find_slot(set, old[i])] = old[i];
  return 0;
}

int string_set_add(struct string_set *set, struct text text) {
  if (string_set_has(set, text))
    return 0;
  if (!set->slots && set->count < STRING_SET_SMALL) {
    set->small[set->count++] = text;
    return 1;
  }
  if ((!set->slots || set->count * 2 >= set->capacity) && grow(set) < 0)
    return -1;
  set->slots[find_slot(set, text)] = text;
  set->count++;
  return 1;
}
