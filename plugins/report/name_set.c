/* SPDX-License-Identifier: Apache-2.0 */
#include "report/name_set.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

void name_set_init(struct name_set *set) {
  memset(set, 0, sizeof *set);
  arena_init(&set->arena);
}

static int compare_names(const void *a, const void *b) {
  return strcmp(a, b);
}

void name_set_finish(struct name_set *set) {
  while (set->tree)
    (void)tdelete(*(const char *const *)set->tree, &set->tree, compare_names);
  free(set->names);
  arena_finish(&set->arena);
  name_set_init(set);
}

int32_t name_set_add(struct name_set *set, const char *name) {
  const char *copy;

  if (tfind(name, &set->tree, compare_names))
    return 0;
  if (set->count == set->capacity) {
    size_t capacity = set->capacity ? set->capacity * 2 : 16;
    const char **names = realloc(set->names, capacity * sizeof *names);

    if (!names)
      return -1;
    set->names = names;
    set->capacity = capacity;
  }
  copy = arena_copy(&set->arena, name, strlen(name));
  if (!copy || !tsearch(copy, &set->tree, compare_names))
    return -1;
  set->names[set->count++] = copy;
  return 0;
}

static int compare_pointers(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void name_set_sort(struct name_set *set) {
  if (set->count > 1)
    qsort(set->names, set->count, sizeof *set->names, compare_pointers);
}
