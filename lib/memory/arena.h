/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is given back all at once: what belongs to one document, one chunk, one run. */
#ifndef LIB_MEMORY_ARENA_H
#define LIB_MEMORY_ARENA_H

#include <stddef.h>

struct arena_block;

/* Embedded in its owner. One thread at a time. */
struct arena {
  struct arena_block *blocks; /* the newest first */
  char *next;                 /* free bytes of the newest block */
  char *end;
  size_t used; /* bytes handed out since the last reset */
};

void arena_init(struct arena *arena);

/* Frees everything. The arena may be used again. */
void arena_finish(struct arena *arena);

/* The same, and nothing of what it held stays in memory. */
void arena_erase(struct arena *arena);

/* Forgets everything that was handed out, and keeps the largest block for reuse. */
void arena_reset(struct arena *arena);

/* The slow path of arena_alloc. */
void *arena_grow(struct arena *arena, size_t size);

/* `size` bytes, aligned for any pointer or 64-bit integer, not zeroed; NULL where memory is out. */
static inline void *arena_alloc(struct arena *arena, size_t size) {
  size_t rounded = (size + 7u) & ~(size_t)7u;
  void *start = arena->next;

  if (rounded < size || rounded > (size_t)(arena->end - arena->next))
    return arena_grow(arena, size);
  arena->next += rounded;
  arena->used += rounded;
  return start;
}

/* A NUL-terminated copy of `length` bytes; NULL where memory is out. */
char *arena_copy(struct arena *arena, const char *text, size_t length);

#endif
