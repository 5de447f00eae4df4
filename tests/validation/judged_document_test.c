/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics stand in document order, and what is left out of many is said once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "validation/judged_document.h"

#include <string.h>

static void add(struct arena *arena, struct judged_document *judged, uint32_t severity,
                uint32_t line, uint32_t column, const char *message) {
  const struct hg_diagnostic diagnostic = {sizeof diagnostic, severity, line, column, "rule",
                                           "field",           message,  NULL};

  assert_int_equal(judged_document_add(arena, judged, &diagnostic), 0);
}

static void leave_out(struct arena *arena, struct judged_document *judged, uint32_t severity,
                      uint32_t line) {
  const struct hg_diagnostic diagnostic = {sizeof diagnostic, severity, line, 1, "rule",
                                           "field",           "x",      NULL};

  assert_int_equal(judged_document_leave_out(arena, judged, &diagnostic), 0);
}

static void test_what_is_left_out_is_said_once(void **state) {
  struct arena arena;
  struct judged_document *judged;
  const struct hg_validation *validation;

  (void)state;
  arena_init(&arena);
  judged = judged_document_create_unread(&arena, 1, "a.yaml", "default");
  assert_non_null(judged);
  leave_out(&arena, judged, HG_SEVERITY_WARNING, 3);
  leave_out(&arena, judged, HG_SEVERITY_WARNING, 4);
  validation = judged_document_validation(&arena, judged, false);
  assert_non_null(validation);
  assert_int_equal(validation->valid, 1);
  assert_int_equal(validation->warning_count, 1);
  assert_int_equal(validation->warnings[0]->line, 3);
  assert_string_equal(validation->warnings[0]->rule, "too-many-problems");
  leave_out(&arena, judged, HG_SEVERITY_ERROR, 5);
  leave_out(&arena, judged, HG_SEVERITY_ERROR, 6);
  validation = judged_document_validation(&arena, judged, false);
  assert_non_null(validation);
  assert_int_equal(validation->valid, 0);
  assert_int_equal(validation->warning_count, 1);
  assert_int_equal(validation->error_count, 1);
  assert_int_equal(validation->errors[0]->line, 5);
  arena_finish(&arena);
}

static void test_diagnostics_come_in_document_order(void **state) {
  struct arena arena;
  struct judged_document *judged;
  const struct hg_validation *validation;
  static const char *const errors[] = {"first", "second", "third", "third too", "fourth"};

  (void)state;
  arena_init(&arena);
  judged = judged_document_create_unread(&arena, 1, "a.yaml", "default");
  assert_non_null(judged);
  add(&arena, judged, HG_SEVERITY_ERROR, 9, 2, "third");
  add(&arena, judged, HG_SEVERITY_ERROR, 1, 5, "second");
  add(&arena, judged, HG_SEVERITY_WARNING, 2, 2, "warning");
  add(&arena, judged, HG_SEVERITY_ERROR, 9, 3, "fourth");
  add(&arena, judged, HG_SEVERITY_ERROR, 9, 2, "third too");
  add(&arena, judged, HG_SEVERITY_ERROR, 1, 1, "first");
  validation = judged_document_validation(&arena, judged, false);
  assert_non_null(validation);
  assert_int_equal(validation->valid, 0);
  assert_int_equal(validation->error_count, 5);
  assert_int_equal(validation->warning_count, 1);
  for (size_t i = 0; i < 5; i++)
    assert_string_equal(validation->errors[i]->message, errors[i]);
  assert_string_equal(validation->warnings[0]->message, "warning");
  arena_finish(&arena);
}

static void test_strict_makes_warnings_count(void **state) {
  struct arena arena;
  struct judged_document *judged;

  (void)state;
  arena_init(&arena);
  judged = judged_document_create_unread(&arena, 1, "a.yaml", "default");
  assert_int_equal(judged_document_validation(&arena, judged, true)->valid, 1);
  add(&arena, judged, HG_SEVERITY_WARNING, 2, 2, "warning");
  assert_int_equal(judged_document_validation(&arena, judged, false)->valid, 1);
  assert_int_equal(judged_document_validation(&arena, judged, true)->valid, 0);
  arena_finish(&arena);
}

static void test_strings_are_copied(void **state) {
  char text[] = "text";
  const struct hg_diagnostic diagnostic = {sizeof diagnostic, 77, 0, 0, text, NULL, text, text};
  struct arena arena;
  struct judged_document *judged;
  const struct hg_validation *validation;

  (void)state;
  arena_init(&arena);
  judged = judged_document_create_unread(&arena, 0, "a.yaml", "default");
  assert_int_equal(judged_document_add(&arena, judged, &diagnostic), 0);
  memset(text, 'x', 4);
  validation = judged_document_validation(&arena, judged, false);
  /* A severity that is not known counts as an error: nothing unsafe slips through. */
  assert_int_equal(validation->error_count, 1);
  assert_string_equal(validation->errors[0]->rule, "text");
  assert_string_equal(validation->errors[0]->field, "");
  assert_string_equal(validation->errors[0]->message, "text");
  assert_string_equal(validation->errors[0]->advice, "text");
  arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_is_left_out_is_said_once),
      cmocka_unit_test(test_diagnostics_come_in_document_order),
      cmocka_unit_test(test_strict_makes_warnings_count),
      cmocka_unit_test(test_strings_are_copied),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
