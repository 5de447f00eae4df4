/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/watcher_word.h"

#include <string.h>

/* No Pod has more. */
enum { MOST_CONTAINERS = 4096 };

/* As much of *said as both sides know; the rest is zero. */
#define TAKE(copy, said)                                                                           \
  do {                                                                                             \
    memset((copy), 0, sizeof *(copy));                                                             \
    memcpy((copy), (said),                                                                         \
           (said)->struct_size < sizeof *(copy) ? (said)->struct_size : sizeof *(copy));           \
    (copy)->struct_size = sizeof *(copy);                                                          \
  } while (0)

static void fill(const char **text) {
  if (!*text)
    *text = "";
}

void watcher_word_job(struct hg_job_state *state, const struct hg_job_state *said) {
  TAKE(state, said);
  fill(&state->uid);
  fill(&state->reason);
  fill(&state->message);
  fill(&state->completed_indexes);
  fill(&state->failed_indexes);
  fill(&state->created_at);
  fill(&state->started_at);
  fill(&state->finished_at);
  fill(&state->labels);
  if (state->phase < HG_PHASE_PENDING || state->phase > HG_PHASE_UNKNOWN)
    state->phase = HG_PHASE_UNKNOWN;
}

void watcher_word_event(struct hg_cluster_event *event, const struct hg_cluster_event *said) {
  TAKE(event, said);
  fill(&event->uid);
  fill(&event->type);
  fill(&event->reason);
  fill(&event->message);
  fill(&event->kind);
  fill(&event->name);
  fill(&event->object_uid);
  fill(&event->first_at);
  fill(&event->last_at);
}

static void take_container(struct hg_container_state *container,
                           const struct hg_container_state *said) {
  TAKE(container, said);
  fill(&container->name);
  fill(&container->image);
  fill(&container->image_id);
  fill(&container->reason);
  fill(&container->message);
  fill(&container->started_at);
  fill(&container->finished_at);
}

int32_t watcher_word_pod(struct hg_pod_state *pod, const struct hg_pod_state *said,
                         struct arena *arena) {
  const struct hg_container_state **pointers;
  struct hg_container_state *copies;
  uint32_t count = 0;

  TAKE(pod, said);
  fill(&pod->job_uid);
  fill(&pod->uid);
  fill(&pod->name);
  fill(&pod->node);
  fill(&pod->phase);
  fill(&pod->reason);
  fill(&pod->message);
  fill(&pod->created_at);
  if (!pod->containers || pod->container_count > MOST_CONTAINERS)
    pod->container_count = 0;
  pointers = arena_alloc(arena, ((size_t)pod->container_count + 1) * sizeof(void *));
  copies = arena_alloc(arena, ((size_t)pod->container_count + 1) * sizeof *copies);
  if (!pointers || !copies)
    return -1;
  for (uint32_t i = 0; i < pod->container_count; i++) {
    if (!pod->containers[i])
      continue;
    take_container(&copies[count], pod->containers[i]);
    pointers[count] = &copies[count];
    count++;
  }
  pod->containers = pointers;
  pod->container_count = count;
  return 0;
}

/* FNV-1a, 64 bits: it tells apart what a Job's states are, not what somebody made to be alike, and
 * a state that is missed for it is one that looks the same to nobody. */
static uint64_t add(uint64_t digest, const void *bytes, size_t length) {
  for (size_t i = 0; i < length; i++)
    digest = (digest ^ ((const unsigned char *)bytes)[i]) * UINT64_C(1099511628211);
  return digest;
}

static uint64_t add_text(uint64_t digest, const char *text) {
  return add(digest, text, strlen(text) + 1);
}

static const uint64_t empty = UINT64_C(14695981039346656037);

uint64_t watcher_word_job_digest(const struct hg_job_state *state) {
  const int32_t numbers[] = {state->completions,   state->active,         state->ready,
                             state->succeeded,     state->failed,         state->terminating,
                             state->backoff_limit, (int32_t)state->phase, (int32_t)state->flags};
  uint64_t digest = add(empty, numbers, sizeof numbers);

  digest = add_text(digest, state->uid);
  digest = add_text(digest, state->reason);
  digest = add_text(digest, state->message);
  digest = add_text(digest, state->completed_indexes);
  digest = add_text(digest, state->failed_indexes);
  digest = add_text(digest, state->started_at);
  digest = add_text(digest, state->finished_at);
  return digest | 1;
}

static uint64_t add_container(uint64_t digest, const struct hg_container_state *container) {
  const int32_t numbers[] = {(int32_t)container->kind, (int32_t)container->state,
                             (int32_t)container->restart, container->exit_code, container->signal};

  digest = add(digest, numbers, sizeof numbers);
  digest = add_text(digest, container->name);
  digest = add_text(digest, container->image_id);
  digest = add_text(digest, container->reason);
  digest = add_text(digest, container->message);
  digest = add_text(digest, container->started_at);
  return add_text(digest, container->finished_at);
}

uint64_t watcher_word_pod_digest(const struct hg_pod_state *pod) {
  const int32_t numbers[] = {(int32_t)pod->flags, pod->completion_index};
  uint64_t digest = add(empty, numbers, sizeof numbers);

  digest = add_text(digest, pod->node);
  digest = add_text(digest, pod->phase);
  digest = add_text(digest, pod->reason);
  digest = add_text(digest, pod->message);
  for (uint32_t i = 0; i < pod->container_count; i++)
    digest = add_container(digest, pod->containers[i]);
  return digest | 1;
}

uint64_t watcher_word_look_digest(const struct hg_job_observation *look) {
  const int32_t numbers[] = {(int32_t)look->phase, look->active, look->succeeded, look->failed,
                             look->completions};

  return add_text(add_text(add(empty, numbers, sizeof numbers), look->uid), look->reason) | 1;
}
