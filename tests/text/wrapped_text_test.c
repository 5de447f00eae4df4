/* SPDX-License-Identifier: Apache-2.0 */
/* Lines end between words, and no word is broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/wrapped_text.h"

#include <string.h>

static void assert_wrapped(const char *string, size_t column, size_t indent, size_t width,
                           const char *expected) {
  struct text_buffer text;

  text_buffer_init(&text);
  wrapped_text_append(&text, string, strlen(string), column, indent, width);
  assert_string_equal(text_buffer_string(&text), expected);
  text_buffer_finish(&text);
}

static void test_lines_end_between_words(void **state) {
  (void)state;
  assert_wrapped("", 0, 0, 10, "");
  assert_wrapped("one two", 0, 0, 7, "one two");
  assert_wrapped("one two", 0, 0, 6, "one\ntwo");
  assert_wrapped("one two three", 0, 2, 8, "one two\n  three");
  assert_wrapped("  one\n two  ", 0, 0, 10, "one two");
}

static void test_what_stands_before_counts(void **state) {
  (void)state;
  assert_wrapped("one two", 5, 2, 9, "one\n  two");
  assert_wrapped("long", 7, 2, 9, "\n  long");
}

static void test_a_word_is_never_broken(void **state) {
  (void)state;
  assert_wrapped("abcdefghij k", 0, 0, 4, "abcdefghij\nk");
  assert_wrapped("abcdefghij", 2, 2, 4, "abcdefghij");
}

static void test_characters_are_counted(void **state) {
  (void)state;
  assert_int_equal(text_columns("✓ é", strlen("✓ é")), 3);
  assert_wrapped("✓✓✓ ✓✓", 0, 0, 6, "✓✓✓ ✓✓");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines_end_between_words),
      cmocka_unit_test(test_what_stands_before_counts),
      cmocka_unit_test(test_a_word_is_never_broken),
      cmocka_unit_test(test_characters_are_counted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
