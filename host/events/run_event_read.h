/* SPDX-License-Identifier: Apache-2.0 */
/* A line of schemas/run-event.schema.json as the struct that a reporter's function gets. */
#ifndef HOST_EVENTS_RUN_EVENT_READ_H
#define HOST_EVENTS_RUN_EVENT_READ_H

#include "events/run_event_members.h"
#include "memory/arena.h"

#include <headgate/diagnostic.h>
#include <headgate/error.h>
#include <headgate/passed_over.h>
#include <headgate/result.h>
#include <headgate/run.h>
#include <stddef.h>

struct json_t;

/* One event. What `kind` does not name is zero. */
struct run_event {
  enum run_event_kind kind;
  union {
    struct hg_run run;                     /* RUN_EVENT_RUN_STARTED */
    struct hg_validation validation;       /* RUN_EVENT_JOB_VALIDATED */
    struct hg_job_result job_result;       /* RUN_EVENT_JOB_FINISHED */
    struct hg_job_observation observation; /* RUN_EVENT_JOB_OBSERVED */
    struct hg_job_completion completion;   /* RUN_EVENT_JOB_COMPLETED */
    struct hg_passed_over passed_over;     /* RUN_EVENT_OBJECT_PASSED_OVER */
    struct hg_result result;               /* RUN_EVENT_RUN_FINISHED; no job_results */
  } as;
  /* RUN_EVENT_JOB_FINISHED: what was planned for this Job, NULL-terminated; it may have been
   * executed together with others. */
  const char *const *planned_command;
  uint32_t planned_command_count;
  struct json_t *json; /* holds the texts */
};

/* Reads the event that `line`, `length` bytes without a line feed, holds. An event or a member that
 * this interface does not have is passed over; a member that is missing is 0 or "". What the event
 * points to lives in `arena` and in event->json: until run_event_finish and arena_reset.
 * -1: it is no such line, or of another major. */
int32_t run_event_read(struct run_event *event, const char *line, size_t length,
                       struct arena *arena, struct hg_error *err);

/* Frees what holds the texts. */
void run_event_finish(struct run_event *event);

#endif
