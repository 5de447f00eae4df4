/* SPDX-License-Identifier: Apache-2.0 */
/* Failures of one kind together: on a terminal, what twelve Jobs failed of is told once. */
#ifndef PLUGINS_REPORT_TEXT_EQUAL_FAILURES_H
#define PLUGINS_REPORT_TEXT_EQUAL_FAILURES_H

#include "layout.h"
#include "memory/arena.h"

#include <stdbool.h>

/* A Job that failed, or did not complete. Text from outside, as it is; "" where there is none. */
struct failure {
  const char *job_name;
  const char *yaml_path;
  uint32_t document_number;
  const char *place; /* stands for its name in the list; NULL: that stands there */
  const char *note;  /* behind its name: " (already failed)" */
  const char *reason;
  const char *pod;       /* whose container decided */
  const char *container; /* and how that ended: "POD, container NAME: exit code 3" */
  const char *log_path;
  struct hg_bytes log_tail;
  const char *advice;
};

struct failure_group;

/* How a list of them is worded. Constant texts. */
struct equal_wording {
  enum mark mark;
  const char *label;      /* of the reason: "Error"; "": it stands behind the name, without one */
  const char *noun;       /* what there are many of: "Jobs" */
  size_t most_names;      /* that are listed */
  size_t most_characters; /* of a reason, and of its first line alone; 0: it is shown whole */
};

extern const struct equal_wording equal_errors; /* Jobs that failed */

/* Embedded in its owner. */
struct equal_failures {
  struct equal_wording wording;
  struct arena arena;
  struct failure_group *groups; /* in the order of their first Jobs */
  size_t count;
};

void equal_failures_init(struct equal_failures *failures, const struct equal_wording *wording);
void equal_failures_finish(struct equal_failures *failures);

/* Adds a Job that failed: it is equal to another where reason, container and advice are, but for
 * the names of Job, Pod and file in them. Failures of too many kinds are no kinds: *is_taken is
 * then false, and the owner tells this one alone. */
int32_t equal_failures_add(struct equal_failures *failures, const struct failure *failure,
                           bool *is_taken, struct hg_error *err);

/* Appends a line for each Job, or for each group of them with its names in natural order, and
 * behind it why, with the log of the first. */
int32_t equal_failures_append(const struct equal_failures *failures, const struct layout *layout,
                              struct section *list, struct hg_error *err);

/* The same for one Job that failed, in two steps: the line with its name, and the lines of why. */
void failure_append_name(const struct failure *failure, const struct layout *layout,
                         struct section *list);
int32_t failure_append_reason(const struct failure *failure, struct section *list,
                              struct hg_error *err);

#endif
