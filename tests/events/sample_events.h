/* SPDX-License-Identifier: Apache-2.0 */
/* Events with something in each of their members. */
#ifndef TESTS_RUN_EVENTS_SAMPLE_EVENTS_H
#define TESTS_RUN_EVENTS_SAMPLE_EVENTS_H

#include "events/run_event_read.h"
#include "text/text_buffer.h"

/* The event's struct. Static. */
const void *sample_event(enum run_event_kind kind);

/* Initialises `text` with the event's line, which must be one line of ASCII. */
void sample_write(struct text_buffer *text, enum run_event_kind kind, const void *event);

/* run_event_read from memory of the line's own size, which is gone when this returns. */
int32_t sample_read(struct run_event *event, const char *line, size_t length, struct arena *arena,
                    struct hg_error *error);

#endif
