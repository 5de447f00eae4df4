/* SPDX-License-Identifier: Apache-2.0 */
#include "pursuit.h"

#include "memory/no_memory.h"
#include "rights.h"
#include "text/text_buffer.h"
#include "text/timestamp.h"

#include <stdlib.h>
#include <string.h>

enum {
  LOOK_MS = 40,          /* between two looks at the Jobs; the host's clocks go by it */
  WAIT_MS = 40,          /* for the server, at most, before anything else is done */
  PATIENCE_MS = 5000,    /* for Pods that a Job counted, and that were not seen to end */
  GRACE_MORE_MS = 30000, /* beyond the grace of a Pod's deletion */
  MISSING_MS = 10000,    /* a Job was applied, and is not seen: then it is looked for */
  MOST_OPEN_FAILURES = 3,
  OTHER_CONNECTIONS = 4,
};

/* --- Opening ------------------------------------------------------------------------------------
 */

static void ask_wanted(struct pursuit *pursuit, struct followed_item *item) {
  item->wanted = pursuit->sink->wanted(pursuit->sink, item->index);
  if (item->wanted == HG_WATCH_FOLLOW && item->wanted_ms == 0)
    item->wanted_ms = pursuit->jobs.clock();
}

static int32_t add_spaces(struct pursuit *pursuit, uint32_t *count, struct hg_error *err) {
  *count = 0;
  for (struct followed_space *space = pursuit->jobs.spaces; space; space = space->next) {
    struct namespace_watch *watch = namespace_watch_create(space);

    if (!watch)
      return no_memory(err);
    watch->next = pursuit->spaces;
    pursuit->spaces = watch;
    ++*count;
  }
  return 0;
}

/* Lists the Jobs of all namespaces, and tells of those that are there. */
static int32_t list_jobs(struct pursuit *pursuit, struct hg_error *err) {
  bool is_whole = false;

  for (struct namespace_watch *watch = pursuit->spaces; watch; watch = watch->next)
    namespace_watch_begin(watch, WATCHED_JOBS, pursuit->requests, pursuit->limits.timeout_ms, true);
  while (!is_whole) {
    if (pursuit->host->cancelled(pursuit->host) > 0)
      return hg_error_set(err, HG_ERROR_CANCELLED, "ended because the user asked to stop");
    is_whole = true;
    for (struct namespace_watch *watch = pursuit->spaces; watch; watch = watch->next) {
      const struct collection *jobs = &watch->collections[WATCHED_JOBS];

      if (namespace_watch_step(watch, err) < 0)
        return -1;
      if (jobs->state == COLLECTION_LOST || jobs->failures >= MOST_OPEN_FAILURES)
        return hg_error_set(err, HG_ERROR_FAILED, "Jobs cannot be followed: %s",
                            jobs->problem.message);
      is_whole &= jobs->whole > 0;
    }
    if (!is_whole)
      requests_wait(pursuit->requests, WAIT_MS);
  }
  return 0;
}

static int32_t open_all(struct pursuit *pursuit, const struct hg_watch_request *request,
                        struct hg_error *err) {
  bool wants_logs = (request->flags & HG_WATCH_LOGS) != 0;
  uint32_t count;

  if (followed_jobs_init(&pursuit->jobs, request, timestamp_steady_ms, err) < 0 ||
      add_spaces(pursuit, &count, err) < 0 ||
      requests_create(pursuit->host,
                      pursuit->limits.log_streams + count * WATCHED_COUNT + OTHER_CONNECTIONS,
                      &pursuit->requests, err) < 0 ||
      rights_try(pursuit->host, pursuit->requests, pursuit->spaces, wants_logs,
                 pursuit->limits.timeout_ms, err) < 0)
    return -1;
  container_logs_init(&pursuit->logs, request, timestamp_steady_ms, pursuit->limits.log_streams,
                      pursuit->limits.timeout_ms, &pursuit->jobs.is_stopped);
  pursuit->logs.requests = pursuit->requests;
  if (wants_logs)
    pursuit->jobs.logs = &pursuit->logs;
  pursuit->jobs.sink = pursuit->sink;
  pursuit->jobs.is_opening = true;
  for (size_t i = 0; i < pursuit->jobs.item_count; i++)
    ask_wanted(pursuit, pursuit->jobs.items[i]);
  return list_jobs(pursuit, err);
}

