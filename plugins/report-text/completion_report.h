/* SPDX-License-Identifier: Apache-2.0 */
/* The second report of a run that waited for its Jobs: what became of each in the cluster. */
#ifndef PLUGINS_REPORT_TEXT_COMPLETION_REPORT_H
#define PLUGINS_REPORT_TEXT_COMPLETION_REPORT_H

#include "equal_failures.h"
#include "files/section.h"
#include "layout.h"
#include "report/completion_wording.h"

#include <headgate/error.h>
#include <headgate/reporter.h>

/* Embedded in its owner. */
struct completion_report {
  const struct layout *layout;
  struct section complete;
  struct section not_complete;
  struct section retried;
  struct equal_failures equal_not_complete; /* of the lists, where the layout is brief */
  struct equal_failures equal_retried;
  struct text_buffer scratch;
  struct completion_counts counts;
};

/* `layout` is borrowed. */
void completion_report_init(struct completion_report *report, const struct layout *layout);
void completion_report_finish(struct completion_report *report);

int32_t completion_report_add(struct completion_report *report,
                              const struct hg_job_completion *completion, struct hg_error *err);

/* Writes the report, once; nothing where the run did not wait. */
int32_t completion_report_write(struct completion_report *report, const struct hg_result *result,
                                const struct hg_output *output, struct hg_error *err);

#endif
