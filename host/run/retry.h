/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs that failed in the cluster and are tried again (--retry-failed).
 *
 * The Job that failed stays what it is, and as it is recorded. Another one, of the same manifest by
 * the name NAME-r2, is made (derivation.h), applied by the run's applier and followed like all
 * others. What counts for the run is the last of them. */
#ifndef HOST_RUN_RETRY_H
#define HOST_RUN_RETRY_H

#include <headgate/completion.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct run;
struct hg_error;

/* One Job that is not what counts any longer. */
struct retry_row {
  uint64_t item;   /* it */
  uint64_t made;   /* the Job that tries it again; UINT64_MAX: not made yet */
  int64_t due_ms;  /* when it is to be made, steady */
  bool is_dropped; /* it never will be */
};

/* Embedded in the run; all zero at first. */
struct retry {
  struct retry_row *rows;
  size_t count;
  size_t capacity;
};

/* How many Jobs may come behind the plan's `total`. */
uint64_t retry_most(const struct run *run, uint64_t total);

/* What became of a Job: whether another one tries it again, or is going to. */
bool retry_takes(struct run *run, uint64_t item, const struct hg_job_completion *completion);

/* Whether Jobs wait to be tried again. */
bool retry_is_pending(const struct run *run);

/* Whether retry_step has something to do with them now. */
bool retry_is_due(const struct run *run);

/* Makes and applies those whose time has come. -1 where the run cannot go on. */
int32_t retry_step(struct run *run, struct hg_error *err);

/* After all has ended: those that nobody tried again after all count as what they are. */
void retry_settle(struct run *run);

void retry_finish(struct run *run);

#endif
