/* SPDX-License-Identifier: Apache-2.0 */
#include "run/apply.h"

#include "cluster/target_cluster.h"
#include "run/gate.h"
#include "run/preflight.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"

#include <string.h>

static void log_mode(const struct settings *settings) {
  log_line(HG_LOG_INFO, LOG_APPLY, "Mode: %s", settings->apply ? "APPLY" : "DRY-RUN");
  if (settings->apply)
    log_line(HG_LOG_WARNING, LOG_APPLY, "⚠️  APPLY MODE ENABLED - kubectl will be executed");
}

/* One Job keeps the others from being applied too. */
static void skip_all(struct pipeline *pipeline, const char *reason) {
  struct hg_error error = HG_ERROR_INIT;

  if (pipeline->history &&
      history_skip_jobs(pipeline->history, timestamp_now_ms(), reason, &error) < 0)
    log_line(HG_LOG_WARNING, NULL, "%s", error.message);
}

static int32_t refuse_invalid(struct pipeline *pipeline, struct hg_error *err) {
  skip_all(pipeline, "not applied: another Job of the run is invalid");
  return hg_error_set(err, HG_ERROR_INVALID, "%llu of %llu Jobs %s invalid: nothing was applied",
                      (unsigned long long)pipeline->invalid_jobs,
                      (unsigned long long)pipeline->position,
                      pipeline->invalid_jobs == 1 ? "is" : "are");
}

static void log_verdicts(const struct preflight *preflight, const struct hg_plan *plan) {
  for (uint64_t i = 0; i < preflight->count; i++) {
    const struct preflight_row *row = &preflight->rows[i];
    bool is_refused = row->verdict == HG_PREFLIGHT_REFUSED;

    log_line(is_refused ? HG_LOG_ERROR : HG_LOG_INFO, LOG_APPLY, "Preflight: %s: %s%s%s%s%s",
             preflight_verdict_name(row->verdict), plan->jobs[i]->job_name, is_refused ? ": " : "",
             is_refused ? row->reason : "", is_refused && *row->advice ? "; " : "",
             is_refused ? row->advice : "");
    for (const char *const *warning = row->warnings; warning && *warning; warning++)
      log_line(HG_LOG_WARNING, LOG_APPLY, "Warning for %s: %s", plan->jobs[i]->job_name, *warning);
  }
}

/* All or nothing: one refusal stops the batch. */
static int32_t ask_server(struct pipeline *pipeline, struct hg_error *err) {
  struct preflight preflight;
  int32_t result;

  preflight_init(&preflight);
  result = preflight_run(&preflight, pipeline, err);
  if (result == 0) {
    log_verdicts(&preflight, &pipeline->plan.plan);
    if (preflight.refused > 0) {
      skip_all(pipeline, "not applied: the server would refuse a Job of the run");
      result = hg_error_set(
          err, HG_ERROR_INVALID, "the server would refuse %llu of %llu Jobs: nothing was applied",
          (unsigned long long)preflight.refused, (unsigned long long)preflight.count);
    }
  }
  preflight_finish(&preflight);
  return result;
}

/* Which cluster it will be, and whether that may be. A dry run only warns of what an apply would
 * refuse. */
static int32_t check_target(struct pipeline *pipeline, struct target_cluster *target,
                            struct hg_error *err) {
  const struct settings *settings = pipeline->settings;
  struct target_cluster_lines lines;
  struct hg_error refusal = HG_ERROR_INIT;

  if (target_cluster_check(target, settings, &refusal) < 0) {
    if (settings->apply) {
      skip_all(pipeline, "not applied: the cluster was not confirmed");
      return hg_error_set(err, refusal.code, "%s", refusal.message);
    }
    log_line(HG_LOG_WARNING, LOG_APPLY, "%s", refusal.message);
  } else if (!target->is_known && settings->apply) {
    log_line(HG_LOG_WARNING, LOG_APPLY, "%s", target->reason.message);
  }
  /* A dry run needs no cluster: nothing is said of one that is not there. */
  if (!settings->apply && !(target->is_known && *target->target.context))
    return 0;
  if (target_cluster_describe(target, &pipeline->plan.plan, &lines, err) < 0)
    return -1;
  log_line(HG_LOG_INFO, LOG_APPLY, "%s", lines.context);
  log_line(HG_LOG_INFO, LOG_APPLY, "%s", lines.server);
  log_line(HG_LOG_INFO, LOG_APPLY, "%s", lines.namespaces);
  return 0;
}

/* From the whole plan to its outcomes. */
static int32_t apply_planned(struct pipeline *pipeline, struct hg_error *err) {
  struct target_cluster target;
  int32_t result;

  target_cluster_init(&target, pipeline->settings);
  pipeline->target = &target;
  result = check_target(pipeline, &target, err);
  log_mode(pipeline->settings);
  pipeline_log_found(pipeline, LOG_APPLY);
  if (result == 0 && pipeline->settings->preflight)
    result = ask_server(pipeline, err);
  if (result == 0)
    result = gate_execute(pipeline, err);
  pipeline->target = NULL;
  target_cluster_finish(&target);
  return result;
}

int32_t apply_validated(struct pipeline *pipeline, struct hg_error *err) {
  int32_t result = pipeline_validate(pipeline, err);

  if (result == 0 && pipeline->invalid_jobs == 0 && !interrupt_requested())
    return apply_planned(pipeline, err);
  log_mode(pipeline->settings);
  if (result < 0)
    return -1;
  if (pipeline->invalid_jobs > 0)
    return refuse_invalid(pipeline, err);
  return hg_error_set(err, HG_ERROR_CANCELLED, "stopped by the user: nothing was applied");
}
