/* SPDX-License-Identifier: Apache-2.0 */
/* Every time that Headgate writes is read back, and nothing else is taken for one. */
#include "text/timestamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void reads_what_headgate_writes(void **state) {
  static const struct {
    const char *text;
    int64_t milliseconds;
  } rows[] = {
      {"1970-01-01T00:00:00.000Z", 0},
      {"2026-11-23T09:05:07.042Z", INT64_C(1795424707042)},
      {"2026-11-23T09:05:07Z", INT64_C(1795424707000)},
      {"2026-11-23T09:05:07.1Z", INT64_C(1795424707100)},
      {"2026-11-23T09:05:07.123456789Z", INT64_C(1795424707123)},
      {"2024-02-29T23:59:59.999Z", INT64_C(1709251199999)},
      {"2038-01-19T03:14:08.000Z", INT64_C(2147483648000)},
      {"1969-12-31T23:59:59.000Z", -1000},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    int64_t milliseconds = 1;

    assert_true(timestamp_parse(rows[i].text, &milliseconds));
    assert_true(milliseconds == rows[i].milliseconds);
  }
}

static void refuses_anything_else(void **state) {
  static const char *const texts[] = {
      "",
      "yesterday",
      "2026-11-23",
      "2026-11-23T09:05:07",
      "2026-11-23T09:05:07.042",
      "2026-11-23 09:05:07.042Z",
      "2026-11-23T09:05:07.042+02:00",
      "2026-11-23T09:05:07.Z",
      "2026-11-23T09:05:07.042Zx",
      "2026-13-23T09:05:07Z",
      "2026-00-23T09:05:07Z",
      "2026-11-00T09:05:07Z",
      "2026-11-32T09:05:07Z",
      "2026-11-23T24:05:07Z",
      "2026-11-23T09:60:07Z",
      "2026-11-23T09:05:61Z",
      "+026-11-23T09:05:07Z",
      "2026-11-23T0a:05:07Z",
  };

  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    int64_t milliseconds = 7;

    assert_false(timestamp_parse(texts[i], &milliseconds));
    assert_true(milliseconds == 7);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_what_headgate_writes),
      cmocka_unit_test(refuses_anything_else),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
