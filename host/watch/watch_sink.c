/* SPDX-License-Identifier: Apache-2.0 */
/* What the watcher says, on its way into the Jobs and the history: the watch thread, and before it
 * the main one. */
#include "terminal/log.h"

#include "memory/no_memory.h"
#include "text/duration.h"
#include "text/timestamp.h"
#include "watch/end_description.h"
#include "watch/watch_logs.h"
#include "watch/watcher_word.h"
#include "watch/watching_parts.h"

#include <headgate/host.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows of ends are written at once, but not more often than this; all others by the tick. */
enum { END_PAUSE_MS = 20, WRITE_PAUSE_MS = 100 };

/* What the watcher may have for a reason is told on one line. */
enum { MOST_SHOWN = 200 };

static struct watching *owner(const struct hg_watch_sink *sink) {
  return sink->context;
}

/* The Job of that number; NULL: there is none. */
static struct followed_job *job_of(struct watching *watching, uint64_t item) {
  return item < watching->count ? &watching->jobs[item] : NULL;
}

bool watching_is_closed(struct watching *watching, const struct followed_job *job) {
  bool is_closed;

  (void)pthread_mutex_lock(&watching->mutex);
  is_closed = job->recorded || job->end != END_NONE;
  (void)pthread_mutex_unlock(&watching->mutex);
  return is_closed;
}

int32_t watching_fail(struct watching *watching, const struct hg_error *error) {
  (void)pthread_mutex_lock(&watching->mutex);
  if (!watching->has_failed)
    watching->error = *error;
  watching->has_failed = true;
  (void)pthread_mutex_unlock(&watching->mutex);
  return -1;
}

int32_t watching_goes_on(struct watching *watching) {
  bool ends;

  (void)pthread_mutex_lock(&watching->mutex);
  ends = watching->is_stopping || watching->has_failed || watching->is_timed_out;
  (void)pthread_mutex_unlock(&watching->mutex);
  return ends ? -1 : 0;
}

static int32_t write_rows(struct watching *watching, int64_t pause_ms) {
  struct hg_error error = HG_ERROR_INIT;
  int64_t now = timestamp_steady_ms();

  if (now - watching->written_ms < pause_ms)
    return 0;
  if (watching->is_unrecorded)
    return 0;
  if (history_watch_write(watching->history, &error) < 0) {
    watching->is_unrecorded = true;
    return watching_fail(watching, &error);
  }
  watching->written_ms = timestamp_steady_ms();
  watching->has_ends = false;
  return 0;
}

/* After each word. */
static int32_t settle_word(struct watching *watching, struct followed_job *job, int32_t result,
                           const struct hg_error *error) {
  struct hg_error failed = *error;

  if (result == 0)
    result = watching_advance(watching, job, &failed);
  if (result < 0)
    return watching_fail(watching, &failed);
  if (watching->has_ends && write_rows(watching, END_PAUSE_MS) < 0)
    return -1;
  return watching_goes_on(watching);
}

static uint32_t wanted(const struct hg_watch_sink *sink, uint64_t item) {
  struct watching *watching = owner(sink);
  const struct followed_job *job = job_of(watching, item);
  uint32_t answer = HG_WATCH_NEVER;

  if (!job)
    return answer;
  (void)pthread_mutex_lock(&watching->mutex);
  if (job->recorded || job->end != END_NONE || watching->end_outcome != 0)
    answer = HG_WATCH_ENOUGH;
  else if (job->settlement == JOB_NOT_SETTLED)
    answer = HG_WATCH_NOT_YET;
  else if (job->settlement == JOB_IS_FOLLOWED)
    answer = HG_WATCH_FOLLOW;
  (void)pthread_mutex_unlock(&watching->mutex);
  return answer;
}

static uint32_t further(const struct hg_watch_sink *sink, uint64_t item,
                        const struct hg_plan_item **added) {
  struct watching *watching = owner(sink);
  uint32_t answer = HG_WATCH_NEVER;

  (void)pthread_mutex_lock(&watching->mutex);
  if (item < watching->count) {
    *added = &watching->jobs[item].planned->item;
    watching->taken = item + 1;
    (void)pthread_cond_broadcast(&watching->has_news);
    answer = HG_WATCH_FOLLOW;
  } else if (watching->takes_more && watching->end_outcome == 0) {
    answer = HG_WATCH_NOT_YET;
  }
  (void)pthread_mutex_unlock(&watching->mutex);
  return answer;
}

/* Only a request with a selector has Jobs to be found. */
static int32_t found(const struct hg_watch_sink *sink, const char *job_namespace,
                     const char *job_name, uint64_t *item) {
  (void)sink;
  (void)job_namespace;
  (void)job_name;
  *item = UINT64_MAX;
  return -1;
}

