/* SPDX-License-Identifier: Apache-2.0 */
/* Where a namespace does not take all of a batch, though it takes each Job. */
#ifndef HOST_PLAN_LIMIT_FINDINGS_H
#define HOST_PLAN_LIMIT_FINDINGS_H

#include "plan/namespace_limits.h"
#include "text/text_buffer.h"

#include <headgate/error.h>
#include <stdint.h>

enum finding_kind {
  FINDING_NEVER,   /* what is asked for can never be: Jobs are refused, or their Pods */
  FINDING_LATER,   /* some Pods wait until others are over */
  FINDING_UNKNOWN, /* it cannot be known from here */
};

/* Strings are the arena's, and safe to show. */
struct limit_finding {
  struct limit_finding *next;
  enum finding_kind kind;
  const char *object;   /* "ResourceQuota team" */
  const char *resource; /* "limits.memory"; "" where it is about all */
  const char *message;  /* one plain sentence, without the two above */
};

/* Embedded in its owner. */
struct limit_findings {
  struct arena *arena;
  struct limit_finding *first;
  struct limit_finding **end;
  uint64_t counts[FINDING_UNKNOWN + 1]; /* by kind */
};

/* A Job that is going to be made. Borrowed. */
struct asked_job {
  const char *name;
  const struct job_demand *demand;
};

void limit_findings_init(struct limit_findings *findings, struct arena *arena);

/* Adds one; `kind_name` and `object` name the quota or the like. -1: no memory. */
int32_t limit_findings_add(struct limit_findings *findings, enum finding_kind kind,
                           const char *kind_name, const char *object, const char *resource,
                           const struct text_buffer *message);

/* Jobs that have the same trouble: the first by name, and how many. */
struct troubled_jobs {
  const char *first;
  uint64_t count;
};

/* Counts the Job, once. */
void troubled_jobs_add(struct troubled_jobs *jobs, const char *name);

/* Appends " (the same with N other Jobs)", where there are any. */
void troubled_jobs_append(struct text_buffer *text, const struct troubled_jobs *jobs);

/* Holds all the Jobs against the quotas, and each against the LimitRanges. -1: no memory. */
int32_t quota_check(struct limit_findings *findings, const struct namespace_limits *limits,
                    const struct asked_job *jobs, uint64_t job_count);
int32_t limit_range_check(struct limit_findings *findings, const struct namespace_limits *limits,
                          const struct asked_job *jobs, uint64_t job_count);

#endif
