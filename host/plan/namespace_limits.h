/* SPDX-License-Identifier: Apache-2.0 */
/* What limits a namespace, as the server wrote it: its ResourceQuotas and LimitRanges. */
#ifndef HOST_PLAN_NAMESPACE_LIMITS_H
#define HOST_PLAN_NAMESPACE_LIMITS_H

#include "job/pod_amounts.h"
#include "memory/arena.h"
#include "memory/string_list.h"

#include <headgate/bytes.h>
#include <headgate/error.h>

/* A condition of a quota on the Pods that it counts. */
struct quota_scope {
  const char *name;     /* "NotTerminating", "PriorityClass" */
  const char *relation; /* "Exists", "In", ... */
  struct string_list values;
};

struct resource_quota {
  struct resource_quota *next;
  const char *name;
  bool is_counted;           /* false: the server has not looked at it yet */
  struct resource_list hard; /* of its status, as is `used` */
  struct resource_list used;
  const struct quota_scope *scopes;
  uint32_t scope_count;
};

/* What a LimitRange says of one type. */
struct limit_rule {
  const char *type; /* "Container", "Pod"; others concern no Job */
  struct resource_list most;
  struct resource_list least;
  struct resource_list ratio; /* of a limit to its request */
};

struct limit_range {
  struct limit_range *next;
  const char *name;
  const struct limit_rule *rules;
  uint32_t rule_count;
};

/* Embedded in its owner; everything is the arena's. */
struct namespace_limits {
  struct arena *arena;
  struct resource_quota *quotas; /* in the order in which they came */
  struct resource_quota **quotas_end;
  struct limit_range *ranges; /* the same */
  struct limit_range **ranges_end;
  struct demand_defaults defaults; /* of all LimitRanges; the first to name a resource decides */
  bool are_defaults_known;         /* false: what a container does not name may be filled in */
};

void namespace_limits_init(struct namespace_limits *limits, struct arena *arena);

/* Each adds one object, JSON. -1: it is none, or passes a limit; or memory is out
 * (HG_ERROR_NO_MEMORY). */
int32_t namespace_limits_add_quota(struct namespace_limits *limits, const struct hg_bytes *json,
                                   struct hg_error *err);
int32_t namespace_limits_add_range(struct namespace_limits *limits, const struct hg_bytes *json,
                                   struct hg_error *err);

#endif
