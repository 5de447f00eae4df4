/* SPDX-License-Identifier: Apache-2.0 */
#include "inspection/plugin_check_trial.h"

#include "events/event_log.h"
#include "memory/no_memory.h"
#include "reporters/reporter_program.h"
#include "terminal/interrupt.h"
#include "text/timestamp.h"

#include <string.h>

enum {
  KEPT_REPORT = 64 * 1024 * 1024, /* bytes */
  AHEAD = 4 * 1024 * 1024,        /* bytes of events that may wait for the reporter */
  LOOK_MS = 2,                    /* how often to look whether they still do */
};

/* On the process's thread; the owner looks when it has ended. */
static int32_t take(void *context, const struct runner_answer *answer, struct hg_error *err) {
  struct check_outcome *outcome = context;

  (void)err;
  switch (answer->kind) {
  case RUNNER_REPORT:
    outcome->report_length += answer->length;
    if (outcome->keeps_report && outcome->report.length + answer->length <= KEPT_REPORT)
      text_buffer_append(&outcome->report, answer->bytes, (size_t)answer->length);
    break;
  case RUNNER_CONDUCT:
    if (answer->number == CONDUCT_WATCHED)
      outcome->is_watched = true;
    else if (answer->number < CONDUCT_SUBJECTS)
      (void)snprintf(outcome->conduct[answer->number], sizeof outcome->conduct[0], "%s",
                     answer->message);
    break;
  default:
    break;
  }
  return 0;
}

/* Whom the events are for. */
struct audience {
  struct event_log *events;
  struct reporter_process *process;
};

/* Waits while more than `most` bytes wait for it. A reporter that stands still runs into its
 * deadline. */
static void wait_for_reader(const struct audience *audience, uint64_t most) {
  while (reporter_process_backlog(audience->process) > most &&
         !reporter_process_wait_end(audience->process, LOOK_MS))
    continue;
}

static int32_t send(void *context, const char *lines, size_t length, struct hg_error *err) {
  const struct audience *audience = context;

  if (interrupt_requested())
    return hg_error_set(err, HG_ERROR_CANCELLED, "interrupted");
  event_log_append(audience->events, lines, length);
  wait_for_reader(audience, AHEAD);
  return 0;
}

/* Tells it of the run, and waits until it has ended. */
static int32_t tell(const struct check_trial *trial, const struct audience *audience,
                    struct hg_error *err) {
  struct check_teller teller;
  int32_t result;

  check_teller_init(&teller, trial->mode, send, (void *)audience);
  result = trial->run(&teller, err);
  check_teller_finish(&teller);
  if (result == 0)
    wait_for_reader(audience, 0);
  return result;
}

static int32_t run(const struct reporter_launch *launch, const struct check_trial *trial,
                   struct check_outcome *outcome, struct hg_error *err) {
  struct audience audience = {launch->events, NULL};
  struct hg_error known = HG_ERROR_INIT; /* what a refusal has said already */
  int64_t started_ms;
  int32_t result = 0;

  if (reporter_process_start(launch, &audience.process, err) < 0)
    return -1;
  outcome->readiness = reporter_process_wait_ready(audience.process, &outcome->error);
  started_ms = timestamp_steady_ms();
  if (outcome->readiness == REPORTER_READY && trial->run)
    result = tell(trial, &audience, err);
  event_log_end(launch->events);
  outcome->ending = reporter_process_join(
      audience.process, outcome->readiness == REPORTER_REFUSED ? &known : &outcome->error);
  outcome->elapsed_ms = timestamp_steady_ms() - started_ms;
  return result;
}

/* What is to be started for a plugin. */
static int32_t prepare_runner(const struct check_subject *subject, const struct check_trial *trial,
                              struct reporter_launch *launch, struct text_buffer *preamble,
                              struct hg_error *err) {
  launch->program = reporter_program_self(&subject->plugins->arena, err);
  if (!launch->program ||
      runner_configuration_append(preamble, &trial->configuration, &subject->plugins->options,
                                  subject->name, err) < 0)
    return -1;
  launch->is_runner = true;
  launch->preamble.length = preamble->length;
  return 0;
}

int32_t plugin_check_try(const struct check_subject *subject, const struct check_trial *trial,
                         struct check_outcome *outcome, struct hg_error *err) {
  const char *plugin_argv[] = {"headgate", "plugin-runner", subject->path, NULL};
  const char *program_argv[] = {subject->path, subject->argument, NULL};
  struct reporter_launch launch = {.program = subject->path,
                                   .argv = subject->name ? plugin_argv : program_argv,
                                   .tag = subject->path,
                                   .timeout_s = subject->timeout_s,
                                   .take = take,
                                   .context = outcome,
                                   .observation = &outcome->seen};
  struct text_buffer preamble;
  struct event_log events;
  int32_t result = -1;

  memset(outcome, 0, sizeof *outcome);
  outcome->keeps_report = trial->keeps_report;
  outcome->error = (struct hg_error)HG_ERROR_INIT;
  text_buffer_init(&outcome->report);
  text_buffer_init(&preamble);
  event_log_init(&events);
  launch.events = &events;
  launch.environment = reporter_program_environment(&subject->plugins->arena);
  if (!launch.environment)
    (void)no_memory(err);
  else if (!subject->name || prepare_runner(subject, trial, &launch, &preamble, err) == 0) {
    launch.preamble.data = text_buffer_string(&preamble);
    result = run(&launch, trial, outcome, err);
  }
  if (result == 0 && outcome->report.failed)
    result = no_memory(err);
  event_log_finish(&events);
  text_buffer_finish(&preamble);
  if (result < 0)
    check_outcome_finish(outcome);
  return result;
}

void check_outcome_finish(struct check_outcome *outcome) {
  text_buffer_finish(&outcome->report);
}
