/* The one event loop: starts the plan's Jobs in order, as many at a time as there are slots, and
 * tells the sink of each end. */
#ifndef APPLY_KUBECTL_APPLY_LOOP_H
#define APPLY_KUBECTL_APPLY_LOOP_H

#include "child.h"
#include "program.h"
#include "text_buffer.h"

#include <headgate/applier.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>

struct slot;

/* Embedded in its owner. One thread. Between two calls of apply_loop_run no child lives. */
struct apply_loop {
  const struct hg_host *host;
  const struct program *program;
  struct child_limits limits;
  size_t slot_count;
  struct slot *slots;   /* slot_count of them */
  struct pollfd *polls; /* CHILD_DESCRIPTORS rows for each slot */
  char *chunk;          /* CAPTURE_CHUNK bytes */
  struct text_buffer line;
  struct text_buffer reason;
};

/* `host` and `program` are borrowed until apply_loop_finish. `slot_count`: kubectls at one time, at
 * least 1. -1: no memory; apply_loop_finish is still to be called. */
int32_t apply_loop_init(struct apply_loop *loop, const struct hg_host *host,
                        const struct program *program, const struct child_limits *limits,
                        size_t slot_count, struct hg_error *err);

/* Accepts one that is all zero. */
void apply_loop_finish(struct apply_loop *loop);

/* hg_applier_ops.apply. HG_ERROR_CANCELLED where the user asked to stop and Jobs were left. */
int32_t apply_loop_run(struct apply_loop *loop, const struct hg_plan *plan,
                       const struct hg_apply_sink *sink, struct hg_error *err);

#endif
