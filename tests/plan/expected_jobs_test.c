/* SPDX-License-Identifier: Apache-2.0 */
/* What a scan must find again: the same, changed, renamed, gone. */
#include "plan/expected_jobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MUST(call) assert_int_equal((call), 0)

static int setup(void **state) {
  static struct expected_jobs expected;

  expected_jobs_init(&expected);
  *state = &expected;
  return 0;
}

static int teardown(void **state) {
  expected_jobs_finish(*state);
  return 0;
}

static void add(struct expected_jobs *expected, const char *path, uint32_t document,
                const char *name, int content, bool is_settled) {
  struct expected_job job = {.job.name = name,
                             .job.namespace = "tuning",
                             .job.path = path,
                             .job.document_number = document,
                             .position = expected->count + 1,
                             .is_settled = is_settled};
  struct hg_error error = HG_ERROR_INIT;

  memset(job.sha256, content, sizeof job.sha256);
  if (expected_jobs_add(expected, &job, &error) < 0)
    fail_msg("%s", error.message);
}

static struct expected_job *match(struct expected_jobs *expected, const char *path,
                                  uint32_t document, const char *name, int content) {
  struct judged_document judged = {.job.path = path,
                                   .job.name = name,
                                   .job.namespace = "tuning",
                                   .job.document_number = document,
                                   .has_document = document > 0 && content > 0};
  struct expected_job *found = NULL;
  struct hg_error error = HG_ERROR_INIT;

  memset(judged.sha256, content, sizeof judged.sha256);
  MUST(expected_jobs_match(expected, &judged, &found, &error));
  return found;
}

static void assert_differences(struct expected_jobs *expected, size_t count, const char *lines) {
  assert_int_equal(expected_jobs_finish_matching(expected), count);
  assert_string_equal(text_buffer_string(&expected->differences), lines);
}

static void what_is_the_same_is_found(void **state) {
  struct expected_jobs *expected = *state;
  char name[] = "a";
  char path[] = "out/a.yaml";

  add(expected, path, 1, name, 1, false);
  memset(name, 'x', 1); /* the set has copies */
  memset(path, 'x', 3);
  add(expected, "out/many.yaml", 2, "b", 2, false);
  assert_int_equal(match(expected, "out/many.yaml", 2, "b", 2)->position, 2);
  assert_int_equal(match(expected, "out/a.yaml", 1, "a", 1)->position, 1);
  assert_string_equal(expected->jobs[0].job.name, "a");
  /* What came in the meantime is left alone. */
  assert_null(match(expected, "out/new.yaml", 1, "new", 1));
  assert_null(match(expected, "out/many.yaml", 1, "new", 2));
  assert_null(match(expected, "out/broken.yaml", 0, "", 0));
  assert_differences(expected, 0, "");
}

static void each_difference_is_named(void **state) {
  struct expected_jobs *expected = *state;

  add(expected, "out/changed.yaml", 1, "a", 1, false);
  add(expected, "out/renamed.yaml", 1, "b", 1, false);
  add(expected, "out/vanished.yaml", 1, "c", 1, false);
  add(expected, "out/many.yaml", 1, "d", 1, false);
  add(expected, "out/many.yaml", 3, "e", 1, false);
  add(expected, "out/no-yaml.yaml", 1, "f", 1, false);
  add(expected, "out/nameless.yaml", 1, "g", 1, false);
  assert_null(match(expected, "out/changed.yaml", 1, "a", 2));
  assert_null(match(expected, "out/renamed.yaml", 1, "bb", 2));
  assert_null(match(expected, "out/many.yaml", 0, "", 0));
  assert_null(match(expected, "out/no-yaml.yaml", 1, "", 0));
  assert_null(match(expected, "out/nameless.yaml", 1, "", 2));
  assert_differences(expected, 7,
                     "changed: out/changed.yaml (tuning/a)\n"
                     "renamed: out/renamed.yaml (tuning/b is now tuning/bb)\n"
                     "not readable: out/many.yaml (tuning/d)\n"
                     "not readable: out/many.yaml, document 3 (tuning/e)\n"
                     "not readable: out/no-yaml.yaml (tuning/f)\n"
                     "changed: out/nameless.yaml (tuning/g)\n"
                     "vanished: out/vanished.yaml (tuning/c)\n");
  /* Said once. */
  assert_int_equal(expected_jobs_finish_matching(expected), 7);
}

