/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a Job in the cluster: told where a run waited for its Jobs, or looked at them
 * later. */
#ifndef HEADGATE_COMPLETION_H
#define HEADGATE_COMPLETION_H

#include <headgate/bytes.h>
#include <stdint.h>

/* How a Job stands: values of hg_job_state.phase and hg_job_observation.phase. One that is not
 * known counts as HG_PHASE_UNKNOWN. */
#define HG_PHASE_PENDING 1u   /* no Pod of it runs or ran */
#define HG_PHASE_RUNNING 2u   /* a Pod of it runs, or one has ended and others are to come */
#define HG_PHASE_SUSPENDED 3u /* spec.suspend, or condition Suspended: somebody has to admit it */
#define HG_PHASE_ENDING 4u    /* SuccessCriteriaMet or FailureTarget: decided, Pods still end */
#define HG_PHASE_COMPLETE 5u  /* condition Complete */
#define HG_PHASE_FAILED 6u    /* condition Failed */
#define HG_PHASE_DELETED 7u   /* it was seen, and is gone; the other members say how it was last */
#define HG_PHASE_UNKNOWN 8u

/* "PENDING", "RUNNING", "SUSPENDED", "ENDING", "COMPLETE", "FAILED", "DELETED" or "UNKNOWN". The
 * text is constant. Thread: any. */
static inline const char *hg_phase_name(uint32_t phase) {
  switch (phase) {
  case HG_PHASE_PENDING:
    return "PENDING";
  case HG_PHASE_RUNNING:
    return "RUNNING";
  case HG_PHASE_SUSPENDED:
    return "SUSPENDED";
  case HG_PHASE_ENDING:
    return "ENDING";
  case HG_PHASE_COMPLETE:
    return "COMPLETE";
  case HG_PHASE_FAILED:
    return "FAILED";
  case HG_PHASE_DELETED:
    return "DELETED";
  default:
    return "UNKNOWN";
  }
}

/* Values of hg_job_completion.outcome. COMPLETE, FAILED and DELETED are final. */
#define HG_OUTCOME_COMPLETE 1u      /* the server says so: condition Complete */
#define HG_OUTCOME_FAILED 2u        /* condition Failed */
#define HG_OUTCOME_NEVER_STARTED 3u /* no container of it ran in the time that it was given */
#define HG_OUTCOME_DELETED 4u       /* it is gone, and did not end before */
#define HG_OUTCOME_TIMED_OUT 5u     /* it had not ended when the time to wait was over */
#define HG_OUTCOME_UNKNOWN 6u       /* the server could not be asked, or the watch was stopped */

/* "COMPLETE", "FAILED", "NEVER-STARTED", "DELETED", "TIMED-OUT" or "UNKNOWN", which an outcome that
 * is not known counts as. The text is constant. Thread: any. */
static inline const char *hg_outcome_name(uint32_t outcome) {
  switch (outcome) {
  case HG_OUTCOME_COMPLETE:
    return "COMPLETE";
  case HG_OUTCOME_FAILED:
    return "FAILED";
  case HG_OUTCOME_NEVER_STARTED:
    return "NEVER-STARTED";
  case HG_OUTCOME_DELETED:
    return "DELETED";
  case HG_OUTCOME_TIMED_OUT:
    return "TIMED-OUT";
  default:
    return "UNKNOWN";
  }
}

/* Bits of hg_job_completion.flags. */
#define HG_COMPLETION_EARLIER 1u /* it had ended before the run's first launch */
#define HG_COMPLETION_RETRIED 2u /* it is no longer what counts: another Job tries it again */

/* How a Job looks now. Borrowed, valid during the call; strings are UTF-8, never NULL. */
struct hg_job_observation {
  uint32_t struct_size;     /* sizeof(struct hg_job_observation) as the host compiled it */
  uint32_t phase;           /* one of HG_PHASE_* */
  uint32_t document_number; /* 1-based number of the document in its file; 0: not from a file */
  int32_t active;           /* Pods that wait or run */
  int32_t succeeded;        /* Pods */
  int32_t failed;           /* Pods */
  int32_t completions;      /* asked for; -1 where the Job names none */
  uint32_t reserved;        /* 0 */
  const char *job_name;
  const char *job_namespace;
  const char *yaml_path; /* "" where it is not from a file */
  const char *uid;       /* the cluster's name for this very object */
  const char *reason;    /* what it waits for, "ImagePullBackOff", "Unschedulable"; or "" */
  const char *seen_at;   /* our clock: RFC 3339, UTC, milliseconds */
};

/* What became of one Job. Borrowed, valid during the call unless said otherwise; strings are UTF-8,
 * never NULL. */
struct hg_job_completion {
  uint32_t struct_size;     /* sizeof(struct hg_job_completion) as the host compiled it */
  uint32_t outcome;         /* one of HG_OUTCOME_* */
  uint32_t flags;           /* HG_COMPLETION_* */
  uint32_t document_number; /* as hg_job_observation's */
  int32_t exit_code;        /* of the container that decided; -1: none did */
  int32_t signal;           /* the same; 0: none */
  int32_t succeeded;        /* Pods, as the Job counts them */
  int32_t failed;           /* the same */
  int32_t completions;      /* as hg_job_observation's */
  uint32_t pods;            /* that were seen */
  uint32_t logs_kept;       /* whole */
  uint32_t logs_lost;       /* with a gap, cut off or gone */
  const char *job_name;
  const char *job_namespace;
  const char *yaml_path;
  const char *uid; /* "" where it was never seen */
  /* The cluster's words: of the condition that decided, "BackoffLimitExceeded", or of what it
   * waited for; "" where there are none. */
  const char *reason;
  const char *message;
  /* Where not COMPLETE: a stable name of the kind of failure, such as "program-error", one plain
   * sentence, and one on what to do about it; "" where there is nothing to say. COMPLETE has a
   * cause where the Job was removed before the server said so. */
  const char *failure_class;
  const char *cause;
  const char *advice;
  const char *pod;                 /* whose container decided; "" */
  const char *container;           /* the same */
  const char *termination_message; /* what that container wrote; "" */
  const char *log_path;            /* of its kept log; where COMPLETE, of the first container of the
                                    * Pod that succeeded last; "" where none is kept */
  struct hg_bytes log_tail;        /* where not COMPLETE, that log's last lines without the server's
                                    * timestamps: at most 10 and 4,096 bytes */
  const char *started_at;          /* the cluster's clock, RFC 3339; "" */
  const char *finished_at;         /* the same */
  const char *decided_at;          /* our clock: RFC 3339, UTC, milliseconds */
  int64_t duration_ms;      /* between the cluster's two times, in milliseconds; -1: not known */
  const char *derived_from; /* the name of the Job that this one tries again; "" */
};

#endif
