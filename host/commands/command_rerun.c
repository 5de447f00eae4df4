/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "commands/rerun_selection.h"
#include "commands/resumable_run.h"
#include "commands/run_operand.h"
#include "history/history_read.h"
#include "memory/no_memory.h"
#include "plan/plan_builder.h"
#include "run/apply.h"
#include "run/recording.h"
#include "terminal/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WRONG_COMMAND_LINE = 2, MOST_NAMES = 5 /* that are shown before they are deleted */ };

/* One call of rerun. */
struct rerun {
  const struct settings *settings;
  struct run_request request;
  struct run run;
  struct expected_jobs expected;
  struct known_tries tries;
  struct rerun_selection selection;
  struct resumable_run of; /* whose Jobs are run again */
  bool is_wrong_call;
};

/* The run that the first operand names, else the newest apply; the others are Jobs. */
static int32_t choose_run(struct rerun *rerun, struct history *history, struct hg_error *err) {
  const struct string_list *operands = &rerun->settings->operands;
  const char *first = operands->count > 0 ? operands->items[0] : NULL;
  bool names_run = first && run_operand_is_run(first);
  struct run_request *request = &rerun->request;
  int64_t run_id;

  if (run_operand_find_apply(names_run ? first : NULL, history, &run_id, err) < 0 ||
      resumable_run_of(history, rerun->settings, run_id, &request->arena, &rerun->of, err) < 0)
    return -1;
  if (!rerun->of.name)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "run %lld applied nothing: there is nothing to run again",
                        (long long)run_id);
  rerun->selection.run_id = run_id;
  rerun->selection.names = operands->items + names_run;
  rerun->selection.name_count = operands->count - names_run;
  rerun->selection.replaces = rerun->settings->replace;
  request->working_dir = rerun->of.working_dir;
  request->target.kubeconfig = rerun->of.kubeconfig;
  request->target.context = rerun->of.context;
  request->target.namespace_name = rerun->of.namespace_name;
  if (target_record_is_known(&rerun->of.target)) {
    request->target.bound = &rerun->of.target;
    request->target.bound_by = rerun->of.name;
    request->target.advice = "nothing was applied";
  }
  if (strcmp(rerun->of.here, rerun->of.working_dir) != 0 &&
      resumable_run_anchor_kubeconfig(rerun->of.here, err) < 0)
    return -1;
  return resumable_run_take_flags(&rerun->of, rerun->settings, request, err);
}

/* Deleting is for the applier that can, and for whoever says so. */
static int32_t check_replace(struct rerun *rerun, struct hg_error *err) {
  if (!rerun->settings->replace)
    return 0;
  if (strcmp(rerun->request.kept.applier, PLAN_SERVER_APPLIER) != 0) {
    rerun->is_wrong_call = true;
    return hg_error_set(err, HG_ERROR_INVALID,
                        "--replace deletes Jobs, which only the applier that asks the API server "
                        "can: add --applier server");
  }
  if (rerun->request.mode != HG_MODE_APPLY || rerun->settings->yes ||
      rerun->selection.removed == 0 || (isatty(STDIN_FILENO) && isatty(STDERR_FILENO)))
    return 0;
  rerun->is_wrong_call = true;
  return hg_error_set(err, HG_ERROR_INVALID,
                      "--replace would delete %zu Job%s, and nobody can be asked: add --yes",
                      rerun->selection.removed, rerun->selection.removed == 1 ? "" : "s");
}

/* The Jobs that go, and the question. Anything but y or yes is no. */
static int32_t confirm(const struct rerun *rerun, struct hg_error *err) {
  const struct rerun_selection *selection = &rerun->selection;
  char answer[16] = "";
  size_t shown = 0;

  if (rerun->request.mode != HG_MODE_APPLY || rerun->settings->yes || selection->removed == 0)
    return 0;
  for (size_t i = 0; i < selection->count && shown < MOST_NAMES; i++)
    if (selection->jobs[i].is_chosen && rerun_selection_removes(selection, &selection->jobs[i])) {
      log_line(HG_LOG_WARNING, LOG_APPLY, "To be deleted: %s", selection->jobs[i].job.name);
      shown++;
    }
  if (selection->removed > shown)
    log_line(HG_LOG_WARNING, LOG_APPLY, "and %zu more", selection->removed - shown);
  (void)fprintf(stderr, "Delete %zu Jobs of %s with their Pods, and make them again? [y/N] ",
                selection->removed, rerun->of.name);
  (void)fflush(stderr);
  if (!fgets(answer, sizeof answer, stdin))
    answer[0] = '\0';
  answer[strcspn(answer, "\n")] = '\0';
  if (strcmp(answer, "y") == 0 || strcmp(answer, "yes") == 0)
    return 0;
  return hg_error_set(err, HG_ERROR_CANCELLED, "nothing was deleted and nothing was applied");
}

/* What the history says of that run becomes what this one is to do. */
static int32_t read_run(struct rerun *rerun, struct history *history, struct hg_error *err) {
  if (choose_run(rerun, history, err) < 0)
    return -1;
  history_choose_run(history, rerun->selection.run_id);
  if (rerun_selection_read(&rerun->selection, history, err) < 0 || check_replace(rerun, err) < 0)
    return -1;
  for (size_t i = 0; i < rerun->selection.count; i++) {
    const struct rerun_job *job = &rerun->selection.jobs[i];

    if (job->is_chosen && rerun_selection_expect(&rerun->selection, job, &rerun->run, err) < 0)
      return -1;
  }
  return 0;
}

static int32_t go(struct rerun *rerun, struct hg_error *err) {
  log_line(HG_LOG_WARNING, LOG_APPLY, "Running again: %zu Job%s of %s, begun in %s",
           rerun->selection.chosen, rerun->selection.chosen == 1 ? "" : "s", rerun->of.name,
           rerun->of.working_dir);
  /* The paths of the run are relative to where it was begun. Everything of this process's own is
   * open by now. */
  if (chdir(rerun->of.working_dir) < 0)
    return hg_error_set(err, HG_ERROR_IO, "%.720s: %s", rerun->of.working_dir, strerror(errno));
  return apply_jobs(&rerun->run, err);
}

int command_rerun(const struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct history *history = NULL;
  struct rerun rerun = {.settings = settings};
  int32_t result;
  int exit_code;

  expected_jobs_init(&rerun.expected);
  known_tries_init(&rerun.tries);
  rerun_selection_init(&rerun.selection);
  result = run_request_init(&rerun.request, settings,
                            settings->apply ? HG_MODE_APPLY : HG_MODE_DRY_RUN, &error);
  run_init(&rerun.run, &rerun.request, plugins);
  rerun.run.expected = &rerun.expected;
  rerun.run.tries = &rerun.tries;
  if (result == 0)
    result = history_open_read_only(settings->history, &run_patience, &history, &error);
  if (result == 0)
    result = read_run(&rerun, history, &error);
  /* It shows one moment, and is not held while Jobs run. */
  history_close(history);
  if (result == 0)
    result = confirm(&rerun, &error);
  if (result == 0)
    result = run_begin(&rerun.run, &error);
  if (result == 0)
    result = go(&rerun, &error);
  exit_code = run_end(&rerun.run, result, &error, NULL, NULL);
  run_request_finish(&rerun.request);
  rerun_selection_finish(&rerun.selection);
  known_tries_finish(&rerun.tries);
  expected_jobs_finish(&rerun.expected);
  return rerun.is_wrong_call ? WRONG_COMMAND_LINE : exit_code;
}
