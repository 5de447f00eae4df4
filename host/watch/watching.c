/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/watching.h"

#include "memory/no_memory.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "text/timestamp.h"
#include "watch/watch_logs.h"
#include "watch/watching_parts.h"

#include <headgate/host.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int32_t init_locks(struct watching *watching) {
  pthread_condattr_t clock;
  int failed = pthread_condattr_init(&clock);

  if (failed)
    return -1;
  (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
  failed = pthread_mutex_init(&watching->mutex, NULL);
  if (!failed && pthread_cond_init(&watching->has_news, &clock)) {
    (void)pthread_mutex_destroy(&watching->mutex);
    failed = 1;
  }
  (void)pthread_condattr_destroy(&clock);
  return failed ? -1 : 0;
}

static struct watching *create(const struct watching_request *request) {
  struct watching *watching = calloc(1, sizeof *watching);

  if (!watching)
    return NULL;
  if (init_locks(watching) < 0) {
    free(watching);
    return NULL;
  }
  watching->request = *request;
  watching->count = request->plan->total_jobs;
  watching->taken = watching->count;
  watching->capacity = watching->count + request->most_further;
  watching->takes_more = request->most_further > 0;
  watching->last_news = &watching->first_news;
  watching->logs.directory = -1;
  watching->told_logs.directory = -1;
  arena_init(&watching->arena);
  arena_init(&watching->said);
  arena_init(&watching->told);
  watch_sink_init(watching);
  watching->jobs = calloc(watching->capacity + 1, sizeof *watching->jobs);
  watching->uids = calloc(watching->count + 1, sizeof *watching->uids);
  for (uint64_t i = 0; watching->jobs && i < watching->count; i++)
    followed_job_init(&watching->jobs[i], planned_job_of(request->plan->jobs[i]),
                      &watching->request.policy);
  if (!watching->jobs || !watching->uids) {
    watching_destroy(watching);
    return NULL;
  }
  return watching;
}

/* A completion with strings of the watching's own; NULL where memory is out. */
static const struct hg_job_completion *keep_recorded(struct watching *watching,
                                                     const struct hg_job_completion *completion) {
  struct arena *arena = &watching->arena;
  struct hg_job_completion *copy = arena_alloc(arena, sizeof *copy);
  bool failed = !copy;

  if (failed)
    return NULL;
  *copy = *completion;
  const char **const texts[] = {
      &copy->uid,
      &copy->reason,
      &copy->message,
      &copy->failure_class,
      &copy->cause,
      &copy->advice,
      &copy->pod,
      &copy->container,
      &copy->log_path,
      &copy->started_at,
      &copy->finished_at,
      &copy->decided_at,
      &copy->termination_message,
      &copy->derived_from,
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    *texts[i] = arena_copy(arena, *texts[i], strlen(*texts[i]));
    failed = failed || !*texts[i];
  }
  if (!failed && *copy->log_path) {
    size_t size = strlen(watching->logs.root) + strlen(copy->log_path) + 2;
    char *whole = arena_alloc(arena, size);

    failed = !whole;
    if (whole)
      (void)snprintf(whole, size, "%s/%s", watching->logs.root, copy->log_path);
    copy->log_path = whole;
  }
  copy->log_tail.data = arena_copy(arena, copy->log_tail.data, copy->log_tail.length);
  return failed || !copy->log_tail.data ? NULL : copy;
}

/* Where the reading of the history is: its Jobs come by position, as the plan's do. */
struct merge {
  struct watching *watching;
  uint64_t next;
};

/* Whether no other object than the one that is known can be the Job's. One that was there before a
 * Job which is yet to be applied may give way to it. */
static bool is_its_own(const struct watching *watching, const struct followed_job *job) {
  return watching->request.is_later || job->planned->is_settled || job->was_there != HISTORY_YES;
}

static int32_t take_known(void *context, const struct history_watched_job *known,
                          struct hg_error *err) {
  struct merge *merge = context;
  struct watching *watching = merge->watching;
  struct followed_job *job;

  while (merge->next < watching->count &&
         watching->jobs[merge->next].planned->position < known->object.position)
    merge->next++;
  if (merge->next == watching->count ||
      watching->jobs[merge->next].planned->position != known->object.position)
    return 0;
  job = &watching->jobs[merge->next];
  job->incarnation = known->object.incarnation;
  watching->is_known = watching->is_known || job->incarnation > 0;
  job->states = known->states;
  job->was_there = known->was_there;
  job->had_ended = known->had_ended;
  if (*known->uid) {
    job->uid = strdup(known->uid);
    if (is_its_own(watching, job))
      watching->uids[merge->next] = arena_copy(&watching->arena, known->uid, strlen(known->uid));
    if (!job->uid || (is_its_own(watching, job) && !watching->uids[merge->next]))
      return no_memory(err);
  }
  if (known->is_final) {
    const struct hg_job_completion *kept = keep_recorded(watching, &known->completion);

    if (!kept)
      return no_memory(err);
    if (known->is_unread)
      job->unread = kept;
    else
      job->recorded = kept;
  }
  return 0;
}

