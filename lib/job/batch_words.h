/* SPDX-License-Identifier: Apache-2.0 */
/* What a batch of Jobs asks for, in a line: "24 Jobs in ml: 24 GPU, 96 CPU, 384 Gi; queue
 * research".
 */
#ifndef LIB_JOB_BATCH_WORDS_H
#define LIB_JOB_BATCH_WORDS_H

#include "job/pod_amounts.h"
#include "memory/string_list.h"
#include "text/text_buffer.h"

/* The label by which Kueue finds a Job's queue. */
#define BATCH_QUEUE_LABEL "kueue.x-k8s.io/queue-name"

/* The queue that a Job of this tree waits in; "" where there is none. */
const char *batch_queue_of(const struct hg_node *root);

/* Appends the line, without a line feed: the requests of the Pods that run at a time, GPUs first.
 * Of more than three namespaces or queues their number is told. Text from outside is made visible.
 */
void batch_words_append(struct text_buffer *out, const struct batch_demand *batch,
                        const struct string_list *namespaces, const struct string_list *queues);

/* Adds `name` unless it is "" or there already. -1: no memory. */
int32_t batch_words_note(struct string_list *names, struct arena *arena, const char *name);

#endif
