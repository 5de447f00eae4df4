/* SPDX-License-Identifier: Apache-2.0 */
/* Failures of one kind together: on a terminal, what twelve Jobs failed of is told once. */
#ifndef PLUGINS_REPORT_TEXT_EQUAL_FAILURES_H
#define PLUGINS_REPORT_TEXT_EQUAL_FAILURES_H

#include "layout.h"
#include "memory/arena.h"

#include <headgate/result.h>

struct failure_group;

/* Embedded in its owner. */
struct equal_failures {
  struct arena arena;
  struct failure_group **groups; /* in the order of their first Jobs */
  size_t count;
  size_t capacity;
};

void equal_failures_init(struct equal_failures *failures);
void equal_failures_finish(struct equal_failures *failures);

/* Adds a Job that failed: it is equal to another where reason and advice are, but for the names of
 * Job and file in them. */
int32_t equal_failures_add(struct equal_failures *failures, const struct hg_job_result *result,
                           struct hg_error *err);

/* Appends a line for each Job, or for each group of them with its names in natural order, and
 * behind it why. */
int32_t equal_failures_append(const struct equal_failures *failures, const struct layout *layout,
                              struct section *list, struct hg_error *err);

#endif
