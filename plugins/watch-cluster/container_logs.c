/* SPDX-License-Identifier: Apache-2.0 */
#include "container_logs.h"

#include "cluster/collection.h"
#include "memory/no_memory.h"

#include <stdlib.h>
#include <string.h>

enum {
  PASS_MS = 20,         /* between two looks at what waits */
  TURN_MS = 15000,      /* a container that runs on keeps its place so long, where others wait */
  MOST_TRIES = 6,       /* for a log of a container that has ended */
  LOOK_AGAIN_MS = 1000, /* a stream ended, and as far as is known its container did not */
  LINGER_MS = 10000,    /* a container ended, and the stream that follows it does not */
};

/* The log of one run of one container. In the arena of the followed Jobs. */
struct container_log {
  struct container_log *next; /* of all that are not closed */
  struct container_log *next_of_pod;
  struct container_logs *logs;
  struct followed_pod *pod;
  void *kept;                /* the sink's; NULL: not opened */
  struct log_stream *stream; /* NULL: none runs */
  char *rest;                /* an unfinished line at the end of a stream that ended well */
  size_t rest_length;
  int64_t not_before_ms;
  int64_t asked_ms;
  int64_t moved_ms; /* when its bytes came last, or its end was heard of */
  uint32_t restart;
  uint32_t tries;      /* that failed, one after the other */
  bool has_ended;      /* this run of the container has */
  bool is_superseded;  /* another run began behind it */
  bool is_lost;        /* and one more: the server does not have this one's log */
  bool is_unknown;     /* nobody knows what became of the container */
  bool asked_at_end;   /* when the stream was asked for, the run had ended: it is the whole rest */
  bool has_ended_well; /* a stream that followed it ended as it should */
  bool is_closed;
  char container[];
};

void container_logs_init(struct container_logs *logs, const struct hg_watch_request *request,
                         int64_t (*clock)(void), uint32_t most, int64_t timeout_ms,
                         bool *is_stopped) {
  memset(logs, 0, sizeof *logs);
  logs->clock = clock;
  logs->last = &logs->first;
  logs->most = most;
  logs->timeout_ms = timeout_ms;
  logs->seed = (unsigned)clock();
  logs->is_snapshot = (request->flags & HG_WATCH_SNAPSHOT) != 0;
  logs->tail = logs->is_snapshot ? request->log_tail : 0;
  logs->is_stopped = is_stopped;
}

/* --- Opening and closing ------------------------------------------------------------------------
 */

static void end_stream(struct container_log *log) {
  if (!log->stream)
    return;
  log_stream_finish(log->stream);
  free(log->stream);
  log->stream = NULL;
  log->logs->count--;
}

static void stop(struct container_logs *logs) {
  *logs->is_stopped = true;
}

/* Opens it at the sink. False: it is not wanted. */
static bool open_log(struct container_log *log, struct hg_log_resume *resume) {
  const struct hg_watch_sink *sink = log->logs->sink;
  int32_t result;

  *resume = (struct hg_log_resume){.struct_size = sizeof *resume};
  if (log->kept)
    result = sink->log_resume(sink, log->kept, resume);
  else
    result = sink->log_open(sink, log->pod->job->item->index, log->pod->uid, log->container,
                            log->restart, resume, &log->kept);
  if (result < 0)
    stop(log->logs);
  return result == 0 && log->kept;
}

/* It is over. The stream, if there is one, is ended by the next step: this may be its callback. */
static void close_log(struct container_log *log, uint32_t end, const char *why) {
  const struct hg_watch_sink *sink = log->logs->sink;

  if (log->is_closed)
    return;
  log->is_closed = true;
  log->pod->job->logs_open--;
  log->pod->job->moved_ms = log->logs->clock();
  if (log->kept && sink->log_close(sink, log->kept, end, why) < 0)
    stop(log->logs);
  log->kept = NULL;
}

/* Whether its Job is followed: one that was there before the run's first launch may be left alone,
 * or be replaced by another. */
static bool is_wanted(const struct container_log *log) {
  const struct followed_job *job = log->pod->job;

  return job->item->wanted == HG_WATCH_FOLLOW ||
         (job->item->wanted == HG_WATCH_NOT_YET && (!job->was_there || log->logs->is_snapshot));
}

