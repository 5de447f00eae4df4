/* SPDX-License-Identifier: Apache-2.0 */
/* The gate's books: how far each Job has come, and who is told of its outcome, and when. */
#ifndef HOST_RUN_GATE_OUTCOMES_H
#define HOST_RUN_GATE_OUTCOMES_H

#include "run/run.h"

enum { GATE_MOST_AT_ONCE = 100 }; /* Jobs of one launch */

/* How far a Job has come. */
enum job_phase {
  JOB_WAITING, /* no launch, or none yet */
  JOB_STARTED, /* a launch was let through and is not over */
  JOB_AGAIN,   /* its last attempt failed, and another is to come */
  JOB_HELD,    /* has its outcome, in memory alone */
  JOB_SETTLED, /* has its outcome, in the history */
};

struct job_state {
  enum job_phase phase;
  int64_t started_ms; /* its newest launch, as the history has it */
  uint32_t attempt;   /* the same, as the applier counts them */
  char *manifest;     /* what the launch may read from standard input; NULL: nothing */
  /* Its outcome, where that is in memory: the history could not take it, so that it is not there to
   * be read back, or has only just. Else NULL. */
  const struct hg_job_result *known;
};

/* What the applier finished and the history is still to be told, in one write and in plan order:
 * what is told in its turn need not be read back. */
struct held {
  struct outcomes results; /* copies */
  uint64_t items[GATE_MOST_AT_ONCE];
  struct history_ended ended[GATE_MOST_AT_ONCE];
  uint32_t count;
};

struct gate {
  struct run *run;
  const struct hg_plan *plan; /* all of the run's, or those from `first` on */
  uint64_t first;             /* of the run's plan, where `item` 0 stands */
  struct job_state *jobs;
  uint64_t successful; /* Jobs that have this outcome so far */
  uint64_t failed;     /* the same */
  uint64_t reported;   /* Jobs whose outcome the reporters know: the first ones of the plan */
  uint64_t under_way;  /* Jobs that were let through and have no outcome */
  bool failed_fast;    /* a Job failed and --fail-fast was given */
  struct held held;
  struct held written;       /* by the last write: most of them have their turn before the next */
  struct outcomes unwritten; /* what the history could not take */
  struct hg_error error;     /* why nothing more may be started; code 0: nothing is wrong */
  struct hg_error later;     /* what went wrong after that */
};

const struct planned_job *gate_planned(const struct gate *gate, uint64_t item);

/* Where a failure is to be written: the first one is the one to tell of. */
struct hg_error *gate_failure(struct gate *gate);

/* An attempt is over; where it was the last one, it is the Job's outcome. Held, it is written
 * together with what comes next. What the history does not take is reported all the same, from
 * memory. */
int32_t gate_record(struct gate *gate, uint64_t item, bool is_last, bool may_be_held,
                    const struct hg_job_result *result);

/* One write for what is held and for what is to be started, which starts at `now_ms`. -1: nothing
 * may be started. */
int32_t gate_write_down(struct gate *gate, const struct history_attempt *attempts, uint32_t count,
                        int64_t now_ms);
int32_t gate_release_held(struct gate *gate);
void gate_forget_written(struct gate *gate); /* at the end */

/* FAILED, as the host alone can say: the applier was not let, or said nothing. Of `why` it takes
 * reason, class and advice. */
int32_t gate_fail(struct gate *gate, uint64_t item, const struct hg_job_result *why);

/* Gives an outcome to every Job that has none: FAILED after a failed attempt, else SKIPPED. */
int32_t gate_settle_rest(struct gate *gate, const char *reason);

#endif
