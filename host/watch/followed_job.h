/* SPDX-License-Identifier: Apache-2.0 */
/* One Job that is followed: what was seen of it, and what the main thread was told. */
#ifndef HOST_WATCH_FOLLOWED_JOB_H
#define HOST_WATCH_FOLLOWED_JOB_H

#include "history/history_watch.h"
#include "plan/plan_builder.h"
#include "watch/verdict.h"

/* A Pod that was seen, so that the same state again is nothing new. */
struct followed_pod {
  struct followed_pod *next;
  uint64_t state; /* a digest of the last one */
  char *name;     /* behind the uid */
  char uid[];
};

enum job_settlement { JOB_NOT_SETTLED, JOB_IS_FOLLOWED, JOB_IS_PASSED_OVER };

/* A completion's way to the main thread. */
enum job_end { END_NONE, END_IS_NEWS, END_IS_TOLD };

/* Embedded in the watching, one for each Job of the plan. The watch thread alone changes what was
 * seen, under the watching's mutex. */
struct followed_job {
  const struct planned_job *planned;
  struct verdict verdict;
  char *uid;            /* of the newest object; NULL: not known */
  uint32_t incarnation; /* of the same; 0: none was seen */
  uint32_t states;      /* of the same, that were recorded */
  enum history_answer was_there;
  enum history_answer had_ended;
  uint64_t state;     /* a digest of the last one */
  uint64_t look;      /* a digest of what would be told of it now; 0: nothing would */
  uint64_t told_look; /* the same, of what was told last */
  int32_t active;
  int32_t succeeded;
  int32_t failed;
  int32_t completions;
  uint32_t pod_count;
  uint32_t logs_kept;
  uint32_t logs_lost;
  struct followed_pod *pods;
  const struct followed_pod *succeeded_pod; /* the newest that did; NULL: none */
  char *succeeded_container;                /* its first main one; NULL: none */
  uint32_t succeeded_restart;
  char started_at[40]; /* the cluster's; "" */
  char finished_at[40];
  int64_t seen_at_ms;    /* wall clock, of the last change */
  int64_t decided_at_ms; /* the same, of the verdict */
  int64_t heard_at_ms;   /* the watch's clock: of the last word about it, its Pods or its logs */
  int64_t settled_at_ms; /* the same */
  enum job_settlement settlement;
  bool is_made;      /* the apply created it: what was there before is another object */
  bool is_done;      /* nothing more will be said of it */
  bool is_queued;    /* it has its place among the news */
  bool runs_is_said; /* on the log: that it runs, that it waits */
  bool wait_is_said;
  bool is_retried; /* another Job counts in its place */
  bool is_written; /* its verdict stands in the history */
  enum job_end end;
  struct followed_job *next_news;
  /* As the history had it, and final: nobody follows it any longer. NULL: not so. */
  const struct hg_job_completion *recorded;
  /* The same, but for its logs: it is followed once more, and stays what it is. NULL: not so. */
  const struct hg_job_completion *unread;
};

/* `job` is all zero. */
void followed_job_init(struct followed_job *job, const struct planned_job *planned,
                       const struct verdict_policy *policy);

/* Forgets the object that was followed, and what was seen of it. */
void followed_job_forget(struct followed_job *job, const struct verdict_policy *policy);

void followed_job_finish(struct followed_job *job);

/* The Pod of that uid; NULL: there is none. */
struct followed_pod *followed_job_find_pod(const struct followed_job *job, const char *uid);

/* The same; makes it where it is not there yet. NULL where memory is out. */
struct followed_pod *followed_job_pod(struct followed_job *job, const char *uid, const char *name);

/* Keeps which container's log is that of a Job that completes, where the Pod succeeded. -1: no
 * memory. */
int32_t followed_job_note_success(struct followed_job *job, const struct followed_pod *pod,
                                  const struct hg_pod_state *state);

static inline struct history_object followed_job_object(const struct followed_job *job) {
  return (struct history_object){job->planned->position, job->incarnation};
}

/* Whether the object that is known is not the run's: its own was not seen yet. */
static inline bool followed_job_awaits_its_own(const struct followed_job *job) {
  return job->is_made && job->was_there == HISTORY_YES;
}

/* The same, while the other is there: once it is gone, the Job's own may be gone too. */
static inline bool followed_job_is_another(const struct followed_job *job) {
  return followed_job_awaits_its_own(job) && job->verdict.outcome != HG_OUTCOME_DELETED;
}

/* 0: it has none; how another object ended is none of this Job's. */
static inline uint32_t followed_job_outcome(const struct followed_job *job) {
  return followed_job_is_another(job) ? 0 : job->verdict.outcome;
}

/* COMPLETE, FAILED and DELETED stay what they are. */
static inline bool outcome_is_final(uint32_t outcome) {
  return outcome == HG_OUTCOME_COMPLETE || outcome == HG_OUTCOME_FAILED ||
         outcome == HG_OUTCOME_DELETED;
}

#endif
