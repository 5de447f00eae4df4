/* SPDX-License-Identifier: Apache-2.0 */
/* What stands among the manifests of a run and is no Job: it is passed over, and whoever needs it
 * first is told. */
#ifndef HOST_RUN_BYSTANDERS_H
#define HOST_RUN_BYSTANDERS_H

#include "memory/arena.h"
#include "memory/name_table.h"
#include "validation/judged_document.h"

#include <headgate/error.h>
#include <stdint.h>

struct run;
struct bystander;
struct bystander_file;

/* Embedded in its owner. */
struct bystanders {
  struct arena arena;
  struct bystander *first; /* in file order, then document order */
  struct bystander **end;
  uint64_t count;
  struct bystander_file *file; /* the newest one's */
  const char *job_path;        /* of the newest Job */
  uint64_t jobs;               /* that were noted */
  struct name_table needed;    /* by kind, namespace and name: how many of them name it */
};

void bystanders_init(struct bystanders *bystanders);
void bystanders_finish(struct bystanders *bystanders);

/* Adds a copy of what is no Job. `default_namespace` outlives it. -1: no memory. */
int32_t bystanders_add(struct bystanders *bystanders, const struct judged_document *document,
                       const char *default_namespace);

/* Notes where a Job stands and what it needs. -1: no memory. */
int32_t bystanders_note_job(struct bystanders *bystanders, const struct judged_document *document);

/* After the last document: tells the reporters, the history and the log of all of them. */
int32_t bystanders_tell(struct run *run, struct hg_error *err);

#endif
