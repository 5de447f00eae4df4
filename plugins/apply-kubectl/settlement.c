/* SPDX-License-Identifier: Apache-2.0 */
#include "settlement.h"

#include "apply/hidden_values.h"
#include "memory/no_memory.h"
#include "outcome.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* Each Job of a batch would keep what the whole batch wrote to standard error: the first one does,
 * the others the beginning. Alone, each gets its own. */
enum { BATCH_STDERR_SHARE = 4096 };

/* What is known of one Job's launch. */
struct settlement {
  struct hg_job_result result;
  const struct failure_class *class; /* NULL: SUCCESS */
  enum confirmation confirmation;
  bool is_again;
  bool is_retry;   /* the next try counts as one: a failure that passes */
  bool is_crowded; /* the system had no room for the kubectl */
  int64_t delay_ms;
};

static void log_outcome(const struct passage *passage, const struct hg_plan_item *item,
                        const struct settlement *settlement) {
  bool success = !settlement->class;
  bool is_dry_run = passage->errand->is_dry_run;
  struct text_buffer *line = &passage->loop->label;

  if (!settlement->is_again) {
    if (!is_dry_run) /* the verdict is the host's to show */
      passage_log(passage, success ? HG_LOG_INFO : HG_LOG_ERROR,
                  success ? "Applied successfully: " : "Apply failed: ", item->job_name);
    return;
  }
  text_buffer_reset(line);
  if (settlement->is_retry)
    text_buffer_printf(line, "%s failed (%s), next try in %" PRId64 ".%" PRId64 " s: ",
                       is_dry_run ? "Preflight" : "Apply", settlement->class->name,
                       settlement->delay_ms / 1000, settlement->delay_ms % 1000 / 100);
  else if (settlement->is_crowded)
    text_buffer_append_string(line, "No room for one more kubectl, waits until one has ended: ");
  else
    text_buffer_append_string(line, "Not confirmed, next try alone: ");
  if (!line->failed)
    passage_log(passage, HG_LOG_WARNING, text_buffer_string(line), item->job_name);
}

/* Hands the outcome over, and queues the next try unless that was the end of it. */
static void report(struct passage *passage, const struct flight *flight, uint32_t index,
                   struct settlement *settlement) {
  const struct job_try *done = &flight->tries[index];
  const struct hg_plan_item *item = passage->plan->jobs[done->item];
  const struct job_try next = {done->item, done->attempt + 1,
                               done->retries + (settlement->is_retry ? 1 : 0)};
  struct hg_job_result *result = &settlement->result;

  result->struct_size = sizeof *result;
  result->attempt = done->attempt;
  result->document_number = item->document_number;
  result->job_name = item->job_name;
  result->job_namespace = item->job_namespace;
  result->yaml_path = item->yaml_path;
  result->command = flight->command.argv;
  result->command_count = flight->command.argc;
  result->timestamp = flight->timestamp;
  result->warning_count = passage->loop->warnings.count;
  result->warnings = passage->loop->warnings.count > 0 ? passage->loop->warnings.strings : NULL;
  result->duration_ms = flight->child.ended_ms - flight->child.started_ms;
  if (passage->errand->deliver(passage->errand, done->item, !settlement->is_again, result,
                               settlement->confirmation) < 0)
    passage->closed = true;
  log_outcome(passage, item, settlement);
  if (!settlement->is_again)
    return;
  if (retry_queue_add(&passage->queue, &next, timestamp_steady_ms() + settlement->delay_ms) < 0) {
    (void)no_memory(passage->err);
    passage->broken = passage->closed = true;
  }
}

/* A failure of a Job that was alone: whether it is tried again, and when. */
static void plan_retry(struct passage *passage, const struct job_try *done,
                       struct settlement *settlement) {
  if (!settlement->class || !settlement->class->passes || passage->closed ||
      done->retries >= passage->loop->limits.retries)
    return;
  settlement->is_again = settlement->is_retry = true;
  settlement->delay_ms = backoff_delay_ms(&passage->loop->backoff, done->retries + 1);
}

/* Whether the child's Jobs that it did not confirm may have been made all the same. `class` is what
 * it ended with, NULL where it ended well. */
