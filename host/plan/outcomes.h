/* SPDX-License-Identifier: Apache-2.0 */
/* The outcome of each Job of a run, and their totals (D31's result). */
#ifndef HOST_PLAN_OUTCOMES_H
#define HOST_PLAN_OUTCOMES_H

#include "memory/arena.h"

#include <headgate/error.h>
#include <headgate/plan.h>
#include <headgate/result.h>
#include <stdbool.h>
#include <stddef.h>

enum {
  OUTCOME_KEPT_OUTPUT = 1024
}; /* bytes of each output stream; headgate/result.h promises it */

/* Embedded in its owner. */
struct outcomes {
  struct arena arena;
  const struct hg_job_result **results; /* in the order of adding */
  size_t count;
  size_t capacity;
  uint64_t successful;
  uint64_t failed;
  uint64_t skipped;
};

/* A result of the host's own, of a Job that was not launched: all that is known of `item` without a
 * launch, so no status, no return code, no outputs. `timestamp` is borrowed. */
void outcome_init(struct hg_job_result *result, const struct hg_plan_item *item,
                  const char *timestamp);

/* Copies what a plugin made: as far as its compiler knew the struct, 0 and NULL beyond that. What
 * it points to stays the plugin's. */
void outcome_take(struct hg_job_result *result, const struct hg_job_result *theirs);

/* The failure class of a Job of which nobody knows whether it ran. */
#define OUTCOME_UNKNOWN "unknown-outcome"

/* Whether an attempt that failed so may have been more than it seemed: the server may have done
 * what it was asked. `failure_class` as hg_job_result's. */
bool outcome_is_doubtful(const char *failure_class);

void outcomes_init(struct outcomes *outcomes);
void outcomes_finish(struct outcomes *outcomes);

/* Adds a copy of `result`; its names, path and command are borrowed, they must outlive the
 * outcomes. Long outputs are cut. */
int32_t outcomes_add(struct outcomes *outcomes, const struct hg_job_result *result,
                     struct hg_error *err);

#endif
