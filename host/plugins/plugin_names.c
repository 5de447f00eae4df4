/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/plugin_names.h"

#include "memory/no_memory.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static int compare_names(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

void plugin_names_finish(struct plugin_names *names) {
  for (size_t i = 0; i < names->count; i++)
    free(names->items[i]);
  free(names->items);
}

/* Adds the NAME of headgate-NAME.so; other files are none of ours. */
static int32_t add_name(struct plugin_names *names, const char *file, struct hg_error *err) {
  size_t length = strlen(file);
  char **items;
  char *name;

  if (length <= 12 || strncmp(file, "headgate-", 9) != 0 || strcmp(file + length - 3, ".so") != 0)
    return 0;
  name = strndup(file + 9, length - 12);
  items = realloc(names->items, (names->count + 1) * sizeof *items);
  if (items)
    names->items = items;
  if (!name || !items) {
    free(name);
    return no_memory(err);
  }
  names->items[names->count++] = name;
  return 0;
}

int32_t plugin_names_read(struct plugin_names *names, const char *directory, struct hg_error *err) {
  DIR *stream = opendir(directory);
  const struct dirent *entry;
  int32_t result = 0;

  names->items = NULL;
  names->count = 0;
  if (!stream)
    return 0; /* none of the directories has to exist */
  while (result == 0 && (entry = readdir(stream)))
    result = add_name(names, entry->d_name, err);
  (void)closedir(stream);
  if (names->count > 0)
    qsort(names->items, names->count, sizeof *names->items, compare_names);
  return result;
}
