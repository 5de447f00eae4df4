/* SPDX-License-Identifier: Apache-2.0 */
#include "files/taken_places.h"

#include "memory/no_memory.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file, there or to be made: itself, or its directory and its name in that. */
struct taken_place {
  dev_t device;
  ino_t number;
  char name[NAME_MAX + 1]; /* "": the file itself */
  const char *what;
};

void taken_places_init(struct taken_places *taken) {
  memset(taken, 0, sizeof *taken);
}

void taken_places_finish(struct taken_places *taken) {
  free(taken->rows);
  taken_places_init(taken);
}

static bool are_one(const struct taken_place *a, const struct taken_place *b) {
  return a->device == b->device && a->number == b->number && strcmp(a->name, b->name) == 0;
}

static int32_t keep(struct taken_places *taken, const struct taken_place *row,
                    struct hg_error *err) {
  struct taken_place *rows = realloc(taken->rows, (taken->count + 1) * sizeof *rows);

  if (!rows)
    return no_memory(err);
  taken->rows = rows;
  rows[taken->count++] = *row;
  return 0;
}

int32_t taken_places_add(struct taken_places *taken, const struct output_place *place,
                         const char *path, const char *what, struct hg_error *err) {
  struct taken_place row = {.what = what};
  struct stat status = place->status;

  if (!place->is_replaced)
    return 0;
  if (!place->is_there && fstat(place->directory, &status) < 0)
    return hg_error_set(err, HG_ERROR_IO, "%.720s: %s", path, strerror(errno));
  row.device = status.st_dev;
  row.number = status.st_ino;
  if (!place->is_there)
    (void)snprintf(row.name, sizeof row.name, "%s", place->name);
  for (size_t i = 0; i < taken->count; i++)
    if (are_one(&taken->rows[i], &row))
      return hg_error_set(err, HG_ERROR_INVALID, "%.720s: is %s: name another file", path,
                          taken->rows[i].what);
  return keep(taken, &row, err);
}
