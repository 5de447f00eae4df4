/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/watching_health.h"

#include "text/utf8.h"
#include "watch/watching_parts.h"

#include <stdio.h>
#include <string.h>

static enum health health_of(struct watching *watching, const struct followed_job *job,
                             const char **why) {
  static const struct health_policy policy = {.warns_on_pending = true, .unknown_is_error = false};
  struct verdict recorded = {.outcome = job->recorded ? job->recorded->outcome : 0,
                             .failure_class = ""};

  if (job->recorded) {
    *why = *job->recorded->cause ? job->recorded->cause : job->recorded->reason;
    return health_of_job(&recorded, &policy, 0).health;
  }
  *why = *job->verdict.cause       ? job->verdict.cause
         : *job->verdict.waits_for ? job->verdict.waits_for
                                   : job->verdict.reason;
  if (job->verdict.outcome == 0 && job->verdict.phase == 0)
    return HEALTH_OK;
  return health_of_job(&job->verdict, &policy, watching_clock_ms(watching)).health;
}

void health_describe_trouble(char text[HEALTH_TROUBLE_SIZE], const char *job_name,
                             const char *why) {
  char whole[2 * HEALTH_TROUBLE_SIZE];

  (void)snprintf(whole, sizeof whole, "%s%s%s", job_name, *why ? ": " : "", why);
  utf8_copy_cut(text, HEALTH_TROUBLE_SIZE, whole);
}

static void note_trouble(struct watching_health *health, const struct followed_job *job,
                         const char *why) {
  if (health->troubled_count < HEALTH_MOST_TROUBLED)
    health_describe_trouble(health->troubled[health->troubled_count++], job->planned->item.job_name,
                            why);
}

static bool is_judged(const struct followed_job *job) {
  return job->settlement == JOB_IS_FOLLOWED && !job->is_retried;
}

void watching_judge(struct watching *watching, struct watching_health *health) {
  const char *why;

  memset(health, 0, sizeof *health);
  (void)pthread_mutex_lock(&watching->mutex);
  for (uint64_t i = 0; i < watching->count; i++) {
    const struct followed_job *job = &watching->jobs[i];
    enum health each;

    if (!is_judged(job))
      continue;
    each = health_of(watching, job, &why);
    health->counts[each]++;
    if (each > health->overall)
      health->overall = each;
    if (each == HEALTH_ERROR)
      note_trouble(health, job, why);
  }
  for (uint64_t i = 0; i < watching->count && health->counts[HEALTH_WARN] > 0; i++)
    if (is_judged(&watching->jobs[i]) &&
        health_of(watching, &watching->jobs[i], &why) == HEALTH_WARN)
      note_trouble(health, &watching->jobs[i], why);
  (void)pthread_mutex_unlock(&watching->mutex);
}
