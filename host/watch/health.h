/* SPDX-License-Identifier: Apache-2.0 */
/* How well the Jobs are (D33): one word a Job, and one for all of them. */
#ifndef HOST_WATCH_HEALTH_H
#define HOST_WATCH_HEALTH_H

#include "watch/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum health { HEALTH_OK, HEALTH_WARN, HEALTH_ERROR };

struct health_policy {
  bool warns_on_pending; /* of a Job that waits beyond half its grace, or for a node */
  bool unknown_is_error; /* else it is a warning */
};

/* Of one Job. The reasons are constant: a word of the first monitor's, "job_failed", "pending",
 * "unknown_phase", "unexpected_phase", and behind it the class, where there is one. */
struct job_health {
  enum health health;
  uint32_t reason_count;
  const char *reasons[2];
};

struct job_health health_of_job(const struct verdict *verdict, const struct health_policy *policy,
                                int64_t now_ms);

/* Of all Jobs: the worst of them. `errors` says how often the cluster could not be asked, or not
 * for all: then it is no better than WARN, however well the Jobs are that were seen. */
enum health health_of_all(const enum health *jobs, size_t count, uint64_t errors);

/* "OK", "WARN", "ERROR". */
const char *health_name(enum health health);

#endif
