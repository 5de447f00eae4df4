/* SPDX-License-Identifier: Apache-2.0 */
/* What following many Jobs costs: JOBS Jobs with a Pod each, CHANGES changes a second through the
 * sink, for a watcher that costs nothing itself.
 *
 *   watch-bench DIRECTORY JOBS CHANGES
 */
#include "digest/digest.h"
#include "history/history.h"
#include "terminal/log.h"
#include "text/timestamp.h"
#include "watch/watching.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NAME_SIZE = 32 };

static uint64_t job_count;
static int64_t pause_ns; /* between two changes */
static uint64_t change_count;
static int64_t thread_ns; /* processor time of the watch thread */
static int64_t pace_ns;   /* of it, for keeping the pace */
static int64_t wall_ms;
static int64_t *ended_ns; /* when each Job's end was said */

static void fail(const char *what, const struct hg_error *error) {
  (void)fprintf(stderr, "watch-bench: %s: %s\n", what, error->message);
  exit(1);
}

static int64_t read_ns(clockid_t clock) {
  struct timespec now;

  (void)clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Waits for the next change's turn, and ticks as a watcher does. */
static int32_t keep_pace(const struct hg_watch_sink *sink) {
  static int64_t next_ns;
  static int64_t ticked_ns;
  int64_t now = read_ns(CLOCK_MONOTONIC);

  change_count++;
  next_ns = next_ns == 0 ? now : next_ns + pause_ns;
  int64_t began_ns = read_ns(CLOCK_THREAD_CPUTIME_ID);
  while (now < next_ns) {
    const struct timespec moment = {0, next_ns - now < 1000000 ? (long)(next_ns - now) : 1000000};

    (void)nanosleep(&moment, NULL);
    now = read_ns(CLOCK_MONOTONIC);
  }
  pace_ns += read_ns(CLOCK_THREAD_CPUTIME_ID) - began_ns;
  if (now - ticked_ns < 100000000)
    return 0;
  ticked_ns = now;
  return sink->tick(sink);
}

static int32_t say_job(const struct hg_watch_sink *sink, uint64_t item, uint32_t phase) {
  char uid[48];
  const struct hg_job_state state = {
      .struct_size = sizeof state,
      .phase = phase,
      .item = item,
      .completions = 1,
      .active = phase == HG_PHASE_RUNNING,
      .ready = phase == HG_PHASE_RUNNING,
      .succeeded = phase == HG_PHASE_COMPLETE,
      .terminating = 0,
      .uid = uid,
      .reason = phase == HG_PHASE_COMPLETE ? "CompletionsReached" : "",
      .message = "",
      .completed_indexes = "",
      .failed_indexes = "",
      .created_at = "2026-11-23T09:05:00Z",
      .started_at = "2026-11-23T09:05:00Z",
      .finished_at = phase == HG_PHASE_COMPLETE ? "2026-11-23T09:08:12Z" : "",
  };

  (void)snprintf(uid, sizeof uid, "8f6c1c2e-0b7a-4d3e-9b1d-%012" PRIu64, item);
  return sink->job(sink, &state) < 0 ? -1 : keep_pace(sink);
}

static int32_t say_pod(const struct hg_watch_sink *sink, uint64_t item, uint32_t container_state) {
  static const char *const phases[] = {"Pending", "Pending", "Running", "Succeeded"};
  char job_uid[48];
  char uid[48];
  char name[40];
  bool has_ended = container_state == HG_CONTAINER_TERMINATED;
  const struct hg_container_state container = {
      .struct_size = sizeof container,
      .kind = HG_CONTAINER_MAIN,
      .state = container_state,
      .exit_code = has_ended ? 0 : -1,
      .name = "main",
      .image = "registry.example/tuning:1",
      .image_id = "registry.example/tuning@sha256:"
                  "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
      .reason = has_ended ? "Completed" : "",
      .message = "",
      .started_at = "2026-11-23T09:05:00Z",
      .finished_at = has_ended ? "2026-11-23T09:08:12Z" : "",
  };
  const struct hg_container_state *const containers[] = {&container};
  const struct hg_pod_state state = {
      .struct_size = sizeof state,
      .item = item,
      .completion_index = -1,
      .container_count = 1,
      .job_uid = job_uid,
      .uid = uid,
      .name = name,
      .node = "node-1",
      .phase = phases[container_state],
      .reason = "",
      .message = "",
      .created_at = "2026-11-23T09:05:00Z",
      .containers = containers,
  };

  (void)snprintf(job_uid, sizeof job_uid, "8f6c1c2e-0b7a-4d3e-9b1d-%012" PRIu64, item);
  (void)snprintf(uid, sizeof uid, "4a1d1c2e-0b7a-4d3e-9b1d-%012" PRIu64, item);
  (void)snprintf(name, sizeof name, "job-%06" PRIu64 "-x7k2p", item);
  return sink->pod(sink, &state) < 0 ? -1 : keep_pace(sink);
}

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  (void)host;
  (void)err;
  *self = &job_count;
  return 0;
}

