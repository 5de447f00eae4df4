/* SPDX-License-Identifier: Apache-2.0 */
#include "run/follow.h"

#include "history/history_past.h"
#include "memory/no_memory.h"
#include "run/recording.h"
#include "run/run.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "terminal/progress.h"
#include "text/text_buffer.h"
#include "watch/watching.h"

#include <stdlib.h>
#include <string.h>

enum {
  LOOKED_AGAIN_MS = 100,
  JUDGED_AGAIN_MS = 1000,
  MOST_NAMES_SHOWN = 20, /* in a command that is to be typed */
};

/* --- Alerts ------------------------------------------------------------------------------------
 */

/* The namespace that all Jobs are of, or "". */
static const char *common_namespace(const struct hg_plan *plan) {
  const char *first = plan->total_jobs > 0 ? plan->jobs[0]->job_namespace : "";

  for (uint64_t i = 1; i < plan->total_jobs; i++)
    if (strcmp(plan->jobs[i]->job_namespace, first) != 0)
      return "";
  return first;
}

static void begin_to_alert(struct run *run) {
  const struct history_subject of = {run->about.run_id, common_namespace(&run->plan.plan), ""};

  alerting_begin(&run->follow.alerting, &run->reporting, run->request->history, &of);
}

/* `totals`: the run is over; NULL: it goes on. */
static void judge(struct run *run, const struct hg_alert *totals) {
  struct alerting *alerting = &run->follow.alerting;
  const char *troubled[HEALTH_MOST_TROUBLED];
  struct watching_health health;
  struct alert_judgement judgement = {
      .at_ms = timestamp_now_ms(),
      .counts = health.counts,
      .troubled = troubled,
  };

  watching_judge(run->follow.watching, &health);
  for (uint32_t i = 0; i < health.troubled_count; i++)
    troubled[i] = health.troubled[i];
  judgement.troubled_count = health.troubled_count;
  judgement.overall = health.overall;
  alerting_judge(alerting, &judgement);
  if (totals)
    alerting_tell_totals(alerting, &judgement, totals);
}

static void judge_now_and_then(struct run *run) {
  int64_t now_ms = timestamp_steady_ms();

  if (!alerting_is_wanted(&run->follow.alerting) ||
      now_ms - run->follow.judged_ms < JUDGED_AGAIN_MS)
    return;
  run->follow.judged_ms = now_ms;
  judge(run, NULL);
}

/* Whoever says stop leaves a run that is not over: who looks later tells its totals. */
static void end_alerts(struct run *run) {
  const struct follow *follow = &run->follow;
  const struct hg_alert totals = {
      .completed_jobs = follow->completed,
      .uncompleted_jobs = follow->uncompleted,
      .never_started_jobs = follow->never_started,
      .undecided_jobs = follow->undecided,
      .unapplied_jobs = run->plan.plan.total_jobs - follow->completed - follow->uncompleted -
                        follow->never_started - follow->undecided - follow->retried,
  };

  if (!alerting_is_wanted(&follow->alerting))
    return;
  judge(run, interrupt_requested() ? NULL : &totals);
  alerting_finish(&run->follow.alerting);
}

/* --- The run's Jobs ----------------------------------------------------------------------------
 */

int32_t follow_begin(struct run *run, const struct plugin *watcher, struct hg_error *err) {
  const struct run_request *request = run->request;
  const struct wait_settings *wait = &request->kept.wait;
  const struct plugin *applier = run->stages.applier;
  /* Unless an applier was asked, and was not told. */
  bool asks_which =
      !*run->target.record.cluster_uid && !(applier && applier->ops.applier.cluster_uid);
  uint64_t total = run->plan.plan.total_jobs;
  uint64_t most_further = retry_most(run, total);
  const struct watching_request watched = {
      .watcher = watcher,
      .plan = &run->plan.plan,
      .history = request->history,
      .patience = &run_patience,
      .run_id = run->about.run_id,
      .policy = {(int64_t)wait->start_grace * 1000,
                 wait->schedule_grace > 0 ? (int64_t)wait->schedule_grace * 1000 : -1},
      .timeout_ms = (int64_t)wait->timeout * 1000,
      .is_later = request->looks_later,
      .keeps_logs = true,
      .note_cluster = asks_which ? run_note_cluster : NULL,
      .note_context = run,
      .most_further = most_further,
  };

  if (plan_builder_reserve(&run->plan, total + most_further) < 0)
    return no_memory(err);
  run->follow.followed = calloc(total + most_further, sizeof *run->follow.followed);
  if (!run->follow.followed)
    return no_memory(err);
  if (watching_open(&watched, &run->follow.watching, err) < 0 ||
      watching_start(run->follow.watching, err) < 0)
    return -1;
  run->follow.is_watched = true;
  begin_to_alert(run);
  return 0;
}

