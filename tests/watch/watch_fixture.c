/* SPDX-License-Identifier: Apache-2.0 */
#include "watch_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static script *open_script;
static script *run_script;
static _Atomic int64_t now_ms;
static struct history *begun;
static const char *const names[FIXTURE_JOBS] = {"job-1", "job-2", "job-3", "job-4"};
const char *const *watch_known_uids;

static int64_t clock_ms(void) {
  return atomic_load(&now_ms);
}

void watch_clock_advance(int64_t ms) {
  atomic_fetch_add(&now_ms, ms);
}

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  (void)host;
  (void)err;
  *self = &now_ms;
  return 0;
}

static int32_t open_watch(void *self, const struct hg_watch_request *request,
                          const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)self;
  watch_known_uids = request->uids;
  return open_script ? open_script(sink, err) : 0;
}

static int32_t watch(void *self, const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)self;
  return run_script(sink, err);
}

static void destroy(void *self) {
  (void)self;
}

void watch_script(struct watch_fixture *fixture, script *at_open, script *run) {
  (void)fixture;
  open_script = at_open;
  run_script = run;
}

/* The Jobs are in the history as applied. */
static void write_run(struct watch_fixture *fixture) {
  struct hg_error error = HG_ERROR_INIT;

  begun = begin_run(&fixture->history, HG_MODE_APPLY, &fixture->run_id);
  for (uint64_t i = 1; i <= FIXTURE_JOBS; i++)
    add_job(begun, i, (int)i);
  assert_int_equal(history_commit(begun, &error), 0);
  for (uint64_t i = 1; i <= FIXTURE_JOBS; i++) {
    const struct hg_job_result result = result_of(HG_STATUS_SUCCESS, 1);

    assert_int_equal(start_attempt(begun, i, 1, 1000, &error), 0);
    assert_int_equal(history_finish_attempt(begun, i, true, 2000, &result, &error), 0);
  }
}

int watch_setup(void **state) {
  struct watch_fixture *fixture = calloc(1, sizeof *fixture);
  struct fixture *history = NULL;

  assert_non_null(fixture);
  if (fixture_setup((void **)&history) < 0)
    return -1;
  fixture->history = *history;
  free(history);
  write_run(fixture);
  fixture->plan = (struct hg_plan){sizeof fixture->plan, 0, FIXTURE_JOBS, fixture->items};
  for (uint64_t i = 0; i < FIXTURE_JOBS; i++) {
    fixture->items[i] = &fixture->jobs[i].item;
    fixture->jobs[i].item = (struct hg_plan_item){.struct_size = sizeof fixture->jobs[i].item,
                                                  .document_number = 1,
                                                  .job_name = names[i],
                                                  .job_namespace = "tuning",
                                                  .yaml_path = "out/job.yaml"};
    fixture->jobs[i].position = i + 1;
  }
  fixture->plugin.ops.watcher = (struct hg_watcher_ops){
      .struct_size = sizeof(struct hg_watcher_ops),
      .create = create,
      .open = open_watch,
      .watch = watch,
      .destroy = destroy,
  };
  fixture->request = (struct watching_request){
      .watcher = &fixture->plugin,
      .plan = &fixture->plan,
      .history = fixture->history.path,
      .run_id = fixture->run_id,
      .policy = {.start_grace_ms = 300 * 1000, .schedule_grace_ms = -1},
      .steady_ms = clock_ms,
      .keeps_logs = true,
  };
  atomic_store(&now_ms, 1000);
  *state = fixture;
  return 0;
}

static void remove_logs(const struct watch_fixture *fixture) {
  char command[160];

  (void)snprintf(command, sizeof command, "rm -rf '%s.logs'", fixture->history.path);
  assert_int_equal(system(command), 0); // NOLINT(cert-env33-c)
}

int watch_teardown(void **state) {
  struct watch_fixture *fixture = *state;
  struct fixture *history = malloc(sizeof *history);
  void *inner = history;

  assert_non_null(history);
  *history = fixture->history;
  history_close(begun);
  begun = NULL;
  remove_logs(fixture);
  free(fixture);
  return fixture_teardown(&inner);
}

struct watching *watch_begin(struct watch_fixture *fixture) {
  struct hg_error error = HG_ERROR_INIT;
  struct watching *watching = NULL;
  int32_t result = watching_open(&fixture->request, &watching, &error);

