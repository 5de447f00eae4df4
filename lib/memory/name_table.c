/* SPDX-License-Identifier: Apache-2.0 */
#include "memory/name_table.h"

#include <string.h>
#include <sys/random.h>

enum { FIRST_CAPACITY = 16 };

struct name_slot {
  const char *name; /* NULL: free */
  void *thing;
  uint64_t hash;
  uint32_t length;
};

/* Eight bytes at a time; each step multiplies to 128 bits and folds, so that every bit of the seed
 * reaches every bit of the result. */
static uint64_t mix(uint64_t a, uint64_t b) {
  __extension__ typedef unsigned __int128 wide;
  wide product = (wide)a * b;

  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash_of(uint64_t seed, const char *name, uint32_t length) {
  const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
  uint64_t hash = seed ^ length;

  for (uint32_t i = 0; i < length; i += 8) {
    uint64_t word = 0;
    memcpy(&word, name + i, length - i < 8 ? length - i : 8);
    hash = mix(hash ^ word, odd ^ seed) + odd;
  }
  return mix(hash, odd);
}

static struct name_slot *find(struct name_slot *slots, uint32_t capacity, uint64_t hash,
                              const char *name, uint32_t length) {
  uint32_t at = (uint32_t)hash & (capacity - 1);

  while (slots[at].name && (slots[at].hash != hash || slots[at].length != length ||
                            memcmp(slots[at].name, name, length) != 0))
    at = (at + 1) & (capacity - 1);
  return &slots[at];
}

static int32_t grow(struct name_table *table, struct arena *arena) {
  uint32_t capacity = table->capacity ? table->capacity * 2 : FIRST_CAPACITY;
  size_t size = capacity * sizeof(struct name_slot);
  struct name_slot *slots = arena_alloc(arena, size);

  if (!slots)
    return -1;
  memset(slots, 0, size);
  for (uint32_t i = 0; i < table->capacity; i++) {
    const struct name_slot *old = &table->slots[i];
    if (old->name)
      *find(slots, capacity, old->hash, old->name, old->length) = *old;
  }
  table->slots = slots;
  table->capacity = capacity;
  return 0;
}

void name_table_init(struct name_table *table) {
  memset(table, 0, sizeof *table);
  /* Without entropy the seed is a constant, which costs nothing but time on hostile input. */
  if (getrandom(&table->seed, sizeof table->seed, GRND_NONBLOCK) < 0)
    table->seed = UINT64_C(0x6a09e667f3bcc908);
}

void *name_table_find(const struct name_table *table, const char *name, uint32_t length) {
  uint64_t hash = hash_of(table->seed, name, length);

  return table->capacity == 0 ? NULL
                              : find(table->slots, table->capacity, hash, name, length)->thing;
}

void **name_table_entry(struct name_table *table, struct arena *arena, const char *name,
                        uint32_t length) {
  uint64_t hash = hash_of(table->seed, name, length);
  struct name_slot *slot;

  if (table->count >= table->capacity / 2 && grow(table, arena) < 0)
    return NULL;
  slot = find(table->slots, table->capacity, hash, name, length);
  if (!slot->name) {
    slot->name = name;
    slot->length = length;
    slot->hash = hash;
    slot->thing = NULL;
    table->count++;
  }
  return &slot->thing;
}
