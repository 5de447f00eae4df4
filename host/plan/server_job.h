/* SPDX-License-Identifier: Apache-2.0 */
/* A Job as the server writes it, without what is the server's alone. */
#ifndef HOST_PLAN_SERVER_JOB_H
#define HOST_PLAN_SERVER_JOB_H

#include <headgate/bytes.h>
#include <headgate/error.h>
#include <jansson.h>

/* Reads it and takes out what no manifest says: status, managedFields, resourceVersion, uid and
 * generation, times, what a template is given so that Pods are found, what kubectl notes for
 * itself. NULL with err set: it is no Job. Released with json_decref. */
json_t *server_job_read(const struct hg_bytes *json, struct hg_error *err);

#endif
