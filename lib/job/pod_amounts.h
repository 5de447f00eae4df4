/* SPDX-License-Identifier: Apache-2.0 */
/* What one Pod of a Job asks for, as the server counts it, and what a batch of Jobs does.
 *
 * A Pod asks for what its containers ask for together, or for what its init containers need one
 * after the other, whichever is more; sidecars run beside both
 * (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/).
 */
#ifndef LIB_JOB_POD_AMOUNTS_H
#define LIB_JOB_POD_AMOUNTS_H

#include "job/job_demand.h"
#include "memory/name_table.h"

/* What a container gets that names nothing itself: the LimitRanges' default and defaultRequest.
 * Zeroed, there is nothing. */
struct demand_defaults {
  struct resource_list lists[DEMAND_LISTS];
};

/* NULL: neither the container nor a default names it. A request that is not named is the limit that
 * is. */
const struct quantity *container_amount(const struct container_demand *container,
                                        const struct demand_defaults *defaults,
                                        enum demand_list which, const char *name);

/* False: no container names it, nor a default. */
bool pod_amount(const struct job_demand *demand, const struct demand_defaults *defaults,
                enum demand_list which, const char *name, struct quantity *amount);

/* What Jobs ask for together. */
struct amount_sum {
  struct amount_sum *next; /* in the order in which resources were first named */
  const char *name;
  struct quantity amount;
  uint64_t last_job; /* that was added, from 1 */
};

/* Embedded in its owner. */
struct amount_sums {
  struct arena *arena;
  struct name_table table;
  struct amount_sum *first;
  struct amount_sum **end;
};

struct batch_demand {
  uint64_t jobs;
  uint64_t unknown_jobs;   /* of them, whose demand is not known: not in the sums */
  uint64_t suspended_jobs; /* of them: without Pods until it is resumed */
  bool is_of_now;          /* the owner's to set: suspended Jobs ask for nothing */
  uint64_t runtime_jobs;   /* of them: with a runtime class, whose overhead is in no manifest */
  uint64_t pods;           /* at a time */
  struct amount_sums lists[DEMAND_LISTS];
};

/* `arena` outlives it. */
void batch_demand_init(struct batch_demand *batch, struct arena *arena);

/* Adds a Job: its Pods at a time, each with what it asks for. -1: no memory. */
int32_t batch_demand_add(struct batch_demand *batch, const struct job_demand *demand,
                         const struct demand_defaults *defaults);

#endif
