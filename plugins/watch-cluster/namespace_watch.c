/* SPDX-License-Identifier: Apache-2.0 */
#include "namespace_watch.h"

#include "event_object.h"
#include "memory/no_memory.h"
#include "text/percent_text.h"
#include "text/text_buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  const char *group; /* of the path */
} kinds[WATCHED_COUNT] = {
    [WATCHED_JOBS] = {"jobs", "/apis/batch/v1"},
    [WATCHED_PODS] = {"pods", "/api/v1"},
    [WATCHED_EVENTS] = {"events", "/api/v1"},
};

const char *watched_kind_name(enum watched_kind kind) {
  return kinds[kind].name;
}

const char *namespace_watch_path(const struct namespace_watch *watch, enum watched_kind kind) {
  return watch->paths[kind];
}

struct namespace_watch *namespace_watch_create(struct followed_space *space) {
  struct namespace_watch *watch = calloc(1, sizeof *watch);

  if (!watch)
    return NULL;
  watch->space = space;
  watch->error = (struct hg_error)HG_ERROR_INIT;
  arena_init(&watch->texts.arena);
  for (int i = 0; i < WATCHED_COUNT; i++) {
    struct text_buffer path;

    text_buffer_init(&path);
    text_buffer_printf(&path, "%s/namespaces/", kinds[i].group);
    percent_text_append_string(&path, space->name);
    text_buffer_printf(&path, "/%s", kinds[i].name);
    if (path.failed) {
      text_buffer_finish(&path);
      namespace_watch_destroy(watch);
      return NULL;
    }
    watch->paths[i] = path.data;
  }
  return watch;
}

void namespace_watch_destroy(struct namespace_watch *watch) {
  if (!watch)
    return;
  for (int i = 0; i < WATCHED_COUNT; i++) {
    if (watch->is_begun[i])
      collection_finish(&watch->collections[i]);
    free(watch->paths[i]);
  }
  early_objects_finish(&watch->early);
  arena_finish(&watch->texts.arena);
  free(watch);
}

/* --- What the objects mean ----------------------------------------------------------------------
 */

/* Nothing goes on: the collection is told that the object cannot be read, and its owner's next
 * step says why. */
static int32_t give_up(struct namespace_watch *watch, struct hg_error *err) {
  if (err->code == HG_ERROR_INVALID)
    return -1; /* the object's fault: it is listed again */
  if (!watch->is_over)
    watch->error = *err;
  watch->is_over = true;
  return -1;
}

static void begin_object(struct namespace_watch *watch) {
  arena_reset(&watch->texts.arena);
  watch->texts.failed = false;
}

/* What is asked for is of one namespace. */
static int32_t check_space(const struct namespace_watch *watch, const char *name,
                           struct hg_error *err) {
  return strcmp(name, watch->space->name) == 0
             ? 0
             : hg_error_set(err, HG_ERROR_INVALID, "the server's object is of another namespace");
}

static int32_t tell_event(struct namespace_watch *watch, struct followed_job *job,
                          struct hg_cluster_event *event, struct hg_error *err) {
  struct followed_jobs *jobs = watch->space->jobs;

  if (job->is_done || job->item->wanted == HG_WATCH_NEVER)
    return 0;
  event->item = job->item->index;
  if (jobs->sink->event(jobs->sink, event) == 0)
    return 0;
  jobs->is_stopped = true;
  return hg_error_set(err, HG_ERROR_CANCELLED, "nothing more is wanted");
}

static int32_t read_event(struct namespace_watch *watch, struct json_slice json,
                          struct hg_error *err) {
  struct followed_jobs *jobs = watch->space->jobs;
  struct hg_cluster_event event;
  struct followed_pod *pod;
  struct followed_job *job;

  begin_object(watch);
  if (event_object_read(json, &watch->texts, &event, err) < 0)
    return err->code == HG_ERROR_INVALID ? 0 : -1; /* events are best effort */
  if (strcmp(event.kind, "Job") != 0 && strcmp(event.kind, "Pod") != 0)
    return 0;
  pod = followed_pod_find(jobs, event.object_uid);
  job = pod ? pod->job : followed_job_find(jobs, event.object_uid);
  if (job)
    return tell_event(watch, job, &event, err);
  return early_objects_add(&watch->early, event.object_uid, EARLY_EVENT, json, jobs->clock(), err);
}

static int32_t read_pod(struct namespace_watch *watch, enum collection_news news,
                        struct json_slice json, struct hg_error *err);

/* What came before the Job, or Pod, with this uid. */
static int32_t read_early(struct namespace_watch *watch, const char *uid, bool is_pod,
                          struct hg_error *err) {
  struct early_object *early;
  struct json_slice json;
  enum early_kind kind;

  while ((early = early_objects_take(&watch->early, uid, is_pod, &kind, &json))) {
    enum collection_news news = kind == EARLY_POD ? COLLECTION_CHANGED : COLLECTION_DELETED;
    int32_t result =
        kind == EARLY_EVENT ? read_event(watch, json, err) : read_pod(watch, news, json, err);

    free(early);
    if (result < 0)
      return -1;
  }
  return 0;
}

/* A Pod of a Job that is not known: the Job may be about to come. */
static int32_t read_stray_pod(struct namespace_watch *watch, const struct pod_owner *owner,
                              enum collection_news news, struct json_slice json,
                              struct hg_error *err) {
  struct followed_jobs *jobs = watch->space->jobs;

  if ((jobs->request->flags & HG_WATCH_SNAPSHOT) ||
      (jobs->request->plan && !followed_item_find(jobs, watch->space->name, owner->job_name)))
    return 0;
  return early_objects_add(&watch->early, owner->job_uid,
                           news == COLLECTION_DELETED ? EARLY_DELETED_POD : EARLY_POD, json,
                           jobs->clock(), err);
}

