/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/job_index.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a over the namespace, a separator that no name holds, and the name. Names come from outside,
 * but the table's cost for colliding ones is bounded by the number of files of one directory. */
static uint32_t hash_of(const struct job_place *place) {
  const char *parts[] = {place->job_namespace, "/", place->job_name};
  uint32_t hash = 2166136261u;

  for (size_t i = 0; i < 3; i++)
    for (const char *c = parts[i]; *c; c++)
      hash = (hash ^ (unsigned char)*c) * 16777619u;
  return hash;
}

void job_index_init(struct job_index *index) {
  memset(index, 0, sizeof *index);
}

void job_index_finish(struct job_index *index) {
  free(index->places);
  job_index_init(index);
}

/* The slot of `place`: the one that holds its Job, or the free one where it belongs. */
static struct job_place *find_slot(const struct job_index *index, const struct job_place *place) {
  size_t slot = place->hash & (index->size - 1);

  while (index->places[slot].job_name &&
         (index->places[slot].hash != place->hash ||
          strcmp(index->places[slot].job_name, place->job_name) != 0 ||
          strcmp(index->places[slot].job_namespace, place->job_namespace) != 0))
    slot = (slot + 1) & (index->size - 1);
  return &index->places[slot];
}

static int32_t grow(struct job_index *index, struct hg_error *err) {
  struct job_index larger = {NULL, index->count, index->size ? index->size * 2 : 256};

  larger.places = calloc(larger.size, sizeof *larger.places);
  if (!larger.places)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  for (size_t i = 0; i < index->size; i++)
    if (index->places[i].job_name)
      *find_slot(&larger, &index->places[i]) = index->places[i];
  free(index->places);
  *index = larger;
  return 0;
}

int32_t job_index_add(struct job_index *index, const struct job_place *place,
                      const struct job_place **earlier, struct hg_error *err) {
  struct job_place added = *place;
  struct job_place *slot;

  *earlier = NULL;
  if (index->count >= index->size / 4 * 3 && grow(index, err) < 0)
    return -1;
  added.hash = hash_of(place);
  slot = find_slot(index, &added);
  if (slot->job_name) {
    *earlier = slot;
    return 0;
  }
  *slot = added;
  index->count++;
  return 0;
}
