/* SPDX-License-Identifier: Apache-2.0 */
/* A second Job of one name and namespace is told where the first stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan/job_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct job_place *add(struct job_index *index, const char *job_namespace,
                                   const char *name, const char *path, uint32_t line) {
  struct hg_error error = HG_ERROR_INIT;
  const struct job_place place = {{name, job_namespace, path, 1}, line};
  const struct job_place *earlier = NULL;

  assert_int_equal(job_index_add(index, &place, &earlier, &error), 0);
  return earlier;
}

static void test_the_first_place_is_remembered(void **state) {
  struct job_index index;
  const struct job_place *earlier;

  (void)state;
  job_index_init(&index);
  assert_null(add(&index, "a", "job", "one.yaml", 4));
  earlier = add(&index, "a", "job", "two.yaml", 9);
  assert_non_null(earlier);
  assert_string_equal(earlier->job.path, "one.yaml");
  assert_int_equal(earlier->line, 4);
  earlier = add(&index, "a", "job", "three.yaml", 2);
  assert_string_equal(earlier->job.path, "one.yaml");
  job_index_finish(&index);
}

static void test_a_namespace_is_part_of_the_name(void **state) {
  struct job_index index;

  (void)state;
  job_index_init(&index);
  assert_null(add(&index, "a", "b", "one.yaml", 1));
  assert_null(add(&index, "b", "a", "two.yaml", 1));
  assert_null(add(&index, "a", "a", "three.yaml", 1));
  assert_null(add(&index, "", "a/b", "four.yaml", 1));
  assert_null(add(&index, "a/", "b", "five.yaml", 1));
  assert_int_equal(index.places.count, 5);
  job_index_finish(&index);
}

static void test_many_names(void **state) {
  enum { COUNT = 20000 };
  char(*names)[16] = calloc(COUNT, sizeof *names);
  struct job_index index;

  (void)state;
  assert_non_null(names);
  job_index_init(&index);
  for (int i = 0; i < COUNT; i++) {
    (void)snprintf(names[i], sizeof names[i], "job-%d", i);
    assert_null(add(&index, "default", names[i], "x.yaml", (uint32_t)i));
  }
  for (int i = 0; i < COUNT; i++) {
    const struct job_place *earlier = add(&index, "default", names[i], "y.yaml", 0);

    assert_non_null(earlier);
    assert_int_equal(earlier->line, i);
  }
  assert_int_equal(index.places.count, COUNT);
  job_index_finish(&index);
  free(names);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_first_place_is_remembered),
      cmocka_unit_test(test_a_namespace_is_part_of_the_name),
      cmocka_unit_test(test_many_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