static int32_t open_watch(void *self, const struct hg_watch_request *request,
                          const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)self;
  (void)request;
  (void)sink;
  (void)err;
  return 0;
}

/* Seven changes a Job: as many as the recorded servers show of one that goes well. -1: the host has
 * heard enough. */
static int32_t say_all(const struct hg_watch_sink *sink) {
  for (uint64_t i = 0; i < job_count; i++)
    if (say_job(sink, i, HG_PHASE_PENDING) < 0 || say_pod(sink, i, HG_CONTAINER_WAITING) < 0 ||
        say_job(sink, i, HG_PHASE_RUNNING) < 0 || say_pod(sink, i, HG_CONTAINER_RUNNING) < 0)
      return -1;
  for (uint64_t i = 0; i < job_count; i++) {
    char uid[48];

    (void)snprintf(uid, sizeof uid, "8f6c1c2e-0b7a-4d3e-9b1d-%012" PRIu64, i);
    if (say_pod(sink, i, HG_CONTAINER_TERMINATED) < 0 || say_job(sink, i, HG_PHASE_ENDING) < 0)
      return -1;
    ended_ns[i] = read_ns(CLOCK_MONOTONIC);
    if (say_job(sink, i, HG_PHASE_COMPLETE) < 0 || sink->done(sink, i, uid) < 0)
      return -1;
  }
  return 0;
}

static int32_t watch(void *self, const struct hg_watch_sink *sink, struct hg_error *err) {
  int64_t began_ns = read_ns(CLOCK_THREAD_CPUTIME_ID);
  int64_t began_ms = timestamp_steady_ms();

  (void)self;
  (void)err;
  (void)say_all(sink);
  thread_ns = read_ns(CLOCK_THREAD_CPUTIME_ID) - began_ns;
  wall_ms = timestamp_steady_ms() - began_ms;
  return 0;
}

static void destroy(void *self) {
  (void)self;
}

/* A run whose Jobs were all applied. */
static int64_t write_run(struct history *history, struct planned_job *jobs) {
  const char *const argv[] = {"watch-bench"};
  const struct history_run run = {.command = "apply",
                                  .mode = HG_MODE_APPLY,
                                  .started_at_ms = timestamp_now_ms(),
                                  .argv = argv,
                                  .argv_count = 1};
  struct hg_error error = HG_ERROR_INIT;
  int64_t run_id = 0;

  if (history_begin_run(history, &run, &run_id, &error) < 0)
    fail("the run", &error);
  for (uint64_t i = 0; i < job_count; i++) {
    const struct history_job job = {
        .job = {jobs[i].item.job_name, "tuning", "out/job.yaml", (uint32_t)i + 1}, .valid = true};

    if (history_add_job(history, i + 1, &job, &error) < 0)
      fail("a Job", &error);
  }
  if (history_commit(history, &error) < 0)
    fail("the Jobs", &error);
  return run_id;
}