/* The same digest under another namespace cannot be: but who knows what a scanner says. */
static void a_name_counts_as_much_as_the_digest(void **state) {
  struct expected_jobs *expected = *state;

  add(expected, "a.yaml", 1, "a", 1, false);
  assert_null(match(expected, "a.yaml", 1, "b", 1));
  assert_differences(expected, 1, "renamed: a.yaml (tuning/a is now tuning/b)\n");
}

static void what_is_settled_may_differ(void **state) {
  struct expected_jobs *expected = *state;

  add(expected, "a.yaml", 1, "a", 1, true);
  add(expected, "b.yaml", 1, "b", 1, true);
  add(expected, "c.yaml", 1, "c", 1, true);
  assert_null(match(expected, "a.yaml", 1, "a", 2));
  assert_true(match(expected, "b.yaml", 1, "b", 1)->is_settled);
  assert_differences(expected, 0, "");
  assert_false(expected->jobs[0].is_found);
  assert_true(expected->jobs[1].is_found);
  assert_false(expected->jobs[2].is_found);
}

static void nothing_is_found_or_expected_twice(void **state) {
  struct expected_jobs *expected = *state;
  struct expected_job again = {
      .job.name = "b", .job.namespace = "tuning", .job.path = "a.yaml", .job.document_number = 1};
  struct hg_error error = HG_ERROR_INIT;

  add(expected, "a.yaml", 1, "a", 1, false);
  assert_int_equal(expected_jobs_add(expected, &again, &error), -1);
  assert_int_equal(error.code, HG_ERROR_INVALID);
  assert_non_null(strstr(error.message, "a.yaml"));
  assert_non_null(match(expected, "a.yaml", 1, "a", 1));
  assert_null(match(expected, "a.yaml", 1, "a", 1));
  assert_differences(expected, 1, "found twice: a.yaml (tuning/a)\n");
}

static void differences_are_lines_whatever_names_hold(void **state) {
  struct expected_jobs *expected = *state;

  add(expected, "out/\033[31m\n.yaml", 1, "a\nchanged: b", 1, false);
  assert_differences(expected, 1, "vanished: out/\\x1b[31m\\n.yaml (tuning/a\\nchanged: b)\n");
}

static void an_empty_set_expects_nothing(void **state) {
  struct expected_jobs *expected = *state;

  assert_null(match(expected, "a.yaml", 1, "a", 1));
  assert_null(match(expected, "a.yaml", 0, "", 0));
  assert_differences(expected, 0, "");
}

static void ten_thousand_jobs_are_told_apart(void **state) {
  struct expected_jobs *expected = *state;
  enum { FILES = 5000 };
  char path[64];
  char name[32];

  for (uint32_t i = 0; i < 2 * FILES; i++) {
    (void)snprintf(path, sizeof path, "out/job-%05u.yaml", i / 2);
    (void)snprintf(name, sizeof name, "job-%u", i);
    add(expected, path, i % 2 + 1, name, (int)(i % 251 + 1), false);
  }
  for (uint32_t i = 2 * FILES; i-- > 0;) {
    (void)snprintf(path, sizeof path, "out/job-%05u.yaml", i / 2);
    (void)snprintf(name, sizeof name, "job-%u", i);
    if (i != 777)
      assert_int_equal(match(expected, path, i % 2 + 1, name, (int)(i % 251 + 1))->position, i + 1);
  }
  assert_differences(expected, 1, "vanished: out/job-00388.yaml, document 2 (tuning/job-777)\n");
}

int main(void) {
#define CASE(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
  const struct CMUnitTest tests[] = {
      CASE(what_is_the_same_is_found),           CASE(each_difference_is_named),
      CASE(a_name_counts_as_much_as_the_digest), CASE(what_is_settled_may_differ),
      CASE(nothing_is_found_or_expected_twice),  CASE(differences_are_lines_whatever_names_hold),
      CASE(an_empty_set_expects_nothing),        CASE(ten_thousand_jobs_are_told_apart),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
