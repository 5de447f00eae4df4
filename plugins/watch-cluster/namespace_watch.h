/* SPDX-License-Identifier: Apache-2.0 */
/* One namespace: its Jobs, Pods and events, each listed and watched, and what they mean to the
 * Jobs that are followed.
 */
#ifndef WATCH_CLUSTER_NAMESPACE_WATCH_H
#define WATCH_CLUSTER_NAMESPACE_WATCH_H

#include "early_objects.h"
#include "followed_jobs.h"

enum watched_kind { WATCHED_JOBS, WATCHED_PODS, WATCHED_EVENTS, WATCHED_COUNT };

/* Allocated; does not move. */
struct namespace_watch {
  struct namespace_watch *next;
  struct followed_space *space;
  struct collection collections[WATCHED_COUNT];
  bool is_begun[WATCHED_COUNT];
  char *paths[WATCHED_COUNT];
  struct early_objects early; /* without a Job, or Pod, so far */
  struct json_texts texts;    /* of the object that is read */
  uint64_t proof_round;       /* of the list that is to prove what Jobs there are; 0: none */
  uint32_t troubled;          /* collections whose server cannot be asked */
  char why[200];              /* of the newest trouble */
  struct hg_error error;      /* why is_over */
  bool has_said_lost;         /* that events cannot be seen */
  bool is_over;               /* the sink said stop, or memory is out */
};

/* NULL: no memory. `space` outlives it. */
struct namespace_watch *namespace_watch_create(struct followed_space *space);

/* Its requests are cancelled or destroyed before. Accepts NULL. */
void namespace_watch_destroy(struct namespace_watch *watch);

/* The path of a collection, "/api/v1/namespaces/NAME/pods". */
const char *namespace_watch_path(const struct namespace_watch *watch, enum watched_kind kind);

/* "jobs", "pods", "events". */
const char *watched_kind_name(enum watched_kind kind);

/* Begins to list it; with `holds`, it is not watched. */
void namespace_watch_begin(struct namespace_watch *watch, enum watched_kind kind,
                           struct requests *requests, int64_t timeout_ms, bool holds);

/* Sends what is due. -1: nothing can go on: the sink said stop, or memory is out. */
int32_t namespace_watch_step(struct namespace_watch *watch, struct hg_error *err);

/* Whether what is known of them is how they are now. */
bool namespace_watch_is_current(const struct namespace_watch *watch, enum watched_kind kind);

#endif
