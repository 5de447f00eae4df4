/* SPDX-License-Identifier: Apache-2.0 */
#include "report/name_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void keeps_each_name_once_and_sorted(void **state) {
  static const char *const names[] = {"trading",   "default", "",        "trading", "한글",
                                      "default-2", "Z",       "default", "",        "batch"};
  static const char *const expected[] = {"",          "Z",       "batch", "default",
                                         "default-2", "trading", "한글"};
  struct name_set set;

  (void)state;
  name_set_init(&set);
  name_set_sort(&set);
  assert_int_equal(set.count, 0);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    assert_int_equal(name_set_add(&set, names[i]), 0);
  name_set_sort(&set);
  assert_int_equal(set.count, sizeof expected / sizeof expected[0]);
  for (size_t i = 0; i < set.count; i++)
    assert_string_equal(set.names[i], expected[i]);
  name_set_finish(&set);
  name_set_finish(&set);
}

/* Every Job in a namespace of its own, each named twice. */
static void takes_many_names(void **state) {
  enum { COUNT = 20000 };
  struct name_set set;
  char name[32];

  (void)state;
  name_set_init(&set);
  for (int turn = 0; turn < 2; turn++) {
    for (unsigned i = 0; i < COUNT; i++) {
      (void)snprintf(name, sizeof name, "namespace-%05u", i * 7919u % COUNT);
      assert_int_equal(name_set_add(&set, name), 0);
    }
  }
  name_set_sort(&set);
  assert_int_equal(set.count, COUNT);
  for (unsigned i = 0; i < COUNT; i++) {
    (void)snprintf(name, sizeof name, "namespace-%05u", i);
    assert_string_equal(set.names[i], name);
  }
  name_set_finish(&set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keeps_each_name_once_and_sorted),
      cmocka_unit_test(takes_many_names),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
