/* SPDX-License-Identifier: Apache-2.0 */
/* The Jobs with their outcomes: a card for each that failed, a row in a table for every one. */
#ifndef PLUGINS_REPORT_HTML_JOB_LIST_H
#define PLUGINS_REPORT_HTML_JOB_LIST_H

#include "files/section.h"
#include "report/parameter_columns.h"
#include "tally.h"
#include "text/text_buffer.h"

#include <headgate/result.h>
#include <headgate/run.h>

enum { JOB_LIST_DAY = 32 };

/* Embedded in its owner; one thread at a time. */
struct job_list {
  struct section cards;        /* of failed Jobs */
  struct section rows;         /* of all */
  struct tally causes;         /* failure classes, with their advice */
  struct text_buffer scratch;  /* a command, a first line */
  uint64_t output_limit;       /* bytes of each of kubectl's outputs that are shown */
  int64_t run_id;              /* in the history; 0: there is none */
  char started[JOB_LIST_DAY];  /* the run's start; times of its day are shown without a date */
  uint64_t successful, failed; /* rows with these outcomes */
  uint64_t skipped;
  struct parameter_columns parameters;
};

void job_list_init(struct job_list *list, uint64_t output_limit);
void job_list_finish(struct job_list *list);

/* The run that the Jobs are of, before the first job_list_add. */
void job_list_begin(struct job_list *list, const struct hg_run *run);

/* How many were added: the last one's number, which is in its ids "jN" and "fN". */
uint64_t job_list_count(const struct job_list *list);

int32_t job_list_add(struct job_list *list, const struct hg_job_result *result,
                     struct hg_error *err);

/* Write the sections; nothing where there is no Job for them. */
int32_t job_list_write_failed(struct job_list *list, const char *heading,
                              const struct hg_output *output, struct hg_error *err);
int32_t job_list_write_all(struct job_list *list, const char *heading,
                           const struct hg_output *output, struct hg_error *err);

#endif
