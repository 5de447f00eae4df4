/* SPDX-License-Identifier: Apache-2.0 */
#include "run/gate.h"

#include "plan/manifest_check.h"
#include "run/recording.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "terminal/progress.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_AT_ONCE = 100 }; /* Jobs of one launch */

/* How far a Job has come. */
enum job_phase {
  JOB_WAITING, /* no launch, or none yet */
  JOB_STARTED, /* a launch was let through and is not over */
  JOB_AGAIN,   /* its last attempt failed, and another is to come */
  JOB_SETTLED, /* has its outcome, in the history */
};

struct job_state {
  enum job_phase phase;
  char *manifest; /* what the launch may read from standard input; NULL: nothing */
  /* An outcome that the history could not take: it is not there to be read back. NULL: none. */
  const struct hg_job_result *unwritten;
};

struct gate {
  struct run *run;
  const struct hg_plan *plan;
  struct job_state *jobs;
  uint64_t successful;       /* Jobs that have this outcome so far */
  uint64_t failed;           /* the same */
  uint64_t reported;         /* Jobs whose outcome the reporters know: the first ones of the plan */
  bool failed_fast;          /* a Job failed and --fail-fast was given */
  struct outcomes unwritten; /* holds what job_state.unwritten points to */
  struct hg_error error;     /* why nothing more may be started; code 0: nothing is wrong */
  struct hg_error later;     /* what went wrong after that */
};

static const struct planned_job *planned(const struct gate *gate, uint64_t item) {
  return planned_job_of(gate->plan->jobs[item]);
}

/* Where a failure is to be written: the first one is the one to tell of. */
static struct hg_error *failure_of(struct gate *gate) {
  return gate->error.code == 0 ? &gate->error : &gate->later;
}

static bool is_closed(const struct gate *gate) {
  return gate->error.code != 0 || gate->failed_fast || interrupt_requested() ||
         (gate->run->request->kept.fail_fast && follow_has_failed(gate->run));
}

/* The next outcome in plan order. */
static int32_t report(struct gate *gate, const struct hg_job_result *result) {
  struct run *run = gate->run;
  const struct hg_plan_item *item = gate->plan->jobs[gate->reported];
  struct hg_job_result kept = *result;

  /* A batch's command is as long as the batch: what is kept for each Job is its planned one. */
  kept.command = item->kubectl_command;
  kept.command_count = item->kubectl_command_count;
  if (outcomes_add(&run->outcomes, &kept, failure_of(gate)) < 0)
    return -1;
  reporting_job_finished(&run->reporting, result, item);
  gate->reported++;
  follow_tell(run, gate->reported);
  return 0;
}

/* An outcome that came before its turn, from the history. */
static int32_t report_recorded(struct gate *gate) {
  const struct planned_job *job = planned(gate, gate->reported);
  const struct hg_job_result *unwritten = gate->jobs[gate->reported].unwritten;
  struct hg_job_result result;
  struct hg_job_result recorded;

  if (unwritten)
    return report(gate, unwritten);
  if (history_read_result(gate->run->history, job->position, &recorded, failure_of(gate)) < 0)
    return -1;
  outcome_init(&result, &job->item, recorded.timestamp);
  if (recorded.command_count > 0) {
    result.command = recorded.command;
    result.command_count = recorded.command_count;
  }
  result.status = recorded.status;
  result.return_code = recorded.return_code;
  result.signal = recorded.signal;
  result.attempt = recorded.attempt;
  result.flags = recorded.flags;
  result.stdout_text = recorded.stdout_text;
  result.stderr_text = recorded.stderr_text;
  result.reason = recorded.reason;
  result.duration_ms = recorded.duration_ms;
  result.failure_class = recorded.failure_class;
  result.advice = recorded.advice;
  result.verb = recorded.verb;
  result.warning_count = recorded.warning_count;
  result.warnings = recorded.warnings;
  result.http_status = recorded.http_status;
  return report(gate, &result);
}

