/* SPDX-License-Identifier: Apache-2.0 */
/* What a Job asks of its namespace: how many Pods at a time, and what each of their containers
 * requests and is limited to. */
#ifndef LIB_JOB_JOB_DEMAND_H
#define LIB_JOB_JOB_DEMAND_H

#include "job/quantity.h"
#include "memory/arena.h"

#include <headgate/node.h>
#include <stdbool.h>
#include <stdint.h>

/* Of a Job that has more, the demand is not known: nothing that is meant to run has. */
enum { DEMAND_MOST_CONTAINERS = 128, DEMAND_MOST_RESOURCES = 32 };

struct resource_amount {
  const char *name;
  struct quantity amount;
};

struct resource_list {
  const struct resource_amount *items;
  uint32_t count;
};

/* Which of the two lists is meant. */
enum demand_list { DEMAND_REQUESTS, DEMAND_LIMITS, DEMAND_LISTS };

struct container_demand {
  const char *name;
  bool is_init;
  bool is_sidecar; /* an init container that runs on beside the others */
  struct resource_list lists[DEMAND_LISTS];
};

/* Everything is the arena's. */
struct job_demand {
  uint64_t pods;                 /* at a time */
  bool is_suspended;             /* it has none until it is resumed */
  bool is_known;                 /* false: it passes a limit, and nothing else is filled in */
  bool has_pod_deadline;         /* template.spec.activeDeadlineSeconds */
  bool has_runtime_class;        /* which may add an overhead that no manifest shows */
  const char *priority_class;    /* "": none */
  struct resource_list overhead; /* of each Pod */
  struct resource_list pod[DEMAND_LISTS];    /* of the Pod as a whole; count 0: none */
  const struct container_demand *containers; /* init containers first, in their order */
  uint32_t container_count;
};

/* Reads the Job's. What is no amount is passed over: a validator says so. NULL where memory is out.
 */
const struct job_demand *job_demand_read(const struct hg_node *root, struct arena *arena);

/* A copy with its strings. NULL where memory is out. */
const struct job_demand *job_demand_copy(const struct job_demand *demand, struct arena *arena);

/* The Pods that it gets when it is made. */
uint64_t job_demand_pods_now(const struct job_demand *demand);

/* Whether the resource is whole GPUs, of any maker: "nvidia.com/gpu", "amd.com/gpu",
 * "gpu.intel.com/i915"; a part of one has another name. */
bool resource_is_gpu(const char *name);

/* The amount called `name`; NULL: there is none. */
const struct quantity *resource_list_find(const struct resource_list *list, const char *name);

#endif
