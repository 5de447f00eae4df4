/* SPDX-License-Identifier: Apache-2.0 */
/* For how long Jobs were seen, how long they waited before a container of theirs ran, and what for:
 * reckoned by one clock. Memory is fixed: of Jobs beyond it that live at the same time nothing is
 * known. */
#ifndef PLUGINS_REPORT_HTML_JOB_WAITS_H
#define PLUGINS_REPORT_HTML_JOB_WAITS_H

#include <headgate/completion.h>
#include <stdbool.h>
#include <stdint.h>

enum { JOB_WAITS = 400, JOB_WAITS_REASON = 48 };

struct job_wait {
  int64_t ms;                    /* seen to wait, together */
  int64_t seen_ms;               /* from when it was first seen to its end; 0: not known */
  char reason[JOB_WAITS_REASON]; /* the last that was named, cut to the room; "" */
};

/* Embedded in its owner, which zeroes it; nothing to release. */
struct job_waits {
  struct waiting_job {
    uint64_t key; /* of the Job; 0: the place is free */
    int64_t first_ms;
    int64_t since_ms;
    bool waits;
    struct job_wait wait;
  } jobs[JOB_WAITS];
  uint32_t used; /* places that were ever taken */
};

void job_waits_observe(struct job_waits *waits, const struct hg_job_observation *observation);

/* What is known of a Job that has ended, whose place becomes free. */
struct job_wait job_waits_end(struct job_waits *waits, const struct hg_job_completion *completion);

#endif
