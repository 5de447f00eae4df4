/* SPDX-License-Identifier: Apache-2.0 */
/* The structs of a later minor hold what those of today do, and more behind it. */
#include "runner/runner_later_minor.h"

#include <headgate/abi.h>
#include <headgate/job.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int open_arena(void **state) {
  (void)state;
  arena_init(&arena);
  return 0;
}

static int close_arena(void **state) {
  (void)state;
  arena_finish(&arena);
  return 0;
}

/* Equal from the second member on, and larger; what is behind is no zero. */
static void assert_larger(const void *later, const void *today, size_t size) {
  const unsigned char *bytes = later;
  uint32_t struct_size;

  assert_non_null(later);
  memcpy(&struct_size, later, sizeof struct_size);
  assert_int_equal(struct_size, size + LATER_MINOR_BYTES);
  assert_memory_equal(bytes + sizeof struct_size, (const char *)today + sizeof struct_size,
                      size - sizeof struct_size);
  for (size_t i = size; i < struct_size; i++)
    assert_true(bytes[i] != 0 && bytes[i] != 1);
}

static void a_run_is_larger(void **state) {
  const struct hg_run run = {.struct_size = sizeof run, .mode = HG_MODE_APPLY, .command = "apply"};
  const struct hg_error error = HG_ERROR_INIT;

  (void)state;
  assert_larger(later_minor_run(&arena, &run), &run, sizeof run);
  assert_larger(later_minor_error(&arena, &error), &error, sizeof error);
}

static void host_and_output_say_so(void **state) {
  const struct hg_host host = {.struct_size = sizeof host, .abi_minor = HG_ABI_MINOR};
  const struct hg_output output = {.struct_size = sizeof output, .flags = HG_OUTPUT_FULL};
  struct hg_host *later_host = later_minor_host(&arena, &host);
  struct hg_output *later_output = later_minor_output(&arena, &output);

  (void)state;
  assert_non_null(later_host);
  assert_int_equal(later_host->abi_minor, HG_ABI_MINOR + 1);
  assert_non_null(later_output);
  assert_true(later_output->flags & HG_OUTPUT_FULL);
  assert_true(later_output->flags &
              ~(HG_OUTPUT_TERMINAL | HG_OUTPUT_COLOR | HG_OUTPUT_FULL)); /* a bit without a name */
}

static void lists_hold_larger_structs(void **state) {
  const struct hg_diagnostic rows[] = {
      {sizeof rows[0], HG_SEVERITY_ERROR, 1, 2, "required", "spec", "Required value", NULL},
      {sizeof rows[0], HG_SEVERITY_ERROR, 3, 4, "invalid", "spec.x", "Invalid value", "mend it"}};
  const struct hg_diagnostic *const list[] = {&rows[0], &rows[1]};
  const char *const command[] = {"sh", NULL};
  const struct hg_job_details details = {.struct_size = sizeof details,
                                         .command_count = 1,
                                         .image = "image",
                                         .labels = (const struct hg_pair *)command,
                                         .command = command,
                                         .args = command};
  const struct hg_validation validation = {.struct_size = sizeof validation,
                                           .error_count = 2,
                                           .job_name = "job",
                                           .errors = list,
                                           .warnings = list,
                                           .details = &details};
  const struct hg_validation *later = later_minor_validation(&arena, &validation);

  (void)state;
  assert_non_null(later);
  assert_string_equal(later->job_name, "job");
  assert_true(later->errors != list);
  for (size_t i = 0; i < 2; i++)
    assert_larger(later->errors[i], &rows[i], sizeof rows[i]);
  /* Not one behind the other, as today's happen to be. */
  assert_true((const char *)later->errors[1] - (const char *)later->errors[0] !=
              (ptrdiff_t)sizeof rows[0]);
  assert_int_equal(later->details->struct_size, sizeof details + LATER_MINOR_BYTES);
  assert_ptr_equal(later->details->command, command);
  assert_null(later->details->labels); /* there are none */
  assert_null(later->details->args);
}

static void details_may_be_absent(void **state) {
  const struct hg_diagnostic *const none[] = {NULL};
  const struct hg_validation validation = {
      .struct_size = sizeof validation, .errors = none, .warnings = none};
  const struct hg_validation *later = later_minor_validation(&arena, &validation);

  (void)state;
  assert_non_null(later);
  assert_null(later->details);
  assert_non_null(later->errors);
}

static void results_are_listed_as_larger_ones(void **state) {
  const struct hg_job_result rows[] = {
      {.struct_size = sizeof rows[0], .job_name = "a", .flags = HG_RESULT_STDOUT_CUT},
      {.struct_size = sizeof rows[0], .job_name = "b"}};
  const struct hg_job_result *const list[] = {&rows[0], &rows[1]};
  const struct hg_result result = {
      .struct_size = sizeof result, .job_result_count = 2, .job_results = list};
  const struct hg_result *later = later_minor_result(&arena, &result);

  (void)state;
  assert_non_null(later);
  assert_int_equal(later->struct_size, sizeof result + LATER_MINOR_BYTES);
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(later->job_results[i]->struct_size, sizeof rows[i] + LATER_MINOR_BYTES);
    assert_string_equal(later->job_results[i]->job_name, rows[i].job_name);
    assert_true(later->job_results[i]->flags != rows[i].flags);
    assert_int_equal(later->job_results[i]->flags & HG_RESULT_STDOUT_CUT, rows[i].flags);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_run_is_larger),
      cmocka_unit_test(host_and_output_say_so),
      cmocka_unit_test(lists_hold_larger_structs),
      cmocka_unit_test(details_may_be_absent),
      cmocka_unit_test(results_are_listed_as_larger_ones),
  };

  return cmocka_run_group_tests(tests, open_arena, close_arena);
}
