/* SPDX-License-Identifier: Apache-2.0 */
/* D31's report: what became of each Job of the plan. */
#ifndef PLUGINS_REPORT_TEXT_APPLY_REPORT_H
#define PLUGINS_REPORT_TEXT_APPLY_REPORT_H

#include "equal_failures.h"
#include "files/section.h"
#include "layout.h"
#include "passed_over_list.h"

#include <headgate/error.h>
#include <headgate/reporter.h>
#include <stdint.h>

/* Embedded in its owner. */
struct apply_report {
  const struct layout *layout;
  struct section successful;
  struct section noted; /* those of them that a warning was given for */
  struct section failed;
  struct equal_failures equal;  /* of `failed`, where the layout is brief */
  struct equal_failures warned; /* of `noted` */
  struct section skipped;
  struct section details;
  struct text_buffer scratch;
  uint64_t count;                        /* Jobs so far */
  uint64_t verbs[HG_VERB_UNCHANGED + 1]; /* Jobs that were applied, by verb */
};

/* `layout` is borrowed. */
void apply_report_init(struct apply_report *report, const struct layout *layout);
void apply_report_finish(struct apply_report *report);

/* Adds a Job of a run in `mode` (HG_MODE_DRY_RUN, HG_MODE_APPLY). */
int32_t apply_report_add(struct apply_report *report, uint32_t mode,
                         const struct hg_job_result *result, struct hg_error *err);

/* Writes the report, once, with what was passed over. */
int32_t apply_report_write(struct apply_report *report, uint32_t mode,
                           const struct passed_over_list *others, const struct hg_result *result,
                           const struct hg_output *output, struct hg_error *err);

#endif
