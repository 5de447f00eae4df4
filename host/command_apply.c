#include "commands.h"
#include "gate.h"
#include "generation.h"
#include "interrupt.h"
#include "log.h"

#include <string.h>

static void log_mode(const struct settings *settings) {
  log_line(HG_LOG_INFO, LOG_APPLY, "Mode: %s", settings->apply ? "APPLY" : "DRY-RUN");
  if (settings->apply)
    log_line(HG_LOG_WARNING, LOG_APPLY, "⚠️  APPLY MODE ENABLED - kubectl will be executed");
}

/* The first stage of `run`, where the two configurations are given. */
static int32_t generate(struct pipeline *pipeline, struct hg_error *err) {
  struct generation generation;
  int32_t result;

  generation_init(&generation);
  result = generation_run(&generation, pipeline->plugins, pipeline->settings->jobs_dir, err);
  generation_finish(&generation);
  return result;
}

/* An invalid Job keeps the valid ones from being applied too. */
static int32_t refuse_invalid(struct pipeline *pipeline, struct hg_error *err) {
  struct hg_error error = HG_ERROR_INIT;

  if (pipeline->history &&
      history_skip_jobs(pipeline->history, timestamp_now_ms(),
                        "not applied: another Job of the run is invalid", &error) < 0)
    log_line(HG_LOG_WARNING, NULL, "%s", error.message);
  return hg_error_set(err, HG_ERROR_INVALID, "%llu of %llu Jobs %s invalid: nothing was applied",
                      (unsigned long long)pipeline->invalid_jobs,
                      (unsigned long long)pipeline->position,
                      pipeline->invalid_jobs == 1 ? "is" : "are");
}

static int32_t execute(struct pipeline *pipeline, bool is_run, struct hg_error *err) {
  if (!is_run)
    log_mode(pipeline->settings);
  else if (pipeline->settings->orchestrator_config && generate(pipeline, err) < 0)
    return -1;
  if (pipeline_validate(pipeline, err) < 0)
    return -1;
  if (pipeline->invalid_jobs > 0)
    return refuse_invalid(pipeline, err);
  if (interrupt_requested())
    return hg_error_set(err, HG_ERROR_CANCELLED, "stopped by the user: nothing was applied");
  if (is_run) {
    log_mode(pipeline->settings);
    pipeline_log_found(pipeline, LOG_APPLY);
  }
  return gate_execute(pipeline, err);
}

int command_apply(struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct pipeline pipeline;
  uint32_t mode = settings->apply ? HG_MODE_APPLY : HG_MODE_DRY_RUN;
  int32_t result = pipeline_begin(&pipeline, settings, plugins, mode, &error);

  if (result == 0)
    result = execute(&pipeline, strcmp(settings->command, "run") == 0, &error);
  return pipeline_end(&pipeline, result, &error, true);
}