/* Whether a Job of another uid takes the place of the one that was seen: where that one was there
 * before the apply and the apply may have made this one. */
static bool may_be_replaced(struct watching *watching, const struct followed_job *job) {
  bool is_followed;

  (void)pthread_mutex_lock(&watching->mutex);
  is_followed = job->settlement == JOB_IS_FOLLOWED;
  (void)pthread_mutex_unlock(&watching->mutex);
  return !watching->request.is_later && !job->unread &&
         (!is_followed || job->was_there == HISTORY_YES);
}

/* Whether the object that the apply created is yet to be seen. */
static bool is_awaited(struct watching *watching, const struct followed_job *job) {
  bool is_another;

  (void)pthread_mutex_lock(&watching->mutex);
  is_another = followed_job_awaits_its_own(job);
  (void)pthread_mutex_unlock(&watching->mutex);
  return is_another;
}

static bool has_ended(const struct hg_job_state *state) {
  return state->phase == HG_PHASE_COMPLETE || state->phase == HG_PHASE_FAILED;
}

/* What is known of an object that is seen for the first time. */
static void judge_age(const struct watching *watching, struct followed_job *job,
                      const struct hg_job_state *state) {
  if (job->was_there == HISTORY_NOT_KNOWN && !watching->request.is_later &&
      job->planned->attempts_before == 0)
    job->was_there = watching->stage == STAGE_OPENING ? HISTORY_YES : HISTORY_NO;
  if (job->was_there == HISTORY_NO)
    job->had_ended = HISTORY_NO;
  else if (job->was_there == HISTORY_YES && watching->stage == STAGE_OPENING &&
           job->had_ended == HISTORY_NOT_KNOWN && !watching->request.is_later)
    job->had_ended = has_ended(state) ? HISTORY_YES : HISTORY_NO;
}

/* The one that was seen before is gone, and this is another: its last row. */
static int32_t write_replaced(struct watching *watching, struct followed_job *job,
                              struct hg_error *err) {
  const struct history_object object = followed_job_object(job);
  struct hg_job_completion completion;

  arena_reset(&watching->said);
  if (describe_end(job, &watching->logs, &watching->said, &completion) < 0)
    return no_memory(err);
  if (!outcome_is_final(completion.outcome)) {
    completion.outcome = HG_OUTCOME_DELETED;
    completion.cause = "it was deleted, and a Job of the same name was made";
  }
  return history_watch_completion(watching->history, &object, &completion, timestamp_now_ms(), err);
}

/* Takes the uid of an object that is new, or was known without one. */
static int32_t take_object(struct watching *watching, struct followed_job *job,
                           const struct hg_job_state *state, bool is_another,
                           struct hg_error *err) {
  char *uid = strdup(state->uid);

  if (!uid)
    return no_memory(err);
  if (is_another && write_replaced(watching, job, err) < 0) {
    free(uid);
    return -1;
  }
  (void)pthread_mutex_lock(&watching->mutex);
  if (is_another) {
    followed_job_forget(job, &watching->request.policy);
    job->was_there = HISTORY_NOT_KNOWN;
    job->had_ended = HISTORY_NOT_KNOWN;
  }
  if (is_another || job->incarnation == 0)
    job->incarnation++;
  free(job->uid);
  job->uid = uid;
  judge_age(watching, job, state);
  (void)pthread_mutex_unlock(&watching->mutex);
  const struct history_object object = followed_job_object(job);
  return history_watch_object(watching->history, &object, uid, job->was_there, job->had_ended, err);
}

/* Puts the state into the Job. */
static int32_t take_state(struct watching *watching, struct followed_job *job,
                          const struct hg_job_state *state, struct hg_error *err) {
  int64_t now = watching_clock_ms(watching);
  uint64_t digest = watcher_word_job_digest(state);
  bool has_times;
  int32_t result;

  if (digest == job->state)
    return 0;
  has_times = job->completions != state->completions ||
              strcmp(job->started_at, state->started_at) != 0 ||
              strcmp(job->finished_at, state->finished_at) != 0;
  (void)pthread_mutex_lock(&watching->mutex);
  result = verdict_take_job(&job->verdict, state, job->had_ended == HISTORY_YES, now, err);
  job->state = digest;
  job->active = state->active;
  job->succeeded = state->succeeded;
  job->failed = state->failed;
  job->completions = state->completions;
  if (*state->started_at)
    (void)snprintf(job->started_at, sizeof job->started_at, "%s", state->started_at);
  if (*state->finished_at)
    (void)snprintf(job->finished_at, sizeof job->finished_at, "%s", state->finished_at);
  job->seen_at_ms = timestamp_now_ms();
  job->heard_at_ms = now;
  watch_news_look(watching, job);
  if (state->flags & HG_JOB_RELISTED)
    watching->relists++;
  (void)pthread_mutex_unlock(&watching->mutex);
  if (result < 0)
    return -1;
  const struct history_object object = followed_job_object(job);
  return history_watch_job(watching->history, &object, ++job->states, hg_phase_name(state->phase),
                           state, has_times, job->seen_at_ms, err);
}

