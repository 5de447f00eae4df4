/* SPDX-License-Identifier: Apache-2.0 */
#include "run/gate.h"

#include "memory/no_memory.h"
#include "plan/manifest_check.h"
#include "run/gate_outcomes.h"
#include "run/look.h"
#include "run/recording.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "terminal/progress.h"

#include <stdlib.h>
#include <string.h>

/* Whether something came of the run's Jobs after which no other one may be started. Where Jobs are
 * counted, one that cannot be seen any longer cannot be counted. */
static bool has_gone_wrong(const struct gate *gate) {
  return gate->error.code != 0 || gate->failed_fast ||
         (gate->run->request->kept.fail_fast && follow_has_failed(gate->run)) ||
         (gate->run->request->kept.wait.most_running > 0 && gate->run->follow.undecided > 0);
}

static bool is_closed(const struct gate *gate) {
  return interrupt_requested() || has_gone_wrong(gate);
}

/* The same, to be told to an applier that may have been let through Jobs that it has not started:
 * what the user wants it asks for itself. */
static int32_t tell_applier(struct gate *gate) {
  follow_tell(gate->run, gate->first + gate->reported);
  return has_gone_wrong(gate) ? -1 : 0;
}

static void drop_manifest(struct job_state *state) {
  free(state->manifest);
  state->manifest = NULL;
}

/* What the launch needs of the manifest stays in the Job's state. */
static int32_t check_manifest(struct job_state *state, const struct planned_job *job,
                              struct hg_launch *launch, struct hg_error *err) {
  struct hg_bytes document;

  if (manifest_check(job, &state->manifest, &document, err) < 0)
    return -1;
  launch->has_standard_input = job->item.reads_standard_input;
  if (launch->has_standard_input)
    launch->standard_input = document;
  else
    drop_manifest(state);
  return 0;
}

/* FAILED without a launch. */
static int32_t refuse(struct gate *gate, uint64_t item, const char *why, const char *class,
                      const char *advice) {
  struct text_buffer reason;
  int32_t done;

  text_buffer_init(&reason);
  text_buffer_printf(&reason, "not applied: %s", why);
  done = gate_fail(gate, item,
                   &(const struct hg_job_result){.reason = text_buffer_string(&reason),
                                                 .failure_class = class,
                                                 .advice = advice});
  text_buffer_finish(&reason);
  return done;
}

/* An applier that asks for what makes no sense is let do nothing more. */
static uint32_t stop(struct gate *gate, const char *what) {
  (void)hg_error_set(gate_failure(gate), HG_ERROR_FAILED, "the applier asked to start %s", what);
  return HG_START_STOP;
}

/* Checks one Job of a launch. HG_LAUNCH_SKIP: it must not be launched, and is settled;
 * HG_START_STOP: nothing more may be. */
static uint32_t check_launch(struct gate *gate, struct hg_launch *launch) {
  struct hg_error changed = HG_ERROR_INIT;
  struct job_state *state;

  if (launch->item >= gate->plan->total_jobs)
    return stop(gate, "a Job that is not in the plan");
  state = &gate->jobs[launch->item];
  if (state->phase == JOB_STARTED)
    return stop(gate, "a Job again that it had not finished");
  if (state->phase == JOB_SETTLED || state->phase == JOB_HELD)
    return HG_LAUNCH_SKIP;
  if (gate_planned(gate, launch->item)->problem)
    return refuse(gate, launch->item, gate_planned(gate, launch->item)->problem, "not-deleted",
                  "see what keeps it (kubectl get job NAME -o yaml), then run it again") < 0
               ? HG_START_STOP
               : HG_LAUNCH_SKIP;
  if (check_manifest(state, gate_planned(gate, launch->item), launch, &changed) == 0)
    return HG_LAUNCH_GO;
  return refuse(gate, launch->item, changed.message, "manifest-changed", "validate it again") < 0
             ? HG_START_STOP
             : HG_LAUNCH_SKIP;
}

