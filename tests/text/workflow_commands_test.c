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
    struct workflow_text before = {0};

    text_buffer_init(&text);
    workflow_commands_break(&text, given, split, &before);
    workflow_commands_break(&text, given + split, length - split, &before);
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
  assert_broken("#\xe2\x80\x8d#\x01[x", "#\xe2\x80\x8d#\x01\\u005bx");
}

/* "::" counts behind what the runner takes for blanks, or for nothing. */
static void breaks_commands_at_the_start_of_a_line(void **state) {
  (void)state;
  assert_broken("::error::x", ":\\u003aerror::x");
  assert_broken("a\n \t::error::x", "a\n \t:\\u003aerror::x");
  assert_broken("a\r::error::x", "a\r:\\u003aerror::x");
  assert_broken("\xc2\xa0::x\n\xe3\x80\x80::y", "\xc2\xa0:\\u003ax\n\xe3\x80\x80:\\u003ay");
  assert_broken(":\xe2\x80\x8d:x", ":\xe2\x80\x8d\\u003ax");
  assert_broken(":::x", ":\\u003a:x");
}

static void leaves_the_rest(void **state) {
  (void)state;
  assert_broken("", "");
  assert_broken("#[x] ## [x] #\n#[ [## a::b\n: :c\n:d::", "#[x] ## [x] #\n#[ [## a::b\n: :c\n:d::");
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
      cmocka_unit_test(breaks_commands_at_the_start_of_a_line),
      cmocka_unit_test(leaves_the_rest),
      cmocka_unit_test(asks_the_environment),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