static bool is_answer_lost(const struct flight *flight, const struct failure_class *class) {
  const struct child *child = &flight->child;
  const struct hg_bytes words = capture_bytes(&child->error);

  if (!class || child->ending != PROCESS_EXITED || failure_class_is_doubtful(class))
    return true;
  return flight->count > 1 && failure_words_are_doubtful(&words);
}

/* Whether the Job may even have run and be gone, so that another try might run it twice. Where the
 * user has stopped it, that is its outcome. */
static bool may_be_gone(const struct passage *passage, const struct flight *flight, uint32_t index,
                        const struct failure_class *class) {
  return passage->plan->jobs[flight->tries[index].item]->vanishes && !passage->errand->is_dry_run &&
         !flight->child.stopped && is_answer_lost(flight, class);
}

static uint32_t verb_of(enum confirmation confirmation) {
  switch (confirmation) {
  case CONFIRMATION_CREATED:
    return HG_VERB_CREATED;
  case CONFIRMATION_CONFIGURED:
    return HG_VERB_CONFIGURED;
  case CONFIRMATION_UNCHANGED:
    return HG_VERB_UNCHANGED;
  default:
    return HG_VERB_NONE; /* server-side apply does not tell */
  }
}

static void confirm(struct settlement *settlement) {
  settlement->class = NULL;
  settlement->result.verb = verb_of(settlement->confirmation);
  settlement->result.status = HG_STATUS_SUCCESS;
  settlement->result.reason = settlement->result.failure_class = settlement->result.advice = "";
}

/* A kubectl that applied one Job: it must have ended well and confirmed that Job. */
static void settle_alone(struct passage *passage, struct flight *flight) {
  struct text_buffer *reason = &passage->loop->reason;
  const struct hg_plan_item *item = passage->plan->jobs[flight->tries[0].item];
  struct settlement settlement;
  struct hg_bytes line;

  memset(&settlement, 0, sizeof settlement);
  text_buffer_reset(reason);
  settlement.class = outcome_of_child(&flight->child, &flight->limits, reason, &settlement.result);
  settlement.confirmation = confirmation_find(&settlement.result.stdout_text, item->job_name,
                                              passage->errand->is_dry_run, &line);
  if (!settlement.class && settlement.confirmation == CONFIRMATION_NONE)
    settlement.class =
        outcome_unconfirmed(&flight->child, &flight->limits, NULL, reason, &settlement.result);
  else if (!settlement.class)
    confirm(&settlement);
  if (settlement.class && may_be_gone(passage, flight, 0, settlement.class))
    settlement.class = outcome_unknown(reason, &settlement.result);
  plan_retry(passage, &flight->tries[0], &settlement);
  report(passage, flight, 0, &settlement);
}

/* One Job of several: what kubectl confirmed by its name is SUCCESS, however kubectl ended; any
 * other is applied again alone, unless nothing more may be started or it may be gone. True: it is.
 */
static bool settle_one_of_batch(struct passage *passage, struct flight *flight, uint32_t index,
                                const struct failure_class *of_batch) {
  struct text_buffer *reason = &passage->loop->reason;
  const struct hg_plan_item *item = passage->plan->jobs[flight->tries[index].item];
  bool is_gone = may_be_gone(passage, flight, index, of_batch);
  struct settlement settlement;
  struct hg_job_result *result = &settlement.result;
  struct hg_bytes line;

  memset(&settlement, 0, sizeof settlement);
  settlement.is_again = !passage->closed && !flight->child.stopped && !is_gone;
  text_buffer_reset(reason);
  settlement.class = outcome_unconfirmed(&flight->child, &flight->limits,
                                         !settlement.is_again          ? NULL
                                         : passage->errand->is_dry_run ? "asked for"
                                                                       : "applied",
                                         reason, result);
  settlement.confirmation =
      confirmation_find(&result->stdout_text, item->job_name, passage->errand->is_dry_run, &line);
  if (settlement.confirmation != CONFIRMATION_NONE) {
    settlement.is_again = false;
    confirm(&settlement);
  } else if (is_gone) {
    settlement.class = outcome_unknown(reason, result);
  }
  /* All of them at once would be too much for a server that has just had too much. */
  if (settlement.is_again && of_batch && of_batch->passes)
    settlement.delay_ms = backoff_delay_ms(&passage->loop->backoff, 1);
  result->stdout_text = line;
  result->flags &= ~HG_RESULT_STDOUT_CUT;
  if (index > 0 && result->stderr_text.length > BATCH_STDERR_SHARE) {
    result->stderr_text.length = BATCH_STDERR_SHARE;
    result->flags |= HG_RESULT_STDERR_CUT;
  }
  report(passage, flight, index, &settlement);
  return settlement.is_again;
}