/* The Jobs that may be launched are asked for again, without those that must not. */
static void ask_again(struct gate *gate, struct hg_launch *launches, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (launches[i].answer == HG_LAUNCH_GO) {
      launches[i].answer = HG_LAUNCH_AGAIN;
      drop_manifest(&gate->jobs[launches[i].item]);
    }
}

/* Write-ahead: from here on the history knows of the launch. */
static uint32_t let_through(struct gate *gate, const struct hg_launch *launches, uint32_t count) {
  struct history_attempt attempts[GATE_MOST_AT_ONCE] = {0};
  int64_t now_ms = timestamp_now_ms();

  for (uint32_t i = 0; i < count; i++) {
    const struct planned_job *job = gate_planned(gate, launches[i].item);

    attempts[i].position = job->position;
    attempts[i].attempt = job->attempts_before + launches[i].attempt;
    attempts[i].command = launches[i].command;
    attempts[i].command_count = launches[i].command_count;
  }
  if (gate_write_down(gate, attempts, count, now_ms) < 0)
    return HG_START_STOP;
  for (uint32_t i = 0; i < count; i++) {
    gate->jobs[launches[i].item].phase = JOB_STARTED;
    gate->jobs[launches[i].item].started_ms = now_ms;
    gate->jobs[launches[i].item].attempt = launches[i].attempt;
  }
  gate->under_way += count;
  return HG_START_GO;
}

static uint32_t admit(struct gate *gate, struct hg_launch *launches, uint32_t count) {
  bool are_all_ready = true;

  follow_tell(gate->run, gate->first + gate->reported);
  if (is_closed(gate))
    return HG_START_STOP;
  if (count == 0 || count > GATE_MOST_AT_ONCE)
    return stop(gate, count == 0 ? "no Job" : "more Jobs at once than one launch may have");
  if (target_cluster_check_unchanged(&gate->run->target, gate_failure(gate)) < 0)
    return HG_START_STOP;
  for (uint32_t i = 0; i < count; i++) {
    launches[i].answer = check_launch(gate, &launches[i]);
    if (launches[i].answer == HG_START_STOP)
      return HG_START_STOP;
    are_all_ready = are_all_ready && launches[i].answer == HG_LAUNCH_GO;
  }
  if (are_all_ready)
    return let_through(gate, launches, count);
  ask_again(gate, launches, count);
  return HG_START_GO;
}

static uint32_t start(const struct hg_apply_sink *sink, struct hg_launch *launches,
                      uint32_t count) {
  struct gate *gate = sink->context;
  uint32_t answer = admit(gate, launches, count);

  return gate_release_held(gate) < 0 ? HG_START_STOP : answer;
}

static int32_t finish(const struct hg_apply_sink *sink, uint64_t item, uint32_t how,
                      const struct hg_job_result *theirs) {
  struct gate *gate = sink->context;
  const struct planned_job *job;
  char started_at[TIMESTAMP_SIZE];
  struct hg_job_result result;
  bool last = (how & HG_FINISH_LAST) != 0;

  if (item >= gate->plan->total_jobs || gate->jobs[item].phase != JOB_STARTED)
    return hg_error_set(gate_failure(gate), HG_ERROR_FAILED,
                        "the applier finished a Job that it had not started");
  job = gate_planned(gate, item);
  outcome_take(&result, theirs);
  if (result.status == HG_STATUS_SUCCESS)
    last = true; /* there is nothing to try again */
  result.document_number = job->item.document_number;
  result.job_name = job->item.job_name;
  result.job_namespace = job->item.job_namespace;
  result.yaml_path = job->item.yaml_path;
  result.parameter_count = job->item.parameter_count;
  result.parameters = job->item.parameters;
  result.attempt = job->attempts_before + theirs->attempt;
  /* One clock for what is told and what is recorded. */
  timestamp_format(gate->jobs[item].started_ms, started_at);
  result.timestamp = started_at;
  drop_manifest(&gate->jobs[item]);
  return gate_record(gate, item, last, (how & HG_FINISH_HELD) != 0, &result) < 0
             ? -1
             : tell_applier(gate);
}

