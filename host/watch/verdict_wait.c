/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/verdict_wait.h"

static int64_t due_of(const struct verdict *verdict, const struct waiting *waiting) {
  int64_t grace = -1;
  switch (waiting->class->clock) {
  case CLOCK_NOW:
    return waiting->since_ms;
  case CLOCK_SCHEDULE:
    grace = verdict->policy->schedule_grace_ms;
    break;
  case CLOCK_NONE:
    break;
  default:
    grace = verdict->policy->start_grace_ms;
  }
  return grace < 0 || waiting->since_ms > INT64_MAX - grace ? INT64_MAX : waiting->since_ms + grace;
}

static void wait_of_suspended(const struct evidence *evidence, struct waiting *own) {
  bool is_queued = evidence->job_flags & HG_JOB_QUEUED;
  bool is_idle = evidence->job_flags & HG_JOB_IDLE;
  own->class = failure_class(is_queued ? CLASS_QUEUED
                             : is_idle ? CLASS_NO_PARALLELISM
                                       : CLASS_SUSPENDED);
  own->reason = is_queued ? "Queued" : is_idle ? "NoParallelism" : "Suspended";
  own->since_ms = evidence->suspended_since_ms;
}

/* What the Pod waits for whose time is over first. False: there is no Pod. */
static bool wait_of_pods(const struct verdict *verdict, struct wait *wait) {
  bool has_pod = false;
  for (const struct kept_pod *pod = verdict->evidence->pods; pod; pod = pod->next) {
    if (!pod->is_seen || pod->is_over)
      continue;
    has_pod = true;
    if (!pod->waiting.class)
      continue;
    int64_t due = due_of(verdict, &pod->waiting);
    if (!wait->waiting || due < wait->due_ms ||
        (due == wait->due_ms && pod->waiting.since_ms < wait->waiting->since_ms))
      *wait = (struct wait){.pod = pod, .waiting = &pod->waiting, .due_ms = due};
  }
  return has_pod;
}

/* What a Job without a Pod waits for: nothing that is known where own->class stays NULL. */
static void wait_for_pods(const struct evidence *evidence, struct waiting *own) {
  int64_t since_ms = evidence->no_pod_since_ms;
  if (evidence->refused.class) {
    *own = evidence->refused;
    if (since_ms >= 0 && since_ms < own->since_ms)
      own->since_ms = since_ms;
  } else if (since_ms >= 0 && evidence->failed == 0 && evidence->active == 0) {
    own->class = failure_class(CLASS_NOT_STARTED);
    own->since_ms = since_ms;
  }
}

bool verdict_find_wait(const struct verdict *verdict, struct waiting *own, struct wait *wait) {
  const struct evidence *evidence = verdict->evidence;
  *wait = (struct wait){.due_ms = INT64_MAX};
  *own = (struct waiting){0};
  if (verdict->phase == HG_PHASE_SUSPENDED) {
    wait_of_suspended(evidence, own);
    wait->waiting = own;
    return true;
  }
  if ((verdict->phase != HG_PHASE_PENDING && verdict->phase != HG_PHASE_RUNNING) ||
      evidence->job_flags & HG_JOB_MANAGED || evidence_runs(evidence))
    return false;
  if (!wait_of_pods(verdict, wait)) {
    wait_for_pods(evidence, own);
    if (own->class)
      *wait = (struct wait){.waiting = own, .due_ms = due_of(verdict, own)};
  }
  if (wait->waiting && evidence_has_run(evidence))
    wait->due_ms = INT64_MAX;
  return wait->waiting;
}
