/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "commands/resumable_run.h"
#include "history/history_removal.h"
#include "memory/no_memory.h"
#include "plan/expected_jobs.h"
#include "plan/outcomes.h"
#include "run/apply.h"
#include "run/recording.h"
#include "settings/command_line.h"
#include "terminal/log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { WRONG_COMMAND_LINE = 2 };

/* Whether it may have been made, and run since. What the server was never sent was not: that
 * applier notes each attempt that it sends. */
static bool is_doubtful(const struct run *run, const struct history_planned_job *job) {
  return job->is_open || (outcome_is_doubtful(job->failure_class) &&
                          (job->may_be_sent || !run_request_asks_server(run->request)));
}

/* A Job that an earlier process made of another one's manifest. */
static int32_t expect_try(struct run *run, const struct history_planned_job *job,
                          struct hg_error *err) {
  struct known_try known = {
      .job = job->job,
      .from_run = job->derived_from_run,
      .from_position = job->derived_from,
      .from_name = job->derived_from_name,
      .position = job->position,
      .attempts = job->attempts,
      .is_doubtful = is_doubtful(run, job),
      .is_open = job->is_open,
      .is_settled = job->succeeded,
      .has_sha256 = true,
  };

  memcpy(known.sha256, job->sha256, sizeof known.sha256);
  memcpy(known.source_sha256, job->source_sha256, sizeof known.source_sha256);
  return known_tries_add(run->tries, &known, run, err);
}

static int32_t expect_job(void *context, const struct history_planned_job *job,
                          struct hg_error *err) {
  struct run *run = context;
  struct expected_jobs *expected = run->expected;
  struct expected_job added;

  if (run->last_position < job->position)
    run->last_position = job->position;
  if (!job->sha256)
    return 0; /* there was no document: nothing of it was to be applied */
  memset(&added, 0, sizeof added);
  added.job = job->job;
  if (!job->succeeded && strcmp(job->job.path, "-") == 0)
    return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                        "the manifests of that run came from standard input, which cannot be read "
                        "again: apply them anew, the Jobs that are there stay unchanged");
  added.attempts = job->attempts;
  added.position = job->position;
  added.is_settled = job->succeeded;
  added.is_open = job->is_open;
  added.is_doubtful = is_doubtful(run, job);
  memcpy(added.sha256, job->sha256, sizeof added.sha256);
  if (job->is_open)
    log_line(HG_LOG_WARNING, LOG_APPLY,
             "%s: applying it was begun, and its outcome is not known: it is looked for first",
             job->job.name);
  if (job->source_sha256)
    return expect_try(run, job, err);
  return expected_jobs_add(expected, &added, err);
}

/* A Job that was to be deleted and made again, and whose deletion has no end. */
static int32_t expect_removal(void *context, uint64_t position, const char *uid,
                              struct hg_error *err) {
  struct run *run = context;
  struct arena *arena = &run->expected->arena;
  const char *copy = arena_copy(arena, uid, strlen(uid));

  for (size_t i = 0; i < run->expected->count; i++)
    if (run->expected->jobs[i].position == position)
      run->expected->jobs[i].replaces_uid = copy;
  for (size_t i = 0; i < run->tries->count; i++)
    if (run->tries->tries[i].position == position)
      run->tries->tries[i].replaces_uid = copy;
  return copy ? 0 : no_memory(err);
}

/* Takes the run over: the request becomes what it was begun with. *is_wrong_call: the call does not
 * go with that, and nothing was done. */
static int32_t take_over(struct run *run, struct run_request *request,
                         const struct settings *settings, struct resumable_run *found,
                         struct history_resumed_run *begun, bool *is_wrong_call,
                         struct hg_error *err) {
  const struct history_run call = {
      .command = request->command,
      .mode = request->mode,
      .started_at_ms = timestamp_now_ms(),
      .argv = request->argv,
      .argv_count = (uint32_t)request->argv_count,
      .version = HEADGATE_VERSION,
  };
  struct string_list jobs_dir = {.items = &begun->jobs_dir, .count = 1};

  if (history_open(request->history, &run_patience, &run->history, err) < 0 ||
      resumable_run_find(run->history, settings, &request->arena, found, err) < 0 ||
      (found->argv && resumable_run_keep_flags(found, settings, request, err) < 0))
    return -1;
  /* Of a run that cannot go on nothing was found: history_resume_run says why. */
  *is_wrong_call = found->argv && command_line_check_wait(settings, &request->kept, err) < 0;
  if (*is_wrong_call || history_resume_run(run->history, found->run_id, &call, begun, err) < 0)
    return -1;
  run->about.run_id = begun->run_id;
  if (!begun->jobs_dir || !begun->working_dir)
    return hg_error_set(err, HG_ERROR_FAILED, "run %lld does not say where its manifests are",
                        (long long)begun->run_id);
  if (strcmp(found->here, begun->working_dir) != 0 &&
      resumable_run_anchor_kubeconfig(found->here, err) < 0)
    return -1;
  request->target.kubeconfig = found->kubeconfig;
  request->target.context = found->context;
  request->target.namespace_name = found->namespace_name;
  if (target_record_is_known(&found->target)) {
    request->target.bound = &found->target;
    request->target.bound_by = found->name;
    request->target.advice = "nothing was applied";
  }
  if (run_request_set_operands(request, &jobs_dir, err) < 0)
    return -1;
  if (history_each_planned_job(run->history, expect_job, run, err) < 0)
    return -1;
  return history_each_open_removal(run->history, expect_removal, run, err);
}

static int32_t go_on(struct run *run, const struct history_resumed_run *begun, bool was_named,
                     struct hg_error *err) {
  log_line(was_named ? HG_LOG_INFO : HG_LOG_WARNING, LOG_APPLY, "Resuming run %lld, begun in %s",
           (long long)begun->run_id, begun->working_dir);
  /* The paths of the run are relative to where it was begun. Everything of this process's own is
   * open by now. */
  if (chdir(begun->working_dir) < 0)
    return hg_error_set(err, HG_ERROR_IO, "%.720s: %s", begun->working_dir, strerror(errno));
  return apply_jobs(run, err);
}

int command_resume(const struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct history_resumed_run begun;
  struct resumable_run found;
  struct expected_jobs expected;
  struct known_tries tries;
  struct run_request request;
  struct run run;
  bool is_wrong_call = false;
  int32_t result;
  int exit_code;

  memset(&begun, 0, sizeof begun);
  expected_jobs_init(&expected);
  known_tries_init(&tries);
  /* The gate was opened when the run began. */
  result = run_request_init(&request, settings, HG_MODE_APPLY, &error);
  run_init(&run, &request, plugins);
  run.expected = &expected;
  run.tries = &tries;
  if (result == 0)
    result = take_over(&run, &request, settings, &found, &begun, &is_wrong_call, &error);
  if (result == 0)
    result = run_begin(&run, &error);
  if (result == 0)
    result = go_on(&run, &begun, settings->operands.count > 0, &error);
  exit_code = run_end(&run, result, &error, NULL, NULL);
  run_request_finish(&request);
  known_tries_finish(&tries);
  expected_jobs_finish(&expected);
  return is_wrong_call ? WRONG_COMMAND_LINE : exit_code;
}
