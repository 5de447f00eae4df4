/* SPDX-License-Identifier: Apache-2.0 */
/* The runner's side of what it talks with the host: answers and events. */
#ifndef HOST_RUNNER_RUNNER_CHANNEL_H
#define HOST_RUNNER_RUNNER_CHANNEL_H

#include "plugins/plugin.h"
#include "runner/runner_answer.h"

#include <stdio.h>

enum { CHANNEL_BUFFER = 64 * 1024 };

/* Embedded in its owner. */
struct runner_channel {
  int answers;   /* descriptor; nobody else has its number */
  FILE *events;  /* what was standard input */
  char *line;    /* the newest line */
  size_t size;   /* of its memory */
  size_t filled; /* bytes of the report that were not sent yet */
  char report[CHANNEL_BUFFER];
};

/* Takes descriptor 3 and standard input away from whoever uses them by accident. -1: nobody listens
 * on 3, so this process was not started by Headgate. */
int32_t runner_channel_open(struct runner_channel *channel, struct hg_error *err);
void runner_channel_close(struct runner_channel *channel);

/* The next line without its line feed, in channel->line. Returns its length; -1: there is none. */
ssize_t runner_channel_read(struct runner_channel *channel);

/* Sends an answer without a value of its own. -1: nobody listens any more. */
int32_t runner_channel_answer(struct runner_channel *channel, enum runner_answer_kind kind);

/* Sends an answer with a message: RUNNER_REFUSED or RUNNER_FAILED with the error, RUNNER_LOG with a
 * level as `number`, RUNNER_CONDUCT with a subject, RUNNER_CALL with 0. */
int32_t runner_channel_tell(struct runner_channel *channel, enum runner_answer_kind kind,
                            int32_t number, const char *message);

/* Sends what the plugin says of itself. -1: nobody listens, or it says so in no UTF-8. */
int32_t runner_channel_describe(struct runner_channel *channel, const struct plugin *plugin,
                                struct hg_error *err);

/* Sends a part of the report, through a buffer. */
int32_t runner_channel_report(struct runner_channel *channel, const char *data, uint64_t length);
int32_t runner_channel_flush(struct runner_channel *channel);

#endif
