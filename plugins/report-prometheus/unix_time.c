/* SPDX-License-Identifier: Apache-2.0 */
#include "unix_time.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

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

bool unix_time_read(const char *text, int64_t *milliseconds) {
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
  *milliseconds = (int64_t)timegm(&parts) * 1000 + fraction;
  return true;
}
