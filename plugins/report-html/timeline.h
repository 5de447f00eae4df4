/* SPDX-License-Identifier: Apache-2.0 */
/* When each Job ran: bars in lanes, so that Jobs that ran at the same time stand one below the
 * other; where there are too many for that, columns that say how many ran and how many ended.
 */
#ifndef PLUGINS_REPORT_HTML_TIMELINE_H
#define PLUGINS_REPORT_HTML_TIMELINE_H

#include "density.h"
#include "job_waits.h"
#include "text/text_buffer.h"

#include <headgate/reporter.h>
#include <headgate/result.h>
#include <stdbool.h>
#include <stdint.h>

enum {
  TIMELINE_BARS = 400, /* Jobs that are drawn each */
  TIMELINE_LANES = 40, /* that are drawn below each other */
  TIMELINE_NAMED = 24, /* Jobs that have a lane of their own, with their name */
  TIMELINE_NAME = 64,  /* bytes of a name */
};

struct timeline_span {
  int64_t start_ms; /* since 1970 */
  int64_t end_ms;
  int64_t waited_ms; /* of that time, from its start on */
  uint64_t number;   /* the Job's, as in its row's id */
  uint32_t lane;
  bool failed;
  bool goes_on; /* it is not known to have ended, and counts as failed */
  char name[TIMELINE_NAME];
  char reason[JOB_WAITS_REASON]; /* what it waited for; "" */
};

/* Embedded in its owner, which zeroes it; nothing to release. */
struct timeline {
  bool is_of_cluster; /* the Jobs ran in the cluster; else this is about applying them */
  struct timeline_span spans[TIMELINE_BARS]; /* of the first Jobs */
  struct density density;
  uint64_t count;   /* Jobs that ran and whose time is known */
  uint64_t untimed; /* that ran, and whose time cannot be read */
  uint64_t retried; /* of `count`: that had more than one attempt */
  int64_t first_ms; /* start of the first, end of the last */
  int64_t last_ms;
};

/* Skipped Jobs are not in it. `number` is the Job's in the list. */
void timeline_add(struct timeline *timeline, const struct hg_job_result *result, uint64_t number);

/* The same of a Job in the cluster, of which `number` is that of its completion. One that has not
 * ended is drawn for as long as it was seen. */
void timeline_add_completion(struct timeline *timeline, const struct hg_job_completion *completion,
                             const struct job_wait *wait, uint64_t number);

/* Appends the section; nothing where no Job ran. */
void timeline_write(struct timeline *timeline, struct text_buffer *text);

#endif
