/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts (D35): how well Jobs are, told once when a state begins and once when it ends, and a
 * watched run's totals once.
 *
 * What was told last is what arrived last, as the history has it: so a state is told once, however
 * often somebody looks, and a message that was lost is sent again by the next look. Reporters know
 * no database: what becomes of their messages is asked of them, and recorded here.
 */
#ifndef HOST_RUN_ALERTING_H
#define HOST_RUN_ALERTING_H

#include "history/history_health.h"
#include "reporters/reporting.h"
#include "watch/watching_health.h"

struct history;

/* One judgement. Borrowed. */
struct alert_judgement {
  int64_t at_ms;
  enum health overall;
  const uint64_t *counts; /* by enum health */
  const char *const *troubled;
  uint32_t troubled_count;
  int64_t health_id; /* its row in the history; 0: it has none yet */
};

/* Embedded in its owner, all zero where nobody is to be told. */
struct alerting {
  struct reporting *reporting; /* NULL: nobody is to be told */
  struct history *history;     /* a connection of its own; NULL: nothing is recorded */
  struct history_subject of;
  enum health told;
  char incident_id[16]; /* of what was told last */
  struct raised_alert {
    int64_t health_id; /* 0: none */
    uint32_t kind;
    uint32_t severity;
    char incident_id[16];
  } * raised; /* by number - 1 */
  uint64_t raised_count;
};

/* Begins where one of the reporters wants alerts. `history` is the database's path; NULL: there is
 * none. What cannot be read or recorded is a warning. `of` is borrowed until the finish. */
void alerting_begin(struct alerting *alerting, struct reporting *reporting, const char *history,
                    const struct history_subject *of);

static inline bool alerting_is_wanted(const struct alerting *alerting) {
  return alerting->reporting != NULL;
}

/* Tells what is new, and records what became of what was told before. Does not wait. */
void alerting_judge(struct alerting *alerting, const struct alert_judgement *judgement);

/* The run is over: `totals` has its counts of Jobs. Told unless the same was told already. */
void alerting_tell_totals(struct alerting *alerting, const struct alert_judgement *judgement,
                          const struct hg_alert *totals);

/* Waits until all is delivered, or the reporters' deadlines are over, and records it. */
void alerting_finish(struct alerting *alerting);

#endif
