/* SPDX-License-Identifier: Apache-2.0 */
#include "followed_jobs.h"

#include "container_logs.h"
#include "memory/array.h"
#include "memory/count.h"
#include "memory/no_memory.h"

#include <headgate/abi.h>
#include <stdlib.h>
#include <string.h>

/* --- Items --------------------------------------------------------------------------------------
 */

/* NULL: nothing is followed there. */
static struct followed_space *known_space(const struct followed_jobs *jobs, const char *name) {
  struct followed_space *space = jobs->spaces;

  while (space && strcmp(space->name, name) != 0)
    space = space->next;
  return space;
}

static struct followed_space *space_of(struct followed_jobs *jobs, const char *name) {
  struct followed_space *space = known_space(jobs, name);

  if (space)
    return space;
  space = arena_alloc(&jobs->arena, sizeof *space);
  if (!space)
    return NULL;
  *space = (struct followed_space){.jobs = jobs, .next = jobs->spaces};
  space->name = arena_copy(&jobs->arena, name, strlen(name));
  jobs->spaces = space;
  return space->name ? space : NULL;
}

/* "NAMESPACE/NAME", which is no name of either; NULL where memory is out. */
static const char *key_of(struct arena *arena, const char *job_namespace, const char *name,
                          uint32_t *length) {
  size_t first = strlen(job_namespace);
  size_t second = strlen(name);
  char *key = arena_alloc(arena, first + second + 2);

  if (!key)
    return NULL;
  memcpy(key, job_namespace, first);
  key[first] = '/';
  memcpy(key + first + 1, name, second + 1);
  *length = (uint32_t)(first + 1 + second);
  return key;
}

static struct followed_item *add_item(struct followed_jobs *jobs, struct followed_space *space,
                                      const char *name, uint64_t index, struct hg_error *err) {
  struct followed_item *item = arena_alloc(&jobs->arena, sizeof *item);
  uint32_t length = 0;
  const char *key = key_of(&jobs->arena, space->name, name, &length);
  void **entry = key ? name_table_entry(&jobs->by_name, &jobs->arena, key, length) : NULL;
  struct followed_item **items =
      array_reserve(jobs->items, jobs->item_count + 1, &jobs->item_room, sizeof(*items));

  if (items)
    jobs->items = items;
  if (!item || !entry || !items) {
    (void)no_memory(err);
    return NULL;
  }
  *item = (struct followed_item){.index = index, .space = space};
  if (!*entry)
    *entry = item;
  jobs->items[jobs->item_count++] = item;
  return item;
}

static int32_t add_plan(struct followed_jobs *jobs, const struct hg_watch_request *request,
                        struct hg_error *err) {
  for (uint64_t i = 0; i < request->plan->total_jobs; i++) {
    const struct hg_plan_item *planned = request->plan->jobs[i];
    struct followed_space *space = space_of(jobs, planned->job_namespace);
    struct followed_item *item = space ? add_item(jobs, space, planned->job_name, i, err) : NULL;

    if (!item)
      return no_memory(err);
    item->fixed_uid = request->uids ? request->uids[i] : NULL;
  }
  return 0;
}

int32_t followed_jobs_extend(struct followed_jobs *jobs, bool *more, struct hg_error *err) {
  const struct hg_watch_sink *sink = jobs->sink;
  const struct hg_plan_item *added = NULL;
  uint32_t answer = HG_WATCH_NEVER;

  while (jobs->request->plan && HG_HAS(sink, further) && sink->further) {
    struct followed_space *space;

    answer = sink->further(sink, jobs->item_count, &added);
    if (answer != HG_WATCH_FOLLOW)
      break;
    space = known_space(jobs, added->job_namespace);
    if (!space)
      return hg_error_set(err, HG_ERROR_FAILED, "namespace %.252s is not watched",
                          added->job_namespace);
    if (!add_item(jobs, space, added->job_name, jobs->item_count, err))
      return -1;
  }
  *more = answer == HG_WATCH_NOT_YET;
  return 0;
}

int32_t followed_jobs_init(struct followed_jobs *jobs, const struct hg_watch_request *request,
                           int64_t (*clock)(void), struct hg_error *err) {
  memset(jobs, 0, sizeof *jobs);
  jobs->request = request;
  jobs->clock = clock;
  arena_init(&jobs->arena);
  name_table_init(&jobs->by_name);
  name_table_init(&jobs->by_uid);
  name_table_init(&jobs->pods);
  if (request->plan)
    return add_plan(jobs, request, err);
  return space_of(jobs, request->job_namespace) ? 0 : no_memory(err);
}

