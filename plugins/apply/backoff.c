/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/backoff.h"

#include "text/timestamp.h"

#include <sys/random.h>
#include <unistd.h>

void backoff_init(struct backoff *backoff, int64_t base_ms) {
  backoff->base_ms = base_ms;
  if (getrandom(&backoff->random, sizeof backoff->random, GRND_NONBLOCK) !=
      (ssize_t)sizeof backoff->random)
    /* Early in the boot of a machine; two processes still differ. */
    backoff->random = (uint64_t)timestamp_now_ms() ^ ((uint64_t)getpid() << 32);
}

/* SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
static uint64_t next_random(struct backoff *backoff) {
  uint64_t z = backoff->random += UINT64_C(0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

int64_t backoff_delay_ms(struct backoff *backoff, uint32_t retry) {
  int64_t most = backoff->base_ms;

  while (retry > 1 && most < BACKOFF_MOST_MS) {
    most *= 2;
    retry--;
    if (most == 0)
      break;
  }
  if (most > BACKOFF_MOST_MS)
    most = BACKOFF_MOST_MS;
  return (int64_t)(next_random(backoff) % ((uint64_t)most + 1));
}
