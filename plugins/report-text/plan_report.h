/* SPDX-License-Identifier: Apache-2.0 */
/* D30's plan: which documents are Jobs that could be applied, what is wrong with the others, and
 * what is in each. */
#ifndef PLUGINS_REPORT_TEXT_PLAN_REPORT_H
#define PLUGINS_REPORT_TEXT_PLAN_REPORT_H

#include "equal_failures.h"
#include "files/section.h"
#include "layout.h"
#include "memory/name_table.h"
#include "passed_over_list.h"

#include <headgate/error.h>
#include <headgate/reporter.h>
#include <stdint.h>

/* What was found, and for a terminal the same with what was found in many places once. */
struct finding_list {
  struct section all;
  struct section of_many_kinds; /* those that are not in the next */
  struct equal_failures equal;
  uint64_t count;
};

/* Embedded in its owner. */
struct plan_report {
  const struct layout *layout;
  struct section valid;
  struct section invalid;
  struct finding_list errors;
  struct finding_list warnings;
  struct section details;
  struct arena arena;               /* of what follows */
  struct name_table namespaces;     /* of the valid Jobs, each once */
  struct namespace *last_namespace; /* the one before it is named in it */
  struct text_buffer place;
  struct text_buffer scratch;
  uint64_t detailed; /* Jobs in `details` */
};

/* `layout` is borrowed. */
void plan_report_init(struct plan_report *report, const struct layout *layout);
void plan_report_finish(struct plan_report *report);

int32_t plan_report_add(struct plan_report *report, const struct hg_validation *validation,
                        struct hg_error *err);

/* Writes the report, once, with what was passed over. */
int32_t plan_report_write(struct plan_report *report, const struct passed_over_list *others,
                          const struct hg_result *result, const struct hg_output *output,
                          struct hg_error *err);

#endif
