/* SPDX-License-Identifier: Apache-2.0 */
#include "run/look.h"

#include "memory/no_memory.h"
#include "run/preflight.h"
#include "terminal/log.h"

#include <stdlib.h>
#include <string.h>

/* Whether a refusal is one of a Job that is there. */
static bool is_there(const struct preflight_row *row) {
  return strcmp(row->failure_class, "immutable") == 0 ||
         strcmp(row->failure_class, "field-conflict") == 0;
}

/* It is there just so: the attempt without outcome has one now. */
static int32_t settle_found(struct gate *gate, uint64_t item) {
  const struct planned_job *job = gate_planned(gate, item);
  char timestamp[TIMESTAMP_SIZE];
  struct hg_job_result result;

  timestamp_format(timestamp_now_ms(), timestamp);
  outcome_init(&result, &job->item, timestamp);
  result.status = HG_STATUS_SUCCESS;
  result.attempt = job->attempts_before;
  result.reason = "found when the run went on: the Job is there, just as the manifest has it; "
                  "whether this attempt made it is not known";
  log_line(HG_LOG_INFO, LOG_APPLY, "Found as the manifest has it, not applied again: %s",
           job->item.job_name);
  return gate_record(gate, item, true, false, &result);
}

static int32_t fail_unknown(struct gate *gate, uint64_t item, const struct preflight_row *row) {
  struct hg_job_result why = {
      .reason = "not known: the Job is not there, and may have run and been removed "
                "(ttlSecondsAfterFinished)",
      .failure_class = OUTCOME_UNKNOWN,
      .advice =
          "see whether its work was done; `headgate resume --repeat-unknown` applies it again",
  };
  struct text_buffer reason;
  int32_t result;

  if (row->verdict == HG_PREFLIGHT_CREATE)
    return gate_fail(gate, item, &why);
  text_buffer_init(&reason);
  text_buffer_printf(&reason,
                     "not known: the Job may have run and been removed "
                     "(ttlSecondsAfterFinished), and the server does not say whether it is there: "
                     "%s",
                     row->reason);
  why.reason = text_buffer_string(&reason);
  result = gate_fail(gate, item, &why);
  text_buffer_finish(&reason);
  return result;
}

static int32_t judge(struct gate *gate, uint64_t item, const struct preflight_row *row) {
  const struct planned_job *job = gate_planned(gate, item);
  bool was_found = row->verdict == HG_PREFLIGHT_UNCHANGED || row->verdict == HG_PREFLIGHT_UPDATE ||
                   is_there(row);

  if (row->verdict == HG_PREFLIGHT_UNCHANGED && job->is_open)
    return settle_found(gate, item);
  if (!was_found && job->item.vanishes && !gate->run->request->repeat_unknown)
    return fail_unknown(gate, item, row);
  log_line(HG_LOG_INFO, LOG_APPLY, "%s, applied again: %s",
           was_found                             ? "Found"
           : row->verdict == HG_PREFLIGHT_CREATE ? "Not there"
                                                 : "The server does not say whether it is there",
           job->item.job_name);
  return 0;
}

static bool is_wanted(const struct gate *gate, uint64_t item) {
  return gate->jobs[item].phase == JOB_WAITING && gate_planned(gate, item)->is_doubtful;
}

static int32_t look_at(struct gate *gate, const uint64_t *items, const struct hg_plan *plan,
                       struct hg_error *err) {
  struct preflight preflight;
  int32_t result;

  preflight_init(&preflight);
  result = preflight_ask(&preflight, gate->run, plan, err);
  for (uint64_t i = 0; result == 0 && i < plan->total_jobs; i++)
    if (judge(gate, items[i], &preflight.rows[i]) < 0)
      result = hg_error_set(err, gate_failure(gate)->code, "%s", gate_failure(gate)->message);
  preflight_finish(&preflight);
  return result;
}

int32_t look_first(struct gate *gate, struct hg_error *err) {
  uint64_t total = gate->plan->total_jobs;
  const struct hg_plan_item **jobs = calloc(total + 1, sizeof *jobs);
  uint64_t *items = calloc(total + 1, sizeof *items);
  struct hg_plan plan = {.struct_size = sizeof plan, .jobs = jobs};
  int32_t result = 0;

  for (uint64_t i = 0; jobs && items && i < total; i++)
    if (is_wanted(gate, i)) {
      items[plan.total_jobs] = i;
      jobs[plan.total_jobs++] = gate->plan->jobs[i];
    }
  if (!jobs || !items)
    result = no_memory(err);
  else if (plan.total_jobs > 0)
    result = look_at(gate, items, &plan, err);
  free(jobs);
  free(items);
  return result;
}
