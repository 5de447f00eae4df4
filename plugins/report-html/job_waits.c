/* SPDX-License-Identifier: Apache-2.0 */
#include "job_waits.h"

#include "text/timestamp.h"
#include "text/utf8.h"

#include <string.h>

/* FNV-1a of the Job's uid. Two that share one would share a wait: of 400 Jobs none do. */
static uint64_t key_of(const char *uid) {
  uint64_t key = UINT64_C(14695981039346656037);

  for (; *uid; uid++)
    key = (key ^ (unsigned char)*uid) * UINT64_C(1099511628211);
  return key | 1;
}

/* The place of the key; else, where it is seen for the first time at `seen_ms`, not 0, a free one;
 * else NULL. */
static struct waiting_job *place_of(struct job_waits *waits, uint64_t key, int64_t seen_ms) {
  struct waiting_job *free_place = NULL;

  for (uint32_t i = 0; i < waits->used; i++) {
    if (waits->jobs[i].key == key)
      return &waits->jobs[i];
    if (waits->jobs[i].key == 0)
      free_place = &waits->jobs[i];
  }
  if (seen_ms == 0)
    return NULL;
  if (!free_place && waits->used < JOB_WAITS)
    free_place = &waits->jobs[waits->used++];
  if (free_place)
    *free_place = (struct waiting_job){.key = key, .first_ms = seen_ms, .since_ms = seen_ms};
  return free_place;
}

static void add_wait(struct waiting_job *job, int64_t now_ms) {
  if (job->waits && now_ms > job->since_ms)
    job->wait.ms += now_ms - job->since_ms;
}

void job_waits_observe(struct job_waits *waits, const struct hg_job_observation *observation) {
  bool is_waiting =
      observation->phase == HG_PHASE_PENDING || observation->phase == HG_PHASE_SUSPENDED;
  struct waiting_job *job;
  int64_t now_ms;

  if (!*observation->uid || !timestamp_parse(observation->seen_at, &now_ms))
    return;
  job = place_of(waits, key_of(observation->uid), now_ms);
  if (!job)
    return;
  add_wait(job, now_ms);
  job->since_ms = now_ms;
  job->waits = is_waiting;
  if (is_waiting && *observation->reason) {
    size_t length =
        utf8_piece(observation->reason, strlen(observation->reason), JOB_WAITS_REASON - 1);

    memcpy(job->wait.reason, observation->reason, length);
    job->wait.reason[length] = '\0';
  }
}

struct job_wait job_waits_end(struct job_waits *waits, const struct hg_job_completion *completion) {
  struct waiting_job *job = place_of(waits, key_of(completion->uid), 0);
  struct job_wait wait = {0};
  int64_t now_ms;

  if (!*completion->uid || !job)
    return wait;
  if (timestamp_parse(completion->decided_at, &now_ms)) {
    add_wait(job, now_ms);
    if (now_ms > job->first_ms)
      job->wait.seen_ms = now_ms - job->first_ms;
  }
  wait = job->wait;
  job->key = 0;
  return wait;
}
