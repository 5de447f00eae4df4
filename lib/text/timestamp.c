/* SPDX-License-Identifier: Apache-2.0 */
#include "text/timestamp.h"

#include <stdio.h>
#include <time.h>

static int64_t read_clock(clockid_t id) {
  struct timespec now = {0, 0};

  (void)clock_gettime(id, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t timestamp_now_ms(void) {
  return read_clock(CLOCK_REALTIME);
}

int64_t timestamp_steady_ms(void) {
  return read_clock(CLOCK_MONOTONIC);
}

void timestamp_format(int64_t ms, char text[TIMESTAMP_SIZE]) {
  const int64_t first = INT64_C(-62167219200000); /* 0000-01-01T00:00:00.000Z */
  const int64_t last = INT64_C(253402300799999);  /* 9999-12-31T23:59:59.999Z */
  struct tm tm;
  time_t seconds;
  unsigned milliseconds;

  ms = ms < first ? first : ms > last ? last : ms;
  milliseconds = (unsigned)((ms % 1000 + 1000) % 1000);
  seconds = (time_t)((ms - (int64_t)milliseconds) / 1000);
  (void)gmtime_r(&seconds, &tm);
  (void)snprintf(text, TIMESTAMP_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
                 (unsigned)(tm.tm_year + 1900) % 10000u, (unsigned)(tm.tm_mon + 1) % 100u,
                 (unsigned)tm.tm_mday % 100u, (unsigned)tm.tm_hour % 100u,
                 (unsigned)tm.tm_min % 100u, (unsigned)tm.tm_sec % 100u, milliseconds % 1000u);
}
