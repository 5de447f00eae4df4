/* SPDX-License-Identifier: Apache-2.0 */
#include "timestamp_text.h"

#include <string.h>

/* Reads `count` digits at *at and steps over them; -1 where they are none. */
static int read_digits(const char *text, size_t length, size_t *at, size_t count) {
  int value = 0;

  if (count > length - *at)
    return -1;
  for (size_t i = 0; i < count; i++, (*at)++) {
    if (text[*at] < '0' || text[*at] > '9')
      return -1;
    value = value * 10 + (text[*at] - '0');
  }
  return value;
}

static bool read_char(const char *text, size_t length, size_t *at, const char *one_of) {
  if (*at >= length || text[*at] == '\0' || !strchr(one_of, text[*at]))
    return false;
  (*at)++;
  return true;
}

static int days_of(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

  return month == 2 && leap ? 29 : days[month - 1];
}

static bool read_date(const char *text, size_t length, size_t *at) {
  int year = read_digits(text, length, at, 4);
  int month;
  int day;

  if (year < 0 || !read_char(text, length, at, "-"))
    return false;
  month = read_digits(text, length, at, 2);
  if (month < 1 || month > 12 || !read_char(text, length, at, "-"))
    return false;
  day = read_digits(text, length, at, 2);
  return day >= 1 && day <= days_of(year, month);
}

/* Go takes an hour of one digit: time.Parse() reads "15" without insisting on two. */
static bool read_time(const char *text, size_t length, size_t *at) {
  size_t digits = length - *at > 1 && text[*at + 1] == ':' ? 1 : 2;
  int hour = read_digits(text, length, at, digits);
  int minute;
  int second;

  if (hour < 0 || hour > 23 || !read_char(text, length, at, ":"))
    return false;
  minute = read_digits(text, length, at, 2);
  if (minute < 0 || minute > 59 || !read_char(text, length, at, ":"))
    return false;
  second = read_digits(text, length, at, 2);
  if (second < 0 || second > 59)
    return false;
  if (read_char(text, length, at, ".,")) {
    if (read_digits(text, length, at, 1) < 0)
      return false;
    while (*at < length && text[*at] >= '0' && text[*at] <= '9')
      (*at)++;
  }
  return true;
}

bool timestamp_text_is_rfc3339(const char *text, size_t length) {
  size_t at = 0;
  int hours;
  int minutes;

  if (!read_date(text, length, &at) || !read_char(text, length, &at, "T") ||
      !read_time(text, length, &at))
    return false;
  if (read_char(text, length, &at, "Z"))
    return at == length;
  if (!read_char(text, length, &at, "+-"))
    return false;
  hours = read_digits(text, length, &at, 2);
  if (hours < 0 || hours > 24 || !read_char(text, length, &at, ":"))
    return false;
  minutes = read_digits(text, length, &at, 2);
  return minutes >= 0 && minutes <= 60 && at == length;
}
