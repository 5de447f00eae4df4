/* SPDX-License-Identifier: Apache-2.0 */
/* A watcher that asks nobody: each Job that was applied has failed, with a Pod and a log. */
#include <headgate/plugin.h>
#include <headgate/watcher.h>
#include <time.h>

#define UID "6f1d4a52-0000-4000-8000-000000000001"
#define POD "on-paper-9fq5d"
#define STARTED "2026-01-02T03:04:05Z"
#define FINISHED "2026-01-02T03:04:07Z"

static const struct hg_plan *plan;

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  (void)err;
  *self = (void *)(uintptr_t)host;
  return 0;
}

static int32_t open(void *self, const struct hg_watch_request *request,
                    const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)self;
  (void)sink;
  (void)err;
  plan = request->plan;
  return 0;
}

static int32_t tell_log(const struct hg_watch_sink *sink, uint64_t item) {
  static const char line[] = "2026-01-02T03:04:06.5Z the paper tears\n";
  const struct hg_bytes lines = {line, sizeof line - 1};
  struct hg_log_resume resume = {.struct_size = sizeof resume};
  uint32_t more = 1;
  void *log = NULL;

  if (sink->log_open(sink, item, "uid-of-the-pod", "main", 0, &resume, &log) < 0 || !log)
    return -1;
  if (sink->log_append(sink, log, lines, &more) < 0)
    return -1;
  return sink->log_close(sink, log, HG_LOG_COMPLETE, "");
}

static int32_t tell(const struct hg_watch_sink *sink, uint64_t item) {
  static const struct hg_container_state container = {
      .struct_size = sizeof container,
      .kind = HG_CONTAINER_MAIN,
      .state = HG_CONTAINER_TERMINATED,
      .exit_code = 137,
      .signal = 9,
      .name = "main",
      .image = "registry.example/main:1",
      .image_id = "",
      .reason = "Error",
      .message = "{\"torn\": true}",
      .started_at = STARTED,
      .finished_at = FINISHED,
  };
  static const struct hg_container_state *const containers[] = {&container};
  const struct hg_pod_state pod = {
      .struct_size = sizeof pod,
      .item = item,
      .completion_index = -1,
      .container_count = 1,
      .job_uid = UID,
      .uid = "uid-of-the-pod",
      .name = POD,
      .node = "node-1",
      .phase = "Failed",
      .reason = "",
      .message = "",
      .created_at = STARTED,
      .containers = containers,
  };
  const struct hg_job_state job = {
      .struct_size = sizeof job,
      .phase = HG_PHASE_FAILED,
      .item = item,
      .completions = 3,
      .active = 1,
      .ready = -1,
      .succeeded = 2,
      .failed = 1,
      .terminating = -1,
      .uid = UID,
      .reason = "BackoffLimitExceeded",
      .message = "Job has reached the specified backoff limit",
      .completed_indexes = "",
      .failed_indexes = "",
      .created_at = STARTED,
      .started_at = STARTED,
      .finished_at = FINISHED,
  };

  if (sink->job(sink, &job) < 0 || sink->pod(sink, &pod) < 0 || tell_log(sink, item) < 0)
    return -1;
  return sink->done(sink, item, UID);
}

static int32_t watch(void *self, const struct hg_watch_sink *sink, struct hg_error *err) {
  const struct timespec pause = {0, 10 * 1000 * 1000};

  (void)self;
  (void)err;
  for (uint64_t item = 0; item < plan->total_jobs; item++) {
    while (sink->wanted(sink, item) == HG_WATCH_NOT_YET) {
      if (sink->tick(sink) < 0)
        return 0;
      (void)nanosleep(&pause, NULL);
    }
    if (sink->wanted(sink, item) == HG_WATCH_FOLLOW && tell(sink, item) < 0)
      return 0;
  }
  return 0;
}

static void destroy(void *self) {
  (void)self;
}

static const struct hg_watcher_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
    .open = open,
    .watch = watch,
    .destroy = destroy,
};

static const struct hg_plugin plugin = {
    .magic = HG_PLUGIN_MAGIC,
    .struct_size = sizeof plugin,
    .abi_major = HG_ABI_MAJOR,
    .abi_minor = HG_ABI_MINOR,
    .stage = HG_STAGE_WATCHER,
    .stage_revision = HG_WATCHER_REVISION,
    .name = PLUGIN_NAME,
    .version = "1.0.0",
    .description = "Lets each Job fail on paper",
    .ops = &ops,
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return &plugin;
}
