/* SPDX-License-Identifier: Apache-2.0 */
#include "text/timestamp.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
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

static void put_digits(char *text, size_t count, unsigned value) {
  for (; count > 0; value /= 10)
    text[--count] = (char)('0' + value % 10);
}

/* Some of them for each attempt: snprintf would be most of it. */
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
  memcpy(text, "0000-00-00T00:00:00.000Z", TIMESTAMP_SIZE);
  put_digits(text, 4, (unsigned)(tm.tm_year + 1900));
  put_digits(text + 5, 2, (unsigned)(tm.tm_mon + 1));
  put_digits(text + 8, 2, (unsigned)tm.tm_mday);
  put_digits(text + 11, 2, (unsigned)tm.tm_hour);
  put_digits(text + 14, 2, (unsigned)tm.tm_min);
  put_digits(text + 17, 2, (unsigned)tm.tm_sec);
  put_digits(text + 20, 3, milliseconds);
}

/* The value of `count` digits; -1 where one of them is none. */
static int read_digits(const char *text, size_t count) {
  int value = 0;

  for (size_t i = 0; i < count; i++) {
    if (text[i] < '0' || text[i] > '9')
      return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

/* What follows the seconds: a fraction, of which milliseconds count, and the zone. */
static bool read_rest(const char *text, int *milliseconds) {
  int weight = 100;

  *milliseconds = 0;
  if (*text == '.') {
    if (read_digits(++text, 1) < 0)
      return false;
    for (; *text >= '0' && *text <= '9'; text++, weight /= 10)
      *milliseconds += (*text - '0') * weight;
  }
  return strcmp(text, "Z") == 0;
}

bool timestamp_parse(const char *text, int64_t *ms) {
  static const char form[] = "0000-00-00T00:00:00";
  struct tm parts = {0};
  int fraction;

  if (strlen(text) < sizeof form - 1)
    return false;
  for (size_t i = 0; i < sizeof form - 1; i++)
    if (form[i] == '0' ? read_digits(text + i, 1) < 0 : text[i] != form[i])
      return false;
  parts.tm_year = read_digits(text, 4) - 1900;
  parts.tm_mon = read_digits(text + 5, 2) - 1;
  parts.tm_mday = read_digits(text + 8, 2);
  parts.tm_hour = read_digits(text + 11, 2);
  parts.tm_min = read_digits(text + 14, 2);
  parts.tm_sec = read_digits(text + 17, 2);
  if (parts.tm_mon < 0 || parts.tm_mon > 11 || parts.tm_mday < 1 || parts.tm_mday > 31 ||
      parts.tm_hour > 23 || parts.tm_min > 59 || parts.tm_sec > 60 ||
      !read_rest(text + sizeof form - 1, &fraction))
    return false;
  *ms = (int64_t)timegm(&parts) * 1000 + fraction;
  return true;
}
