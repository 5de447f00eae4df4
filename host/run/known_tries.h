/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs that a run has besides those of its documents from the beginning: each tries another one
 * again, and is made of that one's manifest. A run that goes on reads them from the history;
 * `headgate rerun` is told them. */
#ifndef HOST_RUN_KNOWN_TRIES_H
#define HOST_RUN_KNOWN_TRIES_H

#include "digest/digest.h"
#include "job/job_ref.h"
#include "memory/arena.h"
#include "memory/name_table.h"

#include <headgate/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct judged_document;
struct planned_job;
struct run;

/* One of them. The strings are the set's. */
struct known_try {
  struct job_ref job;     /* whose manifest; the name is its own, "" where it has none yet */
  int64_t from_run;       /* the Job that it tries again */
  uint64_t from_position; /* the same */
  const char *from_name;
  const char *replaces_uid; /* the object that is deleted before; NULL: none */
  uint64_t position;        /* in the history's run; 0: it has none yet */
  uint32_t attempts;        /* as struct expected_job */
  bool is_doubtful;
  bool is_open;
  bool is_settled; /* it was applied: only its end is waited for */
  bool has_sha256;
  uint8_t sha256[DIGEST_SIZE];        /* of it */
  uint8_t source_sha256[DIGEST_SIZE]; /* of the manifest */
};

/* Embedded in its owner. */
struct known_tries {
  struct arena arena;
  struct known_try *tries;
  size_t count;
  size_t capacity;
  struct name_table manifests; /* planned jobs by path and document: those of which only other Jobs
                                * are made, and those of the plan */
};

void known_tries_init(struct known_tries *tries);
void known_tries_finish(struct known_tries *tries);

/* Adds a copy, and expects its manifest: run->expected gets it where it has not. */
int32_t known_tries_add(struct known_tries *tries, const struct known_try *known, struct run *run,
                        struct hg_error *err);

/* A document that only other Jobs are made of. */
int32_t known_tries_take_source(struct known_tries *tries, const struct judged_document *document,
                                struct hg_error *err);

/* After the documents: puts the Jobs into the plan. `asks` as derivations_make has it. -1 where one
 * of them cannot be made, each said. */
int32_t known_tries_plan(struct run *run, bool asks, struct hg_error *err);

/* Says in the plan that its Job `item` tries the one again that has `from_position` in the
 * history's run, where that one is in the plan. -1: memory is out. */
int32_t known_tries_tie(struct run *run, uint64_t from_position, uint64_t item);

#endif
