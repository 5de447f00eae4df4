/* SPDX-License-Identifier: Apache-2.0 */
/* A Job's way from its verdict to its completion. */
#include "memory/no_memory.h"
#include "text/timestamp.h"
#include "watch/end_description.h"
#include "watch/watching_parts.h"

#include <stdio.h>
#include <string.h>

enum {
  /* An object that was there before the apply may be replaced by the apply: so long another one is
   * waited for. */
  REPLACEMENT_MS = 5000,
  EARLIER_MS = 2000,
  /* A Job that has its verdict is told when the watcher has read its logs; or when so long nothing
   * came of it. */
  DONE_PATIENCE_MS = 60 * 1000,
};

int64_t watching_steady_ms(const struct watching *watching) {
  return watching->request.steady_ms ? watching->request.steady_ms() : timestamp_steady_ms();
}

int64_t watching_clock_ms(const struct watching *watching) {
  int64_t now = watching->is_lost ? watching->lost_since_ms : watching_steady_ms(watching);

  return now - watching->lost_ms;
}

/* Whether its verdict may be told now; asked again later where not. With the mutex. */
static bool may_end(const struct watching *watching, const struct followed_job *job, int64_t now) {
  const struct verdict *verdict = &job->verdict;
  bool is_earlier = verdict->flags & HG_COMPLETION_EARLIER;
  int64_t since = job->settled_at_ms > job->heard_at_ms ? job->settled_at_ms : job->heard_at_ms;

  if (verdict->outcome == 0)
    return false;
  if (watching->end_outcome != 0)
    return true;
  if (followed_job_is_another(job))
    return false;
  if (!outcome_is_final(verdict->outcome))
    return true;
  if (is_earlier)
    return watching->request.is_later || now - since >= EARLIER_MS;
  if (verdict->outcome == HG_OUTCOME_DELETED && job->was_there == HISTORY_YES &&
      !watching->request.is_later &&
      now - since < (job->is_made ? DONE_PATIENCE_MS : REPLACEMENT_MS))
    return false;
  return job->is_done || now - since >= DONE_PATIENCE_MS;
}

/* A Job that was never seen gets an object all the same, for its outcome to stand on. */
static int32_t write_end(struct watching *watching, struct followed_job *job,
                         struct hg_error *err) {
  struct hg_job_completion completion;
  struct history_object object;
  bool is_new = job->incarnation == 0;

  if (is_new)
    job->incarnation = 1;
  object = followed_job_object(job);
  if (is_new &&
      history_watch_object(watching->history, &object, "", job->was_there, job->had_ended, err) < 0)
    return -1;
  arena_reset(&watching->said);
  if (describe_end(job, &watching->logs, &watching->said, &completion) < 0)
    return no_memory(err);
  completion.log_path = log_store_path(&watching->logs, completion.log_path);
  if (history_watch_completion(watching->history, &object, &completion, job->decided_at_ms, err) <
      0)
    return -1;
  job->is_written = true;
  watching->has_ends = true;
  return 0;
}

/* Whether what stands in the history is kept: the Job was seen to end before, and nothing better is
 * known now, as it may be gone. */
static bool stays_recorded(const struct followed_job *job) {
  return job->unread && (job->verdict.outcome != job->unread->outcome ||
                         (!*job->verdict.pod && *job->unread->pod));
}

/* What cannot be recorded is told all the same; and where the history failed once it is not asked
 * again for each Job, as it may take its time. */
static int32_t record_end(struct watching *watching, struct followed_job *job,
                          struct hg_error *err) {
  if (watching->is_unrecorded || stays_recorded(job))
    return 0;
  if (write_end(watching, job, err) == 0)
    return 0;
  watching->is_unrecorded = true;
  return -1;
}

/* How another object ended is no end of the Job's: where nobody looks any longer, that is all that
 * is known. With the mutex. */
