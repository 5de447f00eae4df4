/* SPDX-License-Identifier: Apache-2.0 */
/* How well the Jobs are, told to whoever is to know at once (D33's health, D35's alerts; plan.h
 * says what such a number is).
 *
 * An extension of the reporter: hg_reporter_ops.alerts. It is still moving, and has a revision of
 * its own: a reporter with another one works, and is told of no alert. So is one that runs in a
 * process of its own, as all do that are not Headgate's. */
#ifndef HEADGATE_ALERT_H
#define HEADGATE_ALERT_H

#include <stdint.h>

struct hg_error; /* error.h */

/* Of this header, in hg_alert_ops.revision: raised by each change that is not an addition at an
 * end. */
#define HG_ALERT_REVISION 1u

/* Values of hg_alert.kind. */
#define HG_ALERT_BEGAN 1u  /* the Jobs are not well, or otherwise than was told before */
#define HG_ALERT_ENDED 2u  /* they are well again */
#define HG_ALERT_TOTALS 3u /* a run that waited for its Jobs is over */

/* Values of hg_alert.severity. */
#define HG_ALERT_INFO 1u
#define HG_ALERT_WARN 2u
#define HG_ALERT_CRITICAL 3u

/* "INFO", "WARN" or "CRITICAL", which a severity that is not known counts as. The text is constant.
 * Thread: any. */
static inline const char *hg_alert_severity_name(uint32_t severity) {
  return severity == HG_ALERT_INFO ? "INFO" : severity == HG_ALERT_WARN ? "WARN" : "CRITICAL";
}

/* What is to be told. Borrowed, valid during the call; strings are UTF-8, never NULL. */
struct hg_alert {
  uint32_t struct_size;        /* sizeof(struct hg_alert) as the host compiled it */
  uint32_t kind;               /* one of HG_ALERT_* above */
  uint32_t severity;           /* one of HG_ALERT_INFO, _WARN, _CRITICAL */
  uint32_t troubled_count;     /* strings in `troubled` */
  uint64_t number;             /* counts a reporter's alerts, from 1 */
  int64_t run_id;              /* whose Jobs they are; 0: of no run's alone */
  const char *incident_id;     /* the same as long as they are not well; "" for HG_ALERT_TOTALS */
  const char *job_namespace;   /* of the Jobs; "" where they are of several */
  const char *selector;        /* their labels; "" for those of a run */
  const char *health;          /* "OK", "WARN", "ERROR" */
  const char *told_before;     /* the same, as it was told last */
  const char *began_at;        /* when it began: RFC 3339, UTC, milliseconds; "" but for _BEGAN */
  const char *judged_at;       /* the same, of now */
  const char *const *troubled; /* some Jobs that are not well, "NAME: WHY"; any bytes */
  uint64_t jobs_ok;
  uint64_t jobs_warn;
  uint64_t jobs_error;
  /* With HG_ALERT_TOTALS: how the run's Jobs ended; else all 0. */
  uint64_t completed_jobs;
  uint64_t uncompleted_jobs;   /* FAILED or DELETED */
  uint64_t never_started_jobs; /* NEVER-STARTED */
  uint64_t undecided_jobs;     /* TIMED-OUT or UNKNOWN: the Jobs go on */
  uint64_t unapplied_jobs;     /* that were to be applied, and were not */
};

/* What became of an alert. The reporter fills it in; the strings live until its next call. */
struct hg_delivery {
  uint32_t struct_size; /* sizeof(struct hg_delivery) as the host compiled it */
  int32_t http_status;  /* of the last answer; 0: there was none */
  uint64_t number;      /* of the alert */
  const char *channel;  /* "slack", "webhook": never an address */
  const char *sent_at;  /* when it was told: RFC 3339, UTC, milliseconds; NULL: it was not, or a dry
                         * run has only shown it */
  const char *error;    /* why it was not told; NULL: it was, or a dry run has shown it */
};

/* Both functions are mandatory, and are called on the thread of the reporter's events. */
struct hg_alert_ops {
  uint32_t struct_size; /* sizeof(struct hg_alert_ops) as the plugin compiled it */
  uint32_t revision;    /* HG_ALERT_REVISION */

  /* The Jobs are not as well as was told before, or better, or the run is over. Comes at any time
   * between run_started and run_finished, without any of the two where `headgate health` looked at
   * Jobs of no run. Takes no time: what has to be waited for, a thread of the reporter's does. -1
   * where it cannot be kept. */
  int32_t (*raised)(void *self, const struct hg_alert *alert, struct hg_error *err);

  /* 1: fills in what became of the next alert, in the order of raising. 0: there is none; with
   * `waits` 1, none of any alert is still to come, else not yet. Where it waits, it is not for
   * longer than the reporter's deadlines, nor once the user wants to stop. */
  int32_t (*next_delivery)(void *self, int32_t waits, struct hg_delivery *delivery);
};

#endif
