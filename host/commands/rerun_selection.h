/* SPDX-License-Identifier: Apache-2.0 */
/* Which Jobs of a run `headgate rerun` runs again. */
#ifndef HOST_COMMANDS_RERUN_SELECTION_H
#define HOST_COMMANDS_RERUN_SELECTION_H

#include "history/history.h"
#include "memory/arena.h"
#include "run/run.h"

/* One Job of that run. Strings are the selection's. */
struct rerun_job {
  struct job_ref job;
  uint64_t position;
  bool has_document; /* else nothing of it could be applied */
  bool was_applied;
  bool is_derived;     /* its bytes are made of the manifest that has source_sha256 */
  bool is_tried_again; /* by another Job of that run, which counts in its place */
  bool is_chosen;
  bool is_made_by_us; /* its object was not there before the run */
  bool has_logs;      /* all that could be read of it is kept */
  uint32_t outcome;   /* HG_OUTCOME_*; 0: not known */
  const char *uid;    /* of its object; "" */
  uint8_t sha256[32];
  uint8_t source_sha256[32];
};

/* Embedded in its owner. `run_id` to `replaces` are set by the owner. */
struct rerun_selection {
  struct arena arena;
  int64_t run_id;
  const char *const *names; /* of Jobs; none: those that failed */
  size_t name_count;
  bool replaces; /* they are deleted and made again under their names */
  struct rerun_job *jobs;
  size_t count;
  size_t capacity;
  size_t next; /* scratch of reading */
  size_t chosen;
  size_t removed; /* of these, how many have an object that is to be deleted */
};

void rerun_selection_init(struct rerun_selection *selection);
void rerun_selection_finish(struct rerun_selection *selection);

/* Reads the Jobs of the run, which the history was told to read, and chooses. -1 where there is
 * none to run again, or one that was named cannot be: says what to type. */
int32_t rerun_selection_read(struct rerun_selection *selection, struct history *history,
                             struct hg_error *err);

/* Whether the Job, once it is chosen, has an object that is deleted first. */
bool rerun_selection_removes(const struct rerun_selection *selection, const struct rerun_job *job);

/* Tells `run` of one that was chosen: by a new name, or by its own. */
int32_t rerun_selection_expect(const struct rerun_selection *selection, const struct rerun_job *job,
                               struct run *run, struct hg_error *err);

#endif
