/* SPDX-License-Identifier: Apache-2.0 */
#include "run/gate.h"

#include "plan/job_result.h"
#include "run/apply_run.h"
#include "terminal/log.h"

/* SKIPPED, for every Job. */
static int32_t skip_plan(struct pipeline *pipeline, struct hg_error *err) {
  static const char reason[] = "dry run";
  const struct hg_plan *plan = &pipeline->plan.plan;
  int64_t now_ms = timestamp_now_ms();
  char timestamp[TIMESTAMP_SIZE];
  struct hg_job_result result;

  timestamp_format(now_ms, timestamp);
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    job_result_init(&result, plan->jobs[i], timestamp);
    result.status = HG_STATUS_SKIPPED;
    result.reason = reason;
    log_line(HG_LOG_INFO, LOG_APPLY, "Dry-run (skipped): %s", result.job_name);
    if (outcomes_add(&pipeline->outcomes, &result, err) < 0)
      return -1;
    reporting_job_finished(&pipeline->reporting, &result, plan->jobs[i]);
  }
  if (!pipeline->history)
    return 0;
  return pipeline_recorded(pipeline, history_skip_jobs(pipeline->history, now_ms, reason, err),
                           err);
}

int32_t gate_execute(struct pipeline *pipeline, struct hg_error *err) {
  bool is_open = pipeline->settings->apply && pipeline->run.mode == HG_MODE_APPLY;

  log_line(HG_LOG_INFO, LOG_APPLY, "Executing apply plan: %llu jobs, dry_run=%s",
           (unsigned long long)pipeline->plan.plan.total_jobs, is_open ? "False" : "True");
  return is_open ? apply_run_execute(pipeline, err) : skip_plan(pipeline, err);
}
