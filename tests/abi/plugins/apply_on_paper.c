/* SPDX-License-Identifier: Apache-2.0 */
/* An applier that starts nothing: the first Job succeeds, each other fails twice. */
#include "stage_plugin.h"

#include <headgate/applier.h>

enum { MOST_JOBS = 8 };

static int32_t finish(const struct hg_apply_sink *sink, const struct hg_launch *launch,
                      uint32_t last) {
  uint64_t item = launch->item;
  const struct hg_job_result result = {
      .struct_size = sizeof result,
      .status = item == 0 ? HG_STATUS_SUCCESS : HG_STATUS_FAILED,
      .return_code = item == 0 ? 0 : -1,
      .signal = item == 0 ? 0 : 11,
      .attempt = launch->attempt,
      .flags = item == 0 ? 0 : HG_RESULT_STDOUT_CUT | HG_RESULT_STDERR_CUT,
      .command_count = launch->command_count,
      .command = launch->command,
      .stdout_text = {"out\0\xff", 5},
      .stderr_text = {"err\n", 4},
      .reason = item == 0 ? "" : "Killed on paper.",
      .timestamp = "2026-01-02T03:04:05.678Z",
      .duration_ms = 1234567890123,
      .failure_class = item == 0 ? "" : "on-paper",
      .advice = item == 0 ? "" : "take a cluster",
  };

  return sink->finish(sink, item, last, &result);
}

static int32_t apply(void *self, const struct hg_plan *plan, const struct hg_apply_sink *sink,
                     struct hg_error *err) {
  static const char *const command[] = {"paper", "--for", "both", NULL};
  FILE *trace = stage_trace(self, "apply");
  struct hg_launch launches[MOST_JOBS] = {{0}};
  uint32_t count = plan->total_jobs < MOST_JOBS ? (uint32_t)plan->total_jobs : MOST_JOBS;
  int32_t result = 0;

  fields_write(trace, 1, &described_plan, plan);
  fields_write(trace, 1, &described_apply_sink, sink);
  for (uint32_t i = 0; i < count; i++)
    launches[i] = (struct hg_launch){
        .struct_size = sizeof(struct hg_launch),
        .answer = 77,
        .item = i,
        .attempt = 1,
        .command_count = 3,
        .command = command,
        .has_standard_input = 77,
    };
  /* All at once, then the failed ones each for itself. */
  (void)fprintf(trace, "  start() = %u\n", sink->start(sink, launches, count));
  for (uint32_t i = 0; i < count; i++) {
    fields_write(trace, 2, &described_launch, &launches[i]);
    if (launches[i].answer == HG_LAUNCH_GO && finish(sink, &launches[i], i == 0) < 0)
      result = hg_error_set(err, HG_ERROR_FAILED, "told to stop");
  }
  for (uint32_t i = 1; i < count && result == 0; i++) {
    launches[i].attempt = 2;
    (void)fprintf(trace, "  start() = %u\n", sink->start(sink, &launches[i], 1));
    fields_write(trace, 2, &described_launch, &launches[i]);
    if (launches[i].answer == HG_LAUNCH_GO && finish(sink, &launches[i], 1) < 0)
      result = hg_error_set(err, HG_ERROR_FAILED, "told to stop");
  }
  (void)fclose(trace);
  return result;
}

static int32_t preflight(void *self, const struct hg_plan *plan,
                         const struct hg_preflight_sink *sink, struct hg_error *err) {
  FILE *trace = stage_trace(self, "preflight");
  int32_t result = 0;

  fields_write(trace, 1, &described_plan, plan);
  fields_write(trace, 1, &described_preflight_sink, sink);
  for (uint64_t i = 0; i < plan->total_jobs && result == 0; i++) {
    const struct hg_preflight_verdict verdict = {
        .struct_size = sizeof verdict,
        .verdict = i == 0 ? HG_PREFLIGHT_CREATE : HG_PREFLIGHT_REFUSED,
        .reason = i == 0 ? "" : "The paper refuses it.",
        .failure_class = i == 0 ? "" : "on-paper",
        .advice = i == 0 ? "" : "take a cluster",
    };
    struct hg_bytes document = {"", 0};

    result = sink->document(sink, i, &document, err);
    if (result < 0)
      break;
    (void)fputs("  document() = ", trace);
    (void)fwrite(document.data, 1, (size_t)document.length, trace);
    (void)sink->verdict(sink, i, &verdict);
  }
  (void)fclose(trace);
  return result;
}

static int32_t namespace_limits(void *self, const char *namespace_name,
                                const struct hg_limits_sink *sink, struct hg_error *err) {
  static const char quota[] =
      "{\"metadata\":{\"name\":\"paper\"},\"status\":{\"hard\":{\"pods\":\"0\"}}}";
  const struct hg_bytes json = {quota, sizeof quota - 1};
  FILE *trace = stage_trace(self, "namespace_limits");

  (void)err;
  (void)fprintf(trace, "  namespace = %s\n", namespace_name);
  fields_write(trace, 1, &described_limits_sink, sink);
  (void)fclose(trace);
  if (sink->object(sink, HG_LIMITS_RESOURCE_QUOTA, &json) < 0 ||
      sink->over(sink, HG_LIMITS_RESOURCE_QUOTA, NULL) < 0)
    return 0;
  (void)sink->over(sink, HG_LIMITS_LIMIT_RANGE, "There is no paper left.");
  return 0;
}

static const struct hg_applier_ops ops = {
    .struct_size = sizeof ops,
    .create = stage_create,
    .apply = apply,
    .preflight = preflight,
    .destroy = stage_destroy,
    .namespace_limits = namespace_limits,
};

static const struct hg_plugin plugin = {
    STAGE_PLUGIN,
    .stage = HG_STAGE_APPLIER,
    .stage_revision = HG_APPLIER_REVISION,
    .ops = &ops,
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return &plugin;
}
