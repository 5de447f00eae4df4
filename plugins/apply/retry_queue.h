/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs that wait for another try: first until they are due, then for their turn. */
#ifndef APPLY_RETRY_QUEUE_H
#define APPLY_RETRY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One launch of one Job, made or to be made. */
struct job_try {
  uint64_t item;    /* an index into the plan */
  uint32_t attempt; /* from 1 */
  uint32_t retries; /* how many of the attempts before were failures that pass */
};

/* A binary heap, the smallest key first. */
struct try_heap {
  struct try_entry *entries;
  size_t count;
  size_t capacity;
};

/* Embedded in its owner; all zero is an empty one. */
struct retry_queue {
  struct try_heap waiting; /* by the time when they are due */
  struct try_heap ready;   /* by their place in the plan */
};

void retry_queue_init(struct retry_queue *queue);
void retry_queue_finish(struct retry_queue *queue);

/* Adds a try that is due at `due_ms`, a time of timestamp_steady_ms. -1: no memory. */
int32_t retry_queue_add(struct retry_queue *queue, const struct job_try *next, int64_t due_ms);

/* Takes out, of those that are due at `now_ms`, the one that comes first in the plan. False: none
 * is due. */
bool retry_queue_take(struct retry_queue *queue, int64_t now_ms, struct job_try *next);

/* The same, and leaves it where it is. */
bool retry_queue_look(struct retry_queue *queue, int64_t now_ms, struct job_try *next);

bool retry_queue_is_empty(const struct retry_queue *queue);

static inline size_t retry_queue_count(const struct retry_queue *queue) {
  return queue->waiting.count + queue->ready.count;
}

/* For how many milliseconds from `now_ms` none becomes due; at least 0, at most `most`. */
int retry_queue_patience(const struct retry_queue *queue, int64_t now_ms, int most);

#endif
