/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/job_index.h"

#include "memory/no_memory.h"

#include <string.h>

void job_index_init(struct job_index *index) {
  arena_init(&index->arena);
  name_table_init(&index->places);
}

void job_index_finish(struct job_index *index) {
  arena_finish(&index->arena);
  job_index_init(index);
}

int32_t job_index_add(struct job_index *index, const struct job_place *place,
                      const struct job_place **earlier, struct hg_error *err) {
  size_t prefix = strlen(place->job.namespace) + 1; /* with the NUL, which no name holds */
  size_t length = strlen(place->job.name);
  char *key = arena_alloc(&index->arena, prefix + length + 1);
  struct job_place *added;
  void **entry;

  if (!key)
    goto no_memory;
  memcpy(key, place->job.namespace, prefix);
  memcpy(key + prefix, place->job.name, length);
  entry = name_table_entry(&index->places, &index->arena, key, (uint32_t)(prefix + length));
  if (!entry)
    goto no_memory;
  *earlier = *entry;
  if (*earlier)
    return 0;
  added = arena_alloc(&index->arena, sizeof *added);
  if (!added)
    goto no_memory;
  *added = *place;
  *entry = added;
  return 0;
no_memory:
  return no_memory(err);
}
