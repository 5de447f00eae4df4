/* SPDX-License-Identifier: Apache-2.0 */
/* What a Job is, in one line. */
#ifndef HOST_PLAN_JOB_SUMMARY_H
#define HOST_PLAN_JOB_SUMMARY_H

#include "text/text_buffer.h"

#include <headgate/bytes.h>
#include <headgate/error.h>
#include <stdint.h>

/* Appends it of JSON of the server: how many Pods, and each container with its image and what it
 * asks for; no command and no env. Safe to show. -1 where it is no Job; `err` says so. */
int32_t job_summary_append(struct text_buffer *text, const struct hg_bytes *json,
                           struct hg_error *err);

#endif