void follow_settle(struct run *run, uint64_t item, enum watching_settlement how) {
  struct follow *follow = &run->follow;

  if (!follow->watching)
    return;
  follow->followed[item] = follow->followed[item] || how != WATCHING_PASSED_OVER;
  watching_settle(follow->watching, item, how);
}

void follow_count(struct follow *follow, uint32_t outcome) {
  switch (outcome) {
  case HG_OUTCOME_COMPLETE:
    follow->completed++;
    break;
  case HG_OUTCOME_FAILED:
  case HG_OUTCOME_DELETED:
    follow->uncompleted++;
    break;
  case HG_OUTCOME_NEVER_STARTED:
    follow->never_started++;
    break;
  default:
    follow->undecided++;
  }
}

/* Counts it, and says where another Job counts in its place. */
static void count(struct run *run, uint64_t item, struct hg_job_completion *completion) {
  struct follow *follow = &run->follow;

  if (!retry_takes(run, item, completion)) {
    follow_count(follow, completion->outcome);
    return;
  }
  completion->flags |= HG_COMPLETION_RETRIED;
  if (follow->watching)
    watching_pass_over(follow->watching, item);
  follow->retried++;
}

/* So that it can be told again. What cannot be written now is written with what comes next. */
static void note(struct run *run, const struct watching_news *news) {
  bool is_end = news->kind == WATCHING_COMPLETED;
  struct hg_error error = HG_ERROR_INIT;

  if (run->history)
    (void)history_note_observation(run->history,
                                   planned_job_of(run->plan.plan.jobs[news->item])->position,
                                   is_end ? NULL : &news->observation, &error);
}

static void deliver(struct run *run, struct watching_news *news) {
  note(run, news);
  if (news->kind == WATCHING_OBSERVED) {
    reporting_job_observed(&run->reporting, &news->observation);
    return;
  }
  count(run, news->item, &news->completion);
  reporting_job_completed(&run->reporting, &news->completion);
}

void follow_tell(struct run *run, uint64_t told) {
  struct watching_news news;

  while (run->follow.watching && watching_next(run->follow.watching, told, &news, 0))
    deliver(run, &news);
  if (run->follow.watching)
    judge_now_and_then(run);
}

void follow_tell_recorded(struct run *run, uint64_t item,
                          const struct hg_job_completion *completion) {
  const struct hg_plan_item *planned = run->plan.plan.jobs[item];
  struct hg_job_completion told = *completion;

  if (told.outcome == 0)
    told.outcome = HG_OUTCOME_UNKNOWN;
  told.document_number = planned->document_number;
  told.job_name = planned->job_name;
  told.job_namespace = planned->job_namespace;
  told.yaml_path = planned->yaml_path;
  run->follow.is_watched = true;
  told.derived_from = planned_job_of(planned)->derived_from;
  count(run, item, &told);
  reporting_job_completed(&run->reporting, &told);
}

bool follow_has_failed(const struct run *run) {
  return run->follow.uncompleted + run->follow.never_started > 0;
}

uint64_t follow_unfinished(const struct run *run) {
  return run->follow.watching ? watching_unfinished(run->follow.watching) : 0;
}

