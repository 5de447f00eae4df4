/* SPDX-License-Identifier: Apache-2.0 */
/* Which Jobs share a kubectl, and the argv that is made of them. */
#include "command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct hg_plan_item item(const char *name, const char *const *command) {
  struct hg_plan_item made = {.struct_size = sizeof made,
                              .document_number = 1,
                              .document_count = 1,
                              .job_name = name,
                              .yaml_path = name,
                              .kubectl_command = command};

  while (command[made.kubectl_command_count])
    made.kubectl_command_count++;
  return made;
}

#define COMMAND(...) ((const char *const[]){__VA_ARGS__, NULL})

static void expect(const struct hg_plan_item *const *items, size_t count, bool is_dry_run,
                   const char *const *argv) {
  struct command command;
  uint32_t i = 0;

  command_init(&command);
  assert_int_equal(command_make(&command, items, count, is_dry_run), 0);
  for (; argv[i]; i++) {
    assert_true(i < command.argc);
    assert_string_equal(command.argv[i], argv[i]);
  }
  assert_int_equal(command.argc, i);
  assert_null(command.argv[i]);
  command_finish(&command);
}

static void test_one(void **state) {
  const struct hg_plan_item a =
      item("a", COMMAND("kubectl", "apply", "-f", "a.yaml", "--context", "c"));
  const struct hg_plan_item *const items[] = {&a};

  (void)state;
  expect(items, 1, false, a.kubectl_command);
  expect(items, 1, true,
         COMMAND("kubectl", "apply", "--dry-run=server", "-f", "a.yaml", "--context", "c"));
}

static void test_several(void **state) {
  const struct hg_plan_item a =
      item("a", COMMAND("kubectl", "apply", "-f", "a.yaml", "--kubeconfig", "k", "--context", "c"));
  const struct hg_plan_item b = item(
      "b", COMMAND("kubectl", "apply", "-f", "b c.yaml", "--kubeconfig", "k", "--context", "c"));
  const struct hg_plan_item *const items[] = {&a, &b};

  (void)state;
  assert_true(command_takes(items, 1, &b));
  expect(items, 2, false,
         COMMAND("kubectl", "apply", "-f", "a.yaml", "-f", "b c.yaml", "--kubeconfig", "k",
                 "--context", "c"));
  expect(items, 2, true,
         COMMAND("kubectl", "apply", "--dry-run=server", "-f", "a.yaml", "-f", "b c.yaml",
                 "--kubeconfig", "k", "--context", "c"));
}

static void test_who_does_not_share(void **state) {
  const struct hg_plan_item a = item("a", COMMAND("kubectl", "apply", "-f", "a.yaml"));
  const struct hg_plan_item same_name = item("a", COMMAND("kubectl", "apply", "-f", "z.yaml"));
  const struct hg_plan_item input = item("b", COMMAND("kubectl", "apply", "-f", "-"));
  const struct hg_plan_item other_context =
      item("b", COMMAND("kubectl", "apply", "-f", "b.yaml", "--context", "c"));
  const struct hg_plan_item other_verb = item("b", COMMAND("kubectl", "create", "-f", "b.yaml"));
  const struct hg_plan_item other_flag = item("b", COMMAND("kubectl", "apply", "-k", "b.yaml"));
  const struct hg_plan_item short_one = item("b", COMMAND("kubectl", "apply"));
  const struct hg_plan_item b = item("b", COMMAND("kubectl", "apply", "-f", "b.yaml"));
  struct hg_plan_item one_of_two = b;
  const struct hg_plan_item *const from_a[] = {&a, &b};
  const struct hg_plan_item *const from_input[] = {&input};
  const struct hg_plan_item *const from_short[] = {&short_one};

  (void)state;
  one_of_two.reads_standard_input = 1;
  assert_true(command_takes(from_a, 1, &b));
  assert_false(command_takes(from_a, 1, &same_name));
  assert_false(command_takes(from_a, 2, &b));
  assert_false(command_takes(from_a, 1, &input));
  assert_false(command_takes(from_a, 1, &other_context));
  assert_false(command_takes(from_a, 1, &other_verb));
  assert_false(command_takes(from_a, 1, &other_flag));
  assert_false(command_takes(from_a, 1, &short_one));
  assert_false(command_takes(from_a, 1, &one_of_two));
  assert_false(command_takes(from_input, 1, &b));
  assert_false(command_takes(from_short, 1, &short_one));
}

/* Nothing but "apply" is ever made a dry run of, so nothing else is ever asked with. */
static void test_no_dry_run_of_anything_else(void **state) {
  const struct hg_plan_item rows[] = {
      item("a", COMMAND("kubectl")),
      item("a", COMMAND("kubectl", "create", "-f", "a.yaml")),
      item("a", COMMAND("kubectl", "--context", "apply", "-f", "a.yaml")),
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const struct hg_plan_item *const items[] = {&rows[i]};
    struct command command;

    command_init(&command);
    assert_int_equal(command_make(&command, items, 1, true), -1);
    command_finish(&command);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_one),
      cmocka_unit_test(test_several),
      cmocka_unit_test(test_who_does_not_share),
      cmocka_unit_test(test_no_dry_run_of_anything_else),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
