/* SPDX-License-Identifier: Apache-2.0 */
/* One passage through a plan: what the parts of the apply loop share while it goes on. */
#ifndef APPLY_KUBECTL_PASSAGE_H
#define APPLY_KUBECTL_PASSAGE_H

#include "apply/retry_queue.h"
#include "apply_loop.h"
#include "child.h"
#include "command.h"
#include "errand.h"
#include "text/timestamp.h"

#include <headgate/applier.h>
#include <stdbool.h>
#include <stdint.h>

/* One kubectl, and the Jobs that it applies. */
struct flight {
  struct child child; /* CHILD_NONE: the place is free */
  struct child_limits limits;
  struct command command;
  struct job_try *tries; /* room for a batch */
  uint32_t count;
  char timestamp[TIMESTAMP_SIZE]; /* when it was started */
};

struct passage {
  struct apply_loop *loop;
  const struct hg_plan *plan;
  const struct errand *errand;
  struct hg_error *err;
  struct retry_queue queue;
  uint64_t next;    /* the first Job that was not offered to the host */
  uint32_t running; /* flights whose child lives */
  uint32_t places;  /* as many may; fewer than loop->limits.parallel where the system has no room */
  bool closed;      /* nothing more is launched: the host or the user said so, or it is broken */
  bool cancelled;   /* it was the user */
  bool left_out;    /* Jobs of a launch were not let through */
  bool broken;      /* the applier cannot go on: `err` says why */
};

/* A line of the log: a label, then `text` as one line of UTF-8. What is only asked is of interest
 * to few: its lines are for -v. */
void passage_log(const struct passage *passage, uint32_t level, const char *label,
                 const char *text);

/* "Executing kubectl: ", and the command as one would type it. */
void passage_log_command(const struct passage *passage, const struct command *command);

#endif
