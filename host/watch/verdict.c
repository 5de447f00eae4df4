/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/verdict.h"

#include "memory/no_memory.h"
#include "watch/cause.h"
#include "watch/evidence.h"
#include "watch/verdict_wait.h"

#include <stdlib.h>
#include <string.h>

/* What every text is until there is one. */
static const char nothing[] = "";

static void forget(const char **kept) {
  if (*kept != nothing)
    free((char *)(uintptr_t)*kept);
  *kept = nothing;
}

static int32_t say(const char **kept, const char *text, size_t most, struct hg_error *err) {
  if (!strcmp(*kept, text))
    return 0;
  char *copy = *text ? kept_text(text, most) : NULL;
  if (*text && !copy)
    return no_memory(err);
  forget(kept);
  if (copy)
    *kept = copy;
  return 0;
}

void verdict_init(struct verdict *verdict, const struct verdict_policy *policy) {
  *verdict = (struct verdict){
      .policy = policy,
      .exit_code = -1,
      .waits_for = nothing,
      .due_ms = INT64_MAX,
      .reason = nothing,
      .message = nothing,
      .failure_class = nothing,
      .cause = nothing,
      .advice = nothing,
      .pod = nothing,
      .pod_uid = nothing,
      .container = nothing,
      .termination_message = nothing,
  };
}

static void stop_waiting(struct verdict *verdict) {
  verdict->waits_for = nothing;
  verdict->waits_class = NULL;
  verdict->due_ms = INT64_MAX;
}

static void drop_evidence(struct verdict *verdict) {
  stop_waiting(verdict);
  evidence_destroy(verdict->evidence);
  verdict->evidence = NULL;
}

void verdict_finish(struct verdict *verdict) {
  drop_evidence(verdict);
  forget(&verdict->reason);
  forget(&verdict->message);
  forget(&verdict->cause);
  forget(&verdict->pod);
  forget(&verdict->pod_uid);
  forget(&verdict->container);
  forget(&verdict->termination_message);
}

/* --- wording --- */

static void set_class(struct verdict *verdict, const struct failure_class *class) {
  verdict->failure_class = class->name;
  verdict->advice = class->advice;
}

static int32_t set_cause(struct verdict *verdict, struct text_buffer *text, struct hg_error *err) {
  int32_t result = text->failed ? no_memory(err)
                                : say(&verdict->cause, text_buffer_string(text), KEPT_MESSAGE, err);
  text_buffer_finish(text);
  return result;
}

/* What the newest Pod waited for that never ran, and whose Pod that is; NULL: none. */
static const struct waiting *last_waiting(const struct evidence *evidence, const char **pod) {
  for (const struct kept_pod *kept = evidence->pods; kept; kept = kept->next)
    if (kept->is_seen && kept->waiting.class && !kept->has_run) {
      *pod = kept->name;
      return &kept->waiting;
    }
  *pod = evidence->last_pod;
  return evidence->last.class ? &evidence->last : NULL;
}

static const struct failure_class *class_of_failed(const struct verdict *verdict) {
  const struct evidence *evidence = verdict->evidence;
  const struct failure *failure = evidence->failure;
  const struct failure_class *class = failure_class_of_job(verdict->reason);
  bool is_of_container = failure && failure->class && failure->rank != RANK_SIDECAR;
  if (!class || class == failure_class(CLASS_BACKOFF_LIMIT)) {
    if (is_of_container)
      class = failure->class;
    else if (!class)
      class = failure_class(evidence->job_flags & HG_JOB_MANAGED ? CLASS_MANAGED_ELSEWHERE
                                                                 : CLASS_JOB_FAILED);
  }
  return class;
}