void followed_jobs_finish(struct followed_jobs *jobs) {
  for (struct followed_space *space = jobs->spaces; space; space = space->next)
    for (struct followed_job *job = space->first_job; job; job = job->next)
      free(job->texts);
  free(jobs->items);
  arena_finish(&jobs->arena);
}

struct followed_item *followed_item_find(const struct followed_jobs *jobs,
                                         const char *job_namespace, const char *name) {
  struct followed_item *item = NULL;
  struct arena arena;
  uint32_t length = 0;
  const char *key;

  arena_init(&arena);
  key = key_of(&arena, job_namespace, name, &length);
  if (key)
    item = name_table_find(&jobs->by_name, key, length);
  arena_finish(&arena);
  return item;
}

/* The Job's item; where the request has a selector, the sink gives a new one. */
static int32_t item_of(struct followed_space *space, const struct job_object *object,
                       struct followed_item **item, struct hg_error *err) {
  struct followed_jobs *jobs = space->jobs;
  const struct hg_watch_sink *sink = jobs->sink;
  uint64_t index = 0;

  *item = followed_item_find(jobs, space->name, object->name);
  if (*item || jobs->request->plan)
    return 0;
  if (sink->found(sink, space->name, object->name, &index) < 0) {
    jobs->is_stopped = true;
    return hg_error_set(err, HG_ERROR_CANCELLED, "nothing more is wanted");
  }
  *item = add_item(jobs, space, object->name, index, err);
  return *item ? 0 : -1;
}

/* --- Jobs ---------------------------------------------------------------------------------------
 */

/* The strings of a Job's state, in one order for all. */
static const size_t texts_of_job[] = {
    offsetof(struct hg_job_state, reason),
    offsetof(struct hg_job_state, message),
    offsetof(struct hg_job_state, completed_indexes),
    offsetof(struct hg_job_state, failed_indexes),
    offsetof(struct hg_job_state, created_at),
    offsetof(struct hg_job_state, started_at),
    offsetof(struct hg_job_state, finished_at),
    offsetof(struct hg_job_state, labels),
};

static const char **text_at(struct hg_job_state *state, size_t i) {
  return (const char **)(void *)((char *)state + texts_of_job[i]);
}

static const char *text_of(const struct hg_job_state *state, size_t i) {
  return *(const char *const *)(const void *)((const char *)state + texts_of_job[i]);
}

/* Whether nothing of it is otherwise than it was told. */
static bool is_same(const struct hg_job_state *one, const struct hg_job_state *other) {
  if (one->phase != other->phase || one->completions != other->completions ||
      ((one->flags ^ other->flags) & ~HG_JOB_RELISTED) != 0 || one->active != other->active ||
      one->ready != other->ready || one->succeeded != other->succeeded ||
      one->failed != other->failed || one->terminating != other->terminating ||
      one->backoff_limit != other->backoff_limit)
    return false;
  for (size_t i = 0; i < COUNT(texts_of_job); i++)
    if (strcmp(text_of(one, i), text_of(other, i)) != 0)
      return false;
  return true;
}

/* Keeps the state with copies of its strings, so that it can be told again. */
static int32_t keep_state(struct followed_job *job, const struct hg_job_state *state,
                          struct hg_error *err) {
  size_t size = 0;
  char *texts;

  for (size_t i = 0; i < COUNT(texts_of_job); i++)
    size += strlen(text_of(state, i)) + 1;
  texts = malloc(size);
  if (!texts)
    return no_memory(err);
  free(job->texts);
  job->texts = texts;
  job->state = *state;
  job->state.uid = job->uid;
  job->state.item = job->item->index;
  for (size_t i = 0; i < COUNT(texts_of_job); i++) {
    size_t length = strlen(text_of(state, i)) + 1;

    memcpy(texts, text_of(state, i), length);
    *text_at(&job->state, i) = texts;
    texts += length;
  }
  return 0;
}

static int32_t stop(struct followed_jobs *jobs, struct hg_error *err) {
  jobs->is_stopped = true;
  return hg_error_set(err, HG_ERROR_CANCELLED, "nothing more is wanted");
}

static bool is_end(uint32_t phase) {
  return phase == HG_PHASE_COMPLETE || phase == HG_PHASE_FAILED || phase == HG_PHASE_DELETED;
}

static int32_t tell_job(struct followed_jobs *jobs, struct followed_job *job,
                        struct hg_error *err) {
  job->moved_ms = jobs->clock();
  if (is_end(job->state.phase) && job->ended_ms == 0)
    job->ended_ms = job->moved_ms;
  if (job->item->wanted == HG_WATCH_NEVER || job->item->wanted == HG_WATCH_ENOUGH)
    return 0;
  return jobs->sink->job(jobs->sink, &job->state) < 0 ? stop(jobs, err) : 0;
}

