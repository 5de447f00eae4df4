/* SPDX-License-Identifier: Apache-2.0 */
/* How long to wait before another try. */
#ifndef APPLY_BACKOFF_H
#define APPLY_BACKOFF_H

#include <stdint.h>

enum { BACKOFF_MOST_MS = 30000 };

/* Embedded in its owner. */
struct backoff {
  int64_t base_ms;
  uint64_t random; /* the generator's state */
};

/* `base_ms`: what the first delay is at most. The generator is seeded by the system, so that many
 * headgates that lost the same server do not come back to it at the same time. */
void backoff_init(struct backoff *backoff, int64_t base_ms);

/* The delay in milliseconds before retry `retry`, from 1: any from 0 to the base doubled with each
 * retry, at most BACKOFF_MOST_MS, all of them alike ("full jitter": of the common ways to spread
 * clients the one with the least work for the server). */
int64_t backoff_delay_ms(struct backoff *backoff, uint32_t retry);

#endif
