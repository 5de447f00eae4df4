/* SPDX-License-Identifier: Apache-2.0 */
/* Which Job names were seen, and where: two documents must not name the same Job. */
#ifndef HOST_PLAN_JOB_INDEX_H
#define HOST_PLAN_JOB_INDEX_H

#include "job/job_ref.h"
#include "memory/name_table.h"

#include <headgate/error.h>

/* Where a Job's name stands. The strings are borrowed for as long as the index lives. */
struct job_place {
  struct job_ref job;
  uint32_t line;
};

/* Embedded in its owner. */
struct job_index {
  struct arena arena;
  struct name_table places; /* by namespace and name */
};

void job_index_init(struct job_index *index);
void job_index_finish(struct job_index *index);

/* Adds `place`, unless its Job is there already: then *earlier is where, else NULL. -1 where memory
 * is out. */
int32_t job_index_add(struct job_index *index, const struct job_place *place,
                      const struct job_place **earlier, struct hg_error *err);

#endif