static int32_t give_up_unseen(struct watching *watching, struct followed_job *job,
                              struct hg_error *err) {
  static const char unseen[] = "the Job that this run created was not seen, only one of its name "
                               "that was there before";

  if (!followed_job_is_another(job))
    return 0;
  job->is_made = false; /* nobody waits for it any longer */
  verdict_finish(&job->verdict);
  verdict_init(&job->verdict, &watching->request.policy);
  return verdict_give_up(&job->verdict, watching->end_outcome, unseen, err);
}

/* How another object ended that is gone now is no end of the Job's either: it came and went, or is
 * yet to be seen. With the mutex. */
static int32_t give_up_gone(struct watching *watching, struct followed_job *job,
                            struct hg_error *err) {
  if (!followed_job_is_another(job) || job->verdict.phase != HG_PHASE_DELETED)
    return 0;
  verdict_finish(&job->verdict);
  verdict_init(&job->verdict, &watching->request.policy);
  job->verdict.phase = HG_PHASE_DELETED;
  return verdict_give_up(&job->verdict, HG_OUTCOME_DELETED,
                         "the Job that this run created is gone, and was never seen", err);
}

int32_t watching_advance(struct watching *watching, struct followed_job *job,
                         struct hg_error *err) {
  struct verdict *verdict = &job->verdict;
  int64_t now = watching_clock_ms(watching);
  int32_t result = 0;
  bool ends;

  (void)pthread_mutex_lock(&watching->mutex);
  if (job->settlement != JOB_IS_FOLLOWED || job->end != END_NONE || job->recorded) {
    (void)pthread_mutex_unlock(&watching->mutex);
    return 0;
  }
  result = give_up_gone(watching, job, err);
  if (result == 0 && watching->end_outcome != 0)
    result = give_up_unseen(watching, job, err);
  if (verdict->outcome == 0 && watching->end_outcome != 0)
    result = verdict_give_up(verdict, watching->end_outcome, watching->end_why, err);
  else if (verdict->outcome == 0 && !watching->is_lost)
    result = verdict_tick(verdict, now, err);
  if (verdict->outcome != 0 && job->decided_at_ms == 0 &&
      (!job->unread || !timestamp_parse(job->unread->decided_at, &job->decided_at_ms)))
    job->decided_at_ms = timestamp_now_ms();
  ends = may_end(watching, job, now);
  (void)pthread_mutex_unlock(&watching->mutex);
  if (result == 0 && verdict->outcome != 0 &&
      (ends || (!job->is_written && !followed_job_is_another(job))))
    result = record_end(watching, job, err);
  if (!ends)
    return result;
  (void)pthread_mutex_lock(&watching->mutex);
  if (stays_recorded(job))
    job->recorded = job->unread;
  job->end = END_IS_NEWS;
  watch_news_add(watching, job);
  (void)pthread_mutex_unlock(&watching->mutex);
  return result;
}

/* Whether time may bring the Job on. With the mutex. */
static bool may_advance(const struct watching *watching, const struct followed_job *job,
                        int64_t now) {
  return job->settlement == JOB_IS_FOLLOWED && job->end == END_NONE && !job->recorded &&
         (job->verdict.outcome != 0 || watching->end_outcome != 0 || job->verdict.due_ms <= now);
}

int32_t watching_advance_all(struct watching *watching, struct hg_error *err) {
  int64_t now = watching_clock_ms(watching);
  int32_t result = 0;

  (void)pthread_mutex_lock(&watching->mutex);
  for (uint64_t i = 0; i < watching->count; i++) {
    if (!may_advance(watching, &watching->jobs[i], now))
      continue;
    (void)pthread_mutex_unlock(&watching->mutex);
    if (watching_advance(watching, &watching->jobs[i], err) < 0)
      result = -1;
    (void)pthread_mutex_lock(&watching->mutex);
  }
  if (watching->first_news) /* ends are told at once, looks with the tick */
    (void)pthread_cond_signal(&watching->has_news);
  (void)pthread_mutex_unlock(&watching->mutex);
  return result;
}

void watching_give_up(struct watching *watching, uint32_t outcome, const char *why) {
  if (watching->end_outcome != 0)
    return;
  watching->end_outcome = outcome;
  (void)snprintf(watching->end_why, sizeof watching->end_why, "%s", why);
}
