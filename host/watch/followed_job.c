/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/followed_job.h"

#include <stdlib.h>
#include <string.h>

static void forget_object(struct followed_job *job) {
  struct followed_pod *next;

  for (struct followed_pod *pod = job->pods; pod; pod = next) {
    next = pod->next;
    free(pod);
  }
  job->pods = NULL;
  job->succeeded_pod = NULL;
  free(job->succeeded_container);
  job->succeeded_container = NULL;
  free(job->uid);
  job->uid = NULL;
  verdict_finish(&job->verdict);
}

void followed_job_init(struct followed_job *job, const struct planned_job *planned,
                       const struct verdict_policy *policy) {
  job->planned = planned;
  job->was_there = HISTORY_NOT_KNOWN;
  job->had_ended = HISTORY_NOT_KNOWN;
  job->completions = -1;
  verdict_init(&job->verdict, policy);
}

void followed_job_forget(struct followed_job *job, const struct verdict_policy *policy) {
  forget_object(job);
  verdict_init(&job->verdict, policy);
  job->states = 0;
  job->state = 0;
  job->pod_count = 0;
  job->logs_kept = 0;
  job->logs_lost = 0;
  job->started_at[0] = '\0';
  job->finished_at[0] = '\0';
  job->is_done = false;
  job->runs_is_said = false;
  job->wait_is_said = false;
  job->is_written = false;
  job->decided_at_ms = 0;
}

void followed_job_finish(struct followed_job *job) {
  forget_object(job);
}

struct followed_pod *followed_job_find_pod(const struct followed_job *job, const char *uid) {
  struct followed_pod *pod = job->pods;

  while (pod && strcmp(pod->uid, uid) != 0)
    pod = pod->next;
  return pod;
}

struct followed_pod *followed_job_pod(struct followed_job *job, const char *uid, const char *name) {
  struct followed_pod *pod = followed_job_find_pod(job, uid);
  size_t uid_size = strlen(uid) + 1;
  size_t name_size = strlen(name) + 1;

  if (pod)
    return pod;
  pod = malloc(sizeof *pod + uid_size + name_size);
  if (!pod)
    return NULL;
  memcpy(pod->uid, uid, uid_size);
  pod->name = pod->uid + uid_size;
  memcpy(pod->name, name, name_size);
  pod->state = 0;
  pod->next = job->pods;
  job->pods = pod;
  job->pod_count++;
  return pod;
}

/* The newest run of the first main container; NULL: it has not ended. */
static const struct hg_container_state *first_main(const struct hg_pod_state *state) {
  const struct hg_container_state *first = NULL;

  for (uint32_t i = 0; i < state->container_count; i++) {
    const struct hg_container_state *container = state->containers[i];

    if (container->kind == HG_CONTAINER_MAIN &&
        (!first || strcmp(first->name, container->name) == 0))
      first = container;
  }
  return first && first->state == HG_CONTAINER_TERMINATED ? first : NULL;
}

int32_t followed_job_note_success(struct followed_job *job, const struct followed_pod *pod,
                                  const struct hg_pod_state *state) {
  const struct hg_container_state *container =
      strcmp(state->phase, "Succeeded") == 0 ? first_main(state) : NULL;
  char *name;

  if (!container || pod == job->succeeded_pod)
    return 0;
  name = strdup(container->name);
  if (!name)
    return -1;
  free(job->succeeded_container);
  job->succeeded_container = name;
  job->succeeded_restart = container->restart;
  job->succeeded_pod = pod;
  return 0;
}
