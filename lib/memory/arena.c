/* SPDX-License-Identifier: Apache-2.0 */
#include "memory/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, LARGEST_STEP = 1 << 21 };

struct arena_block {
  struct arena_block *older;
  size_t size; /* bytes of `data` */
  char data[];
};

void arena_init(struct arena *arena) {
  memset(arena, 0, sizeof *arena);
}

void arena_finish(struct arena *arena) {
  struct arena_block *block = arena->blocks;

  while (block) {
    struct arena_block *older = block->older;
    free(block);
    block = older;
  }
  arena_init(arena);
}

void arena_erase(struct arena *arena) {
  for (struct arena_block *block = arena->blocks; block; block = block->older)
    explicit_bzero(block->data, block->size);
  arena_finish(arena);
}

void arena_reset(struct arena *arena) {
  struct arena_block *kept = arena->blocks;

  if (!kept)
    return;
  for (struct arena_block *block = kept->older; block;) {
    struct arena_block *older = block->older;
    if (block->size >= kept->size) { /* the older one is the one that was filled */
      free(kept);
      kept = block;
    } else {
      free(block);
    }
    block = older;
  }
  kept->older = NULL;
  arena->blocks = kept;
  arena->next = kept->data;
  arena->end = kept->data + kept->size;
  arena->used = 0;
}

void *arena_grow(struct arena *arena, size_t size) {
  size_t wanted = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
  struct arena_block *block;

  if (size > SIZE_MAX - sizeof *block - 8)
    return NULL;
  if (wanted > LARGEST_STEP)
    wanted = LARGEST_STEP;
  if (wanted < size + 8)
    wanted = size + 8;
  block = malloc(sizeof *block + wanted);
  if (!block)
    return NULL;
  block->older = arena->blocks;
  block->size = wanted;
  arena->blocks = block;
  arena->next = block->data;
  arena->end = block->data + wanted;
  return arena_alloc(arena, size);
}

char *arena_copy(struct arena *arena, const char *text, size_t length) {
  char *copy;

  if (length == SIZE_MAX)
    return NULL;
  copy = arena_alloc(arena, length + 1);
  if (!copy)
    return NULL;
  if (length > 0)
    memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}
