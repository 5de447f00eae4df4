/* SPDX-License-Identifier: Apache-2.0 */
#include "run/gate_outcomes.h"

#include "run/follow.h"
#include "terminal/log.h"
#include "terminal/progress.h"

const struct planned_job *gate_planned(const struct gate *gate, uint64_t item) {
  return planned_job_of(gate->plan->jobs[item]);
}

struct hg_error *gate_failure(struct gate *gate) {
  return gate->error.code == 0 ? &gate->error : &gate->later;
}

/* The next outcome in plan order. */
static int32_t report(struct gate *gate, const struct hg_job_result *result) {
  struct run *run = gate->run;
  const struct hg_plan_item *item = gate->plan->jobs[gate->reported];
  struct hg_job_result kept = *result;

  /* A batch's command is as long as the batch: what is kept for each Job is its planned one. */
  kept.command = item->kubectl_command;
  kept.command_count = item->kubectl_command_count;
  if (outcomes_add(&run->outcomes, &kept, gate_failure(gate)) < 0)
    return -1;
  reporting_job_finished(&run->reporting, result, item);
  gate->reported++;
  follow_tell(run, gate->first + gate->reported);
  return 0;
}

/* An outcome that came before its turn, from memory or the history. */
static int32_t report_recorded(struct gate *gate) {
  const struct planned_job *job = gate_planned(gate, gate->reported);
  const struct hg_job_result *known = gate->jobs[gate->reported].known;
  struct hg_job_result result;
  struct hg_job_result recorded;

  if (known)
    return report(gate, known);
  if (history_read_result(gate->run->history, job->position, &recorded, gate_failure(gate)) < 0)
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

static enum watching_settlement settlement_of(const struct hg_job_result *result) {
  if (result->status != HG_STATUS_SUCCESS)
    return WATCHING_PASSED_OVER;
  return result->verb == HG_VERB_CREATED ? WATCHING_MADE : WATCHING_APPLIED;
}

/* Job `item` has its outcome, which the history has or `known`: reports it if it is its turn,
 * and those that waited for it. */
static int32_t settle(struct gate *gate, uint64_t item, const struct hg_job_result *result) {
  enum job_phase before = gate->jobs[item].phase;

  gate->under_way -= before == JOB_STARTED || before == JOB_HELD;
  gate->jobs[item].phase = JOB_SETTLED;
  if (result->status == HG_STATUS_SUCCESS)
    gate->successful++;
  else
    gate->failed++;
  follow_settle(gate->run, gate->first + item, settlement_of(result));
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

/* Keeps an outcome that the history did not take. */
static int32_t keep_unwritten(struct gate *gate, uint64_t item,
                              const struct hg_job_result *result) {
  const struct planned_job *job = gate_planned(gate, item);
  struct hg_job_result kept = *result;

  kept.command = job->item.kubectl_command;
  kept.command_count = job->item.kubectl_command_count;
  if (outcomes_add(&gate->unwritten, &kept, gate_failure(gate)) < 0)
    return -1;
  gate->jobs[item].known = gate->unwritten.results[gate->unwritten.count - 1];
  return 0;
}

/* FAILED, as the host alone can say: the applier was not let, or said nothing. */
int32_t gate_fail(struct gate *gate, uint64_t item, const struct hg_job_result *why) {
  const struct planned_job *job = gate_planned(gate, item);
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
                             gate_failure(gate)) < 0 &&
      keep_unwritten(gate, item, &result) < 0)
    return -1;
  return settle(gate, item, &result);
}

/* An outcome was offered to the history: who waits for it is told. */
static int32_t tell_held(struct gate *gate, uint32_t place, bool is_written) {
  const struct history_ended *ended = &gate->held.ended[place];
  uint64_t item = gate->held.items[place];

  gate->jobs[item].known = ended->result;
  if (!is_written && keep_unwritten(gate, item, ended->result) < 0)
    return -1;
  return settle(gate, item, ended->result);
}

void gate_forget_written(struct gate *gate) {
  struct held *written = &gate->written;

  for (uint32_t i = 0; i < written->count; i++)
    if (gate->jobs[written->items[i]].known == written->ended[i].result)
      gate->jobs[written->items[i]].known = NULL;
  written->count = 0;
  outcomes_finish(&written->results);
}

/* What was told keeps its memory until the next are. */
static void keep_written(struct gate *gate) {
  if (gate->held.count == 0)
    return;
  gate_forget_written(gate);
  gate->written = gate->held;
  gate->held.count = 0;
  outcomes_init(&gate->held.results);
}