static int64_t peak_kib(void) {
  struct rusage usage;

  (void)getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

static struct planned_job *make_jobs(const struct hg_plan_item **items) {
  struct planned_job *jobs = calloc(job_count, sizeof *jobs);
  char *names = calloc(job_count, NAME_SIZE);

  if (!jobs || !names)
    exit(1);
  for (uint64_t i = 0; i < job_count; i++) {
    (void)snprintf(names + i * NAME_SIZE, NAME_SIZE, "job-%06" PRIu64, i);
    jobs[i].item = (struct hg_plan_item){.struct_size = sizeof jobs[i].item,
                                         .document_number = (uint32_t)i + 1,
                                         .job_name = names + i * NAME_SIZE,
                                         .job_namespace = "tuning",
                                         .yaml_path = "out/job.yaml"};
    jobs[i].position = i + 1;
    items[i] = &jobs[i].item;
  }
  return jobs;
}

/* How long after its end was said a Job's row is there for anybody, in milliseconds. */
static double wait_for_row(sqlite3 *db, uint64_t item) {
  sqlite3_stmt *statement = NULL;
  const struct timespec moment = {0, 1000000};
  bool is_there = false;

  if (sqlite3_prepare_v2(db, "SELECT 1 FROM cluster_jobs WHERE position = ?1 AND outcome NOTNULL",
                         -1, &statement, NULL) != SQLITE_OK)
    exit(1);
  while (!is_there) {
    (void)sqlite3_bind_int64(statement, 1, (int64_t)item + 1);
    is_there = sqlite3_step(statement) == SQLITE_ROW;
    (void)sqlite3_reset(statement);
    if (!is_there)
      (void)nanosleep(&moment, NULL);
  }
  (void)sqlite3_finalize(statement);
  return (double)(read_ns(CLOCK_MONOTONIC) - ended_ns[item]) / 1000000;
}

static int by_value(const void *left, const void *right) {
  const double a = *(const double *)left;
  const double b = *(const double *)right;

  return (a > b) - (a < b);
}

static void follow(const struct watching_request *request) {
  struct hg_error error = HG_ERROR_INIT;
  struct watching *watching = NULL;
  struct watching_news news;
  uint64_t pieces = 0;
  uint64_t completions = 0;
  double delays[1000];
  size_t delay_count = 0;
  sqlite3 *db = NULL;

  if (sqlite3_open(request->history, &db) != SQLITE_OK)
    exit(1);
  if (watching_open(request, &watching, &error) < 0 || watching_start(watching, &error) < 0)
    fail("the watch", &error);
  for (uint64_t i = 0; i < job_count; i++)
    watching_settle(watching, i, WATCHING_APPLIED);
  while (!watching_is_over(watching)) {
    if (!watching_next(watching, job_count, &news, 100))
      continue;
    pieces++;
    if (news.kind != WATCHING_COMPLETED)
      continue;
    if (completions++ % 50 == 0 && delay_count < sizeof delays / sizeof *delays)
      delays[delay_count++] = wait_for_row(db, news.item);
  }
  (void)sqlite3_close(db);
  qsort(delays, delay_count, sizeof *delays, by_value);
  if (watching_stop(watching, HG_OUTCOME_UNKNOWN, "", &error) < 0)
    fail("the watch", &error);
  watching_destroy(watching);
  (void)printf("news:             %" PRIu64 " pieces, %" PRIu64 " completions\n", pieces,
               completions);
  (void)printf("end to row:       %.0f ms at the median, %.0f at most, of %zu\n",
               delays[delay_count / 2], delays[delay_count - 1], delay_count);
}

int main(int argc, char **argv) {
  struct hg_error error = HG_ERROR_INIT;
  struct history *history = NULL;
  struct plugin plugin = {0};
  char path[512];
  int64_t before_kib;

  if (argc != 4 || (job_count = strtoull(argv[2], NULL, 10)) == 0) {
    (void)fprintf(stderr, "usage: watch-bench DIRECTORY JOBS CHANGES-A-SECOND\n");
    return 2;
  }
  log_init(true, false, LOG_COLOR_NEVER);
  pause_ns = strtoull(argv[3], NULL, 10) ? 1000000000 / (int64_t)strtoull(argv[3], NULL, 10) : 0;
  (void)snprintf(path, sizeof path, "%s/history.db", argv[1]);
  if (digest_init(&error) < 0 || history_open(path, NULL, &history, &error) < 0)
    fail("the history", &error);
  ended_ns = calloc(job_count, sizeof *ended_ns);
  const struct hg_plan_item **items = calloc(job_count, sizeof *items);
  if (!items || !ended_ns)
    return 1;
  struct planned_job *jobs = make_jobs(items);
  const struct hg_plan plan = {sizeof plan, 0, job_count, items};
  plugin.ops.watcher = (struct hg_watcher_ops){.struct_size = sizeof(struct hg_watcher_ops),
                                               .create = create,
                                               .open = open_watch,
                                               .watch = watch,
                                               .destroy = destroy};
  const struct watching_request request = {
      .watcher = &plugin,
      .plan = &plan,
      .history = path,
      .run_id = write_run(history, jobs),
      .policy = {.start_grace_ms = 300000, .schedule_grace_ms = -1},
  };
  before_kib = peak_kib();
  follow(&request);
  (void)printf("changes:          %" PRIu64 " in %.1f s\n", change_count, (double)wall_ms / 1000);
  (void)printf("a change:         %.1f us of the watch thread, history and all\n",
               (double)(thread_ns - pace_ns) / 1000 / (double)change_count);
  (void)printf("peak memory:      %.1f MiB, %.1f of them before the watch\n",
               (double)peak_kib() / 1024, (double)before_kib / 1024);
  history_close(history);
  return 0;
}
