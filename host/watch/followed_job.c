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
  free(job->uid);
  job->uid = NULL;
  verdict_finish(&job->verdict);
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

struct followed_pod *followed_job_pod(struct followed_job *job, const char *uid) {
  size_t size = strlen(uid) + 1;
  struct followed_pod *pod = job->pods;

  while (pod && strcmp(pod->uid, uid) != 0)
    pod = pod->next;
  if (pod)
    return pod;
  pod = malloc(sizeof *pod + size);
  if (!pod)
    return NULL;
  memcpy(pod->uid, uid, size);
  pod->state = 0;
  pod->next = job->pods;
  job->pods = pod;
  job->pod_count++;
  return pod;
}