/* Of those that were let through, as the history counts them. */
static uint32_t newest_attempt(const struct gate *gate, uint64_t item) {
  return gate_planned(gate, item)->attempts_before + gate->jobs[item].attempt;
}

static int32_t settle_held(const struct hg_apply_sink *sink) {
  struct gate *gate = sink->context;

  return gate_write_down(gate, NULL, 0, 0) < 0 ? -1 : tell_applier(gate);
}

static void note_sent(const struct hg_apply_sink *sink, uint64_t item, const uint8_t sha256[32]) {
  struct gate *gate = sink->context;

  if (item >= gate->plan->total_jobs || gate->jobs[item].phase != JOB_STARTED)
    return;
  gate->jobs[item].started_ms = timestamp_now_ms();
  (void)history_note_sent(gate->run->history, gate_planned(gate, item)->position,
                          newest_attempt(gate, item), sha256, gate->jobs[item].started_ms,
                          gate_failure(gate));
}

/* On a doubt the attempt stays: then it is looked for what became of it. */
static void withdraw(const struct hg_apply_sink *sink, uint64_t item) {
  struct gate *gate = sink->context;
  struct job_state *state;

  if (item >= gate->plan->total_jobs || gate->jobs[item].phase != JOB_STARTED)
    return;
  state = &gate->jobs[item];
  state->phase = state->attempt > 1 ? JOB_AGAIN : JOB_WAITING;
  gate->under_way--;
  drop_manifest(state);
  (void)history_withdraw_attempt(gate->run->history, gate_planned(gate, item)->position,
                                 newest_attempt(gate, item), gate_failure(gate));
}

static uint32_t room(const struct hg_apply_sink *sink) {
  struct gate *gate = sink->context;
  uint64_t most = gate->run->request->kept.wait.most_running;
  uint64_t unfinished;

  follow_tell(gate->run, gate->first + gate->reported);
  /* Who asks a gate that is closed is told so by start. */
  if (most == 0 || is_closed(gate))
    return UINT32_MAX;
  unfinished = gate->under_way + follow_unfinished(gate->run);
  return unfinished < most ? (uint32_t)(most - unfinished) : 0;
}

/* The applier came back and said that all was well: then a Job without an outcome is one that it
 * has failed. Silence is no success, and no dry run either. */
static void fail_silent(struct gate *gate) {
  static const struct hg_job_result never_started = {
      .reason = "the applier left it out, and did not say why",
      .failure_class = "no-outcome",
      .advice = "resume the run; if it happens again, use another applier",
  };
  static const struct hg_job_result never_finished = {
      .reason = "the applier started it, and did not say how it ended",
      .failure_class = "no-outcome",
      .advice = "see whether the Job is there (kubectl get job), then resume the run",
  };

  for (uint64_t i = 0; i < gate->plan->total_jobs && gate->later.code == 0; i++)
    if (gate->jobs[i].phase == JOB_STARTED)
      (void)gate_fail(gate, i, &never_finished);
    else if (gate->jobs[i].phase == JOB_WAITING && !is_closed(gate))
      (void)gate_fail(gate, i, &never_started);
}

static int32_t run_applier(struct gate *gate, struct hg_error *err) {
  struct run *run = gate->run;
  const struct stages *stages = &run->stages;
  const struct hg_apply_sink sink = {
      .struct_size = sizeof sink,
      .context = gate,
      .start = start,
      .finish = finish,
      .settle = settle_held,
      .sent = note_sent,
      .room = room,
      .withdraw = withdraw,
  };
  int32_t result;

  if (run_open_applier(run, err) < 0 || (run->expected && look_first(gate, err) < 0))
    return -1;
  result = stages->applier->ops.applier.apply(stages->applier_object, gate->plan, &sink, err);
  (void)gate_release_held(gate); /* what went wrong is in gate->error */
  return result;
}