/* Job `item` has its outcome: reports it if it is its turn, and those that waited for it. */
static int32_t settle(struct gate *gate, uint64_t item, const struct hg_job_result *result) {
  gate->jobs[item].phase = JOB_SETTLED;
  if (result->status == HG_STATUS_SUCCESS)
    gate->successful++;
  else
    gate->failed++;
  follow_settle(gate->run, item, result->status == HG_STATUS_SUCCESS);
  progress_update(gate->successful, gate->failed);
  if (result->status == HG_STATUS_FAILED && gate->run->request->kept.fail_fast)
    gate->failed_fast = true;
  if (item == gate->reported && report(gate, result) < 0)
    return -1;
  while (gate->reported < gate->plan->total_jobs && gate->jobs[gate->reported].phase == JOB_SETTLED)
    if (report_recorded(gate) < 0)
      return -1;
  return 0;
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

/* Keeps an outcome that the history did not take. */
static int32_t keep_unwritten(struct gate *gate, uint64_t item,
                              const struct hg_job_result *result) {
  const struct planned_job *job = planned(gate, item);
  struct hg_job_result kept = *result;

  kept.command = job->item.kubectl_command;
  kept.command_count = job->item.kubectl_command_count;
  if (outcomes_add(&gate->unwritten, &kept, failure_of(gate)) < 0)
    return -1;
  gate->jobs[item].unwritten = gate->unwritten.results[gate->unwritten.count - 1];
  return 0;
}

/* FAILED, as the host alone can say: the applier was not let, or said nothing. */
static int32_t fail(struct gate *gate, uint64_t item, const struct hg_job_result *why) {
  const struct planned_job *job = planned(gate, item);
  int64_t now_ms = timestamp_now_ms();
  char timestamp[TIMESTAMP_SIZE];
  struct hg_job_result result;

  timestamp_format(now_ms, timestamp);
  outcome_init(&result, &job->item, timestamp);
  result.status = HG_STATUS_FAILED;
  result.reason = why->reason;
  result.failure_class = why->failure_class;
  result.advice = why->advice;
  log_line(HG_LOG_ERROR, LOG_APPLY, "Apply failed: %s: %s", job->item.job_name, result.reason);
  if (history_finish_attempt(gate->run->history, job->position, true, now_ms, &result,
                             failure_of(gate)) < 0 &&
      keep_unwritten(gate, item, &result) < 0)
    return -1;
  return settle(gate, item, &result);
}

/* FAILED without a launch. */
static int32_t refuse(struct gate *gate, uint64_t item, const char *why) {
  struct text_buffer reason;
  int32_t done;

  text_buffer_init(&reason);
  text_buffer_printf(&reason, "not applied: %s", why);
  done = fail(gate, item,
              &(const struct hg_job_result){.reason = text_buffer_string(&reason),
                                            .failure_class = "manifest-changed",
                                            .advice = "validate it again"});
  text_buffer_finish(&reason);
  return done;
}

/* An applier that asks for what makes no sense is let do nothing more. */
static uint32_t stop(struct gate *gate, const char *what) {
  (void)hg_error_set(failure_of(gate), HG_ERROR_FAILED, "the applier asked to start %s", what);
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
  if (state->phase == JOB_SETTLED)
    return HG_LAUNCH_SKIP;
  if (check_manifest(state, planned(gate, launch->item), launch, &changed) == 0)
    return HG_LAUNCH_GO;
  return refuse(gate, launch->item, changed.message) < 0 ? HG_START_STOP : HG_LAUNCH_SKIP;
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
  struct history_attempt attempts[MOST_AT_ONCE];

  for (uint32_t i = 0; i < count; i++) {
    const struct planned_job *job = planned(gate, launches[i].item);

    attempts[i].position = job->position;
    attempts[i].attempt = job->attempts_before + launches[i].attempt;
    attempts[i].command = launches[i].command;
    attempts[i].command_count = launches[i].command_count;
  }
  if (history_start_attempts(gate->run->history, attempts, count, timestamp_now_ms(),
                             &gate->error) < 0)
    return HG_START_STOP;
  for (uint32_t i = 0; i < count; i++)
    gate->jobs[launches[i].item].phase = JOB_STARTED;
  return HG_START_GO;
}

static uint32_t start(const struct hg_apply_sink *sink, struct hg_launch *launches,
                      uint32_t count) {
  struct gate *gate = sink->context;
  bool are_all_ready = true;

  follow_tell(gate->run, gate->reported);
  if (is_closed(gate))
    return HG_START_STOP;
  if (count == 0 || count > MOST_AT_ONCE)
    return stop(gate, count == 0 ? "no Job" : "more Jobs at once than one launch may have");
  if (target_cluster_check_unchanged(&gate->run->target, failure_of(gate)) < 0)
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

static int32_t finish(const struct hg_apply_sink *sink, uint64_t item, uint32_t last,
                      const struct hg_job_result *theirs) {
  struct gate *gate = sink->context;
  const struct planned_job *job;
  struct hg_job_result result;

  if (item >= gate->plan->total_jobs || gate->jobs[item].phase != JOB_STARTED)
    return hg_error_set(failure_of(gate), HG_ERROR_FAILED,
                        "the applier finished a Job that it had not started");
  job = planned(gate, item);
  outcome_take(&result, theirs);
  if (result.status == HG_STATUS_SUCCESS)
    last = 1; /* there is nothing to try again */
  result.document_number = job->item.document_number;
  result.job_name = job->item.job_name;
  result.job_namespace = job->item.job_namespace;
  result.yaml_path = job->item.yaml_path;
  result.attempt = job->attempts_before + theirs->attempt;
  drop_manifest(&gate->jobs[item]);
  gate->jobs[item].phase = JOB_AGAIN;
  /* Where the history cannot be written nothing more is started; the outcome is reported all the
   * same, from memory. */
  if (history_finish_attempt(gate->run->history, job->position, last != 0, timestamp_now_ms(),
                             &result, failure_of(gate)) < 0 &&
      keep_unwritten(gate, item, &result) < 0)
    return -1;
  if ((last || gate->jobs[item].unwritten) && settle(gate, item, &result) < 0)
    return -1;
  return gate->error.code == 0 ? 0 : -1;
}

/* A Job whose retry never came: its newest attempt is its outcome. */
static int32_t settle_failed(struct gate *gate, uint64_t item) {
  const struct planned_job *job = planned(gate, item);
  struct hg_job_result result;

  if (history_read_result(gate->run->history, job->position, &result, failure_of(gate)) < 0)
    return -1;
  result.attempt = 0; /* the attempt itself is finished */
  if (history_finish_attempt(gate->run->history, job->position, true, timestamp_now_ms(), &result,
                             failure_of(gate)) < 0)
    return -1;
  gate->jobs[item].phase = JOB_SETTLED;
  follow_settle(gate->run, item, false);
  return 0;
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
      (void)fail(gate, i, &never_finished);
    else if (gate->jobs[i].phase == JOB_WAITING && !is_closed(gate))
      (void)fail(gate, i, &never_started);
}

/* Gives an outcome to every Job that has none: FAILED after a failed attempt, else SKIPPED. */
static int32_t settle_rest(struct gate *gate, const char *reason) {
  struct run *run = gate->run;
  int64_t now_ms = timestamp_now_ms();
  char timestamp[TIMESTAMP_SIZE];
  struct hg_job_result result;

  for (uint64_t i = gate->reported; i < gate->plan->total_jobs; i++)
    if (gate->jobs[i].phase == JOB_AGAIN)
      (void)settle_failed(gate, i); /* what cannot be written is told all the same */
  if (gate->reported < gate->plan->total_jobs)
    (void)history_skip_jobs(run->history, now_ms, reason, failure_of(gate));
  timestamp_format(now_ms, timestamp);
  while (gate->reported < gate->plan->total_jobs) {
    if (gate->jobs[gate->reported].phase == JOB_SETTLED) {
      if (report_recorded(gate) < 0)
        return -1;
      continue;
    }
    outcome_init(&result, gate->plan->jobs[gate->reported], timestamp);
    result.status = HG_STATUS_SKIPPED;
    result.reason = reason;
    follow_settle(run, gate->reported, false);
    if (report(gate, &result) < 0)
      return -1;
  }
  return 0;
}

static int32_t run_applier(struct gate *gate, struct hg_error *err) {
  struct run *run = gate->run;
  const struct stages *stages = &run->stages;
  const struct hg_apply_sink sink = {sizeof sink, 0, gate, start, finish};

  if (run_open_applier(run, err) < 0)
    return -1;
  return stages->applier->ops.applier.apply(stages->applier_object, gate->plan, &sink, err);
}

static const char *reason_to_skip(const struct gate *gate, int32_t result) {
  if (interrupt_requested())
    return "not started: the run was stopped";
  if (result < 0 || gate->error.code != 0)
    return "not started: the run could not go on";
  return "not started: an earlier Job failed (--fail-fast)";
}

/* The gate is open: every Job of the plan, as the applier takes them. */
static int32_t apply_plan(struct run *run, struct hg_error *err) {
  struct gate gate = {
      .run = run,
      .plan = &run->plan.plan,
      .error = HG_ERROR_INIT,
      .later = HG_ERROR_INIT,
  };
  uint64_t settled = 0;
  int32_t result;

  outcomes_init(&gate.unwritten);
  gate.jobs = calloc(gate.plan->total_jobs + 1, sizeof *gate.jobs);
  if (!gate.jobs)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  for (uint64_t i = 0; i < gate.plan->total_jobs; i++)
    if (planned(&gate, i)->is_settled) {
      gate.jobs[i].phase = JOB_SETTLED;
      follow_settle(run, i, true);
      settled++;
    }
  progress_init(gate.plan->total_jobs - settled, run->request->shows_progress);
  result = run_applier(&gate, err);
  progress_finish();
  if (result == 0)
    fail_silent(&gate);
  if (result == 0 && gate.error.code != 0)
    result = hg_error_set(err, gate.error.code, "%s", gate.error.message);
  if (settle_rest(&gate, reason_to_skip(&gate, result)) < 0 && result == 0)
    result = hg_error_set(err, gate.error.code, "%s", gate.error.message);
  for (uint64_t i = 0; i < gate.plan->total_jobs; i++)
    drop_manifest(&gate.jobs[i]);
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
    log_line(HG_LOG_INFO, LOG_APPLY, "Dry-run (skipped): %s", result.job_name);
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
  return is_open ? apply_plan(run, err) : skip_plan(run, err);
}
