/* SPDX-License-Identifier: Apache-2.0 */
/* Times against a table made from the proleptic Gregorian calendar, and against timegm(3). */
#include "text/timestamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

static void formats_known_times(void **state) {
  static const struct {
    int64_t ms;
    const char *text;
  } rows[] = {
      {0, "1970-01-01T00:00:00.000Z"},
      {1, "1970-01-01T00:00:00.001Z"},
      {999, "1970-01-01T00:00:00.999Z"},
      {1000, "1970-01-01T00:00:01.000Z"},
      {-1, "1969-12-31T23:59:59.999Z"},
      {-999, "1969-12-31T23:59:59.001Z"},
      {-1000, "1969-12-31T23:59:59.000Z"},
      {-1001, "1969-12-31T23:59:58.999Z"},
      {951782400000, "2000-02-29T00:00:00.000Z"},
      {951868799999, "2000-02-29T23:59:59.999Z"},
      {-2203891200001, "1900-02-28T23:59:59.999Z"},
      {-2203891200000, "1900-03-01T00:00:00.000Z"},
      {2147483648000, "2038-01-19T03:14:08.000Z"},
      {4107542400000, "2100-03-01T00:00:00.000Z"},
      {253402300799999, "9999-12-31T23:59:59.999Z"},
      {253402300800000, "9999-12-31T23:59:59.999Z"},
      {INT64_MAX, "9999-12-31T23:59:59.999Z"},
      {-62167219200000, "0000-01-01T00:00:00.000Z"},
      {-62167219200001, "0000-01-01T00:00:00.000Z"},
      {INT64_MIN, "0000-01-01T00:00:00.000Z"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[TIMESTAMP_SIZE];

    timestamp_format(rows[i].ms, text);
    assert_string_equal(text, rows[i].text);
  }
}

/* Read back, a time is the one that was written. Steps of about a month and an odd number of
 * milliseconds, so that every field moves. */
static void reads_back_the_same(void **state) {
  (void)state;
  for (int64_t ms = INT64_C(-62167219200000); ms < INT64_C(253402300799999); ms += 3154807403) {
    char text[TIMESTAMP_SIZE];
    struct tm tm = {0};
    int milliseconds = 0;

    timestamp_format(ms, text);
    assert_int_equal(sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &tm.tm_year, &tm.tm_mon,
                            &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &milliseconds),
                     7);
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    if ((int64_t)timegm(&tm) * 1000 + milliseconds != ms)
      fail_msg("%lld was written as %s", (long long)ms, text);
  }
}

static void clocks_run(void **state) {
  const struct timespec pause = {0, 20000000};
  int64_t before = (int64_t)time(NULL);
  int64_t wall = timestamp_now_ms();
  int64_t after = (int64_t)time(NULL) + 1; /* time(2) may be a tick behind */
  int64_t steady = timestamp_steady_ms();

  (void)state;
  assert_true(before <= wall / 1000 && wall / 1000 <= after);
  (void)nanosleep(&pause, NULL);
  assert_true(timestamp_steady_ms() - steady >= 19);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(formats_known_times),
      cmocka_unit_test(reads_back_the_same),
      cmocka_unit_test(clocks_run),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
