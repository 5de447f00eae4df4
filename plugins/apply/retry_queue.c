/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/retry_queue.h"

#include "memory/array.h"

#include <stdlib.h>
#include <string.h>

struct try_entry {
  uint64_t key;
  struct job_try job;
};

/* Room for one more. The queue makes it in both heaps at once, so that moving an entry from one to
 * the other cannot fail. */
static int32_t reserve(struct try_heap *heap, size_t count) {
  struct try_entry *entries = array_reserve(heap->entries, count, &heap->capacity, sizeof *entries);

  if (entries)
    heap->entries = entries;
  return entries ? 0 : -1;
}

/* There must be room. */
static void push(struct try_heap *heap, uint64_t key, const struct job_try *job) {
  size_t hole = heap->count++;

  while (hole > 0) {
    size_t parent = (hole - 1) / 2;

    if (heap->entries[parent].key <= key)
      break;
    heap->entries[hole] = heap->entries[parent];
    hole = parent;
  }
  heap->entries[hole].key = key;
  heap->entries[hole].job = *job;
}

/* It must not be empty. */
static struct job_try pop(struct try_heap *heap) {
  struct job_try first = heap->entries[0].job;
  struct try_entry moved = heap->entries[--heap->count];
  size_t hole = 0;

  for (;;) {
    size_t child = 2 * hole + 1;

    if (child >= heap->count)
      break;
    if (child + 1 < heap->count && heap->entries[child + 1].key < heap->entries[child].key)
      child++;
    if (moved.key <= heap->entries[child].key)
      break;
    heap->entries[hole] = heap->entries[child];
    hole = child;
  }
  heap->entries[hole] = moved;
  return first;
}

void retry_queue_init(struct retry_queue *queue) {
  memset(queue, 0, sizeof *queue);
}

void retry_queue_finish(struct retry_queue *queue) {
  free(queue->waiting.entries);
  free(queue->ready.entries);
  retry_queue_init(queue);
}

int32_t retry_queue_add(struct retry_queue *queue, const struct job_try *next, int64_t due_ms) {
  size_t count = queue->waiting.count + queue->ready.count + 1;

  if (reserve(&queue->waiting, count) < 0 || reserve(&queue->ready, count) < 0)
    return -1;
  push(&queue->waiting, due_ms > 0 ? (uint64_t)due_ms : 0, next);
  return 0;
}

bool retry_queue_look(struct retry_queue *queue, int64_t now_ms, struct job_try *next) {
  while (queue->waiting.count > 0 && (int64_t)queue->waiting.entries[0].key <= now_ms) {
    struct job_try due = pop(&queue->waiting);

    push(&queue->ready, due.item, &due);
  }
  if (queue->ready.count == 0)
    return false;
  *next = queue->ready.entries[0].job;
  return true;
}

bool retry_queue_take(struct retry_queue *queue, int64_t now_ms, struct job_try *next) {
  bool is_due = retry_queue_look(queue, now_ms, next);

  if (is_due)
    (void)pop(&queue->ready);
  return is_due;
}

bool retry_queue_is_empty(const struct retry_queue *queue) {
  return queue->waiting.count == 0 && queue->ready.count == 0;
}

int retry_queue_patience(const struct retry_queue *queue, int64_t now_ms, int most) {
  int64_t left;

  if (queue->ready.count > 0)
    return 0;
  if (queue->waiting.count == 0)
    return most;
  left = (int64_t)queue->waiting.entries[0].key - now_ms;
  return left <= 0 ? 0 : left < most ? (int)left : most;
}
