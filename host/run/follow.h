/* SPDX-License-Identifier: Apache-2.0 */
/* A run that waits for its Jobs (--wait): what they become is part of what the run tells.
 *
 * The watcher looks on a thread of its own (watch/watching.h). Here its news comes to the main
 * thread, to the reporters and to the run's exit code.
 */
#ifndef HOST_RUN_FOLLOW_H
#define HOST_RUN_FOLLOW_H

#include "run/alerting.h"

#include <headgate/error.h>
#include <stdbool.h>
#include <stdint.h>

struct hg_job_completion;
struct plugin;
struct run;
struct watching;

/* Embedded in the run; all zero where it does not wait. */
struct follow {
  struct watching *watching; /* NULL: the run does not wait, or not yet */
  bool is_watched;           /* it waits */
  bool *followed;            /* by item: it was applied */
  uint64_t completed;
  uint64_t uncompleted; /* FAILED or DELETED */
  uint64_t never_started;
  uint64_t undecided; /* TIMED-OUT or UNKNOWN */
  struct alerting alerting;
  int64_t judged_ms; /* steady clock: when the Jobs' health was looked at last */
  uint64_t retried;  /* another Job counts in their place */
};

/* Before the first launch, with a plan that has Jobs: whether they can be followed. -1: they can
 * not, and nothing must be applied. */
int32_t follow_begin(struct run *run, const struct plugin *watcher, struct hg_error *err);

/* The Job has its outcome. The first word counts. */
void follow_settle(struct run *run, uint64_t item, enum watching_settlement how);

/* Tells the reporters what has come, of those Jobs whose outcome they know: the plan's first
 * `told`. Does not wait. */
void follow_tell(struct run *run, uint64_t told);

/* What another process wrote down of an applied Job, in the place of what is seen. The names are
 * the plan's; outcome 0: nothing yet. */
void follow_tell_recorded(struct run *run, uint64_t item,
                          const struct hg_job_completion *completion);

/* Counts an outcome, one of HG_OUTCOME_*. */
void follow_count(struct follow *follow, uint32_t outcome);

/* Whether a Job has failed in the cluster. */
bool follow_has_failed(const struct run *run);

/* Jobs that were applied and have not ended. 0 where the run does not wait. */
uint64_t follow_unfinished(const struct run *run);

/* Waits until all has ended, the time is over or the user says stop, and tells the rest; Jobs that
 * failed are tried again meanwhile. Each applied Job has its completion then. Gives back `result`,
 * which is what the apply gave, with `err`; or -1 where a further try could not be applied. What
 * could not be seen to its end is undecided, and no error. */
int32_t follow_end(struct run *run, int32_t result, struct hg_error *err);

/* Releases what is left, after the run's end. */
void follow_finish(struct run *run);

#endif