/* Opened and closed in one: there is nothing to be had. */
static void close_unread(struct container_log *log, const char *why) {
  struct hg_log_resume resume;

  if (!log->kept && !log->is_closed && is_wanted(log))
    (void)open_log(log, &resume);
  close_log(log, HG_LOG_GONE, why);
}

static void append(struct container_log *log, const char *data, size_t length, uint32_t *more) {
  const struct hg_watch_sink *sink = log->logs->sink;
  const struct hg_bytes lines = {data, length};

  *more = 1;
  if (sink->log_append(sink, log->kept, lines, more) < 0) {
    stop(log->logs);
    *more = 0;
  }
}

static int32_t take_lines(void *context, const char *data, size_t length) {
  struct container_log *log = context;
  uint32_t more;

  if (log->is_closed)
    return -1;
  log->moved_ms = log->logs->clock();
  log->tries = 0;
  append(log, data, length, &more);
  return more ? 0 : -1;
}

/* --- How streams end ----------------------------------------------------------------------------
 */

static void again(struct container_log *log, int64_t wait_ms) {
  log->not_before_ms = log->logs->clock() + wait_ms;
}

/* It did not work out. Of a container that has ended, or whose Pod is gone, nothing is waited for
 * for ever, and in a snapshot of none. */
static void fail(struct container_log *log, const char *why) {
  log->tries++;
  if (log->pod->is_gone || ((log->has_ended || log->pod->has_ended || log->logs->is_snapshot) &&
                            log->tries >= MOST_TRIES))
    close_log(log, HG_LOG_GONE, why);
  else
    again(log, collection_delay(log->tries, &log->logs->seed));
}

/* Keeps the unfinished line of a stream that may have been the last. */
static void keep_rest(struct container_log *log) {
  const struct text_buffer *begun = &log->stream->begun;

  free(log->rest);
  log->rest_length = begun->length;
  log->rest = begun->length > 0 ? malloc(begun->length) : NULL;
  if (log->rest)
    memcpy(log->rest, begun->data, begun->length);
  else
    log->rest_length = 0;
}

/* Nothing more is to come. */
static void complete(struct container_log *log, const char *rest, size_t length) {
  uint32_t more;

  if (length > 0 && log->kept)
    append(log, rest, length, &more);
  close_log(log, HG_LOG_COMPLETE, "");
}

/* A stream ended as it should, and the container may have too. */
static void end_well(struct container_log *log) {
  if (log->asked_at_end || (log->has_ended && log->pod->is_gone)) {
    complete(log, log->stream->begun.data, log->stream->begun.length);
    return;
  }
  if (log->logs->is_snapshot) {
    close_log(log, HG_LOG_BROKEN, "");
    return;
  }
  log->has_ended_well = true;
  keep_rest(log);
  again(log, log->has_ended ? 0 : LOOK_AGAIN_MS);
}

static void take_end(void *context, enum log_stream_end end, const char *why) {
  struct container_log *log = context;

  if (log->is_closed)
    return;
  switch (end) {
  case LOG_STREAM_ENDED:
    if (*why)
      fail(log, why);
    else
      end_well(log);
    break;
  case LOG_STREAM_GONE:
    if (log->has_ended_well && (log->has_ended || log->pod->has_ended)) {
      complete(log, log->rest, log->rest_length);
    } else if (log->pod->is_gone || log->tries > 0) {
      close_log(log, HG_LOG_GONE, why);
    } else {
      fail(log, why);
    }
    break;
  case LOG_STREAM_CLOSED:
    close_log(log, HG_LOG_BROKEN, "no more of it is kept");
    break;
  default:
    if (log->logs->is_snapshot)
      close_log(log, HG_LOG_GONE, why);
    else
      fail(log, why);
    break;
  }
}

/* --- What there is ------------------------------------------------------------------------------
 */

static struct container_log *find_log(const struct followed_pod *pod, const char *container,
                                      uint32_t restart) {
  for (struct container_log *log = pod->logs; log; log = log->next_of_pod)
    if (log->restart == restart && strcmp(log->container, container) == 0)
      return log;
  return NULL;
}

