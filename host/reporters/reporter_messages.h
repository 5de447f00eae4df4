/* SPDX-License-Identifier: Apache-2.0 */
/* What a reporter of another process tells people, on its standard output and standard error: log
 * lines under its name. A line may begin with its level as sd-daemon(3) writes it: <3> an error,
 * <4> a warning, <6> information, <7> for debugging. */
#ifndef HOST_REPORTERS_REPORTER_MESSAGES_H
#define HOST_REPORTERS_REPORTER_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that are shown of what one reporter says, and that it may say at all. */
enum { MESSAGES_SHOWN = 64 * 1024, MESSAGES_LIMIT = 64 * 1024 * 1024 };

/* A line is shown up to here. */
enum { MESSAGE_LENGTH = 1024 };

/* One stream. */
struct message_line {
  char text[MESSAGE_LENGTH];
  size_t length;
  bool is_long; /* more came than is kept */
};

/* Embedded in its owner; one thread. */
struct reporter_messages {
  const char *tag;              /* what stands in front; borrowed */
  bool is_hidden;               /* nothing is shown, all is counted */
  uint64_t said;                /* bytes of both streams */
  char last[160];               /* the last line of standard error, for a failure's message */
  struct message_line lines[2]; /* standard output, standard error */
};

enum message_stream { MESSAGE_OUTPUT, MESSAGE_ERROR };

void reporter_messages_init(struct reporter_messages *messages, const char *tag);

/* Shows what is a whole line by now. False once the reporter has said more than MESSAGES_LIMIT. */
bool reporter_messages_feed(struct reporter_messages *messages, enum message_stream stream,
                            const char *data, size_t length);

/* Shows a whole line that came otherwise, at `level` (HG_LOG_*). False as above. */
bool reporter_messages_tell(struct reporter_messages *messages, uint32_t level, const char *text);

/* The streams are closed: shows what is left. */
void reporter_messages_end(struct reporter_messages *messages);

#endif