struct pursuit *pursuit_open(const struct hg_host *host, const struct hg_watch_request *request,
                             const struct hg_watch_sink *sink, const struct pursuit_limits *limits,
                             struct hg_error *err) {
  struct pursuit *pursuit = calloc(1, sizeof *pursuit);

  if (!pursuit) {
    (void)no_memory(err);
    return NULL;
  }
  pursuit->host = host;
  pursuit->sink = sink;
  pursuit->limits = *limits;
  if (open_all(pursuit, request, err) == 0)
    return pursuit;
  pursuit_destroy(pursuit);
  return NULL;
}

void pursuit_destroy(struct pursuit *pursuit) {
  if (!pursuit)
    return;
  requests_destroy(pursuit->requests);
  while (pursuit->spaces) {
    struct namespace_watch *watch = pursuit->spaces;

    pursuit->spaces = watch->next;
    namespace_watch_destroy(watch);
  }
  followed_jobs_finish(&pursuit->jobs);
  free(pursuit);
}

/* --- Whether it is done -------------------------------------------------------------------------
 */

static bool is_snapshot(const struct pursuit *pursuit) {
  return (pursuit->jobs.request->flags & HG_WATCH_SNAPSHOT) != 0;
}

/* Until when a Job that ended waits for its Pods, from its last movement on. */
static int64_t patience_of(const struct followed_job *job) {
  int64_t patience_ms = PATIENCE_MS;

  for (const struct followed_pod *pod = job->pods; pod; pod = pod->next_of_job)
    if (pod->is_deleting && !pod->has_ended && !pod->is_gone &&
        pod->grace_ms + GRACE_MORE_MS > patience_ms)
      patience_ms = pod->grace_ms + GRACE_MORE_MS;
  return patience_ms;
}

/* Whether the Pods of a Job that ended have ended too, or will not be waited for any longer. */
static bool have_pods_ended(struct pursuit *pursuit, struct followed_job *job) {
  int64_t counted = (int64_t)job->state.succeeded + job->state.failed;
  int64_t since_ms = job->moved_ms > job->ended_ms ? job->moved_ms : job->ended_ms;

  if (job->pods_ended == job->pods_known && job->pods_ended >= counted)
    return true;
  return pursuit->jobs.clock() - since_ms >= patience_of(job);
}

/* Closes the logs of containers that nobody waits for. */
static int32_t drop_logs(struct pursuit *pursuit, struct followed_job *job, bool of_ended,
                         const char *why, struct hg_error *err) {
  if (!pursuit->jobs.logs || job->logs_open == 0)
    return 0;
  return container_logs_drop(&pursuit->logs, job, of_ended, why, err);
}

/* Says that the Job is done, where it is. -1: the sink said stop. */
static int32_t judge_job(struct pursuit *pursuit, const struct namespace_watch *watch,
                         struct followed_job *job, struct hg_error *err) {
  const struct hg_watch_sink *sink = pursuit->sink;

  if (job->is_done || job->item->wanted == HG_WATCH_NOT_YET)
    return 0;
  if (job->item->wanted != HG_WATCH_FOLLOW) {
    job->is_done = true;
    return drop_logs(pursuit, job, true, "nothing more of it is wanted", err);
  }
  if (job->ended_ms == 0 || !namespace_watch_is_current(watch, WATCHED_PODS) ||
      !have_pods_ended(pursuit, job))
    return 0;
  if (drop_logs(pursuit, job, false, "the Job has ended, and its container has not", err) < 0)
    return -1;
  if (job->logs_open > 0)
    return 0;
  job->is_done = true;
  if (sink->done(sink, job->item->index, job->uid) == 0)
    return 0;
  pursuit->jobs.is_stopped = true;
  return -1;
}

