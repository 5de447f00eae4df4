/* SPDX-License-Identifier: Apache-2.0 */
/* A name is found again whatever its bytes, and no other in its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "memory/name_table.h"

#include <string.h>

static void put(struct name_table *table, struct arena *arena, const char *name, uint32_t length,
                void *thing) {
  void **place = name_table_entry(table, arena, name, length);

  assert_non_null(place);
  assert_null(*place);
  *place = thing;
}

static void test_names_are_found_again_and_no_others(void **state) {
  enum { COUNT = 5000 };
  struct name_table table;
  struct arena arena;
  uint32_t none = COUNT;

  (void)state;
  arena_init(&arena);
  name_table_init(&table);
  assert_null(name_table_find(&table, "a", 1));
  for (uint32_t i = 0; i < COUNT; i++) {
    char *name = arena_copy(&arena, (const char *)&i, sizeof i);

    assert_non_null(name);
    put(&table, &arena, name, sizeof i, name);
  }
  for (uint32_t i = 0; i < COUNT; i++)
    assert_memory_equal(name_table_find(&table, (const char *)&i, sizeof i), &i, sizeof i);
  assert_null(name_table_find(&table, (const char *)&none, sizeof none));
  assert_int_equal(table.count, COUNT);
  arena_finish(&arena);
}

static void test_a_name_is_any_bytes(void **state) {
  static const char bytes[] = "a\0b";
  struct name_table table;
  struct arena arena;

  (void)state;
  arena_init(&arena);
  name_table_init(&table);
  put(&table, &arena, bytes, 1, "one");
  put(&table, &arena, bytes, 2, "two");
  put(&table, &arena, bytes, 3, "three");
  put(&table, &arena, "", 0, "none");
  assert_string_equal(name_table_find(&table, "a\0b", 3), "three");
  assert_string_equal(name_table_find(&table, "", 0), "none");
  assert_null(name_table_find(&table, "a\0c", 3));
  arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names_are_found_again_and_no_others),
      cmocka_unit_test(test_a_name_is_any_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
