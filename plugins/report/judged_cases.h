/* SPDX-License-Identifier: Apache-2.0 */
/* A report that is a list of cases, passed or failed: documents until a Job has an outcome, then
 * the Jobs; and where the run waited for them, what became of them instead. Collected while the run
 * goes on, and counted, because the counts stand first. The format says how a case is written. */
#ifndef PLUGINS_REPORT_JUDGED_CASES_H
#define PLUGINS_REPORT_JUDGED_CASES_H

#include "files/section.h"
#include "text/text_buffer.h"

#include <headgate/diagnostic.h>
#include <headgate/reporter.h>
#include <headgate/result.h>
#include <headgate/run.h>
#include <stdbool.h>
#include <stdint.h>

/* Cases as they are written; a format counts what it adds. */
struct case_list {
  struct section section;
  struct text_buffer scratch; /* a text before it is escaped */
  bool names_files;           /* each case says its file: for formats that may leave it out */
  uint64_t tests;
  uint64_t failures;
  uint64_t errors;
  uint64_t skipped;
};

struct case_format {
  /* A document that was judged. Where it `may_be_applied` and is valid, it is skipped, for nothing
   * became of it; otherwise valid means passed. */
  int32_t (*add_document)(struct case_list *cases, const struct hg_validation *validation,
                          bool may_be_applied, struct hg_error *err);
  /* A Job's outcome. */
  int32_t (*add_outcome)(struct case_list *cases, const struct hg_job_result *result,
                         struct hg_error *err);
  /* What became of a Job in the cluster. */
  int32_t (*add_completion)(struct case_list *cases, const struct hg_job_completion *completion,
                            struct hg_error *err);
  /* The run itself, called `name`, that could not be done. */
  int32_t (*add_run_error)(struct case_list *cases, const char *name,
                           const struct hg_result *result, struct hg_error *err);
};

/* The first member of a reporter: the functions that take `self` are functions of its table. One
 * thread at a time. */
struct judged_cases {
  const struct case_format *format;
  const struct hg_output *output;
  struct case_list cases;
  struct case_list watched; /* those of a run that waited */
  struct text_buffer name;  /* of the run: "headgate COMMAND" */
  bool has_plan;
  bool applies;
  bool has_outcomes; /* the cases are those of Jobs, no longer of documents */
};

void judged_cases_init(struct judged_cases *judged, const struct case_format *format,
                       const struct hg_output *output, bool names_files);
void judged_cases_finish(struct judged_cases *judged);

/* What memory was not there for is told at the end. */
void judged_cases_start(struct judged_cases *judged, const struct hg_run *run);

int32_t judged_cases_validated(void *self, const struct hg_validation *validation,
                               struct hg_error *err);
int32_t judged_cases_finished(void *self, const struct hg_job_result *result, struct hg_error *err);
int32_t judged_cases_completed(void *self, const struct hg_job_completion *completion,
                               struct hg_error *err);

/* The list that is the report, with a case for the run where its Jobs do not tell that it failed.
 * NULL: an error. */
struct case_list *judged_cases_end(struct judged_cases *judged, const struct hg_result *result,
                                   struct hg_error *err);

#endif
