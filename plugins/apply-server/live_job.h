/* SPDX-License-Identifier: Apache-2.0 */
/* A Job as the server has it: whether an answer is one, and whether two are the same. */
#ifndef APPLY_SERVER_LIVE_JOB_H
#define APPLY_SERVER_LIVE_JOB_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* The Job of that name in the body of an answer; NULL where it is something else. Released with
 * json_decref. */
json_t *live_job_read(const char *body, size_t length, const char *name);

/* Whether nothing that a manifest can say differs: what the server and its controllers write
 * (resourceVersion, managedFields, generation, status) does not count. */
bool live_job_is_same(const json_t *before, const json_t *after);

#endif
