/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "plan/expected_jobs.h"
#include "run/apply.h"
#include "settings/command_line.h"
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
  added.job = job->job;
  added.attempts = job->attempts;
  added.position = job->position;
  added.is_settled = job->succeeded;
  memcpy(added.sha256, job->sha256, sizeof added.sha256);
  if (job->is_open)
    log_line(HG_LOG_WARNING, LOG_APPLY,
             "%s: kubectl was started, and its outcome is not known: it is applied again",
             job->job.name);
  return expected_jobs_add(expected, &added, err);
}

/* What the run was begun with still holds where this call says nothing else: which kubectl, how
 * many at a time, which files. */
static int32_t keep_flags(struct run_request *request, const struct settings *settings,
                          const struct history_resumed_run *begun, struct hg_error *err) {
  struct command_line line;

  if (command_line_parse(begun->argv_count, begun->argv, &request->arena, &line, err) < 0)
    return -1;
  return command_line_keep(&line, settings, &request->arena, &request->kept, err);
}

/* Takes the run over: the request becomes what it was begun with. */
static int32_t take_over(struct run *run, struct run_request *request,
                         const struct settings *settings, struct history_resumed_run *begun,
                         struct hg_error *err) {
  const struct history_run call = {
      .command = request->command,
      .mode = request->mode,
      .started_at_ms = timestamp_now_ms(),
      .argv = request->argv,
      .argv_count = (uint32_t)request->argv_count,
      .version = HEADGATE_VERSION,
  };
  int64_t run_id;

  if (history_open(request->history, &run_patience, &run->history, err) < 0 ||
      find_run(run->history, settings, &run_id, err) < 0 ||
      history_resume_run(run->history, run_id, &call, begun, err) < 0)
    return -1;
  run->about.run_id = begun->run_id;
  if (!begun->jobs_dir || !begun->working_dir)
    return hg_error_set(err, HG_ERROR_FAILED, "run %lld does not say where its manifests are",
                        (long long)run_id);
  request->target.kubeconfig = begun->kubeconfig;
  request->target.context = begun->context;
  if (run_request_set_jobs_dir(request, begun->jobs_dir, err) < 0 ||
      keep_flags(request, settings, begun, err) < 0)
    return -1;
  return history_each_planned_job(run->history, expect_job, run->expected, err);
}

static int32_t go_on(struct run *run, const struct history_resumed_run *begun,
                     struct hg_error *err) {
  log_line(HG_LOG_INFO, LOG_APPLY, "Resuming run %lld, begun in %s", (long long)begun->run_id,
           begun->working_dir);
  /* The paths of the run are relative to where it was begun. Everything of this process's own is
   * open by now. */
  if (chdir(begun->working_dir) < 0)
    return hg_error_set(err, HG_ERROR_IO, "%.180s: %s", begun->working_dir, strerror(errno));
  return apply_jobs(run, err);
}

int command_resume(const struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct history_resumed_run begun;
  struct expected_jobs expected;
  struct run_request request;
  struct run run;
  int32_t result;
  int exit_code;

  memset(&begun, 0, sizeof begun);
  expected_jobs_init(&expected);
  /* The gate was opened when the run began. */
  result = run_request_init(&request, settings, HG_MODE_APPLY, &error);
  run_init(&run, &request, plugins);
  run.expected = &expected;
  if (result == 0)
    result = take_over(&run, &request, settings, &begun, &error);
  if (result == 0)
    result = run_begin(&run, &error);
  if (result == 0)
    result = go_on(&run, &begun, &error);
  exit_code = run_end(&run, result, &error, true);
  run_request_finish(&request);
  expected_jobs_finish(&expected);
  return exit_code;
}
