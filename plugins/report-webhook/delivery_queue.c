/* SPDX-License-Identifier: Apache-2.0 */
#include "delivery_queue.h"

#include "memory/no_memory.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

int32_t delivery_queue_init(struct delivery_queue *queue, struct post_manner *manner,
                            struct hg_error *err) {
  memset(queue, 0, sizeof *queue);
  queue->manner = manner;
  queue->last = &queue->first;
  if (pthread_mutex_init(&queue->mutex, NULL) != 0)
    return no_memory(err);
  if (pthread_cond_init(&queue->changed, NULL) == 0)
    return 0;
  (void)pthread_mutex_destroy(&queue->mutex);
  return no_memory(err);
}

static void message_destroy(struct queued_message *message) {
  if (!message)
    return;
  text_buffer_finish(&message->json);
  free(message);
}

void delivery_queue_finish(struct delivery_queue *queue) {
  (void)pthread_mutex_lock(&queue->mutex);
  queue->is_over = true;
  atomic_store(&queue->manner->is_over, true);
  (void)pthread_cond_broadcast(&queue->changed);
  (void)pthread_mutex_unlock(&queue->mutex);
  if (queue->has_thread)
    (void)pthread_join(queue->thread, NULL);
  while (queue->first) {
    struct queued_message *next = queue->first->next;

    message_destroy(queue->first);
    queue->first = next;
  }
  message_destroy(queue->taken);
  (void)pthread_cond_destroy(&queue->changed);
  (void)pthread_mutex_destroy(&queue->mutex);
}

/* With the mutex. */
static struct queued_message *first_undone(const struct delivery_queue *queue) {
  struct queued_message *message = queue->first;

  while (message && message->is_done)
    message = message->next;
  return message;
}

static void *send_all(void *context) {
  struct delivery_queue *queue = context;
  struct queued_message *message;

  (void)pthread_mutex_lock(&queue->mutex);
  while (!queue->is_over) {
    message = first_undone(queue);
    if (!message) {
      (void)pthread_cond_wait(&queue->changed, &queue->mutex);
      continue;
    }
    (void)pthread_mutex_unlock(&queue->mutex);
    post_message(queue->manner, message->json.data, message->json.length, &message->outcome);
    timestamp_format(timestamp_now_ms(), message->sent_at);
    (void)pthread_mutex_lock(&queue->mutex);
    message->is_done = true;
    (void)pthread_cond_broadcast(&queue->changed);
  }
  (void)pthread_mutex_unlock(&queue->mutex);
  return NULL;
}

/* Signals are the main thread's. */
static int32_t start(struct delivery_queue *queue, struct hg_error *err) {
  sigset_t all;
  sigset_t before;
  int failed;

  (void)sigfillset(&all);
  (void)pthread_sigmask(SIG_BLOCK, &all, &before);
  failed = pthread_create(&queue->thread, NULL, send_all, queue);
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (failed)
    return hg_error_set(err, HG_ERROR_FAILED, "a thread cannot be started: %s", strerror(failed));
  queue->has_thread = true;
  return 0;
}

int32_t delivery_queue_add(struct delivery_queue *queue, uint64_t number, struct text_buffer *json,
                           bool is_sent, struct hg_error *err) {
  struct queued_message *message = json->failed ? NULL : calloc(1, sizeof *message);

  if (!message) {
    text_buffer_finish(json);
    return no_memory(err);
  }
  message->number = number;
  message->json = *json;
  message->is_done = !is_sent;
  if (is_sent && !queue->has_thread && start(queue, err) < 0) {
    message_destroy(message);
    return -1;
  }
  (void)pthread_mutex_lock(&queue->mutex);
  *queue->last = message;
  queue->last = &message->next;
  (void)pthread_cond_broadcast(&queue->changed);
  (void)pthread_mutex_unlock(&queue->mutex);
  return 0;
}

const struct queued_message *delivery_queue_take(struct delivery_queue *queue, bool waits) {
  (void)pthread_mutex_lock(&queue->mutex);
  while (waits && queue->first && !queue->first->is_done)
    (void)pthread_cond_wait(&queue->changed, &queue->mutex);
  message_destroy(queue->taken);
  queue->taken = queue->first && queue->first->is_done ? queue->first : NULL;
  if (queue->taken) {
    queue->first = queue->taken->next;
    if (!queue->first)
      queue->last = &queue->first;
  }
  (void)pthread_mutex_unlock(&queue->mutex);
  return queue->taken;
}
