/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/option_list.h"

#include "memory/no_memory.h"

#include <string.h>

int32_t option_list_add(struct option_list *list, struct arena *arena,
                        const struct option_setting *added, struct hg_error *err) {
  struct option_setting *items = arena_alloc(arena, (list->count + 1) * sizeof *items);
  struct option_setting *copy;

  if (!items)
    goto no_memory;
  if (list->count > 0)
    memcpy(items, list->items, list->count * sizeof *items);
  copy = &items[list->count];
  copy->plugin = arena_copy(arena, added->plugin, strlen(added->plugin));
  copy->option = arena_copy(arena, added->option, strlen(added->option));
  copy->value = arena_copy(arena, added->value, strlen(added->value));
  copy->origin = arena_copy(arena, added->origin, strlen(added->origin));
  copy->directory = NULL;
  if (added->directory &&
      !(copy->directory = arena_copy(arena, added->directory, strlen(added->directory))))
    goto no_memory;
  copy->from_working_directory = added->from_working_directory;
  if (!copy->plugin || !copy->option || !copy->value || !copy->origin)
    goto no_memory;
  list->items = items;
  list->count++;
  return 0;
no_memory:
  return no_memory(err);
}
