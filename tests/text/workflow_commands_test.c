/* SPDX-License-Identifier: Apache-2.0 */
/* No "##[" is left, however the text comes in pieces, and nothing else changes. */
#include "text/workflow_commands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_broken(const char *given, const char *expected) {
  size_t length = strlen(given);

  for (size_t split = 0; split <= length; split++) {
    struct text_buffer text;
    unsigned hashes = 0;

    text_buffer_init(&text);
    workflow_commands_break(&text, given, split, &hashes);
    workflow_commands_break(&text, given + split, length - split, &hashes);
    assert_false(text.failed);
    assert_string_equal(text_buffer_string(&text), expected);
    text_buffer_finish(&text);
  }
}

static void breaks_commands(void **state) {
  (void)state;
  assert_broken("##[error]x", "##\\u005berror]x");
  assert_broken("a ##[add-mask]b ##[group]", "a ##\\u005badd-mask]b ##\\u005bgroup]");
  assert_broken("###[x", "###\\u005bx");
}

static void leaves_the_rest(void **state) {
  (void)state;
  assert_broken("", "");
  assert_broken("#[x] ## [x] #\n#[ [##", "#[x] ## [x] #\n#[ [##");
}

static void asks_the_environment(void **state) {
  (void)state;
  assert_int_equal(setenv("GITHUB_ACTIONS", "true", 1), 0);
  assert_true(workflow_commands_are_obeyed());
  assert_int_equal(setenv("GITHUB_ACTIONS", "false", 1), 0);
  assert_false(workflow_commands_are_obeyed());
  assert_int_equal(unsetenv("GITHUB_ACTIONS"), 0);
  assert_false(workflow_commands_are_obeyed());
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(breaks_commands),
      cmocka_unit_test(leaves_the_rest),
      cmocka_unit_test(asks_the_environment),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
