/* SPDX-License-Identifier: Apache-2.0 */
/* A duration is told in two figures that a reader can compare. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/duration.h"

/* What was not reached is not claimed: a run of 59.999 s took no minute. */
static void test_is_cut_and_never_rounded_up(void **state) {
  static const struct {
    int64_t ms;
    const char *shown;
  } rows[] = {
      {0, "0 ms"},
      {999, "999 ms"},
      {1000, "1.00 s"},
      {9999, "9.99 s"},
      {10000, "10.00 s"},
      {59999, "59.99 s"},
      {60000, "1 min 00 s"},
      {3599999, "59 min 59 s"},
      {3600000, "1 h 00 min"},
      {360000000, "100 h 00 min"},
  };
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    duration_append(&text, rows[i].ms);
    assert_string_equal(text_buffer_string(&text), rows[i].shown);
    text_buffer_reset(&text);
  }
  text_buffer_finish(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_is_cut_and_never_rounded_up)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