static struct container_log *add_log(struct container_logs *logs, struct followed_pod *pod,
                                     const struct hg_container_state *run, struct hg_error *err) {
  size_t length = strlen(run->name) + 1;
  struct container_log *log =
      arena_alloc(&pod->job->item->space->jobs->arena, sizeof *log + length);

  if (!log) {
    (void)no_memory(err);
    return NULL;
  }
  memset(log, 0, sizeof *log);
  memcpy(log->container, run->name, length);
  log->logs = logs;
  log->pod = pod;
  log->restart = run->restart;
  log->next_of_pod = pod->logs;
  pod->logs = log;
  *logs->last = log;
  logs->last = &log->next;
  pod->job->logs_open++;
  return log;
}

static void set_ended(struct container_log *log) {
  if (log->has_ended)
    return;
  log->has_ended = true;
  log->moved_ms = log->logs->clock();
  log->not_before_ms = 0;
}

/* A later run of the container began, or waits to: the server gives the one before it as the
 * previous one, and none that is older. */
static void supersede(struct followed_pod *pod, const struct hg_container_state *run) {
  for (struct container_log *log = pod->logs; log; log = log->next_of_pod) {
    if (log->restart >= run->restart || strcmp(log->container, run->name) != 0)
      continue;
    set_ended(log);
    log->is_superseded = true;
    log->is_lost = log->restart + 1 < run->restart;
  }
}

int32_t container_logs_take(struct container_logs *logs, struct followed_pod *pod,
                            const struct pod_object *object, struct hg_error *err) {
  const struct hg_pod_state *state = &object->state;

  for (uint32_t i = 0; i < state->container_count; i++) {
    const struct hg_container_state *run = state->containers[i];
    struct container_log *log = find_log(pod, run->name, run->restart);

    supersede(pod, run);
    if (run->state == HG_CONTAINER_WAITING)
      continue;
    if (!log)
      log = add_log(logs, pod, run, err);
    if (!log)
      return -1;
    if (run->state != HG_CONTAINER_TERMINATED)
      continue;
    set_ended(log);
    log->is_unknown = strcmp(run->reason, "ContainerStatusUnknown") == 0;
  }
  return 0;
}

int32_t container_logs_gone(struct container_logs *logs, struct followed_pod *pod,
                            struct hg_error *err) {
  for (struct container_log *log = pod->logs; log; log = log->next_of_pod) {
    set_ended(log);
    if (log->is_closed || log->stream)
      continue;
    if (log->has_ended_well)
      complete(log, log->rest, log->rest_length);
    else
      close_unread(log, "the Pod was deleted before its log was read to the end");
  }
  return *logs->is_stopped ? hg_error_set(err, HG_ERROR_CANCELLED, "nothing more is wanted") : 0;
}

int32_t container_logs_drop(struct container_logs *logs, struct followed_job *job, bool of_ended,
                            const char *why, struct hg_error *err) {
  for (struct followed_pod *pod = job->pods; pod; pod = pod->next_of_job)
    for (struct container_log *log = pod->logs; log; log = log->next_of_pod)
      if (of_ended || !(log->has_ended || pod->has_ended || pod->is_gone))
        close_log(log, HG_LOG_BROKEN, why);
  return *logs->is_stopped ? hg_error_set(err, HG_ERROR_CANCELLED, "nothing more is wanted") : 0;
}

/* --- Whose turn it is ---------------------------------------------------------------------------
 */

/* Whether it will be gone before those that run on. */
static bool is_urgent(const struct container_log *log) {
  return log->has_ended || log->pod->has_ended || log->pod->is_deleting || log->pod->is_gone;
}

static int32_t ask(struct container_logs *logs, struct container_log *log, struct hg_error *err) {
  const struct log_stream_owner owner = {log, take_lines, take_end};
  bool is_over = log->has_ended || logs->is_snapshot;
  struct hg_log_resume resume;

  if (!open_log(log, &resume)) {
    close_log(log, HG_LOG_BROKEN, "");
    return 0;
  }
  resume.second[sizeof resume.second - 1] = '\0';
  log->stream = malloc(sizeof *log->stream);
  if (!log->stream)
    return no_memory(err);
  log_stream_init(log->stream, logs->requests, &owner);
  logs->count++;
  log->asked_ms = logs->clock();
  log->asked_at_end = log->has_ended;
  return log_stream_start(log->stream,
                          &(struct log_stream_request){
                              .pod_namespace = log->pod->job->item->space->name,
                              .pod = log->pod->name,
                              .container = log->container,
                              .since = resume.second,
                              .skip = resume.lines,
                              .tail = logs->tail,
                              .follows = !is_over,
                              .is_previous = log->is_superseded,
                              .silence_ms = is_over ? logs->timeout_ms : 0,
                          },
                          err);
}

