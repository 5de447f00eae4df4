/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "plan/sealed_plan.h"
#include "run/apply.h"

#include <string.h>

/* What is valid for one applier need not be for another. A file names no program: which applier it
 * is stays the user's to say. */
static int32_t check_applier(const struct run_request *request, const char *path,
                             const struct sealed_plan *sealed, struct hg_error *err) {
  if (strcmp(request->kept.applier, sealed->applier) == 0)
    return 0;
  return hg_error_set(err, HG_ERROR_INVALID,
                      "%.320s is for the applier %.50s, and this run has %.50s: add --applier, or "
                      "plan again",
                      path, sealed->applier, request->kept.applier);
}

/* The request is what the saved plan says. */
static int32_t load_plan(struct run_request *request, const char *path,
                         struct expected_jobs *expected, struct sealed_plan *sealed,
                         struct hg_error *err) {
  static const char *const readers[] = {"validate-kubernetes", "scan-directory"};

  if (sealed_plan_load(path, expected, sealed, err) < 0 ||
      sealed_plan_check_place(path, sealed, err) < 0 ||
      check_applier(request, path, sealed, err) < 0 ||
      run_request_set_operands(request, &sealed->operands, err) < 0)
    return -1;
  request->target.namespace_name = sealed->namespace_name;
  request->target.kubeconfig = sealed->kubeconfig;
  request->target.context = sealed->context;
  request->target.bound = &sealed->target;
  request->target.bound_by = path;
  request->target.advice = "plan again";
  if (!sealed->kubernetes_version)
    return 0;
  for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
    if (run_request_set_option(request, readers[i], "kubernetes-version",
                               sealed->kubernetes_version, "--plan", err) < 0)
      return -1;
  return 0;
}

int command_apply(const struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct run_request request;
  struct expected_jobs expected;
  struct sealed_plan sealed;
  struct run run;
  int32_t result;
  int exit_code;

  if (settings->show)
    return command_generate(settings, plugins);
  expected_jobs_init(&expected);
  sealed_plan_init(&sealed);
  result = run_request_init(&request, settings, settings->apply ? HG_MODE_APPLY : HG_MODE_DRY_RUN,
                            &error);
  run_init(&run, &request, plugins);
  if (result == 0 && settings->plan) {
    result = load_plan(&request, settings->plan, &expected, &sealed, &error);
    run.expected = &expected;
  }
  if (result == 0)
    result = run_begin(&run, &error);
  if (result == 0)
    result = apply_jobs(&run, &error);
  exit_code = run_end(&run, result, &error, NULL, NULL);
  run_request_finish(&request);
  sealed_plan_finish(&sealed);
  expected_jobs_finish(&expected);
  return exit_code;
}
