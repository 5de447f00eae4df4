/* SPDX-License-Identifier: Apache-2.0 */
/* Messages on their way: a thread sends them one by one, and what became of each is asked for in
 * the same order. A run never waits for a server that is slow, but at its end. */
#ifndef PLUGINS_REPORT_WEBHOOK_DELIVERY_QUEUE_H
#define PLUGINS_REPORT_WEBHOOK_DELIVERY_QUEUE_H

#include "post.h"
#include "text/text_buffer.h"
#include "text/timestamp.h"

#include <pthread.h>

struct queued_message {
  struct queued_message *next;
  uint64_t number;         /* of the alert */
  struct text_buffer json; /* empty: a dry run has shown it */
  bool is_done;
  struct post_outcome outcome;
  char sent_at[TIMESTAMP_SIZE];
};

/* Embedded in its owner, which stays where it is. */
struct delivery_queue {
  struct post_manner *manner;
  pthread_t thread;
  bool has_thread;
  pthread_mutex_t mutex; /* of all below */
  pthread_cond_t changed;
  struct queued_message *first; /* not asked for yet */
  struct queued_message **last;
  struct queued_message *taken; /* the last that was asked for; NULL: none */
  bool is_over;
};

int32_t delivery_queue_init(struct delivery_queue *queue, struct post_manner *manner,
                            struct hg_error *err);

/* What is on its way is given up. */
void delivery_queue_finish(struct delivery_queue *queue);

/* Takes `json` over, whatever it returns. `is_sent`: else it is done at once. -1: out of memory, or
 * a thread cannot be started. */
int32_t delivery_queue_add(struct delivery_queue *queue, uint64_t number, struct text_buffer *json,
                           bool is_sent, struct hg_error *err);

/* The next that is done, valid until the next call; NULL: there is none, or, unless it `waits`, not
 * yet. */
const struct queued_message *delivery_queue_take(struct delivery_queue *queue, bool waits);

#endif
