/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "commands/resumable_run.h"
#include "commands/run_operand.h"
#include "history/history_past.h"
#include "history/history_read.h"
#include "history/history_watch.h"
#include "memory/no_memory.h"
#include "run/follow.h"
#include "run/recording.h"
#include "run/run.h"
#include "terminal/log.h"

#include <inttypes.h>
#include <string.h>

struct reading {
  struct run *run;
  uint64_t left; /* Jobs that it has not applied */
};

/* The Jobs that the run applied are the plan: they are only looked at. */
static int32_t plan_job(void *context, const struct history_planned_job *job,
                        struct hg_error *err) {
  struct reading *reading = context;
  struct run *run = reading->run;
  struct judged_document document = {.document_count = 1};
  struct planned_job *planned;

  if (!job->succeeded) {
    reading->left++;
    return 0;
  }
  run->counts.documents++;
  run->counts.valid++;
  if (job_ref_copy(&document.job, &job->job, &run->plan.arena) < 0)
    return no_memory(err);
  planned = plan_builder_add(&run->plan, &document, job->position);
  if (!planned)
    return no_memory(err);
  if (job->derived_from_run == 0)
    return 0;
  planned->derived_from =
      arena_copy(&run->plan.arena, job->derived_from_name, strlen(job->derived_from_name));
  if (job->derived_from_run == run->about.run_id &&
      known_tries_tie(run, job->derived_from, run->plan.plan.total_jobs - 1) < 0)
    return no_memory(err);
  return planned->derived_from ? 0 : no_memory(err);
}

/* What the apply made of them, as it is recorded. */
static int32_t tell_outcomes(struct run *run, struct history *history, struct hg_error *err) {
  const struct hg_plan *plan = &run->plan.plan;

  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    struct planned_job *planned = plan_builder_job(&run->plan, i);
    const struct hg_pair *parameters;
    struct hg_job_result result;
    uint32_t count;

    if (history_read_parameters(history, run->about.run_id, planned->position, &parameters, &count,
                                err) < 0)
      return -1;
    if (plan_copy_parameters(&planned->item, parameters, count, &run->plan.arena) < 0)
      return no_memory(err);
    if (history_read_result(history, planned->position, &result, err) < 0)
      return -1;
    result.job_name = plan->jobs[i]->job_name;
    result.job_namespace = plan->jobs[i]->job_namespace;
    result.yaml_path = plan->jobs[i]->yaml_path;
    result.command = plan->jobs[i]->kubectl_command;
    result.command_count = plan->jobs[i]->kubectl_command_count;
    result.parameters = plan->jobs[i]->parameters;
    result.parameter_count = plan->jobs[i]->parameter_count;
    if (outcomes_add(&run->outcomes, &result, err) < 0)
      return -1;
    reporting_job_finished(&run->reporting, &result, plan->jobs[i]);
  }
  return 0;
}

/* The plan's Jobs and the history's rows come in the same order. */
struct telling {
  struct run *run;
  uint64_t next; /* item */
};

static int32_t tell_recorded(void *context, const struct history_watched_job *job,
                             struct hg_error *err) {
  struct telling *telling = context;
  const struct hg_plan *plan = &telling->run->plan.plan;

  (void)err;
  if (telling->next < plan->total_jobs &&
      planned_job_of(plan->jobs[telling->next])->position == job->object.position)
    follow_tell_recorded(telling->run, telling->next++, &job->completion);
  return 0;
}

/* Another process follows them: what it has written down so far. */
static int32_t tell_what_is_known(struct run *run, struct hg_error *err) {
  struct telling telling = {.run = run};
  struct history *history = NULL;
  int32_t result = history_open_read_only(run->request->history, &run_patience, &history, err);

  if (result == 0)
    result = history_each_watched_job(history, run->about.run_id, tell_recorded, &telling, err);
  history_close(history);
  return result;
}