/* A Job was applied, and is not seen: a list that begins now shows it, or it came and went. */
static int32_t seek(struct namespace_watch *watch, struct followed_item *item, int64_t now_ms,
                    struct hg_error *err) {
  struct collection *jobs = &watch->collections[WATCHED_JOBS];

  if (now_ms - item->wanted_ms < MISSING_MS)
    return 0;
  if (item->missing_round == 0) {
    item->missing_round = jobs->round + 1;
    collection_relist(jobs);
    return 0;
  }
  return jobs->whole >= item->missing_round ? followed_item_lost(item, err) : 0;
}

static struct namespace_watch *watch_of(struct pursuit *pursuit, const struct followed_item *item) {
  struct namespace_watch *watch = pursuit->spaces;

  while (watch->space != item->space)
    watch = watch->next;
  return watch;
}

/* Asks what is wanted of each Job. *left: of how many something is. */
static int32_t look_at_items(struct pursuit *pursuit, size_t *left, bool *needs_proof,
                             struct hg_error *err) {
  int64_t now_ms = pursuit->jobs.clock();

  *left = 0;
  *needs_proof = false;
  for (size_t i = 0; i < pursuit->jobs.item_count; i++) {
    struct followed_item *item = pursuit->jobs.items[i];

    ask_wanted(pursuit, item);
    if (item->wanted == HG_WATCH_NEVER || item->wanted == HG_WATCH_ENOUGH)
      continue;
    if (!item->job && item->wanted == HG_WATCH_FOLLOW && !is_snapshot(pursuit) &&
        seek(watch_of(pursuit, item), item, now_ms, err) < 0)
      return -1;
    if (!item->job || !item->job->is_done)
      ++*left;
    else if (item->job->was_there && !item->fixed_uid)
      *needs_proof = true;
  }
  return 0;
}

/* Jobs that were there before the first launch, and are over, may have been made again since, under
 * their names, and the watch may be behind: one list that begins now proves it. */
static bool is_proved(struct pursuit *pursuit) {
  bool is_proved = true;

  for (struct namespace_watch *watch = pursuit->spaces; watch; watch = watch->next) {
    struct collection *jobs = &watch->collections[WATCHED_JOBS];

    if (watch->proof_round == 0) {
      watch->proof_round = jobs->round + 1;
      collection_relist(jobs);
    }
    is_proved &= jobs->whole >= watch->proof_round;
  }
  return is_proved;
}

/* Whether all is said of what is there, and can be seen: events are best effort. */
static bool is_snapshot_whole(const struct pursuit *pursuit) {
  for (const struct namespace_watch *watch = pursuit->spaces; watch; watch = watch->next)
    for (int i = 0; i < WATCHED_COUNT; i++)
      if (watch->collections[i].whole == 0 && watch->collections[i].state != COLLECTION_LOST)
        return false;
  return pursuit->logs.first == NULL;
}

/* Lets the host's clocks go on, and says what is done. *is_over: all is. -1: the sink said stop. */
static int32_t look(struct pursuit *pursuit, bool *is_over, struct hg_error *err) {
  const struct hg_watch_sink *sink = pursuit->sink;
  bool needs_proof;
  bool more;
  size_t left;

  if (sink->tick(sink) < 0) {
    pursuit->jobs.is_stopped = true;
    return -1;
  }
  if (followed_jobs_extend(&pursuit->jobs, &more, err) < 0)
    return -1;
  if (look_at_items(pursuit, &left, &needs_proof, err) < 0)
    return -1;
  for (struct namespace_watch *watch = pursuit->spaces; watch; watch = watch->next)
    for (struct followed_job *job = watch->space->first_job; job; job = job->next)
      if (judge_job(pursuit, watch, job, err) < 0)
        return -1;
  *is_over = is_snapshot(pursuit) ? is_snapshot_whole(pursuit)
                                  : left == 0 && !more && (!needs_proof || is_proved(pursuit));
  return 0;
}

/* --- The loop -----------------------------------------------------------------------------------
 */

