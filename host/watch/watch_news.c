/* SPDX-License-Identifier: Apache-2.0 */
/* News of the Jobs, from the watch thread to the main one. */
#include "history/history_values.h"
#include "terminal/log.h"
#include "text/duration.h"
#include "text/timestamp.h"
#include "watch/end_description.h"
#include "watch/watcher_word.h"
#include "watch/watching_parts.h"

#include <errno.h>
#include <headgate/host.h>
#include <time.h>

static bool looks_otherwise(const struct followed_job *job) {
  return job->look != job->told_look;
}

static bool has_news(const struct followed_job *job) {
  return job->settlement == JOB_IS_FOLLOWED &&
         (job->end == END_IS_NEWS || (looks_otherwise(job) && job->end == END_NONE));
}

void watch_news_add(struct watching *watching, struct followed_job *job) {
  if (job->is_queued || !has_news(job) || (uint64_t)(job - watching->jobs) >= watching->told_count)
    return;
  job->is_queued = true;
  job->next_news = NULL;
  *watching->last_news = job;
  watching->last_news = &job->next_news;
  if (job->end == END_IS_NEWS)
    (void)pthread_cond_signal(&watching->has_news);
}

/* A Job may look again as it was told since it got its place. */
static struct followed_job *take_first(struct watching *watching) {
  struct followed_job *job;

  do {
    job = watching->first_news;
    if (!job)
      return NULL;
    watching->first_news = job->next_news;
    if (!watching->first_news)
      watching->last_news = &watching->first_news;
    job->is_queued = false;
  } while (!has_news(job));
  return job;
}

/* The text is UTF-8 from here on, and lives until the next piece of news. */
static const char *keep(struct arena *arena, const char *text) {
  const struct history_value value = value_text(arena, text);
  const char *copy = value.bytes ? arena_copy(arena, value.bytes, value.as.length) : NULL;

  return copy ? copy : "";
}

/* In the words of whoever said it, and without the time. */
static struct hg_job_observation look_at(const struct followed_job *job) {
  const struct hg_plan_item *item = &job->planned->item;

  return (struct hg_job_observation){
      .struct_size = sizeof(struct hg_job_observation),
      .phase = job->verdict.phase,
      .document_number = item->document_number,
      .active = job->active,
      .succeeded = job->succeeded,
      .failed = job->failed,
      .completions = job->completions,
      .job_name = item->job_name,
      .job_namespace = item->job_namespace,
      .yaml_path = item->yaml_path,
      .uid = job->uid ? job->uid : "",
      .reason = *job->verdict.waits_for ? job->verdict.waits_for : job->verdict.reason,
      .seen_at = "",
  };
}

void watch_news_look(struct watching *watching, struct followed_job *job) {
  const struct hg_job_observation look = look_at(job);

  job->look = watcher_word_look_digest(&look);
  watch_news_add(watching, job);
}

static void observe(struct watching *watching, struct followed_job *job,
                    struct hg_job_observation *observation) {
  char seen_at[TIMESTAMP_SIZE];

  timestamp_format(job->seen_at_ms, seen_at);
  *observation = look_at(job);
  observation->uid = keep(&watching->told, observation->uid);
  observation->reason = keep(&watching->told, observation->reason);
  observation->seen_at = keep(&watching->told, seen_at);
  job->told_look = job->look;
}

static void keep_completion(struct watching *watching, struct hg_job_completion *completion) {
  struct arena *told = &watching->told;
  const char *tail;

  completion->uid = keep(told, completion->uid);
  completion->reason = keep(told, completion->reason);
  completion->message = keep(told, completion->message);
  completion->failure_class = keep(told, completion->failure_class);
  completion->cause = keep(told, completion->cause);
  completion->advice = keep(told, completion->advice);
  completion->pod = keep(told, completion->pod);
  completion->container = keep(told, completion->container);
  completion->termination_message = keep(told, completion->termination_message);
  completion->log_path = keep(told, completion->log_path);
  completion->started_at = keep(told, completion->started_at);
  completion->finished_at = keep(told, completion->finished_at);
  completion->decided_at = keep(told, completion->decided_at);
  tail = arena_copy(told, completion->log_tail.data, completion->log_tail.length);
  completion->log_tail.length = tail ? completion->log_tail.length : 0;
  completion->log_tail.data = tail ? tail : "";
}

static void complete(struct watching *watching, struct followed_job *job,
                     struct hg_job_completion *completion) {
  const struct hg_plan_item *item = &job->planned->item;

  if (job->recorded) {
    *completion = *job->recorded;
  } else if (describe_end(job, &watching->told_logs, &watching->told, completion) < 0) {
    *completion = (struct hg_job_completion){.struct_size = sizeof *completion};
    completion->outcome = job->verdict.outcome;
    completion->log_tail.data = "";
  }
  completion->job_name = item->job_name;
  completion->job_namespace = item->job_namespace;
  completion->yaml_path = item->yaml_path;
  completion->document_number = item->document_number;
  completion->derived_from = job->planned->derived_from;
  keep_completion(watching, completion);
  job->end = END_IS_TOLD;
  watching->ended++;
}