  assert_string_equal(error.message, "");
  assert_int_equal(result, 0);
  return watching;
}

struct watching *watch_begin_all(struct watch_fixture *fixture) {
  struct watching *watching = watch_begin(fixture);
  struct hg_error error = HG_ERROR_INIT;

  assert_int_equal(watching_start(watching, &error), 0);
  for (uint64_t i = 0; i < FIXTURE_JOBS; i++)
    watching_settle(watching, i, WATCHING_APPLIED);
  return watching;
}

void watch_completion(struct watching *watching, struct watching_news *news) {
  do
    assert_true(watching_next(watching, FIXTURE_JOBS, news, 60 * 1000));
  while (news->kind != WATCHING_COMPLETED);
}

int32_t say_reason(const struct hg_watch_sink *sink, uint64_t item, const char *uid, uint32_t phase,
                   const char *reason, const char *message) {
  bool has_ended = phase == HG_PHASE_COMPLETE || phase == HG_PHASE_FAILED;
  const struct hg_job_state state = {
      .struct_size = sizeof state,
      .phase = phase,
      .item = item,
      .completions = 1,
      .active = phase == HG_PHASE_RUNNING,
      .ready = -1,
      .succeeded = phase == HG_PHASE_COMPLETE,
      .failed = phase == HG_PHASE_FAILED,
      .terminating = -1,
      .uid = uid,
      .reason = reason,
      .message = message,
      .completed_indexes = "",
      .failed_indexes = "",
      .created_at = "2026-11-23T09:05:00Z",
      .started_at = phase == HG_PHASE_PENDING ? "" : "2026-11-23T09:05:00Z",
      .finished_at = has_ended ? "2026-11-23T09:08:12Z" : "",
  };

  return sink->job(sink, &state);
}

int32_t say_job(const struct hg_watch_sink *sink, uint64_t item, const char *uid, uint32_t phase) {
  return say_reason(sink, item, uid, phase, "", "");
}

int32_t say_pod(const struct hg_watch_sink *sink, uint64_t item, const char *job_uid,
                const char *pod, uint32_t container_state, const char *reason, int32_t exit_code) {
  static const char *const phases[] = {"Pending", "Pending", "Running", "Failed"};
  bool has_ended = container_state == HG_CONTAINER_TERMINATED;
  const struct hg_container_state container = {
      .struct_size = sizeof container,
      .kind = HG_CONTAINER_MAIN,
      .state = container_state,
      .exit_code = has_ended ? exit_code : -1,
      .name = "main",
      .image = "busybox",
      .image_id = "",
      .reason = reason,
      .message = has_ended ? "{\"loss\": 0.25}" : "",
      .started_at = "",
      .finished_at = "",
  };
  const struct hg_container_state *const containers[] = {&container};
  const struct hg_pod_state state = {
      .struct_size = sizeof state,
      .item = item,
      .completion_index = -1,
      .container_count = 1,
      .job_uid = job_uid,
      .uid = pod,
      .name = pod,
      .node = "node-1",
      .phase = has_ended && exit_code == 0 ? "Succeeded" : phases[container_state],
      .reason = "",
      .message = "",
      .created_at = "2026-11-23T09:05:00Z",
      .containers = containers,
  };

  return sink->pod(sink, &state);
}

void watch_pause(void) {
  const struct timespec moment = {0, 2 * 1000 * 1000};

  (void)nanosleep(&moment, NULL);
}

int32_t wait_until_followed(const struct hg_watch_sink *sink, uint64_t item) {
  while (sink->wanted(sink, item) == HG_WATCH_NOT_YET) {
    if (sink->tick(sink) < 0)
      return -1;
    watch_pause();
  }
  return 0;
}

int32_t tick_on(const struct hg_watch_sink *sink) {
  for (;;) {
    uint64_t wanted = 0;

    for (uint64_t i = 0; i < FIXTURE_JOBS; i++) {
      uint32_t answer = sink->wanted(sink, i);

      wanted += answer == HG_WATCH_NOT_YET || answer == HG_WATCH_FOLLOW;
    }
    if (wanted == 0 || sink->tick(sink) < 0)
      return 0;
    watch_pause();
  }
}