/* One write for what is held and for what is to be started. -1: nothing may be started. */
int32_t gate_write_down(struct gate *gate, const struct history_attempt *attempts, uint32_t count,
                        int64_t now_ms) {
  struct held *held = &gate->held;
  int32_t written = history_record_attempts(gate->run->history, held->ended, held->count, attempts,
                                            count, now_ms, gate_failure(gate));
  int32_t told = 0;

  for (uint32_t i = 0; i < held->count; i++)
    told = tell_held(gate, i, written == 0) < 0 ? -1 : told;
  keep_written(gate);
  return written < 0 || told < 0 ? -1 : 0;
}

int32_t gate_release_held(struct gate *gate) {
  return gate->held.count > 0 ? gate_write_down(gate, NULL, 0, 0) : 0;
}

/* Takes a copy of the outcome, to be written with the next ones. */
static int32_t hold(struct gate *gate, uint64_t item, const struct hg_job_result *result) {
  struct held *held = &gate->held;
  struct hg_job_result kept = *result;
  uint32_t place = held->count;

  kept.command = gate->plan->jobs[item]->kubectl_command;
  kept.command_count = gate->plan->jobs[item]->kubectl_command_count;
  if (outcomes_add(&held->results, &kept, gate_failure(gate)) < 0)
    return -1;
  for (; place > 0 && held->items[place - 1] > item; place--) {
    held->items[place] = held->items[place - 1];
    held->ended[place] = held->ended[place - 1];
  }
  held->items[place] = item;
  held->ended[place] =
      (struct history_ended){gate_planned(gate, item)->position, true, timestamp_now_ms(),
                             held->results.results[held->results.count - 1]};
  held->count++;
  gate->jobs[item].phase = JOB_HELD;
  return held->count == GATE_MOST_AT_ONCE ? gate_release_held(gate) : 0;
}

/* Whether the outcome may wait in memory: not a failure, which may close the gate, and not where
 * the copy would lose something of it. */
static bool can_be_held(const struct hg_job_result *result) {
  return result->status == HG_STATUS_SUCCESS && result->stdout_text.length <= OUTCOME_KEPT_OUTPUT &&
         result->stderr_text.length <= OUTCOME_KEPT_OUTPUT;
}

int32_t gate_record(struct gate *gate, uint64_t item, bool is_last, bool may_be_held,
                    const struct hg_job_result *result) {
  if (may_be_held && can_be_held(result))
    return hold(gate, item, result);
  if (gate_release_held(gate) < 0)
    return -1;
  gate->jobs[item].phase = JOB_AGAIN;
  gate->under_way--;
  if (history_finish_attempt(gate->run->history, gate_planned(gate, item)->position, is_last,
                             timestamp_now_ms(), result, gate_failure(gate)) < 0 &&
      keep_unwritten(gate, item, result) < 0)
    return -1;
  return is_last || gate->jobs[item].known ? settle(gate, item, result) : 0;
}

/* A Job whose retry never came: its newest attempt is its outcome. */
static int32_t settle_failed(struct gate *gate, uint64_t item) {
  const struct planned_job *job = gate_planned(gate, item);
  struct hg_job_result result;

  if (history_read_result(gate->run->history, job->position, &result, gate_failure(gate)) < 0)
    return -1;
  result.attempt = 0; /* the attempt itself is finished */
  if (history_finish_attempt(gate->run->history, job->position, true, timestamp_now_ms(), &result,
                             gate_failure(gate)) < 0)
    return -1;
  gate->jobs[item].phase = JOB_SETTLED;
  follow_settle(gate->run, gate->first + item, WATCHING_PASSED_OVER);
  return 0;
}

int32_t gate_settle_rest(struct gate *gate, const char *reason) {
  struct run *run = gate->run;
  int64_t now_ms = timestamp_now_ms();
  char timestamp[TIMESTAMP_SIZE];
  struct hg_job_result result;

  for (uint64_t i = gate->reported; i < gate->plan->total_jobs; i++)
    if (gate->jobs[i].phase == JOB_AGAIN)
      (void)settle_failed(gate, i); /* what cannot be written is told all the same */
  if (gate->reported < gate->plan->total_jobs)
    (void)history_skip_jobs(run->history, now_ms, reason, gate_failure(gate));
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
    follow_settle(run, gate->first + gate->reported, WATCHING_PASSED_OVER);
    if (report(gate, &result) < 0)
      return -1;
  }
  return 0;
}