static const char *reason_to_skip(const struct gate *gate, int32_t result) {
  if (interrupt_requested())
    return "not started: the run was stopped";
  if (result < 0 || gate->error.code != 0)
    return "not started: the run could not go on";
  if (gate->failed_fast || follow_has_failed(gate->run))
    return "not started: an earlier Job failed (--fail-fast)";
  return "not started: it is not known how many Jobs still run (--max-running)";
}

/* The gate is open: every Job of the plan from `first` on, as the applier takes them. */
static int32_t apply_plan(struct run *run, uint64_t first, struct hg_error *err) {
  struct hg_plan *plan = arena_alloc(&run->plan.arena, sizeof *plan); /* the applier may keep it */
  struct gate gate = {
      .run = run,
      .plan = plan,
      .first = first,
      .error = HG_ERROR_INIT,
      .later = HG_ERROR_INIT,
  };
  uint64_t settled = 0;
  int32_t result;

  outcomes_init(&gate.unwritten);
  if (!plan)
    return no_memory(err);
  *plan = (struct hg_plan){
      .struct_size = sizeof *plan,
      .total_jobs = run->plan.plan.total_jobs - first,
      .jobs = run->plan.plan.jobs + first,
  };
  gate.jobs = calloc(gate.plan->total_jobs + 1, sizeof *gate.jobs);
  if (!gate.jobs)
    return no_memory(err);
  for (uint64_t i = 0; i < gate.plan->total_jobs; i++)
    if (gate_planned(&gate, i)->is_settled) {
      gate.jobs[i].phase = JOB_SETTLED;
      follow_settle(run, first + i, WATCHING_APPLIED);
      settled++;
    }
  progress_init(gate.plan->total_jobs - settled, run->request->shows_progress && first == 0);
  result = run_applier(&gate, err);
  progress_finish();
  if (result == 0)
    fail_silent(&gate);
  if (result == 0 && gate.error.code != 0)
    result = hg_error_set(err, gate.error.code, "%s", gate.error.message);
  if (gate_settle_rest(&gate, reason_to_skip(&gate, result)) < 0 && result == 0)
    result = hg_error_set(err, gate.error.code, "%s", gate.error.message);
  for (uint64_t i = 0; i < gate.plan->total_jobs; i++)
    drop_manifest(&gate.jobs[i]);
  gate_forget_written(&gate);
  free(gate.jobs);
  outcomes_finish(&gate.unwritten);
  return result;
}

/* The gate is closed: SKIPPED, for every Job. */
static int32_t skip_plan(struct run *run, struct hg_error *err) {
  static const char reason[] = "dry run";
  const struct hg_plan *plan = &run->plan.plan;
  int64_t now_ms = timestamp_now_ms();
  char timestamp[TIMESTAMP_SIZE];
  struct hg_job_result result;

  timestamp_format(now_ms, timestamp);
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    outcome_init(&result, plan->jobs[i], timestamp);
    result.status = HG_STATUS_SKIPPED;
    result.reason = reason;
    log_line(log_success_level(), LOG_APPLY, "Dry-run (skipped): %s", result.job_name);
    if (outcomes_add(&run->outcomes, &result, err) < 0)
      return -1;
    reporting_job_finished(&run->reporting, &result, plan->jobs[i]);
  }
  if (!run->history)
    return 0;
  return run_recorded(run, history_skip_jobs(run->history, now_ms, reason, err), err);
}

int32_t gate_execute(struct run *run, struct hg_error *err) {
  bool is_open = run->request->mode == HG_MODE_APPLY;

  log_line(HG_LOG_INFO, LOG_APPLY, "Executing apply plan: %llu jobs, dry_run=%s",
           (unsigned long long)run->plan.plan.total_jobs, is_open ? "False" : "True");
  if (run->history && run_recorded(run, history_note_gate(run->history, err), err) < 0)
    return -1;
  if (run->plan.plan.total_jobs > LOG_MOST_SUCCESSES)
    log_let_success_give_way();
  return is_open ? apply_plan(run, 0, err) : skip_plan(run, err);
}

int32_t gate_execute_from(struct run *run, uint64_t first, struct hg_error *err) {
  return apply_plan(run, first, err);
}
