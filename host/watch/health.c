/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/health.h"

static struct job_health judged(enum health health, const char *word, const char *class) {
  struct job_health result = {.health = health};
  if (*word)
    result.reasons[result.reason_count++] = word;
  if (*class)
    result.reasons[result.reason_count++] = class;
  return result;
}

static struct job_health of_waiting(const struct verdict *verdict,
                                    const struct health_policy *policy, int64_t now_ms) {
  const struct failure_class *class = verdict->waits_class;
  int64_t grace = class->clock == CLOCK_SCHEDULE ? 0 : verdict->policy->start_grace_ms;
  bool warns = policy->warns_on_pending && class->clock != CLOCK_NONE && grace >= 0 &&
               now_ms - verdict->waits_since_ms >= grace / 2;
  return judged(warns ? HEALTH_WARN : HEALTH_OK,
                verdict->phase == HG_PHASE_PENDING || warns ? "pending" : "", class->name);
}

static struct job_health of_phase(const struct verdict *verdict, const struct health_policy *policy,
                                  int64_t now_ms) {
  if (verdict->is_failing)
    return judged(HEALTH_ERROR, "job_failed", "");
  switch (verdict->phase) {
  case HG_PHASE_PENDING:
  case HG_PHASE_RUNNING:
  case HG_PHASE_SUSPENDED:
    if (verdict->waits_class)
      return of_waiting(verdict, policy, now_ms);
    return judged(HEALTH_OK, verdict->phase == HG_PHASE_PENDING ? "pending" : "", "");
  case HG_PHASE_ENDING:
    return judged(HEALTH_OK, "", "");
  case 0:
  case HG_PHASE_UNKNOWN:
    return judged(policy->unknown_is_error ? HEALTH_ERROR : HEALTH_WARN, "unknown_phase", "");
  default: /* it has ended, and nothing was decided of it */
    return judged(HEALTH_WARN, "unexpected_phase", "");
  }
}

struct job_health health_of_job(const struct verdict *verdict, const struct health_policy *policy,
                                int64_t now_ms) {
  switch (verdict->outcome) {
  case 0:
    return of_phase(verdict, policy, now_ms);
  case HG_OUTCOME_COMPLETE:
    return judged(HEALTH_OK, "", "");
  case HG_OUTCOME_FAILED:
  case HG_OUTCOME_DELETED:
    return judged(HEALTH_ERROR, "job_failed", verdict->failure_class);
  case HG_OUTCOME_NEVER_STARTED:
    return judged(HEALTH_ERROR, "pending", verdict->failure_class);
  default: /* TIMED-OUT, UNKNOWN */
    return judged(policy->unknown_is_error ? HEALTH_ERROR : HEALTH_WARN, "unknown_phase",
                  verdict->failure_class);
  }
}

enum health health_of_all(const enum health *jobs, size_t count, uint64_t errors) {
  enum health worst = errors > 0 ? HEALTH_WARN : HEALTH_OK;
  for (size_t i = 0; i < count; i++)
    if (jobs[i] > worst)
      worst = jobs[i];
  return worst;
}

const char *health_name(enum health health) {
  static const char *const names[] = {"OK", "WARN", "ERROR"};
  return names[health];
}
