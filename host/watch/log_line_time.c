/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/log_line_time.h"

#include "text/timestamp.h"

#include <string.h>

/* "2026-11-23T09:05:07", then a fraction, then "Z" or "+02:00". */
enum { SECONDS_SIZE = 19, ZONE_SIZE = 6, LONGEST = 36 };

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Minutes east of Greenwich. */
static bool read_zone(const char *zone, size_t length, int *minutes) {
  int sign = *zone == '-' ? -1 : 1;

  *minutes = 0;
  if (length == 1)
    return *zone == 'Z';
  if (length != ZONE_SIZE || (*zone != '+' && *zone != '-') || zone[3] != ':' ||
      !is_digit(zone[1]) || !is_digit(zone[2]) || !is_digit(zone[4]) || !is_digit(zone[5]))
    return false;
  *minutes =
      sign * (((zone[1] - '0') * 10 + zone[2] - '0') * 60 + (zone[4] - '0') * 10 + zone[5] - '0');
  return true;
}

bool log_line_time(const char *line, size_t size, int64_t *second, size_t *length) {
  const char *blank = memchr(line, ' ', size < LONGEST + 1 ? size : LONGEST + 1);
  char text[SECONDS_SIZE + 2];
  size_t zone = SECONDS_SIZE;
  int minutes;
  int64_t ms;

  if (!blank || blank - line <= SECONDS_SIZE)
    return false;
  *length = (size_t)(blank - line);
  memcpy(text, line, SECONDS_SIZE);
  memcpy(text + SECONDS_SIZE, "Z", 2);
  if (line[zone] == '.')
    for (zone++; zone < *length && is_digit(line[zone]);)
      zone++;
  if (zone >= *length || !read_zone(line + zone, *length - zone, &minutes) ||
      !timestamp_parse(text, &ms))
    return false;
  *second = ms / 1000 - (int64_t)minutes * 60;
  return true;
}
