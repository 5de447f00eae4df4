/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/selector_look.h"

#include "memory/array.h"
#include "memory/no_memory.h"
#include "terminal/interrupt.h"
#include "text/timestamp.h"
#include "text/utf8.h"
#include "watch/kept_log.h"
#include "watch/watcher_word.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
  MOST_TEXT = 2048,        /* bytes of one text that is kept */
  LOST_PATIENCE_MS = 5000, /* a server that could be asked, and cannot be any longer */
};

static struct selector_look *owner(const struct hg_watch_sink *sink) {
  return sink->context;
}

static int32_t goes_on(const struct selector_look *look) {
  return look->is_stopped ? -1 : 0;
}

/* The first reason counts. */
static int32_t stop(struct selector_look *look, int32_t code, const char *why) {
  if (!look->is_stopped)
    (void)hg_error_set(&look->error, code, "%s", why);
  look->is_stopped = true;
  return -1;
}

static int32_t stop_without_memory(struct selector_look *look) {
  return stop(look, HG_ERROR_NO_MEMORY, "out of memory");
}

/* A copy of no more than MOST_TEXT bytes; "" where memory is out, and the look stops. */
static const char *keep(struct selector_look *look, const char *text) {
  const char *copy = arena_copy(&look->arena, text, utf8_piece(text, strlen(text), MOST_TEXT));

  if (!copy)
    (void)stop_without_memory(look);
  return copy ? copy : "";
}

static void add_error(struct selector_look *look, const char *text) {
  if (string_list_add(&look->errors, &look->arena, text) < 0)
    (void)stop_without_memory(look);
}

/* --- Jobs ---------------------------------------------------------------------------------------
 */

static struct looked_job *job_of(const struct selector_look *look, uint64_t item) {
  return item < look->job_count ? look->jobs[item] : NULL;
}

static uint32_t wanted(const struct hg_watch_sink *sink, uint64_t item) {
  return job_of(owner(sink), item) ? HG_WATCH_FOLLOW : HG_WATCH_NEVER;
}

static int32_t make_room(struct selector_look *look) {
  struct looked_job **jobs =
      array_reserve(look->jobs, look->job_count + 1, &look->job_room, sizeof(struct looked_job *));

  if (jobs)
    look->jobs = jobs;
  return jobs ? 0 : -1;
}

static int32_t found(const struct hg_watch_sink *sink, const char *job_namespace,
                     const char *job_name, uint64_t *item) {
  struct selector_look *look = owner(sink);
  struct looked_job *job;

  *item = UINT64_MAX;
  if (look->job_count == LOOK_MOST_JOBS) {
    look->jobs_left_out++;
    return goes_on(look);
  }
  job = make_room(look) < 0 ? NULL : arena_alloc(&look->arena, sizeof *job);
  if (!job)
    return stop_without_memory(look);
  *job = (struct looked_job){
      .name = keep(look, job_name ? job_name : ""),
      .job_namespace = keep(look, job_namespace ? job_namespace : ""),
      .uid = "",
      .labels = "",
      .started_at = "",
      .finished_at = "",
      .completions = -1,
  };
  verdict_init(&job->verdict, &look->request->policy);
  *item = look->job_count;
  look->jobs[look->job_count++] = job;
  return goes_on(look);
}

/* When something came about, for a verdict whose clock is the machine's: nobody looked until now,
 * and how long a Job waits is told by the cluster alone. */
static int64_t time_of(const struct selector_look *look, const char *at, const char *otherwise) {
  int64_t ms;

  return timestamp_parse(at, &ms) || timestamp_parse(otherwise, &ms) ? ms : look->at_ms;
}

static int32_t job_said(const struct hg_watch_sink *sink, const struct hg_job_state *said) {
  struct selector_look *look = owner(sink);
  struct hg_error error = HG_ERROR_INIT;
  struct hg_job_state state;
  struct looked_job *job;

  watcher_word_job(&state, said);
  job = job_of(look, state.item);
  if (!job)
    return goes_on(look);
  job->uid = keep(look, state.uid);
  job->labels = keep(look, state.labels);
  job->started_at = keep(look, state.started_at);
  job->finished_at = keep(look, state.finished_at);
  job->completions = state.completions;
  job->active = state.active;
  job->succeeded = state.succeeded;
  job->failed = state.failed;
  if (verdict_take_job(&job->verdict, &state, false,
                       time_of(look, state.started_at, state.created_at), &error) < 0)
    return stop(look, error.code, error.message);
  return goes_on(look);
}

