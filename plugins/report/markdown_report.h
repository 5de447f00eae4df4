/* SPDX-License-Identifier: Apache-2.0 */
/* A run as GitHub-flavoured Markdown: the outcome, totals, what failed and why, what is wrong with
 * the manifests, and the other Jobs folded away. Where the run waited for its Jobs, they are judged
 * by what became of them. */
#ifndef PLUGINS_REPORT_MARKDOWN_REPORT_H
#define PLUGINS_REPORT_MARKDOWN_REPORT_H

#include "report/completion_wording.h"
#include "report/markdown_rows.h"
#include "report/parameter_columns.h"
#include "report/passed_over_tally.h"

#include <headgate/diagnostic.h>
#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/option.h>
#include <headgate/reporter.h>
#include <headgate/result.h>
#include <headgate/run.h>
#include <stdbool.h>
#include <stdint.h>

/* The row of the option table that says how long the lists are, for markdown_report_init. */
/* clang-format off */
#define MARKDOWN_REPORT_MAX_JOBS                                                                   \
  {sizeof(struct hg_option), HG_OPTION_INTEGER, "max-jobs", "500", NULL,                           \
   "Most rows of each list: Jobs, errors, warnings; 0 lists all", 0, INT64_MAX}
/* clang-format on */

/* Embedded in its owner; one thread at a time. */
struct markdown_report {
  uint32_t mode;            /* one of HG_MODE_*; 0 where the run never started */
  struct text_buffer facts; /* what was run */
  struct passed_over_tally passed_over;
  struct text_buffer text;
  struct markdown_rows failed;  /* rows of tables */
  struct markdown_rows outputs; /* blocks with what kubectl said */
  struct markdown_rows errors;
  struct markdown_rows warnings;
  struct markdown_rows skipped;    /* items of lists */
  struct markdown_rows incomplete; /* rows of a table: Jobs that failed in the cluster */
  struct markdown_rows tails;      /* blocks with the end of their logs */
  struct markdown_rows complete;
  struct parameter_columns parameters;
  struct markdown_rows fine; /* successful Jobs; valid ones where the run only validates */
};

/* Reads the plugin's option max-jobs. */
void markdown_report_init(struct markdown_report *report, const struct hg_host *host);
void markdown_report_finish(struct markdown_report *report);

/* The events of a reporter. */
int32_t markdown_report_started(struct markdown_report *report, const struct hg_run *run,
                                struct hg_error *err);
int32_t markdown_report_validated(struct markdown_report *report,
                                  const struct hg_validation *validation, struct hg_error *err);
int32_t markdown_report_job(struct markdown_report *report, const struct hg_job_result *result,
                            struct hg_error *err);
int32_t markdown_report_completion(struct markdown_report *report,
                                   const struct hg_job_completion *completion,
                                   struct hg_error *err);

int32_t markdown_report_passed_over(struct markdown_report *report,
                                    const struct hg_passed_over *object, struct hg_error *err);

/* Writes the report, at most `room` bytes of it: whole rows, what matters most first, and a note
 * where not all had room. *whole is false then. Where there is no room for the totals, nothing is
 * written. Once only. */
int32_t markdown_report_write(struct markdown_report *report, const struct hg_result *result,
                              const struct hg_output *output, uint64_t room, bool *whole,
                              struct hg_error *err);

#endif
