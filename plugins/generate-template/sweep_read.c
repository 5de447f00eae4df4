/* SPDX-License-Identifier: Apache-2.0 */
/* A sweep from all its sources. */
#include "memory/no_memory.h"
#include "sweep.h"

#include <string.h>

/* The label's value: the file's name without its ending, of what a label may hold. */
static int32_t name_by_path(struct sweep *sweep, const char *path) {
  const char *slash = strrchr(path, '/');
  const char *base = slash ? slash + 1 : path;
  size_t length = strcspn(base, ".");
  char *name;

  if (length == 0)
    length = strlen(base);
  if (length > 63)
    length = 63;
  name = arena_copy(&sweep->arena, base, length);
  sweep->name = name;
  if (!name)
    return -1;
  for (char *c = name; *c; c++)
    if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", *c))
      *c = '-';
  while (*name == '-' || *name == '_')
    name++;
  for (size_t end = strlen(name); end > 0 && (name[end - 1] == '-' || name[end - 1] == '_'); end--)
    name[end - 1] = '\0';
  sweep->name = *name ? name : "sweep";
  return 0;
}

static int32_t read_parts(struct sweep *sweep, const char *arguments) {
  sweep->has_arguments = arguments && *arguments;
  if (sweep->path && sweep_read_file(sweep) < 0)
    return -1;
  if (sweep->has_arguments && sweep_read_arguments(sweep, arguments) < 0)
    return -1;
  if (sweep->path && sweep_read_exclusions(sweep) < 0)
    return -1;
  return sweep_choose_rows(sweep);
}

int32_t sweep_read(struct sweep *sweep, const char *path, const char *arguments,
                   const char *template_path, struct hg_error *err) {
  sweep->path = path;
  sweep->problems[SWEEP_FROM_FILE].path = path;
  if (read_parts(sweep, arguments) < 0)
    return sweep_check_problems(sweep, NULL, err) < 0 ? -1 : no_memory(err);
  if (!sweep->name && name_by_path(sweep, path ? path : template_path) < 0)
    return no_memory(err);
  return 0;
}
