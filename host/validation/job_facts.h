/* SPDX-License-Identifier: Apache-2.0 */
/* What a Job is, in a few words and numbers, as the history can be asked for it. */
#ifndef HOST_VALIDATION_JOB_FACTS_H
#define HOST_VALIDATION_JOB_FACTS_H

#include "memory/arena.h"

#include <headgate/node.h>
#include <stdint.h>

/* Strings are the arena's. Numbers: -1 where it does not say. */
struct job_facts {
  const char *image;      /* of the first container; "" where there is none */
  const char *labels;     /* JSON object: metadata.labels */
  const char *containers; /* JSON array; NULL: more than are counted */
  const char *text;       /* of the manifest; NULL: not kept */
  int64_t pods;           /* at a time */
  int64_t cpu_milli;      /* of one Pod, init containers that end before the others aside */
  int64_t memory_bytes;   /* the same */
  int64_t gpus;           /* the same; 0: it asks for none */
};

/* NULL where memory is out. */
struct job_facts *job_facts_read(const struct hg_node *root, struct arena *arena);

#endif
