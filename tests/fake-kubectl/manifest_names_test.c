/* SPDX-License-Identifier: Apache-2.0 */
/* The fake kubectl finds the names of Jobs in a manifest without a YAML parser: were it wrong, so
 * would be every end-to-end test. */
#include "manifest_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void expect_names(const char *text, const char *const *names) {
  char name[MANIFEST_NAME_SIZE];
  size_t position = 0;

  for (; *names; names++) {
    assert_int_equal(manifest_next_name(text, &position, name), 1);
    assert_string_equal(name, *names);
  }
  assert_int_equal(manifest_next_name(text, &position, name), 0);
}

#define EXPECT_NAMES(text, ...) expect_names(text, (const char *const[]){__VA_ARGS__, NULL})

static void test_yaml(void **state) {
  (void)state;
  EXPECT_NAMES("kind: Job\nmetadata:\n  labels:\n    name: no\n  name: \"yes\" # why\nspec:\n"
               "  name: no\n",
               "yes");
  EXPECT_NAMES("metadata: {namespace: x, name: a-1}\n", "a-1");
  EXPECT_NAMES("metadata:\n    name: 'deep'\n", "deep");
  EXPECT_NAMES("kind: Job\nspec:\n  name: no\n", "unnamed");
}

static void test_documents(void **state) {
  (void)state;
  EXPECT_NAMES("---\n# nothing\n---\nmetadata:\n  name: a\n---\n\n---\nmetadata:\n  name: b\n---\n",
               "a", "b");
  EXPECT_NAMES("metadata:\n  name: a\n--- # next\nmetadata:\n  name: b", "a", "b");
  expect_names("", (const char *const[]){NULL});
  expect_names("# only a comment\n\n", (const char *const[]){NULL});
}

static void test_json(void **state) {
  (void)state;
  EXPECT_NAMES("{\"kind\": \"Job\", \"metadata\": {\"name\": \"a\"}, \"spec\": {}}\n", "a");
  EXPECT_NAMES("{\n  \"metadata\": {\n    \"name\" : \"b\"\n  }\n}\n", "b");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_yaml),
      cmocka_unit_test(test_documents),
      cmocka_unit_test(test_json),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
