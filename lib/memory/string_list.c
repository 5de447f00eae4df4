/* SPDX-License-Identifier: Apache-2.0 */
#include "memory/string_list.h"

#include <string.h>

int32_t string_list_add(struct string_list *list, struct arena *arena, const char *item) {
  const char **items = arena_alloc(arena, (list->count + 1) * sizeof *items);
  char *copy = arena_copy(arena, item, strlen(item));

  if (!items || !copy)
    return -1;
  if (list->count > 0)
    memcpy(items, list->items, list->count * sizeof *items);
  items[list->count] = copy;
  list->items = items;
  list->count++;
  return 0;
}
