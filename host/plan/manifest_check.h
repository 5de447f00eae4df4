/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a manifest is still the one that was validated. */
#ifndef HOST_PLAN_MANIFEST_CHECK_H
#define HOST_PLAN_MANIFEST_CHECK_H

#include "plan/plan_builder.h"

#include <headgate/bytes.h>
#include <headgate/error.h>

/* Reads the manifest of `job` again and compares digests. On success *bytes is the file, or what
 * was derived from it, the caller's to free, and *document the planned document in it;
 * where the plan keeps the bytes themselves, *bytes is NULL.
 * HG_ERROR_INVALID where it changed; else why it cannot be read. */
int32_t manifest_check(const struct planned_job *job, char **bytes, struct hg_bytes *document,
                       struct hg_error *err);

/* The same for the document in the file, where the Job is derived from that. */
int32_t manifest_read_source(const struct planned_job *job, char **bytes, struct hg_bytes *document,
                             struct hg_error *err);

#endif