/* What is said of an object that is no longer this Job's is passed over. */
static int32_t take_job(struct watching *watching, struct followed_job *job,
                        struct hg_job_state *state, struct hg_error *err) {
  bool is_known = job->uid != NULL;
  bool is_another = is_known && strcmp(job->uid, state->uid) != 0;

  if (watching_is_closed(watching, job) || (job->is_done && !is_awaited(watching, job)))
    return 0;
  if (is_another && state->phase == HG_PHASE_DELETED)
    return 0;
  if (is_another && *state->uid) {
    if (!may_be_replaced(watching, job)) {
      /* Ours is gone, whoever made this one. */
      if (job->verdict.outcome != 0)
        return 0;
      state->phase = HG_PHASE_DELETED;
      state->uid = job->uid;
      state->flags |= HG_JOB_RELISTED;
      state->active = 0;
      state->succeeded = job->succeeded;
      state->failed = job->failed;
      state->started_at = job->started_at;
      state->finished_at = job->finished_at;
      return take_state(watching, job, state, err);
    }
    if (take_object(watching, job, state, true, err) < 0)
      return -1;
  } else if ((!is_known || job->incarnation == 0) &&
             take_object(watching, job, state, false, err) < 0) {
    return -1;
  }
  return take_state(watching, job, state, err);
}

static int32_t job_said(const struct hg_watch_sink *sink, const struct hg_job_state *said) {
  struct watching *watching = owner(sink);
  struct hg_error error = HG_ERROR_INIT;
  struct hg_job_state state;
  struct followed_job *job;
  int32_t result;

  watcher_word_job(&state, said);
  job = job_of(watching, state.item);
  if (!job)
    return watching_goes_on(watching);
  result = take_job(watching, job, &state, &error);
  return settle_word(watching, job, result, &error);
}

static int32_t take_pod(struct watching *watching, struct followed_job *job,
                        const struct hg_pod_state *pod, struct hg_error *err) {
  int64_t now = watching_clock_ms(watching);
  uint64_t digest = watcher_word_pod_digest(pod);
  struct followed_pod *followed;
  int32_t result = 0;

  (void)pthread_mutex_lock(&watching->mutex);
  followed = followed_job_pod(job, pod->uid, pod->name);
  if (!followed)
    result = no_memory(err);
  else if (followed->state == digest)
    followed = NULL;
  else
    result = verdict_take_pod(&job->verdict, pod, now, err);
  if (result == 0 && followed && followed_job_note_success(job, followed, pod) < 0)
    result = no_memory(err);
  if (followed) {
    followed->state = digest;
    job->seen_at_ms = timestamp_now_ms();
    job->heard_at_ms = now;
    watch_news_look(watching, job);
  }
  (void)pthread_mutex_unlock(&watching->mutex);
  if (result < 0 || !followed)
    return result;
  const struct history_object object = followed_job_object(job);
  return history_watch_pod(watching->history, &object, pod, job->seen_at_ms, err);
}

static int32_t pod_said(const struct hg_watch_sink *sink, const struct hg_pod_state *said) {
  struct watching *watching = owner(sink);
  struct hg_error error = HG_ERROR_INIT;
  struct followed_job *job;
  struct hg_pod_state pod;
  int32_t result = 0;

  arena_reset(&watching->said);
  if (watcher_word_pod(&pod, said, &watching->said) < 0) {
    (void)no_memory(&error);
    return watching_fail(watching, &error);
  }
  job = job_of(watching, pod.item);
  if (!job || !job->uid || strcmp(job->uid, pod.job_uid) != 0 || !*pod.uid ||
      watching_is_closed(watching, job))
    return watching_goes_on(watching);
  result = take_pod(watching, job, &pod, &error);
  return settle_word(watching, job, result, &error);
}