static void say_completion(const struct hg_job_completion *completion) {
  bool is_earlier = completion->flags & HG_COMPLETION_EARLIER;
  const char *already = is_earlier ? "already " : "";
  struct text_buffer note;

  text_buffer_init(&note);
  if (completion->outcome == HG_OUTCOME_COMPLETE && completion->duration_ms >= 0)
    duration_append(&note, completion->duration_ms);
  else if (completion->outcome != HG_OUTCOME_COMPLETE)
    text_buffer_append_string(&note, *completion->reason ? completion->reason : completion->cause);
  static const char *const words[] = {
      "undecided",
      [HG_OUTCOME_COMPLETE] = "complete",
      [HG_OUTCOME_FAILED] = "failed",
      [HG_OUTCOME_NEVER_STARTED] = "never started",
      [HG_OUTCOME_DELETED] = "deleted",
      [HG_OUTCOME_TIMED_OUT] = "timed out",
      [HG_OUTCOME_UNKNOWN] = "not known",
  };
  log_line(completion->outcome == HG_OUTCOME_COMPLETE ? log_success_level() : HG_LOG_ERROR,
           LOG_WATCH, note.length > 0 ? "Job %s%s: %s (%s)" : "Job %s%s: %s%s", already,
           words[completion->outcome <= HG_OUTCOME_UNKNOWN ? completion->outcome : 0],
           completion->job_name, text_buffer_string(&note));
  text_buffer_finish(&note);
}

static void say_observation(struct followed_job *job,
                            const struct hg_job_observation *observation) {
  if (observation->phase != HG_PHASE_RUNNING || job->runs_is_said)
    return;
  job->runs_is_said = true;
  log_line(
      log_success_level(), LOG_WATCH, "Job running: %s (%d active, %d of %d succeeded, %d failed)",
      observation->job_name, (int)observation->active, (int)observation->succeeded,
      observation->completions < 0 ? 1 : (int)observation->completions, (int)observation->failed);
}

/* What was held back for what was not told yet. */
static void raise_told(struct watching *watching, uint64_t told) {
  uint64_t from = watching->told_count;

  if (told > watching->count)
    told = watching->count;
  if (told <= from)
    return;
  watching->told_count = told;
  for (uint64_t i = from; i < told; i++)
    watch_news_add(watching, &watching->jobs[i]);
}

/* The Job that was among the news first; NULL: none came. */
static struct followed_job *wait_for_news(struct watching *watching, int timeout_ms) {
  struct followed_job *job = take_first(watching);
  struct timespec until;
  bool is_late = timeout_ms <= 0;

  if (job || is_late)
    return job;
  (void)clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += timeout_ms / 1000;
  until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_sec++;
    until.tv_nsec -= 1000000000;
  }
  while (!job && !is_late && watching->stage != STAGE_OVER) {
    is_late = pthread_cond_timedwait(&watching->has_news, &watching->mutex, &until) == ETIMEDOUT;
    job = take_first(watching);
  }
  return job;
}

bool watching_next(struct watching *watching, uint64_t told, struct watching_news *news,
                   int timeout_ms) {
  struct followed_job *job;

  (void)pthread_mutex_lock(&watching->mutex);
  raise_told(watching, told);
  job = wait_for_news(watching, timeout_ms);
  if (!job) {
    (void)pthread_mutex_unlock(&watching->mutex);
    return false;
  }
  arena_reset(&watching->told);
  news->item = (uint64_t)(job - watching->jobs);
  if (looks_otherwise(job) && !job->recorded) {
    news->kind = WATCHING_OBSERVED;
    observe(watching, job, &news->observation);
    watch_news_add(watching, job);
  } else {
    news->kind = WATCHING_COMPLETED;
    complete(watching, job, &news->completion);
  }
  (void)pthread_mutex_unlock(&watching->mutex);
  if (news->kind == WATCHING_OBSERVED)
    say_observation(job, &news->observation);
  else
    say_completion(&news->completion);
  return true;
}

bool watching_is_over(struct watching *watching) {
  bool is_over;

  (void)pthread_mutex_lock(&watching->mutex);
  is_over = watching->ended == watching->followed &&
            ((watching->settled == watching->count && !watching->takes_more) ||
             watching->stage == STAGE_OVER);
  (void)pthread_mutex_unlock(&watching->mutex);
  return is_over;
}

bool watching_is_idle(struct watching *watching) {
  bool is_idle;

  (void)pthread_mutex_lock(&watching->mutex);
  is_idle = watching->ended == watching->followed && watching->settled == watching->count;
  (void)pthread_mutex_unlock(&watching->mutex);
  return is_idle;
}

static void count_job(const struct followed_job *job, struct watching_counts *counts) {
  uint32_t outcome = job->recorded ? job->recorded->outcome : followed_job_outcome(job);
  uint64_t *const by_outcome[] = {
      NULL,
      [HG_OUTCOME_COMPLETE] = &counts->complete,
      [HG_OUTCOME_FAILED] = &counts->failed,
      [HG_OUTCOME_NEVER_STARTED] = &counts->never_started,
      [HG_OUTCOME_DELETED] = &counts->failed,
      [HG_OUTCOME_TIMED_OUT] = &counts->undecided,
      [HG_OUTCOME_UNKNOWN] = &counts->undecided,
  };

  if (outcome != 0)
    ++*by_outcome[outcome <= HG_OUTCOME_UNKNOWN ? outcome : HG_OUTCOME_UNKNOWN];
  else if (*job->verdict.waits_for)
    counts->waiting++;
  else if (job->verdict.phase == HG_PHASE_RUNNING || job->verdict.phase == HG_PHASE_ENDING)
    counts->running++;
  else
    counts->pending++;
}

void watching_count(struct watching *watching, struct watching_counts *counts) {
  *counts = (struct watching_counts){0};
  (void)pthread_mutex_lock(&watching->mutex);
  for (uint64_t i = 0; i < watching->count; i++)
    if (watching->jobs[i].settlement == JOB_IS_FOLLOWED && !watching->jobs[i].is_retried)
      count_job(&watching->jobs[i], counts);
  (void)pthread_mutex_unlock(&watching->mutex);
}

uint64_t watching_unfinished(struct watching *watching) {
  struct watching_counts counts;

  watching_count(watching, &counts);
  return counts.pending + counts.waiting + counts.running;
}
