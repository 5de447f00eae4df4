/* SPDX-License-Identifier: Apache-2.0 */
/* The Jobs that are followed, by namespace and name and then by uid, with their Pods by uid: what
 * is kept of each, a few hundred bytes, and what the sink is told of each change.
 */
#ifndef WATCH_CLUSTER_FOLLOWED_JOBS_H
#define WATCH_CLUSTER_FOLLOWED_JOBS_H

#include "cluster/collection.h"
#include "job_object.h"
#include "memory/arena.h"
#include "memory/name_table.h"
#include "pod_object.h"

#include <headgate/watcher.h>

struct container_logs;

/* A Pod of a followed Job. In the followed_jobs' arena, until the end. */
struct followed_pod {
  struct followed_pod *next_of_job;
  struct followed_pod *next; /* of all in the namespace */
  struct followed_job *job;
  struct container_log *logs; /* of the newest runs first */
  const char *uid;
  const char *name;
  uint64_t version; /* of the newest object that was taken */
  uint64_t round;   /* of the list, or watch behind it, that named it last */
  int64_t grace_ms; /* of its deletion */
  bool has_ended;   /* Succeeded or Failed */
  bool is_deleting;
  bool is_gone;
};

/* One Job of the cluster: one uid. In the arena, too. */
struct followed_job {
  struct followed_job *next; /* of all in the namespace */
  struct followed_item *item;
  struct followed_pod *pods;
  struct hg_job_state state; /* as it was told last; strings are in `texts` */
  char *texts;               /* allocated; NULL: none */
  const char *uid;
  uint64_t version; /* as of a Pod */
  uint64_t round;
  int64_t moved_ms; /* when anything of it, of its Pods or logs was heard last */
  int64_t ended_ms; /* when its end was seen; 0: not yet */
  uint32_t pods_known;
  uint32_t pods_ended; /* of these, ended or gone */
  uint32_t logs_open;  /* runs whose log is not closed */
  bool was_there;      /* in the list of open() */
  bool is_gone;
  bool is_done; /* the sink was told so, or wants nothing more */
};

/* A Job of the plan, or of the selector. */
struct followed_item {
  uint64_t index;
  const char *fixed_uid;    /* the only one that is meant; NULL: whichever bears the name */
  struct followed_job *job; /* the newest of that name; NULL: none was seen */
  struct followed_space *space;
  int64_t wanted_ms;      /* since when it is to be followed; 0: not yet */
  uint64_t missing_round; /* of the list that is to show it; 0: nobody misses it */
  uint32_t wanted;        /* HG_WATCH_* */
};

/* What is followed in one namespace. */
struct followed_space {
  struct followed_jobs *jobs;
  struct followed_space *next;
  const char *name;
  struct followed_job *first_job;
  struct followed_pod *first_pod;
  uint64_t job_round; /* of the collection's lists */
  uint64_t pod_round;
};

/* Embedded in its owner. */
struct followed_jobs {
  const struct hg_watch_request *request;
  const struct hg_watch_sink *sink;
  int64_t (*clock)(void);
  struct container_logs *logs; /* NULL: none are wanted */
  struct arena arena;
  struct name_table by_name; /* "NAMESPACE/NAME" to followed_item */
  struct name_table by_uid;  /* to followed_job */
  struct name_table pods;    /* uid to followed_pod */
  struct followed_item **items;
  size_t item_count;
  size_t item_room;
  struct followed_space *spaces;
  bool is_opening; /* open() still runs */
  bool is_stopped; /* the sink wants nothing more */
};

/* The plan's Jobs, or none yet where the request has a selector. -1: no memory. */
int32_t followed_jobs_init(struct followed_jobs *jobs, const struct hg_watch_request *request,
                           int64_t (*clock)(void), struct hg_error *err);
void followed_jobs_finish(struct followed_jobs *jobs);

/* Takes the plan's Jobs that came later. *more: others may come yet. -1: no memory. */
int32_t followed_jobs_extend(struct followed_jobs *jobs, bool *more, struct hg_error *err);

/* A Job as it is, or was last (COLLECTION_DELETED). *is_new: its Pods and events that came before
 * it can be told now. -1: no memory, or the sink said stop (is_stopped). So for the next ones. */
int32_t followed_jobs_take(struct followed_space *space, const struct job_object *object,
                           enum collection_news news, struct followed_job **is_new,
                           struct hg_error *err);

/* A list of the namespace's Jobs is whole: the others are gone. */
int32_t followed_jobs_listed(struct followed_space *space, struct hg_error *err);

/* The Job with that uid; NULL: none that is followed. */
struct followed_job *followed_job_find(const struct followed_jobs *jobs, const char *uid);

/* The item that bears this name; NULL: none. */
struct followed_item *followed_item_find(const struct followed_jobs *jobs,
                                         const char *job_namespace, const char *name);

/* The same two for Pods of followed Jobs. */
int32_t followed_pods_take(struct followed_space *space, struct followed_job *job,
                           struct pod_object *object, uint64_t version, enum collection_news news,
                           struct followed_pod **is_new, struct hg_error *err);
int32_t followed_pods_listed(struct followed_space *space, struct hg_error *err);

/* The Pod with that uid; NULL: none that is followed. */
struct followed_pod *followed_pod_find(const struct followed_jobs *jobs, const char *uid);

/* Tells of a Job that was wanted, and that no list shows: it came and went unseen. */
int32_t followed_item_lost(struct followed_item *item, struct hg_error *err);

#endif
