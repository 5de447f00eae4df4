/* SPDX-License-Identifier: Apache-2.0 */
/* What comes from the process of a reporter, and what goes to it. The first byte of the input says
 * which: 'E': the rest is an event's line, as a runner reads it; any other: the rest is what a
 * runner answers, in pieces as long as that byte says. */
#include "events/run_event_read.h"
#include "events/run_event_write.h"
#include "runner/runner_answer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void finding(const char *what, const char *text) {
  (void)fprintf(stderr, "FINDING: %s: %s\n", what, text);
  abort();
}

/* What was read can be written, and what was written can be read. */
static void write_again(const struct run_event *event) {
  struct hg_error err = HG_ERROR_INIT;
  struct run_event again;
  struct text_buffer text;
  struct arena arena;

  arena_init(&arena);
  text_buffer_init(&text);
  if (run_event_append(&text, event->kind, &event->as, &err) != 0)
    finding("cannot be written", err.message);
  for (size_t i = 0; i + 1 < text.length; i++)
    if (text.data[i] < 0x20 || text.data[i] > 0x7e)
      finding("is not one line of ASCII", text.data);
  if (run_event_read(&again, text.data, text.length - 1, &arena, &err) != 0)
    finding("cannot be read again", err.message);
  run_event_finish(&again);
  text_buffer_finish(&text);
  arena_finish(&arena);
}

static void read_event(const char *line, size_t length) {
  struct hg_error err = HG_ERROR_INIT;
  struct run_event event;
  struct arena arena;

  arena_init(&arena);
  if (run_event_read(&event, line, length, &arena, &err) != 0) {
    if (err.code == 0 || !err.message[0])
      finding("refused", "without a reason");
  } else if (event.kind != RUN_EVENT_UNKNOWN) {
    write_again(&event);
  }
  run_event_finish(&event);
  arena_finish(&arena);
}

static void take(void *context, const struct runner_answer *answer) {
  bool *broken = context;

  if (*broken)
    finding("an answer", "after garbage");
  *broken = answer->kind == RUNNER_GARBAGE;
  if (!answer->message || (answer->kind == RUNNER_REPORT && answer->length == 0))
    finding("an answer", "without what it must have");
}

static void read_answers(const char *data, size_t length, size_t piece) {
  struct runner_answers answers;
  bool broken = false;

  runner_answers_init(&answers);
  while (length > 0) {
    size_t count = length < piece ? length : piece;

    runner_answers_feed(&answers, data, count, take, &broken);
    data += count;
    length -= count;
  }
  runner_answers_finish(&answers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  if (data[0] == 'E')
    read_event((const char *)data + 1, size - 1);
  else
    read_answers((const char *)data + 1, size - 1, (size_t)data[0] + 1);
  return 0;
}