static int32_t event_said(const struct hg_watch_sink *sink, const struct hg_cluster_event *said) {
  struct selector_look *look = owner(sink);
  struct hg_error error = HG_ERROR_INIT;
  struct hg_cluster_event event;
  struct looked_job *job;

  watcher_word_event(&event, said);
  job = job_of(look, event.item);
  if (!job || (strcmp(event.kind, "Job") == 0 && strcmp(event.object_uid, job->uid) != 0))
    return goes_on(look);
  if (verdict_take_event(&job->verdict, &event, time_of(look, event.first_at, event.last_at),
                         &error) < 0)
    return stop(look, error.code, error.message);
  return goes_on(look);
}

/* --- Pods and their logs ------------------------------------------------------------------------
 */

static struct looked_container *find_container(const struct selector_look *look,
                                               const char *pod_uid, const char *name,
                                               uint32_t restart) {
  for (size_t i = 0; i < look->container_count; i++) {
    struct looked_container *container = look->containers[i];

    if (container->restart == restart && strcmp(container->pod_uid, pod_uid) == 0 &&
        strcmp(container->name, name) == 0)
      return container;
  }
  return NULL;
}

/* Where it was told before, it waits for something else now, or no longer. */
static void add_container(struct selector_look *look, const struct looked_job *job,
                          const struct hg_pod_state *pod, const char *name, uint32_t restart,
                          const char *waits_for) {
  struct looked_container *container = find_container(look, pod->uid, name, restart);

  if (!container && look->container_count == LOOK_MOST_CONTAINERS) {
    look->containers_left_out++;
    return;
  }
  if (!container) {
    container = arena_alloc(&look->arena, sizeof *container);
    if (!container) {
      (void)stop_without_memory(look);
      return;
    }
    *container = (struct looked_container){
        .pod = keep(look, pod->name),
        .pod_uid = keep(look, pod->uid),
        .job_namespace = job->job_namespace,
        .name = keep(look, name),
        .restart = restart,
    };
    text_buffer_init(&container->log);
    look->containers[look->container_count++] = container;
  }
  container->waits_for = keep(look, waits_for);
}

static int32_t pod_said(const struct hg_watch_sink *sink, const struct hg_pod_state *said) {
  struct selector_look *look = owner(sink);
  struct hg_error error = HG_ERROR_INIT;
  struct hg_pod_state pod;
  struct looked_job *job;

  arena_reset(&look->said);
  if (watcher_word_pod(&pod, said, &look->said) < 0)
    return stop_without_memory(look);
  job = job_of(look, pod.item);
  if (!job || strcmp(job->uid, pod.job_uid) != 0 || !*pod.uid)
    return goes_on(look);
  if (verdict_take_pod(&job->verdict, &pod, time_of(look, pod.created_at, ""), &error) < 0)
    return stop(look, error.code, error.message);
  if (!look->request->wants_logs || (pod.flags & HG_POD_DELETED))
    return goes_on(look);
  for (uint32_t i = 0; i < pod.container_count; i++) {
    const struct hg_container_state *run = pod.containers[i];

    add_container(look, job, &pod, run->name, run->restart,
                  run->state == HG_CONTAINER_WAITING ? run->reason : "");
  }
  if (pod.container_count == 0)
    add_container(look, job, &pod, "", 0, pod.reason);
  return goes_on(look);
}

static void start_anew(struct hg_log_resume *resume) {
  memset(resume, 0, sizeof *resume);
  resume->struct_size = sizeof *resume;
}

static int32_t log_open(const struct hg_watch_sink *sink, uint64_t item, const char *pod_uid,
                        const char *container, uint32_t restart, struct hg_log_resume *resume,
                        void **log) {
  const struct selector_look *look = owner(sink);
  struct looked_container *found_one =
      pod_uid && container ? find_container(look, pod_uid, container, restart) : NULL;

  (void)item;
  start_anew(resume);
  if (found_one)
    found_one->is_open = true;
  *log = found_one;
  return goes_on(look);
}

