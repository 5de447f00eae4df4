#include "apply_steps.h"
#include "commands.h"
#include "generation.h"
#include "log.h"

#include <string.h>

/* The first stage of `run`, where the two configurations are given. */
static int32_t generate(struct pipeline *pipeline, struct hg_error *err) {
  struct generation generation;
  int32_t result;

  generation_init(&generation);
  result = generation_run(&generation, pipeline->plugins, pipeline->settings->jobs_dir, err);
  generation_finish(&generation);
  return result;
}

static int32_t execute(struct pipeline *pipeline, struct hg_error *err) {
  if (strcmp(pipeline->settings->command, "run") != 0)
    log_apply_mode(pipeline->settings);
  else if (pipeline->settings->orchestrator_config && generate(pipeline, err) < 0)
    return -1;
  return apply_validated(pipeline, err);
}

int command_apply(struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct pipeline pipeline;
  int32_t result;

  pipeline_init(&pipeline, settings, plugins, settings->apply ? HG_MODE_APPLY : HG_MODE_DRY_RUN);
  result = pipeline_begin(&pipeline, &error);
  if (result == 0)
    result = execute(&pipeline, &error);
  return pipeline_end(&pipeline, result, &error, true);
}
