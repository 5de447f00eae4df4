/* SPDX-License-Identifier: Apache-2.0 */
/* A typing error gets its "did you mean"; another word gets none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/suggestion.h"

#include <string.h>

static const char *const words[] = {"apply", "generate", "history", "plan", "plugin", "run"};

static const char *nearest(const char *word) {
  struct suggestion suggestion;

  suggestion_init(&suggestion, word);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    suggestion_consider(&suggestion, words[i]);
  return suggestion.nearest;
}

static void test_near_words_are_found(void **state) {
  (void)state;
  assert_string_equal(nearest("aply"), "apply");
  assert_string_equal(nearest("appply"), "apply");
  assert_string_equal(nearest("palpy"), "apply");
  assert_string_equal(nearest("plna"), "plan"); /* a swap is one step */
  assert_string_equal(nearest("histroy"), "history");
  assert_string_equal(nearest("generat"), "generate");
}

static void test_far_words_are_not(void **state) {
  (void)state;
  assert_null(nearest("delete"));
  assert_null(nearest("zzz"));
  assert_null(nearest(""));
  assert_null(nearest("r"));
}

static void test_the_nearest_of_several_wins(void **state) {
  (void)state;
  assert_string_equal(nearest("plugn"), "plugin");
  assert_string_equal(nearest("plano"), "plan");
}

static void test_long_words_are_left_alone(void **state) {
  char word[1000];

  (void)state;
  memset(word, 'a', sizeof word - 1);
  word[sizeof word - 1] = '\0';
  assert_null(nearest(word));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_near_words_are_found),
      cmocka_unit_test(test_far_words_are_not),
      cmocka_unit_test(test_the_nearest_of_several_wins),
      cmocka_unit_test(test_long_words_are_left_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
