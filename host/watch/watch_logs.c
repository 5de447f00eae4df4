/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/watch_logs.h"

#include "memory/no_memory.h"
#include "terminal/log.h"
#include "watch/kept_log.h"

#include <headgate/host.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* With more Jobs a line for each log is too much for a screen. */
enum { MOST_TOLD_JOBS = 40 };

/* A log that the watcher reads; what it has of it is a pointer to this. */
struct open_log {
  struct open_log *next;
  struct kept_log *kept;
  struct followed_job *job;
  struct history_object object;
  char *pod_uid;
  char *pod;
  char *container;
  uint32_t restart;
  uint32_t resumes;
};

static void destroy(struct open_log *log) {
  kept_log_destroy(log->kept);
  free(log->pod_uid);
  free(log->pod);
  free(log->container);
  free(log);
}

static struct open_log *create(struct followed_job *job, const struct followed_pod *pod,
                               const char *container, uint32_t restart) {
  struct open_log *log = calloc(1, sizeof *log);

  if (!log)
    return NULL;
  log->job = job;
  log->object = followed_job_object(job);
  log->restart = restart;
  log->pod_uid = strdup(pod->uid);
  log->pod = strdup(pod->name);
  log->container = strdup(container);
  if (log->pod_uid && log->pod && log->container)
    return log;
  destroy(log);
  return NULL;
}

/* Where the watcher's pointer is in the list; the list's end: nowhere. */
static struct open_log **find(struct watching *watching, const void *log) {
  struct open_log **place = &watching->open_logs;

  while (*place && *place != log)
    place = &(*place)->next;
  return place;
}

static int32_t write_row(struct watching *watching, const struct open_log *log, const char *path,
                         const char *state, const struct kept_log_facts *facts,
                         const uint8_t *sha256, const char *why, struct hg_error *err) {
  struct text_buffer below;
  int32_t result;

  text_buffer_init(&below);
  text_buffer_printf(&below, "%" PRId64 "/%s", watching->request.run_id, path);
  const struct history_log row = {
      .pod_uid = log->pod_uid,
      .container = log->container,
      .restart = log->restart,
      .resumes = log->resumes,
      .path = text_buffer_string(&below),
      .state = state,
      .why = why,
      .bytes = facts->bytes,
      .lines = facts->lines,
      .sha256 = sha256,
      .first_at = facts->first_at,
      .last_at = facts->last_at,
  };
  result =
      below.failed ? no_memory(err) : history_watch_log(watching->history, &log->object, &row, err);
  text_buffer_finish(&below);
  return result;
}

static void count(struct watching *watching, struct followed_job *job, bool is_whole) {
  (void)pthread_mutex_lock(&watching->mutex);
  job->logs_kept += is_whole;
  job->logs_lost += !is_whole;
  (void)pthread_mutex_unlock(&watching->mutex);
}

/* Opens the file, or says why it is not kept. */
static int32_t begin(struct watching *watching, struct open_log *log, struct hg_log_resume *resume,
                     struct hg_error *err) {
  const struct hg_plan_item *item = &log->job->planned->item;
  const struct log_name name = {item->job_namespace, item->job_name, log->pod, log->container,
                                log->restart};
  struct kept_log_facts facts = {.first_at = "", .last_at = ""};
  struct hg_error refused = HG_ERROR_INIT;
  struct text_buffer path;
  int32_t result = -1;

  text_buffer_init(&path);
  log_name_append(&path, &name);
  if (path.failed) {
    (void)no_memory(err);
  } else if (!log_store_has_room(&watching->logs, 1)) {
    result = write_row(watching, log, path.data, "cut", &facts, NULL, watching->logs.full, err);
  } else if (kept_log_open(&watching->logs, path.data, &log->kept, &refused) < 0 ||
             kept_log_resume(log->kept, resume, &refused) < 0) {
    log_store_close_for(&watching->logs, "a file cannot be written");
    log_line(HG_LOG_WARNING, LOG_WATCH, "%s", refused.message);
    kept_log_destroy(log->kept);
    log->kept = NULL;
    result = write_row(watching, log, path.data, "cut", &facts, NULL, refused.message, err);
  } else {
    kept_log_look(log->kept, &facts);
    result = write_row(watching, log, path.data, "open", &facts, NULL, "", err);
  }
  text_buffer_finish(&path);
  return result;
}

/* Logs of a Job that had ended before are not this run's. */
static struct followed_job *wanted_job(struct watching *watching, uint64_t item) {
  struct followed_job *job = item < watching->count ? &watching->jobs[item] : NULL;

  return !job || !watching->request.keeps_logs || job->had_ended == HISTORY_YES ||
                 watching_is_closed(watching, job)
             ? NULL
             : job;
}

