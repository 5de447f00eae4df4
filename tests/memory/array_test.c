/* SPDX-License-Identifier: Apache-2.0 */
/* An array that grows: what it held stays, and what cannot be had leaves it as it was. */
#include "memory/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void rows_stay_as_it_grows(void **state) {
  uint32_t *rows = NULL;
  size_t capacity = 0;

  (void)state;
  for (uint32_t i = 0; i < 1000; i++) {
    rows = array_reserve(rows, i + 1, &capacity, sizeof *rows);
    assert_non_null(rows);
    assert_true(capacity > i);
    rows[i] = i;
  }
  for (uint32_t i = 0; i < 1000; i++)
    assert_int_equal(rows[i], i);
  assert_null(array_reserve(rows, SIZE_MAX / 4, &capacity, sizeof *rows));
  assert_int_equal(rows[999], 999);
  assert_true(capacity < 2048);
  assert_ptr_equal(array_reserve(rows, 1, &capacity, sizeof *rows), rows);
  free(rows);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rows_stay_as_it_grows)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
