/* SPDX-License-Identifier: Apache-2.0 */
#include "job/job_ref.h"

#include <string.h>

int32_t job_ref_copy(struct job_ref *copy, const struct job_ref *job, struct arena *arena) {
  copy->name = arena_copy(arena, job->name, strlen(job->name));
  copy->namespace = arena_copy(arena, job->namespace, strlen(job->namespace));
  copy->path = arena_copy(arena, job->path, strlen(job->path));
  copy->document_number = job->document_number;
  return copy->name && copy->namespace && copy->path ? 0 : -1;
}
