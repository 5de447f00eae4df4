/* SPDX-License-Identifier: Apache-2.0 */
/* Objects that came before what they belong to: the watches of Jobs, Pods and events run side by
 * side, and a Pod may be seen before its Job is. They wait here for it, by its uid.
 */
#ifndef WATCH_CLUSTER_EARLY_OBJECTS_H
#define WATCH_CLUSTER_EARLY_OBJECTS_H

#include "json/json_members.h"

#include <headgate/error.h>

enum {
  EARLY_MOST_BYTES = 8 << 20, /* of all of them; beyond, the oldest are dropped */
  EARLY_EVENT_MS = 10000,     /* an event that nobody came for is a stranger's */
};

/* What waits. */
enum early_kind { EARLY_EVENT, EARLY_POD, EARLY_DELETED_POD };

struct early_object;

/* Embedded in its owner; zeroed, it is empty. */
struct early_objects {
  struct early_object *first; /* the oldest */
  struct early_object *newest;
  size_t bytes;
  bool has_dropped_pod; /* since the owner last reset it */
};

void early_objects_finish(struct early_objects *early);

/* Keeps a copy of the object that waits for `uid`. -1: no memory. */
int32_t early_objects_add(struct early_objects *early, const char *uid, enum early_kind kind,
                          struct json_slice json, int64_t now_ms, struct hg_error *err);

/* Takes the oldest that waits for `uid`, a Job's or, with `is_pod`, a Pod's, for which only events
 * wait. The caller frees it; *json lies in it. NULL: there is none. */
struct early_object *early_objects_take(struct early_objects *early, const char *uid, bool is_pod,
                                        enum early_kind *kind, struct json_slice *json);

/* Forgets events that waited too long. */
void early_objects_age(struct early_objects *early, int64_t now_ms);

#endif