static int32_t join(struct watching *watching, struct hg_error *err) {
  const struct watching_request *request = &watching->request;
  struct merge merge = {watching, 0};
  uint64_t kept = 0;

  if (history_open(request->history, request->patience, &watching->history, err) < 0 ||
      history_join_run(watching->history, request->run_id, request->is_later, timestamp_now_ms(),
                       err) < 0 ||
      history_sum_logs(watching->history, &kept, err) < 0 ||
      log_store_init(&watching->logs, request->history, request->run_id, kept, err) < 0 ||
      log_store_init(&watching->told_logs, request->history, request->run_id, kept, err) < 0)
    return -1;
  return history_each_watched_job(watching->history, request->run_id, take_known, &merge, err);
}

static int32_t ask_for_cluster(const struct watching *watching, struct hg_error *err) {
  const struct watching_request *request = &watching->request;
  const struct hg_watcher_ops *ops = &request->watcher->ops.watcher;
  char uid[HG_CLUSTER_UID_SIZE];

  if (!request->note_cluster || !ops->cluster_uid)
    return 0;
  ops->cluster_uid(watching->watcher, uid);
  return request->note_cluster(request->note_context, uid, err);
}

/* The plugin's own reason, else the sink's: it returned -1 then. */
static int32_t ask_watcher(struct watching *watching, struct hg_error *err) {
  const struct plugin *plugin = watching->request.watcher;
  const struct hg_watcher_ops *ops = &plugin->ops.watcher;

  watching->asked = (struct hg_watch_request){
      .struct_size = sizeof watching->asked,
      .flags = watching->request.keeps_logs ? HG_WATCH_LOGS : 0,
      .plan = watching->request.plan,
      .uids = watching->uids,
      .job_namespace = "",
      .selector = "",
  };
  if (ops->create(&plugin->host, &watching->watcher, err) < 0) {
    watching->watcher = NULL;
    return -1;
  }
  if (ask_for_cluster(watching, err) < 0 ||
      ops->open(watching->watcher, &watching->asked, &watching->sink, err) < 0)
    return -1;
  if (!watching->has_failed)
    return 0;
  *err = watching->error;
  return -1;
}

int32_t watching_open(const struct watching_request *request, struct watching **result,
                      struct hg_error *err) {
  struct watching *watching = create(request);
  struct hg_error ignored = HG_ERROR_INIT;
  bool has_joined;

  if (!watching)
    return no_memory(err);
  has_joined = join(watching, err) == 0;
  if (has_joined && ask_watcher(watching, err) == 0 &&
      history_watch_write(watching->history, err) == 0) {
    watching->stage = STAGE_OPEN;
    watching->written_ms = timestamp_steady_ms();
    *result = watching;
    return 0;
  }
  if (has_joined)
    (void)history_end_watch(watching->history, "failed", err->message, watching->relists,
                            watching->reconnects, timestamp_now_ms(), &ignored);
  watching_destroy(watching);
  return -1;
}

/* Whether a Job is followed, or may yet be, of which nothing is decided. With the mutex. */
static bool has_undecided(const struct watching *watching) {
  for (uint64_t i = 0; i < watching->count; i++) {
    const struct followed_job *job = &watching->jobs[i];

    if (job->recorded)
      continue;
    if (job->settlement == JOB_NOT_SETTLED)
      return true;
    if (job->settlement == JOB_IS_FOLLOWED && job->end == END_NONE &&
        followed_job_outcome(job) == 0)
      return true;
  }
  return false;
}

/* Whether a Job is followed whose completion is no news yet. With the mutex. */
static bool has_unended(const struct watching *watching) {
  for (uint64_t i = 0; i < watching->count; i++)
    if (watching->jobs[i].settlement == JOB_IS_FOLLOWED && watching->jobs[i].end == END_NONE)
      return true;
  return false;
}