/* Says why it failed by all that was seen so far. */
static int32_t word_failed(struct verdict *verdict, struct hg_error *err) {
  struct evidence *evidence = verdict->evidence;
  const struct failure *failure = evidence->failure;
  const struct failure_class *class = class_of_failed(verdict);
  const char *waiting_pod = NULL;
  const struct waiting *waiting =
      failure || evidence->has_run ? NULL : last_waiting(evidence, &waiting_pod);
  struct text_buffer text;
  evidence->changed = false;
  set_class(verdict, class);
  if (waiting)
    verdict->advice = waiting->class->advice;
  /* Its log is not this run's. */
  if (verdict->flags & HG_COMPLETION_EARLIER)
    verdict->advice =
        "it had failed before this run: to run it anew, delete it first (kubectl delete "
        "job), or give it another name";
  if (failure) {
    verdict->exit_code = failure->exit_code;
    verdict->signal = failure->signal;
    verdict->restart = failure->restart;
    if (say(&verdict->pod, failure->pod, KEPT_NAME, err) < 0 ||
        say(&verdict->pod_uid, failure->pod_uid, KEPT_NAME, err) < 0 ||
        say(&verdict->container, failure->container, KEPT_NAME, err) < 0 ||
        say(&verdict->termination_message, failure->message, KEPT_MESSAGE, err) < 0)
      return -1;
  }
  text_buffer_init(&text);
  cause_of_job(&text, class, failure, waiting, waiting_pod, evidence->failed_indexes);
  return set_cause(verdict, &text, err);
}

static int32_t word_waiting(struct verdict *verdict, const struct wait *wait, bool goes_on,
                            struct text_buffer *text, struct hg_error *err) {
  cause_of_waiting(text, wait->waiting, wait->pod ? wait->pod->name : NULL, goes_on);
  if (wait->pod && (say(&verdict->pod, wait->pod->name, KEPT_NAME, err) < 0 ||
                    say(&verdict->pod_uid, wait->pod->uid, KEPT_NAME, err) < 0))
    return -1;
  const struct waiting *waiting = wait->waiting;
  if (say(&verdict->container, waiting->container ? waiting->container : "", KEPT_NAME, err) < 0 ||
      say(&verdict->reason, waiting->reason ? waiting->reason : "", KEPT_NAME, err) < 0 ||
      say(&verdict->message, waiting->message ? waiting->message : "", KEPT_MESSAGE, err) < 0)
    return -1;
  return 0;
}

/* --- deciding --- */

static int32_t decide_complete(struct verdict *verdict, const struct hg_job_state *job,
                               struct hg_error *err) {
  verdict->outcome = HG_OUTCOME_COMPLETE;
  verdict->is_failing = false;
  if (job->phase == HG_PHASE_DELETED &&
      say(&verdict->cause, "its success was seen before it was removed", KEPT_MESSAGE, err) < 0)
    return -1;
  drop_evidence(verdict);
  return 0;
}

static int32_t decide_failed(struct verdict *verdict, struct hg_error *err) {
  verdict->outcome = HG_OUTCOME_FAILED;
  stop_waiting(verdict);
  return word_failed(verdict, err);
}

static int32_t decide_deleted(struct verdict *verdict, enum failure_class_of class,
                              const char *cause, struct hg_error *err) {
  verdict->outcome = HG_OUTCOME_DELETED;
  set_class(verdict, failure_class(class));
  if (say(&verdict->cause, cause, KEPT_MESSAGE, err) < 0)
    return -1;
  drop_evidence(verdict);
  return 0;
}

static int32_t decide_never_started(struct verdict *verdict, const struct wait *wait,
                                    struct hg_error *err) {
  struct text_buffer text;
  text_buffer_init(&text);
  set_class(verdict, wait->waiting->class);
  verdict->outcome = HG_OUTCOME_NEVER_STARTED;
  if (word_waiting(verdict, wait, false, &text, err) < 0) {
    text_buffer_finish(&text);
    return -1;
  }
  return set_cause(verdict, &text, err);
}

/* --- what it waits for --- */

/* Looks again at what it waits for; what cannot get better is decided at once. */
static int32_t look_again(struct verdict *verdict, struct hg_error *err) {
  struct waiting own;
  struct wait wait;
  stop_waiting(verdict);
  if (verdict->outcome || !verdict_find_wait(verdict, &own, &wait))
    return 0;
  if (wait.due_ms < INT64_MAX && wait.waiting->class->clock == CLOCK_NOW)
    return decide_never_started(verdict, &wait, err);
  verdict->waits_for = wait.waiting->reason ? wait.waiting->reason : nothing;
  verdict->waits_class = wait.waiting->class;
  verdict->waits_since_ms = wait.waiting->since_ms;
  verdict->due_ms = wait.due_ms;
  return 0;
}

int32_t verdict_tick(struct verdict *verdict, int64_t now_ms, struct hg_error *err) {
  struct waiting own;
  struct wait wait;
  if (now_ms < verdict->due_ms || verdict->outcome || !verdict_find_wait(verdict, &own, &wait) ||
      now_ms < wait.due_ms)
    return 0;
  if (decide_never_started(verdict, &wait, err) < 0)
    return -1;
  return look_again(verdict, err);
}

