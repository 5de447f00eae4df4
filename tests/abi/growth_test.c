/* SPDX-License-Identifier: Apache-2.0 */
/* Structs that grew, seen from both sides: HG_HAS tells what the other side has, whatever this side
 * was compiled with. */
#include <headgate/abi.h>
#include <headgate/option.h>
#include <headgate/result.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* hg_result as a made-up later minor might have it. */
struct later_result {
  struct hg_result v1_0;
  uint64_t retried_jobs;
};

static void a_struct_of_this_version_has_every_field(void **state) {
  struct hg_result result = {.struct_size = sizeof(struct hg_result)};

  (void)state;
  assert_true(HG_HAS(&result, struct_size));
  assert_true(HG_HAS(&result, exit_code));
  assert_true(HG_HAS(&result, duration_ms));
  assert_true(HG_HAS(&result, error));
}

static void a_shorter_struct_lacks_what_came_after_its_end(void **state) {
  /* Exactly as much memory as its maker says: ASan sees a read beyond it. Volatile, as the compiler
   * must not know what the maker said. */
  volatile size_t size = offsetof(struct hg_result, finished_at);
  struct hg_result *result = calloc(1, size);

  (void)state;
  assert_non_null(result);
  result->struct_size = (uint32_t)size;
  assert_true(HG_HAS(result, job_results));
  assert_false(HG_HAS(result, finished_at));
  assert_false(HG_HAS(result, duration_ms));
  assert_false(HG_HAS(result, error));
  free(result);
}

static void a_field_that_is_cut_is_not_there(void **state) {
  struct hg_result result;
  uint32_t start = (uint32_t)offsetof(struct hg_result, duration_ms);
  uint32_t size;

  (void)state;
  for (size = start; size < start + sizeof result.duration_ms; size++) {
    result.struct_size = size;
    assert_false(HG_HAS(&result, duration_ms));
  }
  result.struct_size = size;
  assert_true(HG_HAS(&result, duration_ms));
  assert_false(HG_HAS(&result, error));
}

static void a_struct_without_a_size_has_nothing_behind_it(void **state) {
  struct hg_result result = {0};

  (void)state;
  assert_false(HG_HAS(&result, struct_size));
  assert_false(HG_HAS(&result, exit_code));
}

static void a_longer_struct_has_all_that_is_known_here(void **state) {
  struct later_result later = {.v1_0 = {.struct_size = sizeof(struct later_result)},
                               .retried_jobs = 3};
  const struct hg_result *result = &later.v1_0;

  (void)state;
  assert_true(HG_HAS(result, error));
  assert_int_equal(offsetof(struct later_result, retried_jobs), sizeof(struct hg_result));
}

static void a_later_plugin_sees_that_this_host_is_older(void **state) {
  struct hg_result result = {.struct_size = sizeof(struct hg_result)};
  struct later_result seen = {.v1_0 = result};

  (void)state;
  assert_true(seen.v1_0.struct_size <
              offsetof(struct later_result, retried_jobs) + sizeof(uint64_t));
}

static void the_largest_size_wraps_nothing(void **state) {
  struct hg_option option = {.struct_size = UINT32_MAX};

  (void)state;
  assert_true(HG_HAS(&option, help));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_struct_of_this_version_has_every_field),
      cmocka_unit_test(a_shorter_struct_lacks_what_came_after_its_end),
      cmocka_unit_test(a_field_that_is_cut_is_not_there),
      cmocka_unit_test(a_struct_without_a_size_has_nothing_behind_it),
      cmocka_unit_test(a_longer_struct_has_all_that_is_known_here),
      cmocka_unit_test(a_later_plugin_sees_that_this_host_is_older),
      cmocka_unit_test(the_largest_size_wraps_nothing),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