/* What the watcher's pointer is; NULL: no log that is open. */
static struct looked_container *open_log(const struct selector_look *look, const void *log) {
  for (size_t i = 0; i < look->container_count; i++)
    if (look->containers[i] == log && look->containers[i]->is_open)
      return look->containers[i];
  return NULL;
}

/* The last of the bytes are enough to have the last lines of. */
static int32_t log_append(const struct hg_watch_sink *sink, void *log, struct hg_bytes lines,
                          uint32_t *more) {
  struct selector_look *look = owner(sink);
  struct looked_container *container = open_log(look, log);
  uint64_t length = lines.length < LOG_TAIL_WINDOW ? lines.length : LOG_TAIL_WINDOW;
  struct text_buffer *kept;

  *more = container && lines.data;
  if (!*more)
    return goes_on(look);
  kept = &container->log;
  text_buffer_append(kept, lines.data + (lines.length - length), (size_t)length);
  if (kept->failed)
    return stop_without_memory(look);
  if (kept->length > LOG_TAIL_WINDOW) {
    memmove(kept->data, kept->data + kept->length - LOG_TAIL_WINDOW, LOG_TAIL_WINDOW + 1);
    kept->length = LOG_TAIL_WINDOW;
  }
  return goes_on(look);
}

/* Its connection broke off: once more, all of it. */
static int32_t log_resume(const struct hg_watch_sink *sink, void *log,
                          struct hg_log_resume *resume) {
  struct selector_look *look = owner(sink);
  struct looked_container *container = open_log(look, log);

  start_anew(resume);
  if (container)
    text_buffer_reset(&container->log);
  return goes_on(look);
}

static void add_log_error(struct selector_look *look, const struct looked_container *container,
                          const char *why) {
  struct text_buffer text;

  if (look->log_errors++ >= LOOK_MOST_LOG_ERRORS)
    return;
  text_buffer_init(&text);
  text_buffer_printf(&text, "the log of %s/%s cannot be read: %.*s", container->pod,
                     container->name, (int)utf8_piece(why, strlen(why), MOST_TEXT), why);
  if (text.failed)
    (void)stop_without_memory(look);
  else
    add_error(look, text_buffer_string(&text));
  text_buffer_finish(&text);
}

static int32_t log_close(const struct hg_watch_sink *sink, void *log, uint32_t end,
                         const char *why) {
  struct selector_look *look = owner(sink);
  struct looked_container *container = open_log(look, log);
  struct text_buffer tail;

  if (!container)
    return goes_on(look);
  container->is_open = false;
  text_buffer_init(&tail);
  log_tail_append_bytes(text_buffer_string(&container->log), container->log.length, &tail);
  text_buffer_finish(&container->log);
  container->log = tail;
  if (tail.failed)
    return stop_without_memory(look);
  if (end == HG_LOG_GONE)
    add_log_error(look, container, why && *why ? why : "the server does not have it");
  return goes_on(look);
}

/* --- The look as a whole ------------------------------------------------------------------------
 */

static int32_t done(const struct hg_watch_sink *sink, uint64_t item, const char *uid) {
  (void)item;
  (void)uid;
  return goes_on(owner(sink));
}

static int32_t connection(const struct hg_watch_sink *sink, uint32_t ok, const char *why) {
  struct selector_look *look = owner(sink);

  look->lost_since_ms = ok ? 0 : timestamp_steady_ms();
  if (!ok)
    (void)hg_error_set(&look->error, HG_ERROR_FAILED, "the cluster cannot be asked: %s",
                       why && *why ? why : "no answer");
  return goes_on(look);
}

static int32_t tick(const struct hg_watch_sink *sink) {
  struct selector_look *look = owner(sink);

  if (look->lost_since_ms != 0 && timestamp_steady_ms() - look->lost_since_ms >= LOST_PATIENCE_MS)
    look->is_stopped = true; /* for the reason that connection() kept */
  return goes_on(look);
}

/* What the watch thread is given, and gives. */
struct watch_call {
  const struct plugin *watcher;
  void *object;
  const struct hg_watch_sink *sink;
  struct hg_error error;
  int32_t result;
};

static void *call_watch(void *context) {
  struct watch_call *call = context;

  call->result = call->watcher->ops.watcher.watch(call->object, call->sink, &call->error);
  return NULL;
}