static void show_progress(struct watching *watching) {
  struct watching_counts counts;

  watching_count(watching, &counts);
  progress_update_watch(counts.running, counts.pending + counts.waiting, counts.complete,
                        counts.failed + counts.never_started);
}

static void begin_progress(const struct run *run) {
  progress_init_watch(run->request->shows_progress);
  show_progress(run->follow.watching);
}

/* No further try will come: the watcher need not wait for one. */
static void close_when_done(struct run *run) {
  struct watching *watching = run->follow.watching;

  if (watching_is_idle(watching) && !retry_is_pending(run))
    watching_close(watching);
}

/* Until nothing more is to come. */
static int32_t wait_for_all(struct run *run, struct hg_error *err) {
  struct watching *watching = run->follow.watching;
  struct watching_news news;
  int32_t result = 0;

  begin_progress(run);
  while (!interrupt_requested() && !watching_is_over(watching)) {
    if (watching_next(watching, run->plan.plan.total_jobs, &news, LOOKED_AGAIN_MS))
      deliver(run, &news);
    if (result == 0 && retry_is_due(run)) {
      progress_finish();
      result = retry_step(run, err);
      begin_progress(run);
    }
    close_when_done(run);
    show_progress(watching);
    judge_now_and_then(run);
  }
  progress_finish();
  return result;
}

/* The names of the followed Jobs of the namespace of `first`, unless it stood there before. */
static void append_names(struct text_buffer *text, const struct run *run, uint64_t first) {
  const struct hg_plan *plan = &run->plan.plan;
  const char *namespace = plan->jobs[first]->job_namespace;

  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    if (!run->follow.followed[i] || strcmp(plan->jobs[i]->job_namespace, namespace) != 0)
      continue;
    if (i < first)
      return;
    text_buffer_printf(text, " %s", plan->jobs[i]->job_name);
  }
}

/* The Jobs go on without us. What ends them is shown, never run. */
static void say_what_goes_on(const struct run *run) {
  const struct hg_plan *plan = &run->plan.plan;
  struct text_buffer text;

  log_line(HG_LOG_WARNING, LOG_WATCH,
           "%llu %s not known to have ended: `headgate watch %lld` goes on with %s",
           (unsigned long long)run->follow.undecided,
           run->follow.undecided == 1 ? "Job is" : "Jobs are", (long long)run->about.run_id,
           run->follow.undecided == 1 ? "it" : "them");
  if (plan->total_jobs > MOST_NAMES_SHOWN)
    return;
  text_buffer_init(&text);
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    text_buffer_reset(&text);
    append_names(&text, run, i);
    if (text.length > 0 && !text.failed)
      log_line(HG_LOG_WARNING, LOG_WATCH, "To delete this run's Jobs: kubectl delete job -n %s%s",
               plan->jobs[i]->job_namespace, text_buffer_string(&text));
  }
  text_buffer_finish(&text);
}

int32_t follow_end(struct run *run, int32_t result, struct hg_error *err) {
  struct follow *follow = &run->follow;
  struct hg_error error = HG_ERROR_INIT;

  if (!follow->watching)
    return result;
  for (uint64_t i = 0; i < run->plan.plan.total_jobs; i++)
    follow_settle(run, i, WATCHING_PASSED_OVER);
  if (wait_for_all(run, result < 0 ? &error : err) < 0)
    result = -1;
  if (watching_stop(follow->watching, HG_OUTCOME_UNKNOWN,
                    interrupt_requested() ? "the user stopped looking"
                                          : "the watch ended before the Job did",
                    &error) < 0 &&
      result == 0)
    log_line(HG_LOG_ERROR, LOG_WATCH, "%s", error.message);
  follow_tell(run, run->plan.plan.total_jobs);
  retry_settle(run);
  end_alerts(run);
  if (follow->undecided > 0)
    say_what_goes_on(run);
  return result;
}

void follow_finish(struct run *run) {
  alerting_finish(&run->follow.alerting);
  watching_destroy(run->follow.watching);
  free(run->follow.followed);
  run->follow.watching = NULL;
  run->follow.followed = NULL;
}