/* The server has it no longer; it is told as it was last. */
static int32_t lose_job(struct followed_jobs *jobs, struct followed_job *job, uint32_t flags,
                        struct hg_error *err) {
  job->is_gone = true;
  job->state.phase = HG_PHASE_DELETED;
  job->state.flags |= flags;
  return tell_job(jobs, job, err);
}

struct followed_job *followed_job_find(const struct followed_jobs *jobs, const char *uid) {
  return name_table_find(&jobs->by_uid, uid, (uint32_t)strlen(uid));
}

static struct followed_job *add_job(struct followed_space *space, struct followed_item *item,
                                    const char *uid, struct hg_error *err) {
  struct followed_jobs *jobs = space->jobs;
  struct followed_job *job = arena_alloc(&jobs->arena, sizeof *job);
  const char *kept = arena_copy(&jobs->arena, uid, strlen(uid));
  void **entry = kept && *kept
                     ? name_table_entry(&jobs->by_uid, &jobs->arena, kept, (uint32_t)strlen(kept))
                     : NULL;

  if (!job || !kept || (*kept && !entry)) {
    (void)no_memory(err);
    return NULL;
  }
  *job = (struct followed_job){.next = space->first_job, .item = item, .uid = kept};
  space->first_job = job;
  if (entry)
    *entry = job;
  return job;
}

/* A uid that was not seen before takes the item's name over. */
static int32_t meet_job(struct followed_space *space, struct followed_item *item, const char *uid,
                        struct followed_job **job, struct hg_error *err) {
  struct followed_job *before = item->job;

  *job = add_job(space, item, uid, err);
  if (!*job)
    return -1;
  (*job)->was_there = space->jobs->is_opening;
  item->job = *job;
  item->missing_round = 0;
  return before && !before->is_gone ? lose_job(space->jobs, before, HG_JOB_RELISTED, err) : 0;
}

/* Whether the object is older than what was taken before: streams may come twice. */
static bool is_stale(uint64_t version, uint64_t before, enum collection_news news) {
  return news != COLLECTION_LISTED && version != 0 && version < before;
}

int32_t followed_jobs_take(struct followed_space *space, const struct job_object *object,
                           enum collection_news news, struct followed_job **is_new,
                           struct hg_error *err) {
  struct followed_jobs *jobs = space->jobs;
  struct followed_job *job = followed_job_find(jobs, object->state.uid);
  struct followed_item *item = job ? job->item : NULL;
  struct hg_job_state state = object->state;
  bool is_first = !job;

  *is_new = NULL;
  if (!job) {
    if (item_of(space, object, &item, err) < 0)
      return -1;
    if (!item || (item->fixed_uid && strcmp(item->fixed_uid, state.uid) != 0) ||
        (item->job && is_stale(object->version, item->job->version, news)))
      return 0;
    if (meet_job(space, item, state.uid, &job, err) < 0)
      return -1;
    *is_new = job;
  }
  job->round = space->job_round;
  if (is_stale(object->version, job->version, news) || (job->is_gone && news != COLLECTION_LISTED))
    return 0;
  job->version = object->version;
  job->is_gone = false;
  if (news == COLLECTION_LISTED && space->job_round > 1)
    state.flags |= HG_JOB_RELISTED;
  if (is_first || !is_same(&job->state, &state)) {
    if (keep_state(job, &state, err) < 0 || tell_job(jobs, job, err) < 0)
      return -1;
  }
  return news == COLLECTION_DELETED ? lose_job(jobs, job, 0, err) : 0;
}

/* A Job that nothing is known of but that it is not there. */
static int32_t tell_absence(struct followed_item *item, const char *uid, struct hg_error *err) {
  const struct hg_job_state state = {
      .struct_size = sizeof state,
      .phase = HG_PHASE_DELETED,
      .flags = HG_JOB_RELISTED,
      .completions = -1,
      .ready = -1,
      .terminating = -1,
      .reason = "",
      .message = "",
      .completed_indexes = "",
      .failed_indexes = "",
      .created_at = "",
      .started_at = "",
      .finished_at = "",
      .labels = "",
  };
  struct followed_job *job;

  if (meet_job(item->space, item, uid, &job, err) < 0 || keep_state(job, &state, err) < 0)
    return -1;
  job->is_gone = true;
  return tell_job(item->space->jobs, job, err);
}

int32_t followed_item_lost(struct followed_item *item, struct hg_error *err) {
  return tell_absence(item, item->fixed_uid ? item->fixed_uid : "", err);
}