/* --- what is seen --- */

/* Whether nothing that is seen can change what is said. */
static bool is_closed(const struct verdict *verdict) {
  return verdict->outcome != 0 && !verdict->evidence;
}

static int32_t need_evidence(struct verdict *verdict, struct hg_error *err) {
  if (!verdict->evidence && !(verdict->evidence = evidence_create()))
    return no_memory(err);
  return 0;
}

/* Once decided, better words only; else what it waits for. */
static int32_t settle(struct verdict *verdict, struct hg_error *err) {
  if (verdict->outcome == HG_OUTCOME_FAILED)
    return verdict->evidence->changed ? word_failed(verdict, err) : 0;
  if (verdict->outcome == HG_OUTCOME_NEVER_STARTED) {
    for (const struct kept_pod *pod = verdict->evidence->pods; pod; pod = pod->next)
      if (!strcmp(pod->uid, verdict->pod_uid) && pod->waiting.class &&
          !strcmp(pod->waiting.class->name, verdict->failure_class) && pod->waiting.message)
        return say(&verdict->message, pod->waiting.message, KEPT_MESSAGE, err);
    return 0;
  }
  return look_again(verdict, err);
}

/* A Job that is not there has no uid, where none is known of it. */
static bool is_another(const struct evidence *evidence, const struct hg_job_state *job) {
  return *evidence->uid && *job->uid && strcmp(evidence->uid, job->uid) != 0;
}

/* The Job is seen for the first time. Pods of another one may have come before it. */
static int32_t meet(struct verdict *verdict, const struct hg_job_state *job, int64_t now_ms,
                    struct hg_error *err) {
  if (is_another(verdict->evidence, job))
    drop_evidence(verdict);
  if (need_evidence(verdict, err) < 0)
    return -1;
  struct evidence *evidence = verdict->evidence;
  if (*job->uid && evidence_set_uid(evidence, job->uid) < 0)
    return no_memory(err);
  evidence->has_job = true;
  evidence->no_pod_since_ms = evidence->has_pods ? -1 : now_ms;
  return 0;
}

static bool is_of_suspension(const char *reason) {
  return !strcmp(reason, "JobSuspended") || !strcmp(reason, "JobResumed");
}

/* It is gone: what was seen of it before says whether it had ended. */
static int32_t take_removal(struct verdict *verdict, const struct hg_job_state *job,
                            struct hg_error *err) {
  const struct evidence *evidence = verdict->evidence;
  if (evidence->job_flags & HG_JOB_SUCCEEDS) {
    /* Only with condition Complete it has a time at which it was complete. */
    if (evidence->job_flags & HG_JOB_HAS_TTL || *job->finished_at)
      return decide_complete(verdict, job, err);
    return decide_deleted(verdict, CLASS_DELETED,
                          "the Job was deleted before it had ended, though it had met what it "
                          "counts as success",
                          err);
  }
  if (verdict->is_failing)
    return decide_failed(verdict, err);
  if (!(job->flags & HG_JOB_RELISTED))
    return decide_deleted(verdict, CLASS_DELETED, failure_class(CLASS_DELETED)->clause, err);
  return decide_deleted(
      verdict, CLASS_GONE,
      evidence->job_flags & HG_JOB_HAS_TTL
          ? "the Job is gone, and its end was not seen: it may have ended, and been "
            "removed as its ttlSecondsAfterFinished asks"
          : failure_class(CLASS_GONE)->clause,
      err);
}

static uint32_t known_phase(uint32_t phase) {
  return phase >= HG_PHASE_PENDING && phase < HG_PHASE_UNKNOWN ? phase : HG_PHASE_UNKNOWN;
}

/* What the Job's own state says, beside its phase. */
static int32_t note_state(struct verdict *verdict, const struct hg_job_state *job, int64_t now_ms,
                          struct hg_error *err) {
  struct evidence *evidence = verdict->evidence;
  bool is_suspended = verdict->phase == HG_PHASE_SUSPENDED;
  evidence->job_flags = (evidence->job_flags & ~HG_JOB_IDLE) | job->flags;
  evidence->failed = job->failed;
  evidence->active = job->active;
  if (job->succeeded > 0 || job->ready > 0)
    evidence->has_run = true;
  if (*job->failed_indexes && evidence_set_indexes(evidence, job->failed_indexes) < 0)
    return no_memory(err);
  if (is_suspended != evidence->is_suspended) {
    evidence->is_suspended = is_suspended;
    evidence_restart_clocks(evidence, now_ms);
  }
  return 0;
}

