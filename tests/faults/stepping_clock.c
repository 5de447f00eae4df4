/* SPDX-License-Identifier: Apache-2.0 */
/* Put before a program with LD_PRELOAD, it makes the clock on the wall step: each look at it shows
 * STEPPING_CLOCK_SECONDS more (or, with a minus, less) than the one before. Clocks that never step
 * are left as they are.
 *
 * Thread: any. */
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static long next_offset(void) {
  static atomic_long looks;
  const char *step = getenv("STEPPING_CLOCK_SECONDS");

  return step ? strtol(step, NULL, 10) * atomic_fetch_add(&looks, 1) : 0;
}

EXPORT int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = (int)syscall(SYS_clock_gettime, clock, now);

  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    now->tv_sec += next_offset();
  return result;
}

EXPORT int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec precise;

  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &precise) != 0)
    return -1;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

EXPORT time_t time(time_t *seconds) {
  struct timespec precise;

  if (clock_gettime(CLOCK_REALTIME, &precise) != 0)
    return (time_t)-1;
  if (seconds)
    *seconds = precise.tv_sec;
  return precise.tv_sec;
}
