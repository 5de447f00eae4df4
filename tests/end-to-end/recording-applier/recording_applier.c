/* SPDX-License-Identifier: Apache-2.0 */
/* An applier for the test of the gate: it applies nothing, and writes down that it was called.
 *
 * RECORDING_APPLIER_LOG names a file to which a line is appended for each thing that happens to it:
 * "loaded" when the library is loaded, "described" when its entry point is called, then "create",
 * "preflight", "apply", "start NAME", "destroy".
 */
#include <fcntl.h>
#include <headgate/applier.h>
#include <headgate/plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char object; /* there is nothing to keep */

static void record(const char *what, const char *name) {
  const char *path = getenv("RECORDING_APPLIER_LOG");
  char line[512];
  int length = snprintf(line, sizeof line, "%s%s%s\n", what, *name ? " " : "", name);
  int fd;

  if (!path || length < 0 || (size_t)length >= sizeof line)
    abort();
  fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, line, (size_t)length) != length || close(fd) != 0)
    abort(); /* a call that is not recorded would make the test say less than it claims */
}

__attribute__((constructor)) static void loaded(void) {
  record("loaded", "");
}

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  (void)host;
  (void)err;
  record("create", "");
  *self = &object;
  return 0;
}

static int32_t apply(void *self, const struct hg_plan *plan, const struct hg_apply_sink *sink,
                     struct hg_error *err) {
  (void)self;
  (void)err;
  record("apply", "");
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    const struct hg_plan_item *item = plan->jobs[i];
    struct hg_launch launch = {
        .struct_size = sizeof launch,
        .item = i,
        .attempt = 1,
        .command_count = item->kubectl_command_count,
        .command = item->kubectl_command,
    };
    struct hg_job_result result = {
        .struct_size = sizeof result,
        .status = HG_STATUS_SUCCESS,
        .attempt = 1,
        .document_number = item->document_number,
        .command_count = item->kubectl_command_count,
        .job_name = item->job_name,
        .job_namespace = item->job_namespace,
        .yaml_path = item->yaml_path,
        .command = item->kubectl_command,
        .stdout_text = {"recorded\n", 9},
        .stderr_text = {"", 0},
        .reason = "",
        .timestamp = "2026-01-02T03:04:05.678Z",
        .duration_ms = 1,
        .failure_class = "",
        .advice = "",
    };

    if (sink->start(sink, &launch, 1) != HG_START_GO)
      break;
    if (launch.answer != HG_LAUNCH_GO)
      continue;
    record("start", item->job_name);
    if (sink->finish(sink, i, 1, &result) != 0)
      break;
  }
  return 0;
}

static int32_t preflight(void *self, const struct hg_plan *plan,
                         const struct hg_preflight_sink *sink, struct hg_error *err) {
  (void)self;
  (void)err;
  record("preflight", "");
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    const struct hg_preflight_verdict verdict = {
        .struct_size = sizeof verdict,
        .verdict = HG_PREFLIGHT_CREATE,
        .reason = "",
        .failure_class = "",
        .advice = "",
    };

    if (sink->verdict(sink, i, &verdict) != 0)
      break;
  }
  return 0;
}

static void destroy(void *self) {
  (void)self;
  record("destroy", "");
}

static const struct hg_applier_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
    .apply = apply,
    .preflight = preflight,
    .destroy = destroy,
};

static const struct hg_plugin plugin = {
    .magic = HG_PLUGIN_MAGIC,
    .struct_size = sizeof plugin,
    .abi_major = HG_ABI_MAJOR,
    .abi_minor = HG_ABI_MINOR,
    .stage = HG_STAGE_APPLIER,
    .stage_revision = HG_APPLIER_REVISION,
    .name = "apply-recording",
    .version = "1.0.0",
    .description = "Writes down that it was called, and applies nothing",
    .ops = &ops,
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  record("described", "");
  return &plugin;
}