/* Why it ends, in the server's words. */
static int32_t note_reason(struct verdict *verdict, const struct hg_job_state *job,
                           struct hg_error *err) {
  bool ends = verdict->phase >= HG_PHASE_ENDING && verdict->phase <= HG_PHASE_DELETED;
  bool has_reason = *job->reason && !is_of_suspension(job->reason);
  if (!ends || (!has_reason && verdict->phase == HG_PHASE_DELETED))
    return 0;
  verdict->is_failing =
      !(verdict->evidence->job_flags & HG_JOB_SUCCEEDS) && verdict->phase != HG_PHASE_COMPLETE;
  return say(&verdict->reason, job->reason, KEPT_NAME, err) < 0 ||
                 say(&verdict->message, job->message, KEPT_MESSAGE, err) < 0
             ? -1
             : 0;
}

int32_t verdict_take_job(struct verdict *verdict, const struct hg_job_state *job, bool had_ended,
                         int64_t now_ms, struct hg_error *err) {
  if (is_closed(verdict)) {
    verdict->phase = known_phase(job->phase);
    return 0;
  }
  if (need_evidence(verdict, err) < 0 ||
      (!verdict->evidence->has_job && meet(verdict, job, now_ms, err) < 0))
    return -1;
  if (is_another(verdict->evidence, job))
    return verdict->outcome
               ? 0
               : decide_deleted(verdict, CLASS_DELETED,
                                "the Job was deleted before it had ended, and another one of its "
                                "name was made",
                                err);
  verdict->phase = known_phase(job->phase);
  if (had_ended)
    verdict->flags |= HG_COMPLETION_EARLIER;
  if (note_state(verdict, job, now_ms, err) < 0)
    return -1;
  if (verdict->outcome)
    return settle(verdict, err);
  if (note_reason(verdict, job, err) < 0)
    return -1;
  switch (verdict->phase) {
  case HG_PHASE_COMPLETE:
    return decide_complete(verdict, job, err);
  case HG_PHASE_FAILED:
    return decide_failed(verdict, err);
  case HG_PHASE_DELETED:
    return take_removal(verdict, job, err);
  default:
    return settle(verdict, err);
  }
}

int32_t verdict_take_pod(struct verdict *verdict, const struct hg_pod_state *pod, int64_t now_ms,
                         struct hg_error *err) {
  if (is_closed(verdict))
    return 0;
  if (need_evidence(verdict, err) < 0)
    return -1;
  struct evidence *evidence = verdict->evidence;
  if (!*evidence->uid && evidence_set_uid(evidence, pod->job_uid) < 0)
    return no_memory(err);
  if (strcmp(evidence->uid, pod->job_uid) != 0)
    return 0;
  if (evidence_take_pod(evidence, pod, now_ms, err) < 0)
    return -1;
  return settle(verdict, err);
}

int32_t verdict_take_event(struct verdict *verdict, const struct hg_cluster_event *event,
                           int64_t now_ms, struct hg_error *err) {
  if (is_closed(verdict))
    return 0;
  if (need_evidence(verdict, err) < 0 ||
      evidence_take_event(verdict->evidence, event, now_ms, err) < 0)
    return -1;
  return settle(verdict, err);
}

int32_t verdict_give_up(struct verdict *verdict, uint32_t outcome, const char *why,
                        struct hg_error *err) {
  struct waiting own;
  struct wait wait;
  struct text_buffer text;
  int32_t result = 0;
  if (verdict->outcome)
    return 0;
  bool waits = verdict->evidence && verdict_find_wait(verdict, &own, &wait);
  text_buffer_init(&text);
  text_buffer_append_string(&text, why);
  set_class(verdict,
            failure_class(outcome == HG_OUTCOME_TIMED_OUT ? CLASS_TIMED_OUT : CLASS_LOST_SIGHT));
  if (waits) {
    text_buffer_append_string(&text, *why ? "; " : "");
    result = word_waiting(verdict, &wait, true, &text, err);
  }
  verdict->outcome = outcome;
  drop_evidence(verdict);
  if (set_cause(verdict, &text, err) < 0)
    result = -1;
  return result;
}
