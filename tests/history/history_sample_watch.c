/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"
#include "history/history_watch.h"
#include "history_sample.h"
#include "text/timestamp.h"

#include <stdio.h>

/* One Job of the sample, as it ended. */
struct sample_end {
  uint64_t position;
  const char *name;
  uint32_t outcome;
  int32_t exit_code;
  const char *ended_at;
  const char *termination_message;
};

static const struct sample_end ends[] = {
    {1, "a", HG_OUTCOME_COMPLETE, 0, "2026-11-23T09:08:12Z", "{\"loss\": 0.25}"},
    {3, "c", HG_OUTCOME_FAILED, 3, "2026-11-23T09:06:02Z", "no result"},
};

static int32_t write_pod(struct history *history, const struct history_object *object,
                         const struct sample_end *end, struct hg_error *err) {
  bool has_failed = end->outcome == HG_OUTCOME_FAILED;
  char name[32];
  char path[64];
  const struct hg_container_state container = {
      .struct_size = sizeof container,
      .kind = HG_CONTAINER_MAIN,
      .state = HG_CONTAINER_TERMINATED,
      .exit_code = end->exit_code,
      .name = "main",
      .image = "busybox",
      .image_id = "",
      .reason = has_failed ? "Error" : "Completed",
      .message = end->termination_message,
      .started_at = "2026-11-23T09:05:00Z",
      .finished_at = end->ended_at,
  };
  const struct hg_container_state *const containers[] = {&container};
  const struct hg_pod_state pod = {
      .struct_size = sizeof pod,
      .completion_index = -1,
      .container_count = 1,
      .uid = name,
      .name = name,
      .node = "node-1",
      .phase = has_failed ? "Failed" : "Succeeded",
      .reason = "",
      .message = "",
      .created_at = "2026-11-23T09:05:00Z",
      .containers = containers,
  };
  const uint8_t sha256[32] = {1};
  const struct history_log log = {.pod_uid = name,
                                  .container = "main",
                                  .path = path,
                                  .state = "complete",
                                  .why = "",
                                  .bytes = 43,
                                  .lines = 1,
                                  .sha256 = sha256,
                                  .first_at = end->ended_at,
                                  .last_at = end->ended_at};

  (void)snprintf(name, sizeof name, "%s-x7k2p", end->name);
  (void)snprintf(path, sizeof path, "2/tuning/%s/%s.main.0.log", end->name, name);
  if (history_watch_pod(history, object, &pod, timestamp_now_ms(), err) < 0)
    return -1;
  return history_watch_log(history, object, &log, err);
}

static int32_t write_end(struct history *history, const struct sample_end *end,
                         struct hg_error *err) {
  bool has_failed = end->outcome == HG_OUTCOME_FAILED;
  const struct history_object object = {end->position, 1};
  const struct hg_job_state state = {
      .struct_size = sizeof state,
      .phase = has_failed ? HG_PHASE_FAILED : HG_PHASE_COMPLETE,
      .completions = 1,
      .ready = -1,
      .succeeded = !has_failed,
      .failed = has_failed,
      .terminating = -1,
      .uid = end->name,
      .reason = has_failed ? "BackoffLimitExceeded" : "",
      .message = "",
      .completed_indexes = "",
      .failed_indexes = "",
      .created_at = "2026-11-23T09:05:00Z",
      .started_at = "2026-11-23T09:05:00Z",
      .finished_at = end->ended_at,
  };
  const struct hg_job_completion completion = {
      .struct_size = sizeof completion,
      .outcome = end->outcome,
      .exit_code = has_failed ? end->exit_code : -1,
      .reason = state.reason,
      .message = "",
      .failure_class = has_failed ? "program-error" : "",
      .cause = has_failed ? "the program ended with exit code 3" : "",
      .advice = "",
      .pod = "",
      .container = "",
      .termination_message = "",
      .log_path = "",
      .log_tail = {has_failed ? "loss is nan\n" : "", has_failed ? 12 : 0},
      .started_at = state.started_at,
      .finished_at = state.finished_at,
  };

  if (history_watch_object(history, &object, end->name, HISTORY_NO, HISTORY_NO, err) < 0 ||
      history_watch_job(history, &object, 1, has_failed ? "FAILED" : "COMPLETE", &state, true,
                        timestamp_now_ms(), err) < 0 ||
      write_pod(history, &object, end, err) < 0)
    return -1;
  return history_watch_completion(history, &object, &completion, timestamp_now_ms(), err);
}

int32_t history_sample_watch(const char *path, int64_t run_id, struct hg_error *err) {
  struct history *history = NULL;
  int32_t result = -1;

  if (history_open(path, NULL, &history, err) == 0 &&
      history_join_run(history, run_id, true, timestamp_now_ms(), err) == 0) {
    result = 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends && result == 0; i++)
      result = write_end(history, &ends[i], err);
    if (result == 0)
      result = history_end_watch(history, "ended", NULL, 0, 0, timestamp_now_ms(), err);
  }
  history_close(history);
  return result;
}