static int32_t event_said(const struct hg_watch_sink *sink, const struct hg_cluster_event *said) {
  struct watching *watching = owner(sink);
  struct hg_error error = HG_ERROR_INIT;
  struct hg_cluster_event event;
  struct followed_job *job;
  int32_t result;

  watcher_word_event(&event, said);
  job = job_of(watching, event.item);
  if (!job || job->incarnation == 0 || !*event.uid || watching_is_closed(watching, job))
    return watching_goes_on(watching);
  if (strcmp(event.kind, "Job") == 0 && strcmp(event.object_uid, job->uid ? job->uid : "") != 0)
    return watching_goes_on(watching);
  (void)pthread_mutex_lock(&watching->mutex);
  result = verdict_take_event(&job->verdict, &event, watching_clock_ms(watching), &error);
  watch_news_look(watching, job);
  (void)pthread_mutex_unlock(&watching->mutex);
  const struct history_object object = followed_job_object(job);
  if (result == 0)
    result = history_watch_event(watching->history, &object, &event, &error);
  return settle_word(watching, job, result, &error);
}

/* Where nothing was decided of a Job that is said to be over, nobody knows how it ended. */
static int32_t done(const struct hg_watch_sink *sink, uint64_t item, const char *uid) {
  struct watching *watching = owner(sink);
  struct followed_job *job = job_of(watching, item);
  struct hg_error error = HG_ERROR_INIT;
  int32_t result = 0;

  if (!job || watching_is_closed(watching, job) ||
      strcmp(job->uid ? job->uid : "", uid ? uid : "") != 0)
    return watching_goes_on(watching);
  (void)pthread_mutex_lock(&watching->mutex);
  if (job->settlement == JOB_IS_FOLLOWED || job->verdict.outcome != 0) {
    if (job->verdict.outcome == 0 && !followed_job_is_another(job))
      result = verdict_give_up(&job->verdict, HG_OUTCOME_UNKNOWN,
                               "the watcher said nothing of how it ended", &error);
    job->is_done = true;
  }
  (void)pthread_mutex_unlock(&watching->mutex);
  return settle_word(watching, job, result, &error);
}

/* The clock stands still in between. */
static int32_t connection(const struct hg_watch_sink *sink, uint32_t ok, const char *why) {
  struct watching *watching = owner(sink);
  int64_t now = watching_steady_ms(watching);
  struct text_buffer lost_for;
  bool is_news;

  (void)pthread_mutex_lock(&watching->mutex);
  is_news = watching->is_lost == (ok != 0);
  text_buffer_init(&lost_for);
  if (is_news && ok) {
    watching->lost_ms += now - watching->lost_since_ms;
    duration_append(&lost_for, now - watching->lost_since_ms);
  } else if (is_news) {
    watching->lost_since_ms = now;
    watching->reconnects++;
  }
  watching->is_lost = !ok;
  (void)pthread_mutex_unlock(&watching->mutex);
  if (is_news && ok)
    log_line(HG_LOG_INFO, LOG_WATCH, "Connection again: after %s", text_buffer_string(&lost_for));
  else if (is_news)
    log_line(HG_LOG_WARNING, LOG_WATCH, "Connection lost: %.*s; asking again", MOST_SHOWN,
             why && *why ? why : "no answer");
  text_buffer_finish(&lost_for);
  return watching_goes_on(watching);
}

static void look_at_time(struct watching *watching) {
  const struct watching_request *request = &watching->request;
  struct text_buffer why;

  if (request->timeout_ms <= 0 || watching->stage != STAGE_WATCHING ||
      watching_steady_ms(watching) - watching->started_ms < request->timeout_ms)
    return;
  text_buffer_init(&why);
  text_buffer_append_string(&why, "it had not ended after ");
  duration_append(&why, request->timeout_ms);
  (void)pthread_mutex_lock(&watching->mutex);
  watching->is_timed_out = true;
  watching_give_up(watching, HG_OUTCOME_TIMED_OUT, text_buffer_string(&why));
  (void)pthread_mutex_unlock(&watching->mutex);
  text_buffer_finish(&why);
}

static int32_t tick(const struct hg_watch_sink *sink) {
  struct watching *watching = owner(sink);
  struct hg_error error = HG_ERROR_INIT;

  look_at_time(watching);
  if (watching_advance_all(watching, &error) < 0)
    return watching_fail(watching, &error);
  watching_say_what_waits(watching);
  if (write_rows(watching, watching->has_ends ? END_PAUSE_MS : WRITE_PAUSE_MS) < 0)
    return -1;
  return watching_goes_on(watching);
}

void watch_sink_init(struct watching *watching) {
  watching->sink = (struct hg_watch_sink){
      .struct_size = sizeof watching->sink,
      .context = watching,
      .wanted = wanted,
      .found = found,
      .job = job_said,
      .pod = pod_said,
      .event = event_said,
      .log_open = watch_log_open,
      .log_append = watch_log_append,
      .log_resume = watch_log_resume,
      .log_close = watch_log_close,
      .done = done,
      .connection = connection,
      .tick = tick,
      .further = further,
  };
}