/* The watcher has ended: silence is no success. */
static void end_watching(struct watching *watching, int32_t result, const struct hg_error *error) {
  struct hg_error failed = HG_ERROR_INIT;
  bool is_stopping;

  (void)pthread_mutex_lock(&watching->mutex);
  /* An interrupt may reach the watcher before it reaches the main thread. */
  is_stopping = watching->is_stopping || interrupt_requested();
  if (watching->is_timed_out || is_stopping)
    result = 0;
  if (result < 0 && !watching->has_failed) {
    watching->has_failed = true;
    watching->error = *error;
  }
  if (!is_stopping && !watching->is_timed_out && !watching->has_failed && has_undecided(watching)) {
    watching->has_failed = true;
    (void)hg_error_set(&watching->error, HG_ERROR_FAILED, "the watcher ended before the Job did");
  }
  if (!is_stopping)
    watching_give_up(watching, HG_OUTCOME_UNKNOWN, watching->error.message);
  (void)pthread_mutex_unlock(&watching->mutex);
  while (!is_stopping) {
    if (watching_advance_all(watching, &failed) < 0 ||
        (!watching->is_unrecorded && history_watch_write(watching->history, &failed) < 0))
      (void)watching_fail(watching, &failed);
    (void)pthread_mutex_lock(&watching->mutex);
    if (!has_unended(watching)) /* else it was settled meanwhile */
      break;
    (void)pthread_mutex_unlock(&watching->mutex);
  }
  if (is_stopping)
    (void)pthread_mutex_lock(&watching->mutex);
  watching->stage = STAGE_OVER;
  (void)pthread_cond_broadcast(&watching->has_news);
  (void)pthread_mutex_unlock(&watching->mutex);
}

static void *run_thread(void *context) {
  struct watching *watching = context;
  struct hg_error error = HG_ERROR_INIT;
  int32_t result =
      watching->request.watcher->ops.watcher.watch(watching->watcher, &watching->sink, &error);

  if (result < 0 && error.code == 0)
    (void)hg_error_set(&error, HG_ERROR_FAILED, "the watcher failed and did not say why");
  end_watching(watching, result, &error);
  return NULL;
}

/* "Watching 2 jobs in trading-bots". */
static void say_start(const struct watching *watching) {
  const char *first = watching->count > 0 ? watching->jobs[0].planned->item.job_namespace : "";
  bool is_one = true;

  for (uint64_t i = 1; i < watching->count && is_one; i++)
    is_one = strcmp(watching->jobs[i].planned->item.job_namespace, first) == 0;
  log_line(HG_LOG_INFO, LOG_WATCH, "Watching %" PRIu64 " job%s in %s", watching->count,
           watching->count == 1 ? "" : "s", is_one ? first : "several namespaces");
  if (watching->count > LOG_MOST_SUCCESSES)
    log_let_success_give_way();
}

int32_t watching_start(struct watching *watching, struct hg_error *err) {
  int failed;

  say_start(watching);
  watching->started_ms = watching_steady_ms(watching);
  watching->stage = STAGE_WATCHING;
  failed = pthread_create(&watching->thread, NULL, run_thread, watching);
  if (failed) {
    watching->stage = STAGE_OPEN;
    return hg_error_set(err, HG_ERROR_FAILED, "a thread cannot be started: %s", strerror(failed));
  }
  watching->has_thread = true;
  return 0;
}

/* With the watch thread gone its part is the main thread's. */
void watching_settle(struct watching *watching, uint64_t item, enum watching_settlement how) {
  struct followed_job *job = item < watching->count ? &watching->jobs[item] : NULL;
  struct hg_error failed = HG_ERROR_INIT;
  bool is_applied = how != WATCHING_PASSED_OVER;
  bool is_over;

  if (!job || job->settlement != JOB_NOT_SETTLED)
    return;
  (void)pthread_mutex_lock(&watching->mutex);
  job->settlement = is_applied ? JOB_IS_FOLLOWED : JOB_IS_PASSED_OVER;
  job->is_made = how == WATCHING_MADE;
  job->settled_at_ms = watching_clock_ms(watching);
  watching->settled++;
  watching->followed += is_applied;
  if (is_applied && job->recorded)
    job->end = END_IS_NEWS;
  watch_news_add(watching, job);
  is_over = watching->stage == STAGE_OVER;
  (void)pthread_mutex_unlock(&watching->mutex);
  if (is_over && watching_advance(watching, job, &failed) < 0 && !watching->has_failed) {
    watching->has_failed = true;
    watching->error = failed;
  }
}

/* --- Jobs that come later --------------------------------------------------------------------- */

