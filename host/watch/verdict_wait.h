/* SPDX-License-Identifier: Apache-2.0 */
/* What a Job waits for that has nothing that runs. */
#ifndef HOST_WATCH_VERDICT_WAIT_H
#define HOST_WATCH_VERDICT_WAIT_H

#include "watch/evidence.h"
#include "watch/verdict.h"

/* What keeps a Job from running. */
struct wait {
  const struct kept_pod *pod; /* NULL: the Job itself */
  const struct waiting *waiting;
  int64_t due_ms;
};

/* Why nothing of it runs, in the order of what is known. `own` has room for what the Job itself
 * waits for. False: nothing keeps it from running, or something of it runs. */
bool verdict_find_wait(const struct verdict *verdict, struct waiting *own, struct wait *wait);

#endif
