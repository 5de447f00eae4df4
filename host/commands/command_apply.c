/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "plan/sealed_plan.h"
#include "run/apply.h"
#include "run/generation.h"

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
  if (pipeline->settings->orchestrator_config && generate(pipeline, err) < 0)
    return -1;
  return apply_validated(pipeline, err);
}

/* Whether the plan has a manifest from a subdirectory: then they were looked for there too. */
static bool is_recursive(const struct expected_jobs *expected, const char *jobs_dir) {
  size_t length = strlen(jobs_dir);

  while (length > 0 && jobs_dir[length - 1] == '/')
    length--;
  for (size_t i = 0; i < expected->count; i++)
    if (strncmp(expected->jobs[i].yaml_path, jobs_dir, length) == 0 &&
        strchr(expected->jobs[i].yaml_path + length + 1, '/'))
      return true;
  return false;
}

/* Makes what the saved plan says this run's settings. */
static int32_t load_plan(struct settings *settings, struct expected_jobs *expected,
                         struct sealed_plan *sealed, struct hg_error *err) {
  if (sealed_plan_load(settings->plan, expected, sealed, err) < 0 ||
      sealed_plan_check_place(settings->plan, sealed, err) < 0)
    return -1;
  settings->jobs_dir = sealed->jobs_dir;
  settings->kubeconfig = sealed->kubeconfig;
  settings->context = sealed->context;
  if (is_recursive(expected, sealed->jobs_dir) &&
      settings_add_option(settings, "scan-directory", "recursive", "true", SOURCE_COMMAND_LINE,
                          "--plan", err) < 0)
    return -1;
  if (!sealed->kubernetes_version)
    return 0;
  return settings_add_option(settings, "validate-kubernetes", "kubernetes-version",
                             sealed->kubernetes_version, SOURCE_COMMAND_LINE, "--plan", err);
}

int command_apply(struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct expected_jobs expected;
  struct sealed_plan sealed;
  struct pipeline pipeline;
  int32_t result = 0;
  int exit_code;

  expected_jobs_init(&expected);
  sealed_plan_init(&sealed);
  pipeline_init(&pipeline, settings, plugins, settings->apply ? HG_MODE_APPLY : HG_MODE_DRY_RUN);
  if (settings->plan) {
    result = load_plan(settings, &expected, &sealed, &error);
    pipeline.expected = &expected;
  }
  if (result == 0)
    result = pipeline_begin(&pipeline, &error);
  if (result == 0)
    result = execute(&pipeline, &error);
  exit_code = pipeline_end(&pipeline, result, &error, true);
  sealed_plan_finish(&sealed);
  expected_jobs_finish(&expected);
  return exit_code;
}
