/* SPDX-License-Identifier: Apache-2.0 */
/* Which logs are read, and when: each run of each container of the followed Pods once, while it
 * runs, so many at a time. Those that will be gone first come first; where all places are taken by
 * containers that run on, they take turns.
 */
#ifndef WATCH_CLUSTER_CONTAINER_LOGS_H
#define WATCH_CLUSTER_CONTAINER_LOGS_H

#include "cluster/log_stream.h"
#include "followed_jobs.h"

/* Embedded in its owner. */
struct container_logs {
  struct requests *requests;
  const struct hg_watch_sink *sink;
  int64_t (*clock)(void);
  struct container_log *first; /* that are not closed, in the order of their coming */
  struct container_log **last;
  uint32_t most;      /* streams at a time */
  uint32_t count;     /* of them */
  uint32_t tail;      /* lines of each log; 0: all */
  int64_t timeout_ms; /* without a byte, of the log of a container that has ended */
  int64_t scheduled_ms;
  unsigned seed;    /* of the jitter */
  bool is_snapshot; /* only what is there now */
  bool *is_stopped; /* the sink wants nothing more */
};

void container_logs_init(struct container_logs *logs, const struct hg_watch_request *request,
                         int64_t (*clock)(void), uint32_t most, int64_t timeout_ms,
                         bool *is_stopped);

/* The runs of a Pod's containers as they are now. -1: no memory. */
int32_t container_logs_take(struct container_logs *logs, struct followed_pod *pod,
                            const struct pod_object *object, struct hg_error *err);

/* The Pod is gone: what was not opened cannot be. -1: no memory, or the sink said stop. So for the
 * next ones. */
int32_t container_logs_gone(struct container_logs *logs, struct followed_pod *pod,
                            struct hg_error *err);

/* Closes what is open of a Job, or, without `of_ended`, of its Pods that have not ended. */
int32_t container_logs_drop(struct container_logs *logs, struct followed_job *job, bool of_ended,
                            const char *why, struct hg_error *err);

/* Opens what is due and has a place. `is_current`: the Pods are known as they are now, so that a
 * log that broke off can be told from its container's next. */
int32_t container_logs_step(struct container_logs *logs, bool is_current, struct hg_error *err);

/* Closes all. */
void container_logs_finish(struct container_logs *logs, const char *why);

#endif
