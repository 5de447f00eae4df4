/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a Job: decided from what was seen of it, and from our own clock alone.
 *
 * Conditions decide, counters never do. What is not known is not guessed: a Job that nothing was
 * decided of stays undecided. Times are milliseconds of a clock of the caller's that never steps,
 * and stands still while the server cannot be asked; those of the cluster are compared with each
 * other only.
 */
#ifndef HOST_WATCH_VERDICT_H
#define HOST_WATCH_VERDICT_H

#include "watch/failure_class.h"

#include <headgate/completion.h>
#include <headgate/error.h>
#include <headgate/watcher.h>
#include <stdbool.h>
#include <stdint.h>

/* How long a Job may wait. Borrowed by each verdict. */
struct verdict_policy {
  int64_t start_grace_ms;    /* for an image, a volume, a quota: then it is NEVER-STARTED */
  int64_t schedule_grace_ms; /* for a node; -1: for ever */
};

/* One Job of the cluster, known by its uid. Embedded in its owner; strings are its own, UTF-8,
 * never NULL. What stands behind `outcome` may get better after it was decided, as Pods and events
 * come later than the Job's condition: the outcome itself stays. */
struct verdict {
  const struct verdict_policy *policy;
  uint32_t outcome; /* one of HG_OUTCOME_*; 0: not decided */
  uint32_t flags;   /* HG_COMPLETION_* */
  uint32_t phase;   /* one of HG_PHASE_*, as it was last seen; 0: never */
  int32_t exit_code;
  int32_t signal;
  uint32_t restart; /* which run of that container */
  bool is_failing;  /* the server has decided that it fails, and its Pods still end */
  /* While it waits: the reason that it does not run, "ImagePullBackOff", its class, since when, and
   * until when it may. "" and NULL where nothing is wrong; valid until the next call. */
  const char *waits_for;
  const struct failure_class *waits_class;
  int64_t waits_since_ms;
  int64_t due_ms;     /* the verdict's end of waiting; INT64_MAX: none */
  const char *reason; /* as hg_job_completion's, and so are the next ones */
  const char *message;
  const char *failure_class;
  const char *cause;
  const char *advice;
  const char *pod;
  const char *pod_uid;
  const char *container;
  const char *termination_message;
  struct evidence *evidence; /* verdict.c's */
};

void verdict_init(struct verdict *verdict, const struct verdict_policy *policy);
void verdict_finish(struct verdict *verdict);

/* How the Job looks. `had_ended`: it had ended before the run's first launch, by what was seen
 * then. -1: no memory. So for the next ones. */
int32_t verdict_take_job(struct verdict *verdict, const struct hg_job_state *job, bool had_ended,
                         int64_t now_ms, struct hg_error *err);
int32_t verdict_take_pod(struct verdict *verdict, const struct hg_pod_state *pod, int64_t now_ms,
                         struct hg_error *err);
int32_t verdict_take_event(struct verdict *verdict, const struct hg_cluster_event *event,
                           int64_t now_ms, struct hg_error *err);

/* Time has passed: decides NEVER-STARTED where a grace is over. Costs a comparison; call it often.
 * While the server cannot be asked it must not be called: what is not seen is no evidence. */
int32_t verdict_tick(struct verdict *verdict, int64_t now_ms, struct hg_error *err);

/* Nobody looks any longer: TIMED_OUT or UNKNOWN, with one sentence, where nothing was decided. */
int32_t verdict_give_up(struct verdict *verdict, uint32_t outcome, const char *why,
                        struct hg_error *err);

#endif
