/* SPDX-License-Identifier: Apache-2.0 */
/* What several reporters say of what became of a Job in the cluster: text as it is, to be escaped
 * by whoever writes it. */
#ifndef PLUGINS_REPORT_COMPLETION_WORDING_H
#define PLUGINS_REPORT_COMPLETION_WORDING_H

#include "text/text_buffer.h"

#include <headgate/completion.h>
#include <headgate/result.h>
#include <stdbool.h>
#include <stdint.h>

/* How a Job is judged where the run waited for it: an outcome that is not known is undecided, and
 * one that another Job tried again is judged by that one. */
enum completion_verdict {
  COMPLETION_GOOD,
  COMPLETION_BAD,
  COMPLETION_UNDECIDED,
  COMPLETION_RETRIED,
};

enum completion_verdict completion_verdict_of(const struct hg_job_completion *completion);

/* What was told of the Jobs of a run, for the reporters that count themselves. Zeroed at first. */
struct completion_counts {
  uint64_t total;
  uint64_t complete;
  uint64_t failed; /* FAILED or DELETED */
  uint64_t never_started;
  uint64_t undecided;
  uint64_t retried; /* in none of the others but `total` */
  uint64_t logs_kept;
  uint64_t logs_lost;
};

void completion_counts_add(struct completion_counts *counts,
                           const struct hg_job_completion *completion);

/* At the run's end: of those that were to be tried again, not all were. */
void completion_counts_settle(struct completion_counts *counts, const struct hg_result *result);

/* Whether the run waited for its Jobs. */
bool completion_counts_are_told(const struct completion_counts *counts,
                                const struct hg_result *result);

/* Appends why a Job is not complete: "REASON: MESSAGE", the cluster's words; the cause in a plain
 * sentence where there are none; else the outcome. */
void completion_append_error(struct text_buffer *text, const struct hg_job_completion *completion);

/* The cause in a plain sentence, "" where completion_append_error says it already. */
const char *completion_cause_beside_error(const struct hg_job_completion *completion);

/* Appends "POD, container NAME: exit code N, signal N", without what is not known; nothing where
 * no container decided. */
void completion_append_container(struct text_buffer *text,
                                 const struct hg_job_completion *completion);

#endif
