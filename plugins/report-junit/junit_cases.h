/* SPDX-License-Identifier: Apache-2.0 */
/* The cases of a JUnit report: collected while the run goes on, and counted, because the counts
 * stand before them in the file.
 *
 * What is written is what the schema junit-10.xsd of Jenkins' xunit plugin takes, and what GitLab's
 * page "Unit test reports" says that it reads. GitLab shows an element's content and not its
 * message, so what matters is in both.
 */
#ifndef PLUGINS_REPORT_JUNIT_JUNIT_CASES_H
#define PLUGINS_REPORT_JUNIT_JUNIT_CASES_H

#include "files/section.h"
#include "text/text_buffer.h"

#include <headgate/diagnostic.h>
#include <headgate/error.h>
#include <headgate/result.h>
#include <stdbool.h>
#include <stdint.h>

/* Embedded in its owner; one thread at a time. */
struct junit_cases {
  struct section section;
  struct text_buffer scratch; /* a text before it is escaped */
  bool names_files;           /* each case has an attribute `file` */
  uint64_t tests;
  uint64_t failures;
  uint64_t errors;
  uint64_t skipped;
};

void junit_cases_init(struct junit_cases *cases, bool names_files);
void junit_cases_finish(struct junit_cases *cases);

/* Forgets every case. */
void junit_cases_reset(struct junit_cases *cases);

/* A document that was judged. Where it `may_be_applied` and is valid, it is skipped, for nothing
 * became of it; otherwise valid means passed. */
int32_t junit_cases_add_document(struct junit_cases *cases, const struct hg_validation *validation,
                                 bool may_be_applied, struct hg_error *err);

/* A Job's outcome. */
int32_t junit_cases_add_outcome(struct junit_cases *cases, const struct hg_job_result *result,
                                struct hg_error *err);

/* What became of a Job in the cluster: not complete is a failure, not known an error. */
int32_t junit_cases_add_completion(struct junit_cases *cases,
                                   const struct hg_job_completion *completion,
                                   struct hg_error *err);

/* The run itself, called `name`, that could not be done. */
int32_t junit_cases_add_run_error(struct junit_cases *cases, const char *name,
                                  const struct hg_result *result, struct hg_error *err);

/* Appends NAME="VALUE" with a blank before it. */
void junit_append_attribute(struct text_buffer *text, const char *name, const char *value);

/* Appends NAME="SECONDS" with a blank before it. */
void junit_append_seconds(struct text_buffer *text, const char *name, int64_t milliseconds);

#endif
