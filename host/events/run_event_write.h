/* SPDX-License-Identifier: Apache-2.0 */
/* A run event as the line that a reporter of another process reads: schemas/run-event.schema.json.
 */
#ifndef HOST_EVENTS_RUN_EVENT_WRITE_H
#define HOST_EVENTS_RUN_EVENT_WRITE_H

#include "events/run_event_members.h"
#include "text/text_buffer.h"

#include <headgate/error.h>
#include <headgate/plan.h>
#include <headgate/result.h>

/* Appends the event `kind` and a line feed to `text`. `event` is the struct that the reporter's
 * function of that name gets (headgate/reporter.h). The line is ASCII: whoever prints it prints no
 * control character. -1: memory is out; `text` is as it was. Any thread. */
int32_t run_event_append(struct text_buffer *text, enum run_event_kind kind, const void *event,
                         struct hg_error *err);

/* The same for job_finished, of the Job `item`: where what was executed is not what was planned for
 * it (a batch), both are in the line. */
int32_t run_event_append_job_finished(struct text_buffer *text, const struct hg_job_result *result,
                                      const struct hg_plan_item *item, struct hg_error *err);

#endif