// NOLINTNEXTLINE(misc-no-recursion): a Pod's early objects are events
static int32_t read_pod(struct namespace_watch *watch, enum collection_news news,
                        struct json_slice json, struct hg_error *err) {
  struct followed_jobs *jobs = watch->space->jobs;
  struct followed_pod *is_new;
  struct followed_job *job;
  struct pod_owner owner;
  struct pod_object pod;

  begin_object(watch);
  if (pod_owner_read(json, &watch->texts, &owner, err) < 0)
    return -1;
  if (!*owner.job_uid)
    return 0;
  if (check_space(watch, owner.pod_namespace, err) < 0)
    return -1;
  job = followed_job_find(jobs, owner.job_uid);
  if (!job)
    return read_stray_pod(watch, &owner, news, json, err);
  if (pod_object_read(json, &watch->texts, &pod, err) < 0 ||
      followed_pods_take(watch->space, job, &pod, owner.version, news, &is_new, err) < 0)
    return -1;
  return is_new ? read_early(watch, is_new->uid, true, err) : 0;
}

static int32_t read_job(struct namespace_watch *watch, enum collection_news news,
                        struct json_slice json, struct hg_error *err) {
  struct followed_job *is_new;
  struct job_object job;

  begin_object(watch);
  if (job_object_read(json, &watch->texts, &job, err) < 0 ||
      check_space(watch, job.job_namespace, err) < 0 ||
      (!watch->space->jobs->request->plan &&
       job_object_read_labels(&job, &watch->texts, err) < 0) ||
      followed_jobs_take(watch->space, &job, news, &is_new, err) < 0)
    return -1;
  if (!is_new)
    return 0;
  if (watch->early.has_dropped_pod) {
    watch->early.has_dropped_pod = false;
    collection_relist(&watch->collections[WATCHED_PODS]);
  }
  return read_early(watch, is_new->uid, false, err);
}

/* --- What the collections call ------------------------------------------------------------------
 */

static int32_t take_job(void *context, enum collection_news news, struct json_slice json,
                        struct hg_error *err) {
  return read_job(context, news, json, err) < 0 ? give_up(context, err) : 0;
}

static int32_t take_pod(void *context, enum collection_news news, struct json_slice json,
                        struct hg_error *err) {
  return read_pod(context, news, json, err) < 0 ? give_up(context, err) : 0;
}

static int32_t take_event(void *context, enum collection_news news, struct json_slice json,
                          struct hg_error *err) {
  if (news == COLLECTION_DELETED)
    return 0;
  return read_event(context, json, err) < 0 ? give_up(context, err) : 0;
}

static void jobs_listing(void *context, uint64_t round) {
  struct namespace_watch *watch = context;

  watch->space->job_round = round;
}

static void pods_listing(void *context, uint64_t round) {
  struct namespace_watch *watch = context;

  watch->space->pod_round = round;
}

static void events_listing(void *context, uint64_t round) {
  (void)context;
  (void)round;
}

static void jobs_listed(void *context, uint64_t round) {
  struct namespace_watch *watch = context;
  struct hg_error error = HG_ERROR_INIT;

  (void)round;
  if (followed_jobs_listed(watch->space, &error) < 0)
    (void)give_up(watch, &error);
}

static void pods_listed(void *context, uint64_t round) {
  struct namespace_watch *watch = context;
  struct hg_error error = HG_ERROR_INIT;

  (void)round;
  if (followed_pods_listed(watch->space, &error) < 0)
    (void)give_up(watch, &error);
}

static void trouble(void *context, const char *why) {
  struct namespace_watch *watch = context;

  watch->troubled = 0;
  for (int i = 0; i < WATCHED_COUNT; i++)
    if (watch->is_begun[i] && watch->collections[i].is_troubled &&
        watch->collections[i].state != COLLECTION_LOST)
      watch->troubled++;
  if (why)
    (void)snprintf(watch->why, sizeof watch->why, "%s", why);
}

void namespace_watch_begin(struct namespace_watch *watch, enum watched_kind kind,
                           struct requests *requests, int64_t timeout_ms, bool holds) {
  const struct collection_owner owners[WATCHED_COUNT] = {
      [WATCHED_JOBS] = {watch, take_job, jobs_listing, jobs_listed, trouble},
      [WATCHED_PODS] = {watch, take_pod, pods_listing, pods_listed, trouble},
      [WATCHED_EVENTS] = {watch, take_event, events_listing, events_listing, trouble},
  };
  const char *selector = kind == WATCHED_JOBS ? watch->space->jobs->request->selector : "";

  watch->is_begun[kind] = true;
  collection_init(&watch->collections[kind], requests, watch->space->jobs->clock,
                  watch->paths[kind], selector ? selector : "", timeout_ms, holds, &owners[kind]);
}

int32_t namespace_watch_step(struct namespace_watch *watch, struct hg_error *err) {
  early_objects_age(&watch->early, watch->space->jobs->clock());
  for (int i = 0; i < WATCHED_COUNT && !watch->is_over; i++)
    if (watch->is_begun[i] && collection_step(&watch->collections[i], err) < 0)
      return -1;
  if (!watch->is_over)
    return 0;
  return hg_error_set(err, watch->error.code, "%s", watch->error.message);
}

bool namespace_watch_is_current(const struct namespace_watch *watch, enum watched_kind kind) {
  const struct collection *collection = &watch->collections[kind];

  if (!watch->is_begun[kind] || collection->is_troubled)
    return false;
  return collection->state == COLLECTION_HELD ||
         (collection->state == COLLECTION_WATCHES && collection->is_asked);
}
