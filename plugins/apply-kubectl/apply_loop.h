/* SPDX-License-Identifier: Apache-2.0 */
/* The one event loop: starts the plan's Jobs in order, as many kubectls at a time as it may, and
 * tells the errand of each end. */
#ifndef APPLY_KUBECTL_APPLY_LOOP_H
#define APPLY_KUBECTL_APPLY_LOOP_H

#include "apply/backoff.h"
#include "apply/kubectl_words.h"
#include "child.h"
#include "errand.h"
#include "program.h"
#include "text/text_buffer.h"

#include <headgate/applier.h>
#include <headgate/plan.h>
#include <poll.h>
#include <stdint.h>

struct flight;

struct apply_limits {
  struct child_limits child; /* of a kubectl that applies one Job */
  uint32_t parallel;         /* kubectls at one time, at least 1 */
  uint32_t batch;            /* Jobs of one kubectl, at least 1 */
  uint32_t retries;          /* of a Job after failures that pass */
  int64_t retry_delay_ms;    /* the first one's, at most (backoff.h) */
};

/* Embedded in its owner. One thread. Between two calls of apply_loop_run no child lives. */
struct apply_loop {
  const struct hg_host *host;
  const struct program *program;
  struct apply_limits limits;
  struct backoff backoff;
  struct flight *flights;            /* limits.parallel of them */
  struct pollfd *polls;              /* room for CHILD_DESCRIPTORS rows a flight */
  struct hg_launch *launches;        /* limits.batch of them */
  const struct hg_plan_item **items; /* the same */
  char *chunk;                       /* CAPTURE_CHUNK bytes */
  struct text_buffer line;
  struct text_buffer label;
  struct text_buffer reason;
  struct words_warnings warnings; /* of the kubectl that is being settled */
};

/* `host` and `program` are borrowed until apply_loop_finish. -1: no memory; apply_loop_finish is
 * still to be called. */
int32_t apply_loop_init(struct apply_loop *loop, const struct hg_host *host,
                        const struct program *program, const struct apply_limits *limits,
                        struct hg_error *err);

/* Accepts one that is all zero. */
void apply_loop_finish(struct apply_loop *loop);

/* Runs the errand for each Job of the plan. HG_ERROR_CANCELLED where the user asked to stop and
 * Jobs were left, or were left without another try. */
int32_t apply_loop_run(struct apply_loop *loop, const struct hg_plan *plan,
                       const struct errand *errand, struct hg_error *err);

#endif
