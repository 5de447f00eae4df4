/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that a server repeats when a log is taken up again, told from those that are new. */
#ifndef HOST_WATCH_LOG_REPEAT_H
#define HOST_WATCH_LOG_REPEAT_H

#include "text/text_buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Embedded in its owner. */
struct log_repeat {
  char *kept; /* the tail of what is kept; NULL: nothing is expected */
  size_t length;
  size_t past;    /* where the lines begin that come before that one, and not again as a whole */
  size_t next;    /* where the line of it begins that should come next */
  int64_t second; /* lines of earlier ones do not come again */
  bool has_matched;
  struct text_buffer piece; /* a line whose end did not come yet */
  struct text_buffer held;  /* ends of lines that are kept, or new ones */
};

void log_repeat_init(struct log_repeat *repeat);
void log_repeat_finish(struct log_repeat *repeat);

/* Nothing is expected any longer. */
void log_repeat_reset(struct log_repeat *repeat);

/* From now on the lines of `file` from `from`, where a line begins, to `end` are expected, as far
 * as they are of `second` or later. -1 with errno set. */
int32_t log_repeat_expect(struct log_repeat *repeat, int file, uint64_t from, uint64_t end,
                          int64_t second);

static inline bool log_repeat_is_expected(const struct log_repeat *repeat) {
  return repeat->kept != NULL;
}

/* A line that is new. */
struct log_repeat_answer {
  size_t taken;       /* bytes of what came */
  const char *line;   /* valid until the next call */
  size_t line_length; /* 0: none is new */
  bool has_gap;       /* nothing of what is kept came again before it */
};

/* Takes a line, or a piece of one, of what came; while something is expected. */
struct log_repeat_answer log_repeat_take(struct log_repeat *repeat, const char *data,
                                         size_t length);

/* Nothing more comes: what was held back is new. Call it until no line is given. */
struct log_repeat_answer log_repeat_end(struct log_repeat *repeat);

#endif
