/* SPDX-License-Identifier: Apache-2.0 */
/* Which Job names were seen, and where: two documents must not name the same Job. */
#ifndef HOST_PLAN_JOB_INDEX_H
#define HOST_PLAN_JOB_INDEX_H

#include <headgate/error.h>
#include <stddef.h>
#include <stdint.h>

/* Where a Job's name stands. The strings are borrowed for as long as the index lives. */
struct job_place {
  const char *job_name;
  const char *job_namespace;
  const char *yaml_path;
  uint32_t line;
  uint32_t hash; /* job_index_add's own */
};

/* An open-addressing hash table; embedded in its owner. */
struct job_index {
  struct job_place *places;
  size_t count;
  size_t size; /* slots; a power of two, or 0 */
};

void job_index_init(struct job_index *index);
void job_index_finish(struct job_index *index);

/* Adds `place`, unless its Job is there already: then *earlier is where (valid until the next add),
 * else NULL. -1 where memory is out. */
int32_t job_index_add(struct job_index *index, const struct job_place *place,
                      const struct job_place **earlier, struct hg_error *err);

#endif