/* Whether nothing can be asked any more, and closes it then. */
static bool is_past(struct container_log *log) {
  if ((log->is_unknown || log->is_lost) && log->has_ended_well)
    complete(log, log->rest, log->rest_length);
  else if (log->is_unknown)
    close_unread(log, "the node lost the container");
  else if (log->is_lost)
    close_unread(log, "the container was started again twice before its log was read");
  return log->is_closed;
}

/* Whether a stream that follows a container does not notice that it ended. */
static bool lingers(const struct container_log *log) {
  return log->has_ended && !log->asked_at_end && log->logs->clock() - log->moved_ms >= LINGER_MS;
}

/* Takes the closed ones out, and gives back what they held. They stay known to their Pods. */
static void sweep(struct container_logs *logs) {
  struct container_log **place = &logs->first;

  while (*place) {
    struct container_log *log = *place;

    if (!log->is_closed) {
      if (log->stream && (!log->stream->runs || lingers(log)))
        end_stream(log);
      place = &log->next;
      continue;
    }
    end_stream(log);
    free(log->rest);
    log->rest = NULL;
    *place = log->next;
    if (logs->last == &log->next)
      logs->last = place;
  }
}

/* What waits and is due: the first that is urgent, else the first. Of a log that is to go on, the
 * container must be known as it is. */
static struct container_log *next_due(struct container_logs *logs, bool is_current) {
  int64_t now_ms = logs->clock();
  struct container_log *best = NULL;

  for (struct container_log *log = logs->first; log; log = log->next) {
    if (log->stream || log->is_closed || log->not_before_ms > now_ms || !is_wanted(log) ||
        (log->kept && !is_current) || is_past(log))
      continue;
    if (is_urgent(log))
      return log;
    if (!best)
      best = log;
  }
  return best;
}

/* Who gives its place up to one that waits: of those that run on, the one that has it longest. */
static struct container_log *longest(struct container_logs *logs, int64_t least_ms) {
  int64_t now_ms = logs->clock();
  struct container_log *best = NULL;

  for (struct container_log *log = logs->first; log; log = log->next)
    if (log->stream && !is_urgent(log) && now_ms - log->asked_ms >= least_ms &&
        (!best || log->asked_ms < best->asked_ms))
      best = log;
  return best;
}

/* Moves it behind the others. */
static void requeue(struct container_logs *logs, struct container_log *moved) {
  struct container_log **place = &logs->first;

  while (*place != moved)
    place = &(*place)->next;
  *place = moved->next;
  if (logs->last == &moved->next)
    logs->last = place;
  moved->next = NULL;
  *logs->last = moved;
  logs->last = &moved->next;
}

int32_t container_logs_step(struct container_logs *logs, bool is_current, struct hg_error *err) {
  int64_t now_ms = logs->clock();
  struct container_log *due;

  if (now_ms - logs->scheduled_ms < PASS_MS)
    return 0;
  logs->scheduled_ms = now_ms;
  sweep(logs);
  while (!*logs->is_stopped && (due = next_due(logs, is_current))) {
    if (logs->count >= logs->most) {
      struct container_log *victim = longest(logs, is_urgent(due) ? LOOK_AGAIN_MS : TURN_MS);

      if (!victim)
        break;
      end_stream(victim);
      victim->not_before_ms = now_ms + LOOK_AGAIN_MS;
      requeue(logs, victim);
    }
    if (ask(logs, due, err) < 0)
      return -1;
  }
  return *logs->is_stopped ? hg_error_set(err, HG_ERROR_CANCELLED, "nothing more is wanted") : 0;
}

void container_logs_finish(struct container_logs *logs, const char *why) {
  for (struct container_log *log = logs->first; log; log = log->next) {
    end_stream(log);
    close_log(log, HG_LOG_BROKEN, why);
  }
  sweep(logs);
}
