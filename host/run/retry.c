/* SPDX-License-Identifier: Apache-2.0 */
#include "run/retry.h"

#include "memory/array.h"
#include "memory/no_memory.h"
#include "run/derivation.h"
#include "run/gate.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "text/duration.h"
#include "watch/failure_class.h"
#include "watch/watching.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
  MOST_DELAY_MS = 10 * 60 * 1000,
  MOST_FURTHER = 1000000, /* Jobs of one run */
};

#define NOT_MADE UINT64_MAX

uint64_t retry_most(const struct run *run, uint64_t total) {
  uint64_t most = run->request->looks_later ? 0 : total * run->request->kept.wait.retry_failed;

  return most < MOST_FURTHER ? most : MOST_FURTHER;
}

/* --- Which Jobs ------------------------------------------------------------------------------- */

static const struct planned_job *planned(const struct run *run, uint64_t item) {
  return planned_job_of(run->plan.plan.jobs[item]);
}

/* A Job whose end was seen before this run is none of its tries; one that never started is still
 * there, and may run yet: two of it would. */
static bool is_wanted(const struct run *run, uint64_t item,
                      const struct hg_job_completion *completion) {
  const struct wait_settings *wait = &run->request->kept.wait;

  return completion->outcome == HG_OUTCOME_FAILED && !(completion->flags & HG_COMPLETION_EARLIER) &&
         !run->request->looks_later && planned(run, item)->tries_before < wait->retry_failed &&
         failure_class_is_passing(completion->failure_class);
}

/* Why nothing more is started; NULL: it may be. */
static const char *why_closed(const struct run *run) {
  if (interrupt_requested())
    return "the run was stopped";
  if (run->follow.watching && !watching_is_open(run->follow.watching))
    return "the Jobs are followed no longer";
  if (run->request->kept.fail_fast && run->follow.uncompleted + run->follow.never_started > 0)
    return "another Job failed (--fail-fast)";
  return NULL;
}

/* From none to twice as long each time, and any of that: Jobs that failed together do not come back
 * together. */
static int64_t delay_ms(const struct run *run, uint32_t tries_before) {
  int64_t most = (int64_t)run->request->kept.wait.retry_delay * 1000;
  uint32_t random = 0;

  for (uint32_t i = 0; i < tries_before && most < MOST_DELAY_MS; i++)
    most *= 2;
  if (most > MOST_DELAY_MS)
    most = MOST_DELAY_MS;
  if (most == 0 || getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random)
    return most;
  return (int64_t)(random % ((uint64_t)most + 1));
}

/* NULL where memory is out. */
static struct retry_row *add_row(struct retry *retry, uint64_t item) {
  struct retry_row *rows =
      array_reserve(retry->rows, retry->count + 1, &retry->capacity, sizeof *rows);

  if (!rows)
    return NULL;
  retry->rows = rows;
  retry->rows[retry->count] = (struct retry_row){.item = item, .made = NOT_MADE};
  return &retry->rows[retry->count++];
}

static void say_delay(const struct run *run, uint64_t item, int64_t wait_ms) {
  const struct planned_job *job = planned(run, item);
  struct text_buffer text;

  text_buffer_init(&text);
  duration_append(&text, wait_ms);
  log_line(HG_LOG_INFO, LOG_APPLY, "To be tried again in %s: %s (try %u of %u)",
           text_buffer_string(&text), job->item.job_name, (unsigned)job->tries_before + 2,
           (unsigned)run->request->kept.wait.retry_failed + 1);
  text_buffer_finish(&text);
}

bool retry_takes(struct run *run, uint64_t item, const struct hg_job_completion *completion) {
  uint64_t known = planned(run, item)->tried_again_by;
  struct retry_row *row;
  int64_t wait_ms;

  if (known == 0 && (!is_wanted(run, item, completion) || why_closed(run)))
    return false;
  if (known > 0 && completion->outcome == HG_OUTCOME_COMPLETE)
    return false;
  row = add_row(&run->retry, item);
  if (!row)
    return false;
  if (known > 0) {
    row->made = known - 1;
    return true;
  }
  wait_ms = delay_ms(run, planned(run, item)->tries_before);
  row->due_ms = timestamp_steady_ms() + wait_ms;
  say_delay(run, item, wait_ms);
  return true;
}

static bool is_waiting(const struct retry_row *row) {
  return row->made == NOT_MADE && !row->is_dropped;
}