/* Tells where the server cannot be asked, or can be again. */
static int32_t tell_connection(struct pursuit *pursuit) {
  const struct hg_watch_sink *sink = pursuit->sink;
  const char *why = NULL;

  for (const struct namespace_watch *watch = pursuit->spaces; watch; watch = watch->next)
    if (watch->troubled > 0)
      why = watch->why;
  if ((why != NULL) == pursuit->is_troubled)
    return 0;
  pursuit->is_troubled = why != NULL;
  if (sink->connection(sink, why ? 0 : 1, why ? why : "") == 0)
    return 0;
  pursuit->jobs.is_stopped = true;
  return -1;
}

/* Events are best effort: without them the watch goes on, and says so. */
static void say_lost_events(const struct pursuit *pursuit, struct namespace_watch *watch) {
  const struct collection *events = &watch->collections[WATCHED_EVENTS];
  struct text_buffer text;

  if (events->state != COLLECTION_LOST || watch->has_said_lost)
    return;
  watch->has_said_lost = true;
  text_buffer_init(&text);
  text_buffer_printf(&text, "events of namespace %s cannot be seen any longer: %s",
                     watch->space->name, events->problem.message);
  pursuit->host->log(pursuit->host, HG_LOG_WARNING, text_buffer_string(&text));
  text_buffer_finish(&text);
}

/* Whether Jobs or Pods cannot be seen any longer, for good. */
static int32_t check_lost(const struct pursuit *pursuit, struct hg_error *err) {
  for (const struct namespace_watch *watch = pursuit->spaces; watch; watch = watch->next)
    for (int i = WATCHED_JOBS; i <= WATCHED_PODS; i++)
      if (watch->collections[i].state == COLLECTION_LOST)
        return hg_error_set(err, HG_ERROR_FAILED, "%s of namespace %.252s cannot be seen: %s",
                            watched_kind_name((enum watched_kind)i), watch->space->name,
                            watch->collections[i].problem.message);
  return 0;
}

static int32_t step(struct pursuit *pursuit, bool *is_over, struct hg_error *err) {
  bool is_current = true;
  int64_t now_ms;

  for (struct namespace_watch *watch = pursuit->spaces; watch; watch = watch->next) {
    if (namespace_watch_step(watch, err) < 0)
      return -1;
    is_current &= namespace_watch_is_current(watch, WATCHED_PODS);
    say_lost_events(pursuit, watch);
  }
  if (check_lost(pursuit, err) < 0 || tell_connection(pursuit) < 0)
    return -1;
  if (pursuit->jobs.logs && container_logs_step(&pursuit->logs, is_current, err) < 0)
    return -1;
  now_ms = pursuit->jobs.clock();
  if (now_ms - pursuit->looked_ms >= LOOK_MS) {
    pursuit->looked_ms = now_ms;
    if (look(pursuit, is_over, err) < 0)
      return -1;
  }
  if (!*is_over)
    requests_wait(pursuit->requests, WAIT_MS);
  return 0;
}

int32_t pursuit_follow(struct pursuit *pursuit, const struct hg_watch_sink *sink,
                       struct hg_error *err) {
  bool is_over = false;
  int32_t result = 0;

  pursuit->sink = pursuit->jobs.sink = pursuit->logs.sink = sink;
  pursuit->jobs.is_opening = false;
  for (struct namespace_watch *watch = pursuit->spaces; watch; watch = watch->next) {
    if (!is_snapshot(pursuit))
      collection_watch(&watch->collections[WATCHED_JOBS]);
    for (int i = WATCHED_PODS; i < WATCHED_COUNT; i++)
      namespace_watch_begin(watch, (enum watched_kind)i, pursuit->requests,
                            pursuit->limits.timeout_ms, is_snapshot(pursuit));
  }
  while (!is_over && result == 0 && pursuit->host->cancelled(pursuit->host) == 0)
    result = step(pursuit, &is_over, err);
  if (pursuit->jobs.is_stopped)
    result = 0;
  container_logs_finish(&pursuit->logs, result < 0 ? "the cluster could not be asked any longer"
                                                   : "nobody watches it any longer");
  return result;
}