static int32_t open_log(struct watching *watching, struct followed_job *job,
                        const struct followed_pod *pod, const char *container, uint32_t restart,
                        struct hg_log_resume *resume, void **result, struct hg_error *err) {
  const struct history_object object = followed_job_object(job);
  struct open_log *log;
  bool is_complete = false;
  uint32_t resumes = 0;

  if (watching->is_known && history_read_log(watching->history, &object, pod->uid, container,
                                             restart, &is_complete, &resumes, err) < 0)
    return -1;
  if (is_complete) {
    count(watching, job, true);
    return 0;
  }
  log = create(job, pod, container, restart);
  if (!log)
    return no_memory(err);
  log->resumes = resumes;
  if (begin(watching, log, resume, err) < 0) {
    destroy(log);
    return -1;
  }
  if (!log->kept) {
    count(watching, job, false);
    destroy(log);
    return 0;
  }
  log->next = watching->open_logs;
  watching->open_logs = log;
  *result = log;
  return 0;
}

static void start_anew(struct hg_log_resume *resume) {
  memset(resume, 0, sizeof *resume);
  resume->struct_size = sizeof *resume;
}

int32_t watch_log_open(const struct hg_watch_sink *sink, uint64_t item, const char *pod_uid,
                       const char *container, uint32_t restart, struct hg_log_resume *resume,
                       void **log) {
  struct watching *watching = sink->context;
  struct followed_job *job = wanted_job(watching, item);
  const struct followed_pod *pod = job && pod_uid ? followed_job_find_pod(job, pod_uid) : NULL;
  struct hg_error error = HG_ERROR_INIT;

  *log = NULL;
  start_anew(resume);
  if (pod && container && open_log(watching, job, pod, container, restart, resume, log, &error) < 0)
    return watching_fail(watching, &error);
  return watching_goes_on(watching);
}

int32_t watch_log_append(const struct hg_watch_sink *sink, void *opaque, struct hg_bytes lines,
                         uint32_t *more) {
  struct watching *watching = sink->context;
  struct open_log *log = *find(watching, opaque);

  *more = 0;
  if (!log || !lines.data)
    return watching_goes_on(watching);
  kept_log_append(log->kept, lines, more);
  log->job->heard_at_ms = watching_clock_ms(watching);
  return watching_goes_on(watching);
}

int32_t watch_log_resume(const struct hg_watch_sink *sink, void *opaque,
                         struct hg_log_resume *resume) {
  struct watching *watching = sink->context;
  struct open_log *log = *find(watching, opaque);
  struct hg_error error = HG_ERROR_INIT;

  start_anew(resume);
  if (log && kept_log_resume(log->kept, resume, &error) < 0)
    return watching_fail(watching, &error);
  if (log)
    log->resumes++;
  return watching_goes_on(watching);
}

static void say_kept(const struct watching *watching, const struct open_log *log,
                     const struct kept_log_facts *facts) {
  log_line(watching->count <= MOST_TOLD_JOBS ? HG_LOG_INFO : HG_LOG_DEBUG, LOG_WATCH,
           "Log kept: %s/%s (%" PRIu64 " line%s)", log->pod, log->container, facts->lines,
           facts->lines == 1 ? "" : "s");
}

/* What the watcher said of the end, unless something of it was cut off here. */
static int32_t end(struct watching *watching, struct open_log *log, uint32_t how, const char *why,
                   struct hg_error *err) {
  static const char *const states[] = {"broken", "complete", "broken", "gone"};
  uint8_t digest[DIGEST_SIZE];
  struct hg_error refused = HG_ERROR_INIT;
  struct kept_log_facts facts;
  const char *state = states[how <= HG_LOG_GONE ? how : HG_LOG_BROKEN];
  bool is_synced = kept_log_end(log->kept, digest, &refused) == 0;

  kept_log_look(log->kept, &facts);
  if (facts.is_cut || !is_synced) {
    state = "cut";
    why = facts.is_cut ? facts.why : refused.message;
  } else if (!*why) {
    why = facts.why;
  }
  count(watching, log->job, strcmp(state, "complete") == 0);
  if (strcmp(state, "complete") == 0)
    say_kept(watching, log, &facts);
  return write_row(watching, log, facts.path, state, &facts, is_synced ? digest : NULL, why, err);
}

int32_t watch_log_close(const struct hg_watch_sink *sink, void *opaque, uint32_t how,
                        const char *why) {
  struct watching *watching = sink->context;
  struct open_log **place = find(watching, opaque);
  struct open_log *log = *place;
  struct hg_error error = HG_ERROR_INIT;
  int32_t result;

  if (!log)
    return watching_goes_on(watching);
  *place = log->next;
  result = end(watching, log, how, why ? why : "", &error);
  destroy(log);
  return result < 0 ? watching_fail(watching, &error) : watching_goes_on(watching);
}

void watch_logs_close_all(struct watching *watching) {
  while (watching->open_logs)
    (void)watch_log_close(&watching->sink, watching->open_logs, HG_LOG_BROKEN,
                          "the watch ended before the log did");
}