int32_t followed_jobs_listed(struct followed_space *space, struct hg_error *err) {
  struct followed_jobs *jobs = space->jobs;

  for (struct followed_job *job = space->first_job; job; job = job->next)
    if (!job->is_gone && job->round != space->job_round &&
        lose_job(jobs, job, HG_JOB_RELISTED, err) < 0)
      return -1;
  for (size_t i = 0; i < jobs->item_count; i++) {
    struct followed_item *item = jobs->items[i];

    if (item->space == space && !item->job && item->fixed_uid && followed_item_lost(item, err) < 0)
      return -1;
  }
  return 0;
}

/* --- Pods ---------------------------------------------------------------------------------------
 */

struct followed_pod *followed_pod_find(const struct followed_jobs *jobs, const char *uid) {
  return name_table_find(&jobs->pods, uid, (uint32_t)strlen(uid));
}

static struct followed_pod *add_pod(struct followed_space *space, struct followed_job *job,
                                    const struct hg_pod_state *state, struct hg_error *err) {
  struct followed_jobs *jobs = space->jobs;
  struct followed_pod *pod = arena_alloc(&jobs->arena, sizeof *pod);
  const char *uid = arena_copy(&jobs->arena, state->uid, strlen(state->uid));
  const char *name = arena_copy(&jobs->arena, state->name, strlen(state->name));
  void **entry =
      uid ? name_table_entry(&jobs->pods, &jobs->arena, uid, (uint32_t)strlen(uid)) : NULL;

  if (!pod || !uid || !name || !entry) {
    (void)no_memory(err);
    return NULL;
  }
  *pod = (struct followed_pod){
      .next_of_job = job->pods, .next = space->first_pod, .job = job, .uid = uid, .name = name};
  job->pods = pod;
  job->pods_known++;
  space->first_pod = pod;
  *entry = pod;
  return pod;
}

static int32_t tell_pod(struct followed_jobs *jobs, struct followed_pod *pod,
                        const struct hg_pod_state *state, struct hg_error *err) {
  pod->job->moved_ms = jobs->clock();
  if (pod->job->is_done || pod->job->item->wanted == HG_WATCH_NEVER)
    return 0;
  return jobs->sink->pod(jobs->sink, state) < 0 ? stop(jobs, err) : 0;
}

/* The server has it no longer. */
static int32_t lose_pod(struct followed_jobs *jobs, struct followed_pod *pod,
                        struct hg_error *err) {
  if (!pod->has_ended)
    pod->job->pods_ended++;
  pod->is_gone = true;
  return jobs->logs ? container_logs_gone(jobs->logs, pod, err) : 0;
}

int32_t followed_pods_take(struct followed_space *space, struct followed_job *job,
                           struct pod_object *object, uint64_t version, enum collection_news news,
                           struct followed_pod **is_new, struct hg_error *err) {
  struct followed_jobs *jobs = space->jobs;
  struct followed_pod *pod = followed_pod_find(jobs, object->state.uid);

  *is_new = NULL;
  if (!pod) {
    pod = *is_new = add_pod(space, job, &object->state, err);
    if (!pod)
      return -1;
  }
  pod->round = space->pod_round;
  if (is_stale(version, pod->version, news) || pod->is_gone)
    return 0;
  pod->version = version;
  pod->is_deleting = (object->state.flags & HG_POD_DELETING) != 0;
  pod->grace_ms = object->grace_s * 1000;
  if (object->has_ended && !pod->has_ended) {
    pod->has_ended = true;
    job->pods_ended++;
  }
  object->state.item = job->item->index;
  if (news == COLLECTION_DELETED)
    object->state.flags |= HG_POD_DELETED;
  if (tell_pod(jobs, pod, &object->state, err) < 0)
    return -1;
  if (jobs->logs && !job->is_done && container_logs_take(jobs->logs, pod, object, err) < 0)
    return -1;
  return news == COLLECTION_DELETED ? lose_pod(jobs, pod, err) : 0;
}

int32_t followed_pods_listed(struct followed_space *space, struct hg_error *err) {
  static const struct hg_container_state *const none[1];
  struct followed_jobs *jobs = space->jobs;

  for (struct followed_pod *pod = space->first_pod; pod; pod = pod->next) {
    const struct hg_pod_state state = {
        .struct_size = sizeof state,
        .flags = HG_POD_DELETED,
        .item = pod->job->item->index,
        .completion_index = -1,
        .job_uid = pod->job->uid,
        .uid = pod->uid,
        .name = pod->name,
        .node = "",
        .phase = "",
        .reason = "",
        .message = "",
        .created_at = "",
        .containers = none,
    };

    if (pod->is_gone || pod->round == space->pod_round)
      continue;
    if (tell_pod(jobs, pod, &state, err) < 0 || lose_pod(jobs, pod, err) < 0)
      return -1;
  }
  return 0;
}
