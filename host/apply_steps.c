#include "apply_steps.h"

#include "gate.h"
#include "interrupt.h"
#include "log.h"
#include "preflight.h"

#include <string.h>

void log_apply_mode(const struct settings *settings) {
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

int32_t apply_validated(struct pipeline *pipeline, struct hg_error *err) {
  bool is_run = strcmp(pipeline->settings->command, "run") == 0;

  if (pipeline_validate(pipeline, err) < 0)
    return -1;
  if (pipeline->invalid_jobs > 0)
    return refuse_invalid(pipeline, err);
  if (interrupt_requested())
    return hg_error_set(err, HG_ERROR_CANCELLED, "stopped by the user: nothing was applied");
  if (is_run) {
    log_apply_mode(pipeline->settings);
    pipeline_log_found(pipeline, LOG_APPLY);
  }
  if (pipeline->settings->preflight && ask_server(pipeline, err) < 0)
    return -1;
  return gate_execute(pipeline, err);
}
