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
  assert_wrapped("one   two   three", 0, 0, 10, "one   two\nthree");
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

static void test_what_stands_between_backticks_is_one_word(void **state) {
  (void)state;
  assert_wrapped("so `a b` goes", 0, 0, 7, "so\n`a b`\ngoes");
  assert_wrapped("so `a b`, c", 0, 0, 8, "so\n`a b`, c");
  assert_wrapped("so `a bcdef g` it", 0, 0, 8, "so `a\nbcdef g`\nit");
  assert_wrapped("one ` two", 0, 0, 5, "one `\ntwo");
  assert_wrapped("a `b\n c` d", 0, 0, 20, "a `b c` d");
}

static void assert_line(const char *line, size_t columns, const char *expected) {
  struct text_buffer text;

  text_buffer_init(&text);
  wrapped_line_append(&text, line, columns);
  assert_string_equal(text_buffer_string(&text), expected);
  text_buffer_finish(&text);
}

static void test_a_line_goes_on_further_in(void **state) {
  (void)state;
  assert_line("it  fits", 8, "it  fits");
  assert_line("  one two three", 10, "  one two\n    three");
}

static void test_a_command_is_still_one(void **state) {
  (void)state;
  assert_line("kubectl get pod a b", 18, "kubectl get pod \\\n  a b");
  assert_line("[T] To do: kubectl delete job a b", 24,
              "[T] To do:\n  kubectl delete job a \\\n    b");
  assert_line("Run 1: 2 failed. headgate resume 1", 30, "Run 1: 2 failed.\n  headgate resume 1");
  assert_line("so: kubectl patch job a -p '{\"a\": 1}'", 20,
              "so:\n  kubectl patch job a -p '{\"a\": 1}'");
}

static void test_a_sentence_about_kubectl_is_no_command(void **state) {
  (void)state;
  assert_line("no: kubectl apply takes no such name", 24,
              "no: kubectl apply takes\n  no such name");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines_end_between_words),
      cmocka_unit_test(test_what_stands_before_counts),
      cmocka_unit_test(test_a_word_is_never_broken),
      cmocka_unit_test(test_characters_are_counted),
      cmocka_unit_test(test_what_stands_between_backticks_is_one_word),
      cmocka_unit_test(test_a_line_goes_on_further_in),
      cmocka_unit_test(test_a_command_is_still_one),
      cmocka_unit_test(test_a_sentence_about_kubectl_is_no_command),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
