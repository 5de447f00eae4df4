/* SPDX-License-Identifier: Apache-2.0 */
/* Which Job is meant: an identity, not a run. */
#ifndef LIB_JOB_JOB_REF_H
#define LIB_JOB_JOB_REF_H

#include "memory/arena.h"

#include <stdint.h>

/* Embedded in whatever names a Job; the owner says whose the strings are. */
struct job_ref {
  const char *name;         /* metadata.name; "" where there is none */
  const char *namespace;    /* metadata.namespace, else the target's; "" where that is not known */
  const char *path;         /* of the manifest, as the scanner gave it */
  uint32_t document_number; /* 1-based place in that file; 0: the file could not be read */
};

/* Copies the strings too. -1 where memory is out. */
int32_t job_ref_copy(struct job_ref *copy, const struct job_ref *job, struct arena *arena);

#endif
