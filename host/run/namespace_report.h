/* SPDX-License-Identifier: Apache-2.0 */
/* What a batch asks of each namespace, and where a namespace does not take all of it. */
#ifndef HOST_RUN_NAMESPACE_REPORT_H
#define HOST_RUN_NAMESPACE_REPORT_H

#include "job/pod_amounts.h"
#include "memory/arena.h"
#include "plan/limit_findings.h"
#include "run/stages.h"

#include <headgate/plan.h>
#include <stdbool.h>
#include <stdint.h>

/* What is looked at. */
enum limits_kind { LIMITS_QUOTAS, LIMITS_RANGES, LIMITS_KINDS };

/* Of one namespace that is going to have new Jobs. Strings are the arena's. */
struct namespace_report {
  struct namespace_report *next;
  const char *name;
  struct batch_demand demand;       /* of the new Jobs */
  uint64_t present_jobs;            /* of the plan, that are there already: not in the demand */
  const char *unread[LIMITS_KINDS]; /* why they were not looked at; NULL: they were */
  struct limit_findings findings;
  struct asked_job *jobs; /* the new ones */
  uint64_t job_count;
};

/* The Jobs of the plan that are new, by index. */
typedef bool is_new_job_function(const void *context, uint64_t index);

/* What is reported on. Borrowed. */
struct namespace_question {
  const struct hg_plan *plan;  /* whose Jobs have their demand */
  const struct stages *stages; /* with the applier, which reads what limits the namespaces */
  is_new_job_function *is_new;
  is_new_job_function *is_present; /* it is there already */
  const void *context;
};

/* Reports on each namespace, in the order of their first Jobs. -1: it could not be done. That a
 * namespace could not be looked at is no such failure. */
int32_t namespace_reports_make(struct namespace_report **reports, struct arena *arena,
                               const struct namespace_question *question, struct hg_error *err);

#endif
