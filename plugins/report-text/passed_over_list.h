/* SPDX-License-Identifier: Apache-2.0 */
/* What is no Job, as both reports show it: a row of the summary, and a list of what Jobs need. */
#ifndef PLUGINS_REPORT_TEXT_PASSED_OVER_LIST_H
#define PLUGINS_REPORT_TEXT_PASSED_OVER_LIST_H

#include "files/section.h"
#include "layout.h"
#include "report/passed_over_tally.h"

#include <headgate/error.h>
#include <headgate/passed_over.h>
#include <headgate/reporter.h>

/* Embedded in its owner. */
struct passed_over_list {
  const struct layout *layout;
  struct passed_over_tally tally;
  struct section rows; /* of a whole report all objects, else those that Jobs need */
};

/* `layout` is borrowed. */
void passed_over_list_init(struct passed_over_list *list, const struct layout *layout);
void passed_over_list_finish(struct passed_over_list *list);

int32_t passed_over_list_add(struct passed_over_list *list, const struct hg_passed_over *object,
                             struct hg_error *err);

/* The rows of the summary, where there is something to say. */
void passed_over_list_summarize(const struct passed_over_list *list, struct text_buffer *text,
                                const struct hg_result *result);

/* The list itself, left out where it is empty. */
int32_t passed_over_list_write(const struct passed_over_list *list, const struct hg_output *output,
                               struct hg_error *err);

#endif
