/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict_steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { START_GRACE_MS = 300 * 1000 };

static const char *text(const char *given) {
  return given ? given : "";
}

static const char *text_or(const char *given, const char *usual) {
  return given ? given : usual;
}

static int32_t take_job(struct verdict *verdict, const struct verdict_step *step, bool had_ended,
                        struct hg_error *err) {
  const struct hg_job_state job = {
      .struct_size = sizeof job,
      .phase = step->phase,
      .flags = step->flags,
      .completions = 1,
      .active = step->active,
      .ready = -1,
      .succeeded = step->succeeded,
      .failed = step->failed,
      .terminating = -1,
      .uid = text_or(step->uid, "job"),
      .reason = text(step->reason),
      .message = text(step->message),
      .completed_indexes = "",
      .failed_indexes = text(step->failed_indexes),
      .created_at = "",
      .started_at = "",
      .finished_at = text(step->finished_at),
  };
  return verdict_take_job(verdict, &job, had_ended, step->at * 1000, err);
}

static int32_t take_pod(struct verdict *verdict, const struct verdict_step *step,
                        struct hg_error *err) {
  struct hg_container_state states[MOST_CONTAINERS];
  const struct hg_container_state *containers[MOST_CONTAINERS];
  char name[64];
  uint32_t count = 0;
  for (; count < MOST_CONTAINERS && step->containers[count].state; count++) {
    const struct container_step *from = &step->containers[count];
    bool has_ended = from->state == HG_CONTAINER_TERMINATED;
    states[count] = (struct hg_container_state){
        .struct_size = sizeof *states,
        .kind = from->kind,
        .state = from->state,
        .restart = from->restart,
        .exit_code = has_ended ? from->exit_code : -1,
        .signal = from->signal,
        .name = text(from->name),
        .image = "",
        .image_id = "",
        .reason = text(from->reason),
        .message = text(from->message),
        .started_at = "",
        .finished_at = text(from->finished_at),
    };
    containers[count] = &states[count];
  }
  snprintf(name, sizeof name, "pod-%s", step->pod);
  const struct hg_pod_state pod = {
      .struct_size = sizeof pod,
      .flags = step->flags,
      .completion_index = -1,
      .container_count = count,
      .job_uid = text_or(step->uid, "job"),
      .uid = step->pod,
      .name = name,
      .node = text_or(step->node, "node"),
      .phase = step->pod_phase,
      .reason = text(step->reason),
      .message = text(step->message),
      .created_at = text(step->created_at),
      .containers = containers,
  };
  return verdict_take_pod(verdict, &pod, step->at * 1000, err);
}

static int32_t take_event(struct verdict *verdict, const struct verdict_step *step,
                          struct hg_error *err) {
  const struct hg_cluster_event event = {
      .struct_size = sizeof event,
      .count = 1,
      .uid = "event",
      .type = text_or(step->type, "Warning"),
      .reason = text(step->reason),
      .message = text(step->message),
      .kind = step->pod ? "Pod" : "Job",
      .name = step->pod ? "pod" : "the-job",
      .object_uid = text_or(step->pod, text_or(step->uid, "job")),
      .first_at = text(step->finished_at),
      .last_at = text(step->finished_at),
  };
  return verdict_take_event(verdict, &event, step->at * 1000, err);
}

void verdict_take_step(struct verdict *verdict, const struct verdict_step *step, bool had_ended) {
  struct hg_error err = HG_ERROR_INIT;
  int32_t result = 0;
  if (step->what == 'J')
    result = take_job(verdict, step, had_ended, &err);
  else if (step->what == 'P')
    result = take_pod(verdict, step, &err);
  else if (step->what == 'E')
    result = take_event(verdict, step, &err);
  else
    result = verdict_tick(verdict, step->at * 1000, &err);
  assert_int_equal(result, 0);
}

void verdict_row_init(struct verdict *verdict, const struct verdict_row *row) {
  static struct verdict_policy policies[2] = {
      {.start_grace_ms = START_GRACE_MS, .schedule_grace_ms = -1},
      {.start_grace_ms = START_GRACE_MS},
  };
  bool schedules = row->schedule_grace_ms > 0;
  policies[1].schedule_grace_ms = row->schedule_grace_ms;
  verdict_init(verdict, &policies[schedules]);
}

static bool is(const char *seen, const char *expected) {
  return !expected || !strcmp(seen, expected);
}

void verdict_rows_hold(const struct verdict_row *rows, size_t count) {
  size_t broken = 0;
  for (size_t i = 0; i < count; i++) {
    const struct verdict_row *row = &rows[i];
    struct verdict verdict;
    verdict_row_init(&verdict, row);
    for (size_t s = 0; s < MOST_STEPS && row->steps[s].what; s++)
      verdict_take_step(&verdict, &row->steps[s], row->had_ended);
    if (verdict.outcome != row->outcome || verdict.flags != row->flags ||
        !is(verdict.failure_class, row->class) || !is(verdict.reason, row->reason) ||
        !is(verdict.message, row->message) || !is(verdict.waits_for, row->waits_for) ||
        verdict.exit_code != (row->exit_code ? row->exit_code : -1) ||
        verdict.signal != row->signal || (row->cause && !strstr(verdict.cause, row->cause))) {
      broken++;
      print_error(
          "not kept: %s\n  outcome %s, class \"%s\", reason \"%s\", message \"%s\", exit code %d, "
          "signal %d, flags %u, waits for \"%s\", cause \"%s\"\n",
          row->promise, verdict.outcome ? hg_outcome_name(verdict.outcome) : "undecided",
          verdict.failure_class, verdict.reason, verdict.message, verdict.exit_code, verdict.signal,
          verdict.flags, verdict.waits_for, verdict.cause);
    }
    verdict_finish(&verdict);
  }
  assert_int_equal(broken, 0);
}
