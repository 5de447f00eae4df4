/* SPDX-License-Identifier: Apache-2.0 */
/* A text that did not fit into memory says so and is never half a text. */
#include "text/text_buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void is_empty_at_first(void **state) {
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  assert_string_equal(text_buffer_string(&text), "");
  text_buffer_append(&text, "x", 0);
  assert_int_equal(text.length, 0);
  text_buffer_printf(&text, "%s", "");
  assert_string_equal(text_buffer_string(&text), "");
  assert_false(text.failed);
  text_buffer_finish(&text);
  text_buffer_finish(&text);
}

static void grows_and_stays_terminated(void **state) {
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  for (size_t i = 0; i < 5000; i++) {
    text_buffer_append_char(&text, 'a');
    text_buffer_append_string(&text, "bc");
    text_buffer_append(&text, "de\0f", 4);
    text_buffer_printf(&text, "%04zu", i);
    assert_int_equal(text.length, (i + 1) * 11);
    assert_true(text.capacity > text.length);
    assert_int_equal(text.data[text.length], '\0');
  }
  assert_memory_equal(text.data + text.length - 11, "abcde\0f4999", 11);
  text_buffer_finish(&text);
}

/* A piece that is exactly as long as the room left, one less and one more. */
static void fits_at_every_size(void **state) {
  char piece[300];

  (void)state;
  memset(piece, 'x', sizeof piece);
  for (size_t first = 1; first < 140; first++) {
    for (size_t second = 1; second < 140; second++) {
      struct text_buffer text;

      text_buffer_init(&text);
      text_buffer_append(&text, piece, first);
      text_buffer_printf(&text, "%.*s", (int)second, piece);
      assert_int_equal(strlen(text_buffer_string(&text)), first + second);
      text_buffer_finish(&text);
    }
  }
}

static void reset_keeps_the_memory(void **state) {
  struct text_buffer text;
  size_t capacity;

  (void)state;
  text_buffer_init(&text);
  text_buffer_reset(&text);
  text_buffer_printf(&text, "%200s", "x");
  capacity = text.capacity;
  text_buffer_reset(&text);
  assert_string_equal(text_buffer_string(&text), "");
  assert_int_equal(text.capacity, capacity);
  text_buffer_append_string(&text, "again");
  assert_string_equal(text_buffer_string(&text), "again");
  text_buffer_finish(&text);
}

/* More than there can be: the text before stays, what comes after is dropped, nothing is written
 * out of place. */
static void says_that_it_failed(void **state) {
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  text_buffer_append_string(&text, "kept");
  text_buffer_grow(&text, "never read", SIZE_MAX / 2);
  assert_true(text.failed);
  text_buffer_append_string(&text, "dropped");
  text_buffer_printf(&text, "%d", 1);
  assert_string_equal(text_buffer_string(&text), "kept");
  text_buffer_reset(&text);
  assert_false(text.failed);
  text_buffer_append_string(&text, "works again");
  assert_string_equal(text_buffer_string(&text), "works again");
  text_buffer_finish(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(is_empty_at_first),   cmocka_unit_test(grows_and_stays_terminated),
      cmocka_unit_test(fits_at_every_size),  cmocka_unit_test(reset_keeps_the_memory),
      cmocka_unit_test(says_that_it_failed),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
