/* SPDX-License-Identifier: Apache-2.0 */
/* Which lines confirm a Job, and which do not. */
#include "confirmation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *output, const char *name, bool is_dry_run,
                   enum confirmation confirmation, const char *line) {
  const struct hg_bytes bytes = {output, strlen(output)};
  struct hg_bytes found;

  assert_int_equal(confirmation_find(&bytes, name, is_dry_run, &found), confirmation);
  assert_int_equal(found.length, strlen(line));
  assert_memory_equal(found.data, line, found.length);
}

static void test_words(void **state) {
  (void)state;
  expect("job.batch/a created\n", "a", false, CONFIRMATION_CREATED, "job.batch/a created\n");
  expect("job.batch/a unchanged\n", "a", false, CONFIRMATION_UNCHANGED, "job.batch/a unchanged\n");
  expect("job.batch/a configured\n", "a", false, CONFIRMATION_CONFIGURED,
         "job.batch/a configured\n");
  expect("job.batch/a serverside-applied\n", "a", false, CONFIRMATION_SERVERSIDE_APPLIED,
         "job.batch/a serverside-applied\n");
}

static void test_its_own_line(void **state) {
  const char three[] = "job.batch/a-1 created\njob.batch/a unchanged\njob.batch/b configured\n";

  (void)state;
  expect(three, "a", false, CONFIRMATION_UNCHANGED, "job.batch/a unchanged\n");
  expect(three, "a-1", false, CONFIRMATION_CREATED, "job.batch/a-1 created\n");
  expect(three, "b", false, CONFIRMATION_CONFIGURED, "job.batch/b configured\n");
  expect(three, "c", false, CONFIRMATION_NONE, "");
  expect(three, "a-", false, CONFIRMATION_NONE, "");
  expect(three, "", false, CONFIRMATION_NONE, "");
}

static void test_what_does_not_confirm(void **state) {
  static const char *const outputs[] = {
      "",
      "\n",
      "job.batch/a created", /* the line feed was cut off: it may have gone on */
      "job.batch/a create\n",
      "job.batch/a created\r\n",
      "job.batch/a created \n",
      "job.batch/a created (dry run)\n",
      "job.batch/a created (server dry run)\n",
      " job.batch/a created\n",
      "xjob.batch/a created\n",
      "job.batch/a deleted\n",
      "job.batch/a\n",
      "job.batch/A created\n",
      "pod/a created\n",
      "Job.batch/a created\n",
      "cronjob.batch/a created\n",
      "job.batch \"a\" created\n",
  };

  (void)state;
  for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
    expect(outputs[i], "a", false, CONFIRMATION_NONE, "");
}

static void test_dry_run(void **state) {
  (void)state;
  expect("job.batch/a created (server dry run)\n", "a", true, CONFIRMATION_CREATED,
         "job.batch/a created (server dry run)\n");
  expect("job.batch/a unchanged (server dry run)\n", "a", true, CONFIRMATION_UNCHANGED,
         "job.batch/a unchanged (server dry run)\n");
  expect("job.batch/a created\n", "a", true, CONFIRMATION_NONE, "");
  expect("job.batch/a created (dry run)\n", "a", true, CONFIRMATION_NONE, "");
}

static void test_bytes(void **state) {
  static const char output[] = "\0\xff\njob.batch/a\0 created\njob.batch/a created\n";
  const struct hg_bytes bytes = {output, sizeof output - 1};
  struct hg_bytes line;

  (void)state;
  assert_int_equal(confirmation_find(&bytes, "a", false, &line), CONFIRMATION_CREATED);
  assert_ptr_equal(line.data + line.length, output + sizeof output - 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_words),
      cmocka_unit_test(test_its_own_line),
      cmocka_unit_test(test_what_does_not_confirm),
      cmocka_unit_test(test_dry_run),
      cmocka_unit_test(test_bytes),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
