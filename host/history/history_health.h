/* SPDX-License-Identifier: Apache-2.0 */
/* How well Jobs were, each time that somebody asked, and what was told of it. */
#ifndef HOST_HISTORY_HISTORY_HEALTH_H
#define HOST_HISTORY_HISTORY_HEALTH_H

#include "text/timestamp.h"

#include <headgate/error.h>
#include <stdbool.h>
#include <stdint.h>

struct history;

/* Whose health it is. Strings are borrowed. */
struct history_subject {
  int64_t run_id; /* 0: of no run's Jobs alone */
  const char *job_namespace;
  const char *selector;
};

/* Strings are borrowed. */
struct history_health {
  struct history_subject of;
  int64_t judged_at_ms; /* since 1970, UTC */
  const char *overall;  /* "OK", "WARN", "ERROR" */
  uint64_t jobs_ok;
  uint64_t jobs_warn;
  uint64_t jobs_error;
  const char *errors; /* a JSON array of what could not be asked for; NULL: none */
};

/* On disk when it returns. */
int32_t history_add_health(struct history *history, const struct history_health *health,
                           int64_t *health_id, struct hg_error *err);

/* One alert, on one channel. Strings are borrowed; NULL is NULL. */
struct history_alert {
  int64_t health_id;
  const char *kind; /* "began", "ended", "totals" */
  const char *incident_id;
  const char *severity;
  const char *channel;
  const char *sent_at;
  int32_t http_status; /* 0: NULL */
  const char *error;
};

int32_t history_add_alert(struct history *history, const struct history_alert *alert,
                          struct hg_error *err);

/* What was told last, and arrived. */
struct history_told {
  bool is_there;
  char overall[8];
  char incident_id[16];
  uint64_t jobs_ok;
  uint64_t jobs_warn;
  uint64_t jobs_error;
};

/* Of the subject's totals, or of all else. */
int32_t history_read_told(struct history *history, const struct history_subject *subject,
                          bool is_totals, struct history_told *told, struct hg_error *err);

/* Since when, without a break, the subject was never judged OK: "" where it last was, or never was
 * judged. */
int32_t history_read_unwell(struct history *history, const struct history_subject *subject,
                            char since[TIMESTAMP_SIZE], struct hg_error *err);

#endif
