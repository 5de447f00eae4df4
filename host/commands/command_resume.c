/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "plan/expected_jobs.h"
#include "run/apply.h"
#include "settings/command_line.h"
#include "settings/flag_table.h"
#include "terminal/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The run that the user named, or the newest that can go on. */
static int32_t find_run(struct history *history, const struct settings *settings, int64_t *run_id,
                        struct hg_error *err) {
  const char *word = settings->operands.count > 0 ? settings->operands.items[0] : NULL;
  char *end;

  if (!word)
    return history_find_resumable(history, run_id, err);
  errno = 0;
  *run_id = strtoll(word, &end, 10);
  if (*word < '0' || *word > '9' || *end || errno != 0)
    return hg_error_set(err, HG_ERROR_INVALID, "'%.40s' is no run's number: see `headgate history`",
                        word);
  return 0;
}

static int32_t expect_job(void *context, const struct history_planned_job *job,
                          struct hg_error *err) {
  struct expected_jobs *expected = context;
  struct expected_job added;

  if (!job->sha256)
    return 0; /* there was no document: nothing of it was to be applied */
  memset(&added, 0, sizeof added);
  added.job_name = job->job_name;
  added.job_namespace = job->job_namespace;
  added.yaml_path = job->yaml_path;
  added.document_number = job->document_number;
  added.attempts = job->attempts;
  added.position = job->position;
  added.is_settled = job->succeeded;
  memcpy(added.sha256, job->sha256, sizeof added.sha256);
  if (job->is_open)
    log_line(HG_LOG_WARNING, LOG_APPLY,
             "%s: kubectl was started, and its outcome is not known: it is applied again",
             job->job_name);
  return expected_jobs_add(expected, &added, err);
}

/* What the run was begun with still holds where this call says nothing else: which kubectl, how
 * many at a time, which files. */
static int32_t keep_flags(struct settings *settings, const struct history_resumed_run *run,
                          struct hg_error *err) {
  const struct option_setting *own = settings->option_settings;
  size_t own_count = settings->option_setting_count;
  struct settings then;
  struct command_line line;
  int32_t result;

  settings_init(&then);
  result = command_line_parse((int)run->argv_count, (char **)run->argv, &then, &line, err);
  settings->option_setting_count = 0;
  for (size_t i = 0; i < line.count && result == 0; i++) {
    const struct flag_row *flag = line.flags[i].flag;
    bool is_option = flag->kind == FLAG_OPTION || flag->kind == FLAG_OPTION_COUNT ||
                     flag->kind == FLAG_OPTION_SWITCH ||
                     flag->offset == offsetof(struct settings, option_settings);

    if (!(flag->commands & KEPT_BY_RESUME) ||
        (!is_option && settings->sources[flag - flag_table] == SOURCE_COMMAND_LINE))
      continue;
    result = settings_assign(settings, flag, line.flags[i].value, SOURCE_COMMAND_LINE,
                             "the run's own command line", err);
  }
  /* The last of a name wins. */
  for (size_t i = 0; i < own_count && result == 0; i++)
    result = settings_add_option(settings, own[i].plugin, own[i].option, own[i].value,
                                 own[i].from_working_directory ? SOURCE_WORKING_DIRECTORY
                                                               : SOURCE_COMMAND_LINE,
                                 own[i].origin, err);
  settings_finish(&then);
  return result;
}

/* Takes the run over: its settings become this process's. */
static int32_t take_over(struct pipeline *pipeline, struct settings *settings,
                         struct expected_jobs *expected, struct history_resumed_run *run,
                         struct hg_error *err) {
  const struct history_run call = {
      .command = settings->command,
      .mode = HG_MODE_APPLY,
      .started_at_ms = timestamp_now_ms(),
      .argv = settings->argv,
      .argv_count = (uint32_t)settings->argv_count,
      .version = HEADGATE_VERSION,
  };
  int64_t run_id;

  if (history_open(settings->history, &pipeline->history, err) < 0 ||
      find_run(pipeline->history, settings, &run_id, err) < 0 ||
      history_resume_run(pipeline->history, run_id, &call, run, err) < 0)
    return -1;
  pipeline->run.run_id = run->run_id;
  settings->jobs_dir = run->jobs_dir;
  settings->kubeconfig = run->kubeconfig;
  settings->context = run->context;
  if (!settings->jobs_dir || !run->working_dir)
    return hg_error_set(err, HG_ERROR_FAILED, "run %lld does not say where its manifests are",
                        (long long)run_id);
  if (keep_flags(settings, run, err) < 0)
    return -1;
  return history_each_planned_job(pipeline->history, expect_job, expected, err);
}

static int32_t go_on(struct pipeline *pipeline, const struct history_resumed_run *run,
                     struct hg_error *err) {
  log_line(HG_LOG_INFO, LOG_APPLY, "Resuming run %lld, begun in %s", (long long)run->run_id,
           run->working_dir);
  /* The paths of the run are relative to where it was begun. Everything of this process's own is
   * open by now. */
  if (chdir(run->working_dir) < 0)
    return hg_error_set(err, HG_ERROR_IO, "%.180s: %s", run->working_dir, strerror(errno));
  return apply_validated(pipeline, err);
}

int command_resume(struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct history_resumed_run run;
  struct expected_jobs expected;
  struct pipeline pipeline;
  int32_t result;
  int exit_code;

  memset(&run, 0, sizeof run);
  expected_jobs_init(&expected);
  settings->apply = true; /* the gate was opened when the run began */
  pipeline_init(&pipeline, settings, plugins, HG_MODE_APPLY);
  pipeline.expected = &expected;
  result = take_over(&pipeline, settings, &expected, &run, &error);
  if (result == 0)
    result = pipeline_begin(&pipeline, &error);
  if (result == 0)
    result = go_on(&pipeline, &run, &error);
  exit_code = pipeline_end(&pipeline, result, &error, true);
  expected_jobs_finish(&expected);
  return exit_code;
}
