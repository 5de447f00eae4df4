/* SPDX-License-Identifier: Apache-2.0 */
/* What was there before the first Job was sent: the server itself does not tell "unchanged" from
 * "configured".
 *
 * Many Jobs of a namespace are looked for in one list, of which no more is kept than tells whether
 * one of them changed. Few are asked for one by one, each before it is sent; so are those of a
 * namespace that may not be listed, or that holds far more Jobs than are wanted.
 */
#ifndef APPLY_SERVER_STANDING_H
#define APPLY_SERVER_STANDING_H

#include "cluster/requests.h"
#include "live_job.h"
#include "memory/arena.h"

#include <headgate/plan.h>

/* Embedded in its owner. */
struct standing {
  struct arena arena;
  const struct live_print **prints; /* by Job of the plan; see standing_of */
};

void standing_init(struct standing *standing);
void standing_finish(struct standing *standing);

/* Asks, and returns when all is known that can be. -1: no memory, and nothing is known. A wish to
 * stop ends it. */
int32_t standing_look(struct standing *standing, struct requests *requests,
                      const struct hg_plan *plan, int64_t timeout_ms);

/* NULL: it is not known whether the Job was there. An empty version and zeros: it was not. */
const struct live_print *standing_of(const struct standing *standing, uint64_t item);

/* Whether that says that the Job was not there. */
bool standing_is_absent(const struct live_print *print);

#endif
