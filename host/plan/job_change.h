/* SPDX-License-Identifier: Apache-2.0 */
/* What would change in a Job, as a unified diff of YAML.
 *
 * Both sides are the server's own: the Job as it is, and as its dry run says that it would be. What
 * the server writes by itself (status, managedFields, resourceVersion, times, the labels that tie
 * Pods to it) is left out of both; env values are hidden.
 */
#ifndef HOST_PLAN_JOB_CHANGE_H
#define HOST_PLAN_JOB_CHANGE_H

#include "job/job_ref.h"
#include "text/text_buffer.h"

#include <headgate/bytes.h>
#include <headgate/error.h>
#include <stdint.h>

/* Borrowed. */
struct job_change {
  struct job_ref job;
  struct hg_bytes before;              /* JSON of the server */
  struct hg_bytes after;               /* the same */
  const char *const *immutable_fields; /* dotted paths; lines of these are marked */
  uint32_t immutable_count;
};

/* Appends the diff: lines that are safe to show. Nothing where both are the same. -1: one of them
 * is no Job, or is too large to be shown; `err` says so. */
int32_t job_change_append(struct text_buffer *text, const struct job_change *change,
                          struct hg_error *err);

#endif
