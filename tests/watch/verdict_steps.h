/* SPDX-License-Identifier: Apache-2.0 */
/* What is seen of a Job, step by step, and what is to become of it: rows for tables. */
#ifndef TESTS_WATCH_VERDICT_STEPS_H
#define TESTS_WATCH_VERDICT_STEPS_H

#include "watch/verdict.h"

#include <stdint.h>

enum { MOST_STEPS = 12, MOST_CONTAINERS = 3 };

struct container_step {
  uint32_t kind;
  uint32_t state; /* 0: no container */
  uint32_t restart;
  int32_t exit_code;
  int32_t signal;
  const char *name;
  const char *reason;
  const char *message;
  const char *finished_at;
};

/* Members that are NULL stand for "". */
struct verdict_step {
  char what;  /* 'J', 'P', 'E', 'T' for a tick; 0: the end */
  int64_t at; /* seconds of our clock */
  uint32_t phase;
  uint32_t flags;
  int32_t active, succeeded, failed;
  const char *uid; /* of the Job; NULL: "job" */
  const char *reason;
  const char *message;
  const char *finished_at;
  const char *failed_indexes;
  const char *pod; /* its uid; it is called "pod-UID" */
  const char *pod_phase;
  const char *node; /* NULL: "node" */
  const char *created_at;
  const char *type; /* of an event; NULL: "Warning" */
  struct container_step containers[MOST_CONTAINERS];
};

struct verdict_row {
  const char *promise;
  struct verdict_step steps[MOST_STEPS];
  uint32_t outcome; /* 0: undecided */
  const char *class;
  const char *reason;
  const char *message;
  const char *cause; /* stands in it */
  int32_t exit_code; /* 0 stands for -1: no container that decides exits with 0 */
  int32_t signal;
  uint32_t flags;
  const char *waits_for;
  int64_t schedule_grace_ms; /* 0: for ever */
  bool had_ended;
};

#define JOB(at_, ...)                                                                              \
  { .what = 'J', .at = (at_), .phase = __VA_ARGS__ }
#define POD(at_, pod_, ...)                                                                        \
  { .what = 'P', .at = (at_), .pod = (pod_), .pod_phase = __VA_ARGS__ }
#define EVENT(at_, reason_, ...)                                                                   \
  { .what = 'E', .at = (at_), .reason = (reason_), .message = __VA_ARGS__ }
#define TICK(at_)                                                                                  \
  { .what = 'T', .at = (at_) }
#define CONTAINERS(...) .containers = {__VA_ARGS__}
#define WAITS(...)                                                                                 \
  {                                                                                                \
    .kind = HG_CONTAINER_MAIN, .state = HG_CONTAINER_WAITING, .name = "main",                      \
    .reason = __VA_ARGS__                                                                          \
  }
#define RUNS(restart_)                                                                             \
  {                                                                                                \
    .kind = HG_CONTAINER_MAIN, .state = HG_CONTAINER_RUNNING, .name = "main",                      \
    .restart = (restart_)                                                                          \
  }
#define ENDED(code_, ...)                                                                          \
  {                                                                                                \
    .kind = HG_CONTAINER_MAIN, .state = HG_CONTAINER_TERMINATED, .name = "main",                   \
    .exit_code = (code_), .reason = __VA_ARGS__                                                    \
  }

/* A Job without a Pod, one that counts one, and one that failed. */
#define NO_POD JOB(0, HG_PHASE_PENDING)
#define PENDING JOB(0, HG_PHASE_PENDING, .active = 1)
#define FAILS(at_, ...) JOB(at_, HG_PHASE_FAILED, .failed = 1, .reason = __VA_ARGS__)
#define OVER_LIMIT(at_)                                                                            \
  FAILS(at_, "BackoffLimitExceeded", .message = "Job has reached the specified backoff limit")

/* With the graces of the row, or those that a run has without options. */
void verdict_row_init(struct verdict *verdict, const struct verdict_row *row);
void verdict_take_step(struct verdict *verdict, const struct verdict_step *step, bool had_ended);

/* Fails the test, with the promise, where a row is not kept. */
void verdict_rows_hold(const struct verdict_row *rows, size_t count);

#endif
