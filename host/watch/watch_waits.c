/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of Jobs that something keeps from running. */
#include "memory/count.h"
#include "terminal/log.h"
#include "watch/watching_parts.h"

#include <headgate/host.h>
#include <inttypes.h>
#include <string.h>

/* All are told again so often; and no more of them one by one. */
enum { AGAIN_MS = 30 * 1000, MOST_LINES = 10 };

/* Those that wait for the same reason. */
struct waits {
  const char *reason;
  uint64_t count;
  const struct followed_job *longest;
};

static bool waits(const struct followed_job *job) {
  return job->settlement == JOB_IS_FOLLOWED && job->end == END_NONE && !job->recorded &&
         job->verdict.outcome == 0 && *job->verdict.waits_for;
}

/* "45 s of 300 s allowed". */
static void describe(const struct followed_job *job, int64_t now, char *text, size_t size) {
  const struct verdict *verdict = &job->verdict;
  int64_t waited_s = (now - verdict->waits_since_ms) / 1000;

  if (verdict->due_ms == INT64_MAX)
    (void)snprintf(text, size, "%" PRId64 " s", waited_s);
  else
    (void)snprintf(text, size, "%" PRId64 " s of %" PRId64 " s allowed", waited_s,
                   (verdict->due_ms - verdict->waits_since_ms) / 1000);
}

static void say_one(const struct followed_job *job, int64_t now) {
  const struct verdict *verdict = &job->verdict;
  char time[64];

  describe(job, now, time, sizeof time);
  log_line(HG_LOG_INFO, LOG_WATCH, "%s waiting: %s (%s, %s)", *verdict->pod ? "Pod" : "Job",
           *verdict->pod ? verdict->pod : job->planned->item.job_name, verdict->waits_for, time);
}

static void say_reason(const struct waits *reason, int64_t now) {
  char time[64];

  describe(reason->longest, now, time, sizeof time);
  log_line(HG_LOG_INFO, LOG_WATCH, "Jobs waiting: %" PRIu64 " (%s, the longest %s)", reason->count,
           reason->reason, time);
}

static void add_reason(struct waits *reasons, size_t capacity, size_t *count,
                       const struct followed_job *job) {
  size_t i = 0;

  while (i < *count && strcmp(reasons[i].reason, job->verdict.waits_for) != 0)
    i++;
  if (i == *count) {
    if (*count == capacity)
      return;
    reasons[(*count)++] = (struct waits){job->verdict.waits_for, 0, job};
  }
  reasons[i].count++;
  if (job->verdict.waits_since_ms < reasons[i].longest->verdict.waits_since_ms)
    reasons[i].longest = job;
}

void watching_say_what_waits(struct watching *watching) {
  int64_t now = watching_clock_ms(watching);
  struct waits reasons[16];
  size_t reason_count = 0;
  uint64_t count = 0;
  bool again = now - watching->waits_said_ms >= AGAIN_MS;

  if (watching->is_lost)
    return;
  (void)pthread_mutex_lock(&watching->mutex);
  for (uint64_t i = 0; i < watching->count; i++) {
    struct followed_job *job = &watching->jobs[i];

    if (!waits(job))
      continue;
    add_reason(reasons, COUNT(reasons), &reason_count, job);
    if (count++ < MOST_LINES && !job->wait_is_said) {
      say_one(job, now);
      watching->waits_said_ms = now;
    } else if (again && count <= MOST_LINES) {
      say_one(job, now);
    }
    job->wait_is_said = true;
  }
  if (again && count > MOST_LINES)
    for (size_t i = 0; i < reason_count; i++)
      say_reason(&reasons[i], now);
  if (again)
    watching->waits_said_ms = now;
  (void)pthread_mutex_unlock(&watching->mutex);
}
