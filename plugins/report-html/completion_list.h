/* SPDX-License-Identifier: Apache-2.0 */
/* What became of the Jobs in the cluster, where the run waited: a card for each that is not
 * complete, a row in a table for every one. */
#ifndef PLUGINS_REPORT_HTML_COMPLETION_LIST_H
#define PLUGINS_REPORT_HTML_COMPLETION_LIST_H

#include "failure_groups.h"
#include "files/section.h"
#include "job_waits.h"
#include "report/completion_wording.h"
#include "text/text_buffer.h"

#include <headgate/completion.h>
#include <headgate/reporter.h>

enum { COMPLETION_LIST_DAY = 32 };

/* Embedded in its owner; one thread at a time. */
struct completion_list {
  struct section cards; /* of Jobs that are not complete */
  struct section rows;  /* of all */
  struct failure_groups groups;
  struct text_buffer scratch;
  struct completion_counts counts;   /* total is the last one's number, in its ids "wN" and "cN" */
  char started[COMPLETION_LIST_DAY]; /* times of the run's day are shown without a date */
};

void completion_list_init(struct completion_list *list);
void completion_list_finish(struct completion_list *list);

/* The run that the Jobs are of, before the first completion_list_add. */
void completion_list_begin(struct completion_list *list, const struct hg_run *run);

int32_t completion_list_add(struct completion_list *list,
                            const struct hg_job_completion *completion, const struct job_wait *wait,
                            struct hg_error *err);

/* Write the sections; nothing where there is no Job for them. */
int32_t completion_list_write_incomplete(struct completion_list *list,
                                         const struct hg_output *output, struct hg_error *err);
int32_t completion_list_write_all(struct completion_list *list, const struct hg_output *output,
                                  struct hg_error *err);

#endif
