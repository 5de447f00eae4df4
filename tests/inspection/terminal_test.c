/* SPDX-License-Identifier: Apache-2.0 */
/* What does something to a terminal, and what does not. */
#include "inspection/check_terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FIND(text) check_terminal_find(text, sizeof(text) - 1)

static void text_is_left_alone(void **state) {
  (void)state;
  assert_int_equal(FIND(""), 0);
  assert_int_equal(FIND("a line\n\tand \xc3\xa9 \xed\x95\x9c \xf0\x9f\x92\xa5\n"), 24);
  assert_int_equal(FIND("\xc2\xa0"), 2);      /* a space, next to the controls */
  assert_int_equal(FIND("\xff\xfe \xe2"), 4); /* no UTF-8, and no control character of any set */
  assert_int_equal(FIND("\xe2\x80\xae"),
                   3); /* turns the text: a matter of reading, not of obeying */
}

static void controls_are_found(void **state) {
  (void)state;
  assert_int_equal(FIND("ab\x1b[31m"), 2);
  assert_int_equal(FIND("\r\n"), 0);
  assert_int_equal(FIND("a\0b"), 1);
  assert_int_equal(FIND("\n\x7f"), 1);
  assert_int_equal(FIND("\xc3\xa9\xc2\x9b"), 2); /* CSI of C1 in UTF-8 */
  assert_int_equal(FIND("\xff\x9b"), 1);         /* the same, as one byte */
  assert_int_equal(FIND("\xed\x95\x9c\x9c"), 3); /* behind a character that is whole */
  for (int c = 0; c < 0xa0; c++) {
    const char text[] = {'x', (char)(unsigned char)c};
    int is_control = (c < 0x20 && c != '\t' && c != '\n') || c >= 0x7f;

    assert_int_equal(check_terminal_find(text, sizeof text), is_control ? 1 : 2);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_is_left_alone),
      cmocka_unit_test(controls_are_found),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