static int32_t look(struct run *run, struct hg_error *err) {
  struct hg_error refusal = HG_ERROR_INIT;
  const struct plugin *watcher;

  if (run_load_watcher(run, &watcher, err) < 0)
    return -1;
  if (follow_begin(run, watcher, &refusal) == 0) {
    for (uint64_t i = 0; i < run->plan.plan.total_jobs; i++)
      follow_settle(run, i, true);
    return follow_end(run, 0, err);
  }
  if (refusal.code != HG_ERROR_BUSY)
    return hg_error_set(err, refusal.code, "%s", refusal.message);
  log_line(HG_LOG_WARNING, LOG_WATCH, "%s: this is what it has seen so far", refusal.message);
  return tell_what_is_known(run, err);
}

/* The plan and its outcomes, from the history. */
static int32_t read_run(struct run *run, struct history *history, struct hg_error *err) {
  struct reading reading = {.run = run};
  long long run_id = run->about.run_id;

  if (history_each_planned_job(history, plan_job, &reading, err) < 0)
    return -1;
  if (run->plan.plan.total_jobs == 0 && reading.left == 0)
    return hg_error_set(
        err, HG_ERROR_NOT_FOUND,
        "run %lld came to no Job, so there is none to watch: `headgate history show "
        "%lld` says why",
        run_id, run_id);
  if (run->plan.plan.total_jobs == 0)
    return hg_error_set(err, HG_ERROR_NOT_FOUND,
                        "run %lld applied no Job, so there is none to watch: `headgate resume "
                        "%lld` applies them",
                        run_id, run_id);
  if (reading.left > 0)
    log_line(HG_LOG_WARNING, LOG_WATCH,
             "Not applied, and so not watched: %" PRIu64 " of the run's Jobs (headgate resume "
             "%lld)",
             reading.left, run_id);
  return tell_outcomes(run, history, err);
}

/* The request becomes what the run was begun with. */
static int32_t choose_run(struct run *run, struct run_request *request,
                          const struct settings *settings, struct history *history,
                          struct resumable_run *found, struct hg_error *err) {
  const char *operand = settings->operands.count > 0 ? settings->operands.items[0] : NULL;
  int64_t run_id;

  if (run_operand_find_apply(operand, history, &run_id, err) < 0 ||
      resumable_run_of(history, settings, run_id, &request->arena, found, err) < 0)
    return -1;
  if (!found->name)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "run %lld applied nothing: there is nothing to watch", (long long)run_id);
  history_choose_run(history, run_id);
  run->about.run_id = run_id;
  request->jobs_dir = found->jobs_dir;
  request->target.namespace_name = found->namespace_name;
  request->target.kubeconfig = found->kubeconfig;
  request->target.context = found->context;
  if (target_record_is_known(&found->target)) {
    request->target.bound = &found->target;
    request->target.bound_by = found->name;
    request->target.advice = "nothing was asked";
  }
  return 0;
}

int command_watch(const struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct history *history = NULL;
  struct resumable_run found;
  struct run_request request;
  struct run run;
  int32_t result;
  int exit_code;

  if (settings->selector)
    return command_watch_selector(settings, plugins);
  memset(&found, 0, sizeof found);
  result = run_request_init(&request, settings, HG_MODE_APPLY, &error);
  request.looks_later = true;
  run_init(&run, &request, plugins);
  if (result == 0)
    result = history_open_read_only(settings->history, &run_patience, &history, &error);
  if (result == 0)
    result = choose_run(&run, &request, settings, history, &found, &error);
  if (result == 0)
    result = run_begin(&run, &error);
  if (result == 0)
    result = read_run(&run, history, &error);
  /* It shows one moment, and is not held while hours pass. */
  history_close(history);
  if (result == 0)
    result = look(&run, &error);
  exit_code = run_end(&run, result, &error, NULL, NULL);
  run_request_finish(&request);
  return exit_code;
}
