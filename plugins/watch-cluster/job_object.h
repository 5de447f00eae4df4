/* SPDX-License-Identifier: Apache-2.0 */
/* A Job of the API server, read from its JSON. */
#ifndef WATCH_CLUSTER_JOB_OBJECT_H
#define WATCH_CLUSTER_JOB_OBJECT_H

#include "json/json_members.h"

#include <headgate/error.h>
#include <headgate/watcher.h>

/* Strings are those of `texts`. */
struct job_object {
  const char *name;
  const char *job_namespace;
  struct json_slice labels;  /* as they stand in the JSON */
  uint64_t version;          /* resourceVersion; 0 where it is no number */
  struct hg_job_state state; /* `item` is not set, and `labels` are "" */
};

/* -1: it is no Job (HG_ERROR_INVALID), or memory is out. */
int32_t job_object_read(struct json_slice json, struct json_texts *texts, struct job_object *job,
                        struct hg_error *err);

/* Reads the labels too. -1: no memory. */
int32_t job_object_read_labels(struct job_object *job, struct json_texts *texts,
                               struct hg_error *err);

#endif