/* The watcher asks for Jobs at each of its looks. */
enum { MOST_WAITED_MS = 5000 };

static void deadline(struct timespec *until, int64_t timeout_ms) {
  (void)clock_gettime(CLOCK_MONOTONIC, until);
  until->tv_sec += timeout_ms / 1000;
}

int32_t watching_add(struct watching *watching, const struct planned_job *job,
                     struct hg_error *err) {
  struct timespec until;
  uint64_t item;
  int32_t result = 0;

  deadline(&until, MOST_WAITED_MS);
  (void)pthread_mutex_lock(&watching->mutex);
  item = watching->count;
  if (!watching->takes_more || watching->stage != STAGE_WATCHING || item == watching->capacity ||
      watching->end_outcome != 0 || watching->has_failed) {
    result = hg_error_set(err, HG_ERROR_FAILED, "no more Jobs can be followed");
  } else {
    followed_job_init(&watching->jobs[item], job, &watching->request.policy);
    watching->count = item + 1;
  }
  /* One that it does not know yet it would have to look for. */
  while (result == 0 && watching->taken <= item && watching->stage == STAGE_WATCHING &&
         pthread_cond_timedwait(&watching->has_news, &watching->mutex, &until) == 0)
    continue;
  (void)pthread_mutex_unlock(&watching->mutex);
  return result;
}

void watching_pass_over(struct watching *watching, uint64_t item) {
  (void)pthread_mutex_lock(&watching->mutex);
  watching->jobs[item].is_retried = true;
  (void)pthread_mutex_unlock(&watching->mutex);
}

void watching_close(struct watching *watching) {
  (void)pthread_mutex_lock(&watching->mutex);
  watching->takes_more = false;
  (void)pthread_mutex_unlock(&watching->mutex);
}

bool watching_is_open(struct watching *watching) {
  bool is_open;

  (void)pthread_mutex_lock(&watching->mutex);
  is_open = watching->takes_more && watching->stage == STAGE_WATCHING &&
            watching->end_outcome == 0 && !watching->has_failed;
  (void)pthread_mutex_unlock(&watching->mutex);
  return is_open;
}

static const char *end_name(const struct watching *watching, bool was_undecided) {
  if (watching->has_failed)
    return "failed";
  if (watching->is_timed_out)
    return "timed-out";
  return was_undecided ? "stopped" : "ended";
}

int32_t watching_stop(struct watching *watching, uint32_t outcome, const char *why,
                      struct hg_error *err) {
  struct hg_error failed = HG_ERROR_INIT;
  bool was_undecided;

  (void)pthread_mutex_lock(&watching->mutex);
  watching->is_stopping = true;
  (void)pthread_mutex_unlock(&watching->mutex);
  if (watching->has_thread)
    (void)pthread_join(watching->thread, NULL);
  watching->has_thread = false;
  watch_logs_close_all(watching);
  was_undecided = has_undecided(watching);
  watching_give_up(watching, outcome, why);
  watching->stage = STAGE_OVER;
  if ((watching_advance_all(watching, &failed) < 0 ||
       history_end_watch(watching->history, end_name(watching, was_undecided),
                         watching->has_failed ? watching->error.message : NULL, watching->relists,
                         watching->reconnects, timestamp_now_ms(), &failed) < 0) &&
      !watching->has_failed) {
    watching->has_failed = true;
    watching->error = failed;
  }
  watching->is_stopped = true;
  if (!watching->has_failed)
    return 0;
  return hg_error_set(err, watching->error.code, "%s", watching->error.message);
}

void watching_destroy(struct watching *watching) {
  struct hg_error ignored = HG_ERROR_INIT;

  if (!watching)
    return;
  if (watching->stage != STAGE_OPENING && !watching->is_stopped && watching->history)
    (void)watching_stop(watching, HG_OUTCOME_UNKNOWN, "the watch was given up", &ignored);
  if (watching->watcher)
    watching->request.watcher->ops.watcher.destroy(watching->watcher);
  history_close(watching->history);
  log_store_finish(&watching->logs);
  log_store_finish(&watching->told_logs);
  for (uint64_t i = 0; watching->jobs && i < watching->count; i++)
    followed_job_finish(&watching->jobs[i]);
  free(watching->jobs);
  free(watching->uids);
  arena_finish(&watching->arena);
  arena_finish(&watching->said);
  arena_finish(&watching->told);
  (void)pthread_cond_destroy(&watching->has_news);
  (void)pthread_mutex_destroy(&watching->mutex);
  free(watching);
}
