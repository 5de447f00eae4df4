/* SPDX-License-Identifier: Apache-2.0 */
/* How well Jobs were, each time that somebody asked. */
#ifndef HOST_HISTORY_HISTORY_HEALTH_H
#define HOST_HISTORY_HISTORY_HEALTH_H

#include <headgate/error.h>
#include <stdint.h>

struct history;

/* Strings are borrowed. */
struct history_health {
  int64_t judged_at_ms; /* since 1970, UTC */
  const char *job_namespace;
  const char *selector;
  const char *overall; /* "OK", "WARN", "ERROR" */
  uint64_t jobs_ok;
  uint64_t jobs_warn;
  uint64_t jobs_error;
  const char *errors; /* a JSON array of what could not be asked for; NULL: none */
};

/* Of no run's Jobs alone. On disk when it returns. */
int32_t history_add_health(struct history *history, const struct history_health *health,
                           struct hg_error *err);

#endif
