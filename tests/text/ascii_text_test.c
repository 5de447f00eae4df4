/* SPDX-License-Identifier: Apache-2.0 */
/* Marks have ASCII forms, and nothing that is none gets through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/ascii_text.h"

#include <string.h>

static void assert_ascii(const char *string, const char *expected) {
  struct text_buffer text;

  text_buffer_init(&text);
  ascii_text_append(&text, string, strlen(string));
  assert_string_equal(text_buffer_string(&text), expected);
  text_buffer_finish(&text);
}

static void test_marks(void **state) {
  (void)state;
  assert_ascii("  ✓ a\n  ✗ b\n  ⊘ c\n⚠️  d…", "  + a\n  x b\n  - c\n!  d...");
}

static void test_the_rest(void **state) {
  (void)state;
  assert_ascii("", "");
  assert_ascii("\033[1mné🚀\xff", "\033[1mn???");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_marks),
      cmocka_unit_test(test_the_rest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
