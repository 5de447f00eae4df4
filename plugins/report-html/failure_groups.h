/* SPDX-License-Identifier: Apache-2.0 */
/* What did not end well, by kind: how many, why, which, and what to do about it. Memory is fixed:
 * the kinds that come first have a group, all others are counted together. */
#ifndef PLUGINS_REPORT_HTML_FAILURE_GROUPS_H
#define PLUGINS_REPORT_HTML_FAILURE_GROUPS_H

#include "text/text_buffer.h"

#include <headgate/completion.h>
#include <stdbool.h>
#include <stdint.h>

enum { GROUP_COUNT = 24, GROUP_CLASS = 80, GROUP_TEXT = 512, GROUP_NAMES = 12 };

struct failure_group {
  char name[GROUP_CLASS]; /* the class; "" is one too. Cut to the room, as the next ones are */
  char cause[GROUP_TEXT]; /* of the first Job */
  char advice[GROUP_TEXT];
  bool has_others; /* Jobs with another cause */
  uint64_t count;
  uint64_t cards[GROUP_NAMES]; /* of the first Jobs: N of id "cN" */
  char jobs[GROUP_NAMES][GROUP_CLASS];
};

/* Embedded in its owner, which zeroes it; nothing to release. */
struct failure_groups {
  struct failure_group groups[GROUP_COUNT];
  uint32_t count;
  uint64_t others; /* Jobs of kinds without a group */
};

/* `cause` is what is said of the Job. */
void failure_groups_add(struct failure_groups *groups, const struct hg_job_completion *completion,
                        const char *cause, uint64_t card);

/* Appends them, the largest first. */
void failure_groups_write(struct failure_groups *groups, struct text_buffer *text);

#endif
