/* SPDX-License-Identifier: Apache-2.0 */
#include "report/completion_wording.h"

#include <inttypes.h>

enum completion_verdict completion_verdict_of(const struct hg_job_completion *completion) {
  if (completion->flags & HG_COMPLETION_RETRIED)
    return COMPLETION_RETRIED;
  switch (completion->outcome) {
  case HG_OUTCOME_COMPLETE:
    return COMPLETION_GOOD;
  case HG_OUTCOME_FAILED:
  case HG_OUTCOME_NEVER_STARTED:
  case HG_OUTCOME_DELETED:
    return COMPLETION_BAD;
  default:
    return COMPLETION_UNDECIDED;
  }
}

void completion_counts_add(struct completion_counts *counts,
                           const struct hg_job_completion *completion) {
  enum completion_verdict verdict = completion_verdict_of(completion);

  counts->total++;
  counts->complete += verdict == COMPLETION_GOOD;
  counts->undecided += verdict == COMPLETION_UNDECIDED;
  counts->retried += verdict == COMPLETION_RETRIED;
  if (verdict == COMPLETION_BAD && completion->outcome == HG_OUTCOME_NEVER_STARTED)
    counts->never_started++;
  else
    counts->failed += verdict == COMPLETION_BAD;
  counts->logs_kept += completion->logs_kept;
  counts->logs_lost += completion->logs_lost;
}

void completion_counts_settle(struct completion_counts *counts, const struct hg_result *result) {
  if (counts->retried <= result->retried_jobs)
    return;
  counts->failed += counts->retried - result->retried_jobs;
  counts->retried = result->retried_jobs;
}

bool completion_counts_are_told(const struct completion_counts *counts,
                                const struct hg_result *result) {
  return counts->total > 0 || result->is_watched;
}

void completion_append_error(struct text_buffer *text, const struct hg_job_completion *completion) {
  if (!*completion->reason && !*completion->message) {
    text_buffer_append_string(text, *completion->cause ? completion->cause
                                                       : hg_outcome_name(completion->outcome));
    return;
  }
  text_buffer_append_string(text, completion->reason);
  if (*completion->reason && *completion->message)
    text_buffer_append_string(text, ": ");
  text_buffer_append_string(text, completion->message);
}

const char *completion_cause_beside_error(const struct hg_job_completion *completion) {
  return *completion->reason || *completion->message ? completion->cause : "";
}

void completion_append_container(struct text_buffer *text,
                                 const struct hg_job_completion *completion) {
  if (!*completion->pod)
    return;
  text_buffer_append_string(text, completion->pod);
  if (*completion->container) {
    text_buffer_append_string(text, ", container ");
    text_buffer_append_string(text, completion->container);
  }
  if (completion->exit_code >= 0)
    text_buffer_printf(text, ": exit code %" PRId32, completion->exit_code);
  if (completion->signal > 0)
    text_buffer_printf(text, "%ssignal %" PRId32, completion->exit_code >= 0 ? ", " : ": ",
                       completion->signal);
}
