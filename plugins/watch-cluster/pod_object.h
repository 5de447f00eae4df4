/* SPDX-License-Identifier: Apache-2.0 */
/* A Pod of the API server, read from its JSON: its containers, and of each the newest two runs.
 *
 * Which run is which: where a container runs or has ended, restartCount is the number of that run,
 * and lastState the one before. Where it waits, lastState is the run that restartCount counts as
 * the newest where the container is still that one (a kubelet that lets it wait for its next
 * start), else the one before the one that waits.
 */
#ifndef WATCH_CLUSTER_POD_OBJECT_H
#define WATCH_CLUSTER_POD_OBJECT_H

#include "json/json_members.h"

#include <headgate/error.h>
#include <headgate/watcher.h>
#include <stdbool.h>

enum { POD_OBJECT_MOST_RUNS = 512 }; /* two a container; of a Pod with more, the rest is left out */

/* Whose Pod it is, which can be seen before anything else is read. Strings are those of `texts`. */
struct pod_owner {
  const char *job_name;
  const char *job_uid;
  const char *pod_namespace;
  const char *pod_uid;
  uint64_t version; /* resourceVersion; 0 where it is no number */
};

/* Strings and arrays are those of `texts`. */
struct pod_object {
  struct hg_pod_state state; /* `item` and HG_POD_DELETED are not set */
  bool has_ended;            /* phase Succeeded or Failed: no container of it runs again */
  int64_t grace_s;           /* of its deletion */
};

/* Cheap: most Pods of a cluster are nobody's. 0 and job_uid "" where no Job is its controller. -1:
 * it is no Pod (HG_ERROR_INVALID), or memory is out; so for the other. */
int32_t pod_owner_read(struct json_slice json, struct json_texts *texts, struct pod_owner *owner,
                       struct hg_error *err);

int32_t pod_object_read(struct json_slice json, struct json_texts *texts, struct pod_object *pod,
                        struct hg_error *err);

#endif