/* What the preflight's user would else not learn: what the server said of all is said of each. */
static void log_asked_alone(const struct passage *passage, uint32_t again, uint32_t count) {
  struct apply_loop *loop = passage->loop;

  text_buffer_reset(&loop->line);
  text_buffer_printf(&loop->line,
                     "Preflight: of %" PRIu32 " Jobs that shared a kubectl %" PRIu32
                     " had no answer: each of these is asked for alone",
                     count, again);
  if (!loop->line.failed)
    loop->host->log(loop->host, HG_LOG_INFO, text_buffer_string(&loop->line));
}

/* Takes and shows what the server warned of. */
static void take_warnings(struct passage *passage, const struct flight *flight) {
  struct words_warnings *warnings = &passage->loop->warnings;
  const struct hg_bytes words = capture_bytes(&flight->child.error);
  struct text_buffer *label = &passage->loop->label;

  words_warnings_take(warnings, &words, flight->count);
  for (uint32_t i = 0; i < warnings->count; i++) {
    text_buffer_reset(label);
    text_buffer_append_string(label, "Warning for ");
    if (flight->count == 1)
      text_buffer_printf(label, "%s: ", passage->plan->jobs[flight->tries[0].item]->job_name);
    if (!label->failed)
      passage_log(passage, HG_LOG_WARNING, text_buffer_string(label), warnings->strings[i]);
  }
}

static void hide_values(struct capture *capture) {
  capture->length = hidden_values_hide(capture->data, capture->length);
}

void passage_settle(struct passage *passage, struct flight *flight) {
  passage->running--;
  hide_values(&flight->child.output);
  hide_values(&flight->child.error);
  take_warnings(passage, flight);
  if (flight->count == 1) {
    settle_alone(passage, flight);
  } else {
    struct text_buffer *reason = &passage->loop->reason;
    struct hg_job_result ignored;
    const struct failure_class *of_batch;

    text_buffer_reset(reason);
    of_batch = outcome_of_child(&flight->child, &flight->limits, reason, &ignored);
    uint32_t again = 0;

    for (uint32_t i = 0; i < flight->count; i++)
      again += settle_one_of_batch(passage, flight, i, of_batch);
    if (again > 0 && passage->errand->is_dry_run)
      log_asked_alone(passage, again, flight->count);
  }
  child_finish(&flight->child);
}

/* Whether the system lacked what kubectls that run will give back. */
static bool is_crowded(const struct passage *passage, int cause) {
  return passage->running > 0 &&
         (cause == EMFILE || cause == ENFILE || cause == EAGAIN || cause == ENOMEM);
}

void passage_settle_grounded(struct passage *passage, struct flight *flight, int cause) {
  const struct program *program = passage->loop->program;
  struct text_buffer *reason = &passage->loop->reason;

  passage->loop->warnings.count = 0;
  for (uint32_t i = 0; i < flight->count; i++) {
    struct settlement settlement;

    memset(&settlement, 0, sizeof settlement);
    text_buffer_reset(reason);
    settlement.class = program->path
                           ? outcome_of_launch(program->path, cause, reason, &settlement.result)
                           : outcome_of_absence(program, reason, &settlement.result);
    settlement.is_crowded = is_crowded(passage, cause);
    if (settlement.is_crowded)
      passage->places = passage->running;
    /* What stopped many may let one pass: arguments that are too long. */
    settlement.is_again = (flight->count > 1 || settlement.is_crowded) && !passage->closed;
    report(passage, flight, i, &settlement);
  }
  child_finish(&flight->child);
}
