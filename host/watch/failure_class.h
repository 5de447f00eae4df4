/* SPDX-License-Identifier: Apache-2.0 */
/* Why a Job failed or does not run: the classes that the history, reports and retries know.
 *
 * The names are stable: people ask the history for them. Each class is known by words of the
 * cluster, which are no interface of Kubernetes: a word that is not in the table is no class.
 */
#ifndef HOST_WATCH_FAILURE_CLASS_H
#define HOST_WATCH_FAILURE_CLASS_H

#include <stdbool.h>
#include <stdint.h>

/* Which grace it has before it means NEVER-STARTED. Reasons of one clock alternate while one and
 * the same thing is wrong (ErrImagePull, ImagePullBackOff). */
enum failure_clock {
  CLOCK_NONE, /* it waits for ever, or this is no waiting */
  CLOCK_IMAGE,
  CLOCK_CONFIG,
  CLOCK_CONTAINER,
  CLOCK_PODS,     /* no Pod of the Job is made */
  CLOCK_SCHEDULE, /* its own grace */
  CLOCK_NOW       /* none: it cannot get better */
};

/* A row of the table. The strings are constant. */
struct failure_class {
  const char *name;
  const char *clause; /* what is wrong with the container, Pod or Job: "was evicted" */
  const char *advice; /* one sentence; "" */
  enum failure_clock clock;
  bool is_passing; /* a new try of the same Job can mend it */
  /* Each a list of words with one space before and behind each; NULL: none. */
  const char *waiting; /* reasons of a waiting container, of PodScheduled, of a Pod's events */
  const char *ended;   /* reasons of a terminated container */
  const char *pod;     /* reasons of a Pod that failed or was disrupted */
  const char *job;     /* reasons of the Job's condition */
};

/* Those that are known by more than a word. */
enum failure_class_of {
  CLASS_PROGRAM_ERROR,
  CLASS_CANNOT_EXECUTE,
  CLASS_KILLED,
  CLASS_BACKOFF_LIMIT,
  CLASS_DEADLINE,
  CLASS_POD_FAILURE_POLICY,
  CLASS_FAILED_INDEXES,
  CLASS_JOB_FAILED,
  CLASS_MANAGED_ELSEWHERE,
  CLASS_IMAGE_PULL,
  CLASS_IMAGE_SIGNATURE,
  CLASS_CONTAINER_CREATE,
  CLASS_QUOTA,
  CLASS_PODS_FORBIDDEN,
  CLASS_NOT_STARTED,
  CLASS_SUSPENDED,
  CLASS_NO_PARALLELISM,
  CLASS_QUEUED,
  CLASS_DELETED,
  CLASS_GONE,
  CLASS_TIMED_OUT,
  CLASS_LOST_SIGHT,
  CLASS_COUNT /* those that are known by a word alone stand behind */
};

const struct failure_class *failure_class(enum failure_class_of which);

/* Each of them NULL where the word is none of the table. */
const struct failure_class *failure_class_named(const char *name);
const struct failure_class *failure_class_of_waiting(const char *reason);
const struct failure_class *failure_class_of_pod(const char *reason);
const struct failure_class *failure_class_of_job(const char *reason);

/* Of a container that has ended and failed, never NULL; sets *signal, 0 where none ended it. */
const struct failure_class *failure_class_of_end(const char *reason, int32_t exit_code,
                                                 int32_t *signal);

/* Of an event FailedCreate: the Job's Pods are refused, never NULL. */
const struct failure_class *failure_class_of_refusal(const char *message);

/* Whether a new try of the same Job can mend this class of failure by itself ("--retry-failed"). */
bool failure_class_is_passing(const char *name);

#endif
