/* SPDX-License-Identifier: Apache-2.0 */
/* The runs that `headgate plugin check` tells a reporter of: no Job of theirs exists. */
#ifndef HOST_INSPECTION_TRIAL_RUNS_H
#define HOST_INSPECTION_TRIAL_RUNS_H

#include "events/run_event_members.h"
#include "text/text_buffer.h"

#include <headgate/error.h>
#include <headgate/result.h>
#include <stdbool.h>
#include <stdint.h>

/* Jobs of check_many_jobs. */
enum { CHECK_MANY_JOBS = 100000 };

/* Who tells, and to whom. Embedded in its owner. */
struct check_teller {
  /* Takes lines of schemas/run-event.schema.json, one or more. -1: no more are wanted. */
  int32_t (*send)(void *context, const char *lines, size_t length, struct hg_error *err);
  void *context;
  uint32_t mode;           /* HG_MODE_* */
  bool is_later;           /* every object has members, and the run events, that nobody knows */
  struct hg_result result; /* counts what was told */
  struct text_buffer lines;
};

void check_teller_init(struct check_teller *teller, uint32_t mode,
                       int32_t (*send)(void *context, const char *lines, size_t length,
                                       struct hg_error *err),
                       void *context);
void check_teller_finish(struct check_teller *teller);

/* A run. -1: no more is wanted, or memory is out. */
typedef int32_t check_run(struct check_teller *teller, struct hg_error *err);

check_run check_no_events;
check_run check_no_jobs;
check_run check_every_event;    /* and, in the mode `apply`, every status and outcome */
check_run check_many_jobs;      /* CHECK_MANY_JOBS, valid and applied */
check_run check_odd_bytes;      /* whatever a text may hold, and how much of it */
check_run check_early_end;      /* run_finished right after run_started */
check_run check_no_end;         /* everything but run_finished */
check_run check_unknown_events; /* with events and members of a later interface */
check_run check_unknown_values; /* mode, statuses and severities of a later interface */

/* For runs in files of their own: one event, which is counted in the result. */
int32_t check_tell(struct check_teller *teller, enum run_event_kind kind, const void *event,
                   struct hg_error *err);
int32_t check_tell_start(struct check_teller *teller, struct hg_error *err);
int32_t check_tell_end(struct check_teller *teller, const char *error, struct hg_error *err);

/* Two events: a Job that was applied is seen in that phase, and ends so. Each text is `text`. */
int32_t check_tell_end_of_job(struct check_teller *teller, uint32_t phase, uint32_t outcome,
                              const char *job_name, const char *text, struct hg_error *err);

/* A Job's result in which nothing is odd. */
struct hg_job_result check_job_result(uint32_t status, const char *name);

#endif
