/* SPDX-License-Identifier: Apache-2.0 */
/* What a watcher said, made safe: as large as this host knows the struct, no NULL in it. A watcher
 * is a stranger's code as any plugin is. */
#ifndef HOST_WATCH_WATCHER_WORD_H
#define HOST_WATCH_WATCHER_WORD_H

#include "memory/arena.h"

#include <headgate/watcher.h>

/* Copies *said; strings stay where they are. */
void watcher_word_job(struct hg_job_state *state, const struct hg_job_state *said);
void watcher_word_event(struct hg_cluster_event *event, const struct hg_cluster_event *said);

/* The same with its containers, which are put into `arena`. -1 where memory is out. */
int32_t watcher_word_pod(struct hg_pod_state *pod, const struct hg_pod_state *said,
                         struct arena *arena);

/* A digest of all that is said: another one where anything is otherwise. Never 0. */
uint64_t watcher_word_job_digest(const struct hg_job_state *state);
uint64_t watcher_word_pod_digest(const struct hg_pod_state *pod);

/* The same, of what is told of a Job, but for when it was seen. */
uint64_t watcher_word_look_digest(const struct hg_job_observation *look);

#endif