/* On a thread of its own, as the watcher may expect. */
static int32_t watch(const struct plugin *watcher, void *object, const struct hg_watch_sink *sink,
                     struct hg_error *err) {
  struct watch_call call = {watcher, object, sink, HG_ERROR_INIT, -1};
  pthread_t thread;
  int failed = pthread_create(&thread, NULL, call_watch, &call);

  if (failed)
    return hg_error_set(err, HG_ERROR_FAILED, "a thread cannot be started: %s", strerror(failed));
  (void)pthread_join(thread, NULL);
  *err = call.error;
  return call.result;
}

static int32_t ask(struct selector_look *look, struct hg_error *err) {
  const struct look_request *request = look->request;
  const struct hg_watcher_ops *ops = &request->watcher->ops.watcher;
  const struct hg_watch_request asked = {
      .struct_size = sizeof asked,
      .flags = HG_WATCH_SNAPSHOT | (request->wants_logs ? HG_WATCH_LOGS : 0),
      .job_namespace = request->job_namespace,
      .selector = request->selector,
      .log_tail = LOG_TAIL_LINES,
  };
  const struct hg_watch_sink sink = {
      .struct_size = sizeof sink,
      .context = look,
      .wanted = wanted,
      .found = found,
      .job = job_said,
      .pod = pod_said,
      .event = event_said,
      .log_open = log_open,
      .log_append = log_append,
      .log_resume = log_resume,
      .log_close = log_close,
      .done = done,
      .connection = connection,
      .tick = tick,
  };
  void *object = NULL;
  int32_t result = ops->create(&request->watcher->host, &object, err);

  if (result < 0)
    return -1;
  result = ops->open(object, &asked, &sink, err);
  if (result == 0 && !look->is_stopped)
    result = watch(request->watcher, object, &sink, err);
  ops->destroy(object);
  if (look->is_stopped || (result == 0 && look->lost_since_ms != 0))
    return hg_error_set(err, look->error.code, "%s", look->error.message);
  if (result < 0 && err->code == 0)
    return hg_error_set(err, HG_ERROR_FAILED, "the watcher failed and did not say why");
  return result;
}

static void add_left_out(struct selector_look *look, uint64_t count, const char *what) {
  struct text_buffer text;

  if (count == 0)
    return;
  text_buffer_init(&text);
  text_buffer_printf(&text, "%" PRIu64 " more %s", count, what);
  add_error(look, text_buffer_string(&text));
  text_buffer_finish(&text);
}

/* What is more than is kept. */
static void say_left_out(struct selector_look *look) {
  add_left_out(look, look->jobs_left_out, "Jobs are not looked at: name fewer with -l");
  add_left_out(look, look->containers_left_out, "containers are not shown: name fewer with -l");
  if (look->log_errors > LOOK_MOST_LOG_ERRORS)
    add_left_out(look, look->log_errors - LOOK_MOST_LOG_ERRORS, "logs cannot be read");
}

static int32_t judge_time(struct selector_look *look, struct hg_error *err) {
  int64_t now_ms = timestamp_now_ms();

  for (size_t i = 0; i < look->job_count; i++)
    if (verdict_tick(&look->jobs[i]->verdict, now_ms, err) < 0)
      return -1;
  return 0;
}

int32_t selector_look_take(struct selector_look *look, const struct look_request *request,
                           struct hg_error *err) {
  int32_t result;

  memset(look, 0, sizeof *look);
  look->request = request;
  look->at_ms = timestamp_now_ms();
  arena_init(&look->arena);
  arena_init(&look->said);
  look->containers = calloc(LOOK_MOST_CONTAINERS, sizeof(struct looked_container *));
  if (!look->containers)
    return no_memory(err);
  result = ask(look, err);
  if (interrupt_requested())
    return hg_error_set(err, HG_ERROR_CANCELLED, "ended because the user asked to stop");
  if (result < 0)
    add_error(look, err->message);
  say_left_out(look);
  if (judge_time(look, err) < 0)
    return -1;
  look->is_whole = result == 0;
  return result;
}

void selector_look_finish(struct selector_look *look) {
  for (size_t i = 0; i < look->job_count; i++)
    verdict_finish(&look->jobs[i]->verdict);
  for (size_t i = 0; i < look->container_count; i++)
    text_buffer_finish(&look->containers[i]->log);
  free(look->jobs);
  free(look->containers);
  arena_finish(&look->arena);
  arena_finish(&look->said);
}