bool retry_is_pending(const struct run *run) {
  for (size_t i = 0; i < run->retry.count; i++)
    if (is_waiting(&run->retry.rows[i]))
      return true;
  return false;
}

bool retry_is_due(const struct run *run) {
  int64_t now_ms = timestamp_steady_ms();

  if (retry_is_pending(run) && why_closed(run))
    return true;
  for (size_t i = 0; i < run->retry.count; i++)
    if (is_waiting(&run->retry.rows[i]) && run->retry.rows[i].due_ms <= now_ms)
      return true;
  return false;
}

/* --- One more try ------------------------------------------------------------------------------
 */

static void drop(const struct run *run, struct retry_row *row, const char *why) {
  row->is_dropped = true;
  log_line(HG_LOG_WARNING, LOG_APPLY, "Not tried again: %s: %s",
           run->plan.plan.jobs[row->item]->job_name, why);
}

static void drop_all(struct run *run, const char *why) {
  for (size_t i = 0; i < run->retry.count; i++)
    if (is_waiting(&run->retry.rows[i]))
      drop(run, &run->retry.rows[i], why);
}

static struct derivation derivation_of(const struct run *run, uint64_t item) {
  const struct planned_job *job = planned(run, item);

  return (struct derivation){
      .source = job,
      .from_run = run->about.run_id,
      .from_position = job->position,
      .from_name = job->item.job_name,
      .tries_before = job->tries_before + 1,
  };
}

/* Those that were made, one after the other behind the plan, in the order of their rows. */
static int32_t follow_made(struct run *run, const struct derivation *derivations, size_t *places,
                           size_t count, struct hg_error *err) {
  for (size_t i = 0; i < count; i++) {
    struct retry_row *row = &run->retry.rows[places[i]];

    if (!derivations[i].is_made) {
      drop(run, row, derivations[i].problem);
      continue;
    }
    row->made = derivations[i].item;
    log_line(HG_LOG_INFO, LOG_APPLY, "Trying again: %s as %s",
             run->plan.plan.jobs[row->item]->job_name, run->plan.plan.jobs[row->made]->job_name);
    if (watching_add(run->follow.watching, planned(run, row->made), err) < 0)
      return -1;
  }
  return 0;
}

/* Makes and applies those, recorded before they are sent. */
static int32_t try_again(struct run *run, size_t *places, size_t count, struct hg_error *err) {
  struct derivation *derivations = calloc(count, sizeof *derivations);
  uint64_t first = run->plan.plan.total_jobs;
  int32_t result = -1;

  if (!derivations)
    return no_memory(err);
  for (size_t i = 0; i < count; i++)
    derivations[i] = derivation_of(run, run->retry.rows[places[i]].item);
  if (derivations_make(run, derivations, count, true, err) == 0 &&
      follow_made(run, derivations, places, count, err) == 0)
    result = run->plan.plan.total_jobs > first ? gate_execute_from(run, first, err) : 0;
  /* What the gate did not come to is none that is waited for. */
  for (uint64_t i = first; i < run->plan.plan.total_jobs; i++)
    watching_settle(run->follow.watching, i, WATCHING_PASSED_OVER);
  free(derivations);
  return result;
}

int32_t retry_step(struct run *run, struct hg_error *err) {
  struct retry *retry = &run->retry;
  int64_t now_ms = timestamp_steady_ms();
  const char *why = why_closed(run);
  size_t *places;
  size_t count = 0;
  int32_t result = 0;

  if (!retry_is_pending(run))
    return 0;
  if (why) {
    drop_all(run, why);
    return 0;
  }
  places = calloc(retry->count, sizeof *places);
  if (!places)
    return no_memory(err);
  for (size_t i = 0; i < retry->count; i++)
    if (is_waiting(&retry->rows[i]) && retry->rows[i].due_ms <= now_ms)
      places[count++] = i;
  if (count > 0)
    result = try_again(run, places, count, err);
  free(places);
  if (result < 0)
    drop_all(run, err->message);
  return result;
}

void retry_settle(struct run *run) {
  struct follow *follow = &run->follow;

  drop_all(run, "the run ended first");
  for (size_t i = 0; i < run->retry.count; i++) {
    const struct retry_row *row = &run->retry.rows[i];

    if (row->made != NOT_MADE && (!follow->followed || follow->followed[row->made]))
      continue;
    follow->retried--;
    follow->uncompleted++;
  }
}

void retry_finish(struct run *run) {
  free(run->retry.rows);
  run->retry = (struct retry){0};
}
