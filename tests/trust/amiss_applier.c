/* SPDX-License-Identifier: Apache-2.0 */
/* An applier that does one thing wrong: the option `conduct` says which. It applies nothing. */
#include <headgate/applier.h>
#include <headgate/plugin.h>
#include <stdbool.h>
#include <string.h>

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_STRING, "conduct", "none", NULL, "what it does wrong", 0,
     0},
};

static const struct hg_host *its_host;

static bool is_to(const char *conduct) {
  return strcmp(its_host->option(its_host, "conduct"), conduct) == 0;
}

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  (void)err;
  its_host = host;
  *self = &its_host;
  return 0;
}

/* Whether the host let it through. */
static bool start(const struct hg_apply_sink *sink, const struct hg_plan *plan, uint64_t item,
                  uint32_t count) {
  struct hg_launch launches[200];

  memset(launches, 0, sizeof launches);
  for (uint32_t i = 0; i < count; i++) {
    launches[i].struct_size = sizeof launches[i];
    launches[i].item = item;
    launches[i].attempt = 1;
    launches[i].command = plan->jobs[0]->kubectl_command;
    launches[i].command_count = plan->jobs[0]->kubectl_command_count;
  }
  return sink->start(sink, launches, count) == HG_START_GO && launches[0].answer == HG_LAUNCH_GO;
}

static int32_t finish(const struct hg_apply_sink *sink, uint64_t item, uint32_t last,
                      uint32_t status) {
  const struct hg_job_result result = {
      .struct_size = sizeof result,
      .status = status,
      .attempt = 1,
      .timestamp = "2026-01-02T03:04:05.678Z",
  };

  return sink->finish(sink, item, last, &result);
}

/* All is well but for what the conduct asks for, at the second Job. */
static int32_t apply(void *self, const struct hg_plan *plan, const struct hg_apply_sink *sink,
                     struct hg_error *err) {
  (void)self;
  (void)err;
  if (is_to("start-nothing"))
    return 0;
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    uint32_t status = HG_STATUS_SUCCESS;
    uint32_t last = 1;

    if (i == 1 && is_to("leave-one-out"))
      continue;
    if (i == 1 && is_to("finish-unstarted")) {
      (void)finish(sink, i, 1, HG_STATUS_SUCCESS);
      continue;
    }
    if (i == 1 && is_to("finish-nobody"))
      (void)finish(sink, UINT64_MAX, 1, HG_STATUS_SUCCESS);
    if (i == 1 && is_to("start-nobody"))
      (void)start(sink, plan, plan->total_jobs, 1);
    if (i == 1 && is_to("start-none"))
      (void)start(sink, plan, 0, 0);
    if (i == 1 && is_to("start-too-many"))
      (void)start(sink, plan, i, 200);
    if (!start(sink, plan, i, 1))
      continue;
    if (i == 1 && is_to("start-twice"))
      (void)start(sink, plan, i, 1);
    if (i == 1 && is_to("never-finish"))
      continue;
    if (i == 1 && is_to("finish-as-skipped"))
      status = HG_STATUS_SKIPPED;
    if (i == 1 && is_to("finish-as-nothing"))
      status = 0;
    if (i == 1 && is_to("finish-as-unknown"))
      status = 77;
    if (i == 1 && is_to("try-a-success-again"))
      last = 0;
    (void)finish(sink, i, last, status);
    if (i == 1 && is_to("finish-twice"))
      (void)finish(sink, i, 1, HG_STATUS_SUCCESS);
  }
  return 0;
}

static int32_t preflight(void *self, const struct hg_plan *plan,
                         const struct hg_preflight_sink *sink, struct hg_error *err) {
  (void)self;
  (void)err;
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    const struct hg_preflight_verdict verdict = {
        .struct_size = sizeof verdict,
        .verdict = i == 1 && is_to("judge-as-unknown") ? 77u : HG_PREFLIGHT_CREATE,
        .reason = "",
        .failure_class = "",
        .advice = "",
    };

    if (is_to("judge-nothing") || (i == 1 && is_to("judge-all-but-one")))
      continue;
    (void)sink->verdict(sink, i, &verdict);
  }
  return 0;
}

static void destroy(void *self) {
  (void)self;
}

static const struct hg_applier_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
    .apply = apply,
    .preflight = preflight,
    .destroy = destroy,
};

HG_PLUGIN(APPLIER, "apply-amiss", "1.0.0", "Does one thing wrong, and applies nothing", ops,
          HG_TABLE(options), HG_NO_TABLE);
