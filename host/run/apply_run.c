/* SPDX-License-Identifier: Apache-2.0 */
#include "run/apply_run.h"

#include "plan/job_result.h"
#include "plan/manifest_check.h"
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

struct apply_run {
  struct pipeline *pipeline;
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

static const struct planned_job *planned(const struct apply_run *apply, uint64_t item) {
  return planned_job_of(apply->plan->jobs[item]);
}

/* Where a failure is to be written: the first one is the one to tell of. */
static struct hg_error *failure_of(struct apply_run *apply) {
  return apply->error.code == 0 ? &apply->error : &apply->later;
}

static bool is_closed(const struct apply_run *apply) {
  return apply->error.code != 0 || apply->failed_fast || interrupt_requested();
}

/* The next outcome in plan order. */
static int32_t report(struct apply_run *apply, const struct hg_job_result *result) {
  struct pipeline *pipeline = apply->pipeline;
  const struct hg_plan_item *item = apply->plan->jobs[apply->reported];
  struct hg_job_result kept = *result;

  /* A batch's command is as long as the batch: what is kept for each Job is its planned one. */
  kept.command = item->kubectl_command;
  kept.command_count = item->kubectl_command_count;
  if (outcomes_add(&pipeline->outcomes, &kept, failure_of(apply)) < 0)
    return -1;
  reporting_job_finished(&pipeline->reporting, result, item);
  apply->reported++;
  return 0;
}

/* An outcome that came before its turn, from the history. */
static int32_t report_recorded(struct apply_run *apply) {
  const struct planned_job *job = planned(apply, apply->reported);
  const struct hg_job_result *unwritten = apply->jobs[apply->reported].unwritten;
  struct hg_job_result result;
  struct hg_job_result recorded;

  if (unwritten)
    return report(apply, unwritten);
  if (history_read_result(apply->pipeline->history, job->position, &recorded, failure_of(apply)) <
      0)
    return -1;
  job_result_init(&result, &job->item, recorded.timestamp);
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
  return report(apply, &result);
}

/* Job `item` has its outcome: reports it if it is its turn, and those that waited for it. */
static int32_t settle(struct apply_run *apply, uint64_t item, const struct hg_job_result *result) {
  apply->jobs[item].phase = JOB_SETTLED;
  if (result->status == HG_STATUS_SUCCESS)
    apply->successful++;
  else
    apply->failed++;
  progress_update(apply->successful, apply->failed);
  if (result->status == HG_STATUS_FAILED && apply->pipeline->settings->fail_fast)
    apply->failed_fast = true;
  if (item == apply->reported && report(apply, result) < 0)
    return -1;
  while (apply->reported < apply->plan->total_jobs &&
         apply->jobs[apply->reported].phase == JOB_SETTLED)
    if (report_recorded(apply) < 0)
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

/* FAILED without a launch. */
static int32_t refuse(struct apply_run *apply, uint64_t item, const char *why) {
  const struct planned_job *job = planned(apply, item);
  int64_t now_ms = timestamp_now_ms();
  char timestamp[TIMESTAMP_SIZE];
  struct hg_job_result result;
  struct text_buffer reason;
  int32_t done = -1;

  timestamp_format(now_ms, timestamp);
  text_buffer_init(&reason);
  text_buffer_printf(&reason, "not applied: %s", why);
  job_result_init(&result, &job->item, timestamp);
  result.status = HG_STATUS_FAILED;
  result.reason = text_buffer_string(&reason);
  result.failure_class = "manifest-changed";
  result.advice = "validate it again";
  log_line(HG_LOG_ERROR, LOG_APPLY, "Apply failed: %s: %s", job->item.job_name, result.reason);
  if (history_finish_attempt(apply->pipeline->history, job->position, true, now_ms, &result,
                             &apply->error) == 0)
    done = settle(apply, item, &result);
  text_buffer_finish(&reason);
  return done;
}

/* Checks the Jobs of a launch one by one. Returns how many of them must not be launched, which is
 * then settled; -1 where nothing more may be. */
static int32_t check_launches(struct apply_run *apply, struct hg_launch *launches, uint32_t count) {
  int32_t skipped = 0;

  for (uint32_t i = 0; i < count; i++) {
    struct hg_launch *launch = &launches[i];
    struct hg_error changed = HG_ERROR_INIT;
    struct job_state *state;

    if (launch->item >= apply->plan->total_jobs)
      return -1;
    state = &apply->jobs[launch->item];
    launch->answer = HG_START_GO;
    if (state->phase == JOB_STARTED)
      return -1;
    if (state->phase == JOB_SETTLED) {
      launch->answer = HG_START_SKIP;
      skipped++;
    } else if (check_manifest(state, planned(apply, launch->item), launch, &changed) < 0) {
      if (refuse(apply, launch->item, changed.message) < 0)
        return -1;
      launch->answer = HG_START_SKIP;
      skipped++;
    }
  }
  return skipped;
}

static uint32_t start(const struct hg_apply_sink *sink, struct hg_launch *launches,
                      uint32_t count) {
  struct apply_run *apply = sink->context;
  struct history_attempt attempts[MOST_AT_ONCE];
  int32_t skipped;

  if (is_closed(apply) || count == 0 || count > MOST_AT_ONCE)
    return HG_START_STOP;
  if (apply->pipeline->target &&
      target_cluster_check_unchanged(apply->pipeline->target, failure_of(apply)) < 0)
    return HG_START_STOP;
  skipped = check_launches(apply, launches, count);
  if (skipped < 0)
    return HG_START_STOP;
  if (skipped > 0) {
    for (uint32_t i = 0; i < count; i++)
      if (launches[i].answer == HG_START_GO) {
        launches[i].answer = HG_START_AGAIN;
        drop_manifest(&apply->jobs[launches[i].item]);
      }
    return HG_START_GO;
  }
  for (uint32_t i = 0; i < count; i++) {
    const struct planned_job *job = planned(apply, launches[i].item);

    attempts[i].position = job->position;
    attempts[i].attempt = job->attempts_before + launches[i].attempt;
    attempts[i].command = launches[i].command;
    attempts[i].command_count = launches[i].command_count;
  }
  if (history_start_attempts(apply->pipeline->history, attempts, count, timestamp_now_ms(),
                             &apply->error) < 0)
    return HG_START_STOP;
  for (uint32_t i = 0; i < count; i++)
    apply->jobs[launches[i].item].phase = JOB_STARTED;
  return HG_START_GO;
}

/* Keeps an outcome that the history did not take. */
static int32_t keep_unwritten(struct apply_run *apply, uint64_t item,
                              const struct hg_job_result *result) {
  const struct planned_job *job = planned(apply, item);
  struct hg_job_result kept = *result;

  kept.command = job->item.kubectl_command;
  kept.command_count = job->item.kubectl_command_count;
  if (outcomes_add(&apply->unwritten, &kept, failure_of(apply)) < 0)
    return -1;
  apply->jobs[item].unwritten = apply->unwritten.results[apply->unwritten.count - 1];
  return 0;
}

static int32_t finish(const struct hg_apply_sink *sink, uint64_t item, uint32_t last,
                      const struct hg_job_result *theirs) {
  struct apply_run *apply = sink->context;
  const struct planned_job *job;
  struct hg_job_result result;

  if (item >= apply->plan->total_jobs || apply->jobs[item].phase != JOB_STARTED)
    return hg_error_set(&apply->error, HG_ERROR_FAILED,
                        "the applier finished a Job that it had not started");
  job = planned(apply, item);
  job_result_take(&result, theirs);
  result.document_number = job->item.document_number;
  result.job_name = job->item.job_name;
  result.job_namespace = job->item.job_namespace;
  result.yaml_path = job->item.yaml_path;
  result.attempt = job->attempts_before + theirs->attempt;
  drop_manifest(&apply->jobs[item]);
  apply->jobs[item].phase = JOB_AGAIN;
  /* Where the history cannot be written nothing more is started; the outcome is reported all the
   * same, from memory. */
  if (history_finish_attempt(apply->pipeline->history, job->position, last != 0, timestamp_now_ms(),
                             &result, failure_of(apply)) < 0 &&
      keep_unwritten(apply, item, &result) < 0)
    return -1;
  if ((last || apply->jobs[item].unwritten) && settle(apply, item, &result) < 0)
    return -1;
  return apply->error.code == 0 ? 0 : -1;
}

/* A Job whose retry never came: its newest attempt is its outcome. */
static int32_t settle_failed(struct apply_run *apply, uint64_t item) {
  const struct planned_job *job = planned(apply, item);
  struct hg_job_result result;

  if (history_read_result(apply->pipeline->history, job->position, &result, failure_of(apply)) < 0)
    return -1;
  result.attempt = 0; /* the attempt itself is finished */
  if (history_finish_attempt(apply->pipeline->history, job->position, true, timestamp_now_ms(),
                             &result, failure_of(apply)) < 0)
    return -1;
  apply->jobs[item].phase = JOB_SETTLED;
  return 0;
}

/* Gives an outcome to every Job that has none: FAILED after a failed attempt, else SKIPPED. */
static int32_t settle_rest(struct apply_run *apply, const char *reason) {
  struct pipeline *pipeline = apply->pipeline;
  int64_t now_ms = timestamp_now_ms();
  char timestamp[TIMESTAMP_SIZE];
  struct hg_job_result result;

  for (uint64_t i = apply->reported; i < apply->plan->total_jobs; i++)
    if (apply->jobs[i].phase == JOB_AGAIN)
      (void)settle_failed(apply, i); /* what cannot be written is told all the same */
  if (apply->reported < apply->plan->total_jobs)
    (void)history_skip_jobs(pipeline->history, now_ms, reason, failure_of(apply));
  timestamp_format(now_ms, timestamp);
  while (apply->reported < apply->plan->total_jobs) {
    if (apply->jobs[apply->reported].phase == JOB_SETTLED) {
      if (report_recorded(apply) < 0)
        return -1;
      continue;
    }
    job_result_init(&result, apply->plan->jobs[apply->reported], timestamp);
    result.status = HG_STATUS_SKIPPED;
    result.reason = reason;
    if (report(apply, &result) < 0)
      return -1;
  }
  return 0;
}

static int32_t run_applier(struct apply_run *apply, struct hg_error *err) {
  struct pipeline *pipeline = apply->pipeline;
  const struct hg_apply_sink sink = {sizeof sink, 0, apply, start, finish};

  if (pipeline_open_applier(pipeline, err) < 0)
    return -1;
  return pipeline->applier->ops.applier.apply(pipeline->applier_object, apply->plan, &sink, err);
}

static const char *reason_to_skip(const struct apply_run *apply, int32_t result) {
  if (interrupt_requested())
    return "not started: the run was stopped";
  if (result < 0 || apply->error.code != 0)
    return "not started: the run could not go on";
  if (apply->failed_fast)
    return "not started: an earlier Job failed (--fail-fast)";
  return "not started: the applier left it out";
}

int32_t apply_run_execute(struct pipeline *pipeline, struct hg_error *err) {
  struct apply_run apply = {.pipeline = pipeline, .plan = &pipeline->plan.plan};
  static const struct hg_error no_error = HG_ERROR_INIT;
  uint64_t settled = 0;
  int32_t result;

  apply.error = no_error;
  apply.later = no_error;
  outcomes_init(&apply.unwritten);
  apply.jobs = calloc(apply.plan->total_jobs + 1, sizeof *apply.jobs);
  if (!apply.jobs)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  for (uint64_t i = 0; i < apply.plan->total_jobs; i++)
    if (planned(&apply, i)->is_settled) {
      apply.jobs[i].phase = JOB_SETTLED;
      settled++;
    }
  progress_init(apply.plan->total_jobs - settled, !pipeline->settings->quiet);
  result = run_applier(&apply, err);
  progress_finish();
  if (result == 0 && apply.error.code != 0)
    result = hg_error_set(err, apply.error.code, "%s", apply.error.message);
  if (settle_rest(&apply, reason_to_skip(&apply, result)) < 0 && result == 0)
    result = hg_error_set(err, apply.error.code, "%s", apply.error.message);
  for (uint64_t i = 0; i < apply.plan->total_jobs; i++)
    drop_manifest(&apply.jobs[i]);
  free(apply.jobs);
  outcomes_finish(&apply.unwritten);
  return result;
}
