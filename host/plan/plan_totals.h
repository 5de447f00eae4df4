/* SPDX-License-Identifier: Apache-2.0 */
/* What the Jobs of a plan ask for together. */
#ifndef HOST_PLAN_PLAN_TOTALS_H
#define HOST_PLAN_PLAN_TOTALS_H

#include "job/batch_words.h"
#include "plan/plan_builder.h"

#include <headgate/error.h>
#include <jansson.h>

/* Embedded in its owner. */
struct plan_totals {
  struct batch_demand demand;
  struct string_list namespaces; /* each once, in the order of the plan */
  struct string_list queues;     /* Kueue's, the same */
};

/* Sums up the Jobs of a plan that has their demands. All is the arena's or the plan's. -1: no
 * memory. */
int32_t plan_totals_make(struct plan_totals *totals, const struct hg_plan *plan,
                         struct arena *arena);

/* {"jobs": 24, "pods": 24, "requests": {"cpu": "96"}, "limits": {}, "namespaces": ["ml"],
 * "queues": []}; NULL: no memory. */
json_t *plan_totals_json(const struct plan_totals *totals);

#endif
