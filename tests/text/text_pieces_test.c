/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces are the text again, in whole characters, and texts that are nearly alike share nearly
 * all. */
#include "memory/count.h"
#include "text/text_buffer.h"
#include "text/text_pieces.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 20000, LONGEST = 120 };

struct telling {
  const char *base;
  const char *text;
  struct text_buffer again; /* the pieces, put together */
  size_t own;               /* bytes of the text's own */
};

static void take(void *context, const struct text_piece *piece) {
  struct telling *telling = context;

  assert_true(piece->length > 0);
  if (piece->is_own)
    telling->own += piece->length;
  text_buffer_append(&telling->again,
                     (piece->is_own ? telling->text : telling->base) + piece->start, piece->length);
  assert_int_not_equal(telling->text[telling->again.length] & 0xc0, 0x80);
}

/* Returns how many bytes are the text's own. */
static size_t tell(const char *base, size_t base_length, const char *text, size_t length) {
  struct telling telling = {.base = base, .text = text};

  text_buffer_init(&telling.again);
  text_pieces_each(base, base_length, text, length, take, &telling);
  assert_int_equal(telling.again.length, length);
  assert_memory_equal(text_buffer_string(&telling.again), text, length);
  text_buffer_finish(&telling.again);
  return telling.own;
}

static void shares_what_is_the_same(void **state) {
  static const struct {
    const char *base;
    const char *text;
    size_t own;
  } rows[] = {
      {"", "", 0},
      {"", "text", 4},
      {"base", "", 0},
      {"the same, whole\n", "the same, whole\n", 0},
      {"name: worker-number-1\nimage: registry/image:1\n",
       "name: worker-number-27\nimage: registry/image:1\n", 2},
      {"a line that goes on\n", "a line that goes on\nand another\n", 12},
      {"a line that goes on\nand another\n", "a line that goes on\n", 0},
      {"number: 1 of many Jobs\n", "number: 12 of many Jobs\n",
       10}, /* a prefix too short to tell */
      {"a line that is long \xc3\xa8, and so it ends\n",
       "a line that is long \xc3\xa9, and so it ends\n", 2},
      {"a line that is long \xe2\x80\xa9, and so it ends\n",
       "a line that is long \xc3\xa9, and so it ends\n", 2},
  };

  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++)
    assert_int_equal(tell(rows[i].base, strlen(rows[i].base), rows[i].text, strlen(rows[i].text)),
                     rows[i].own);
}

static size_t draw(char *text) {
  static const char *const words[] = {
      "\n", "a", "b", "the same words", "\xc3\xa9", "\xe2\x80\xa9", "\xf0\x9f\x98\x80"};
  size_t count = (size_t)rand() % 20;
  size_t length = 0;

  for (size_t i = 0; i < count; i++) {
    const char *word = words[(size_t)rand() % COUNT(words)];
    size_t size = strlen(word);

    if (length + size < LONGEST) {
      memcpy(text + length, word, size);
      length += size;
    }
  }
  text[length] = '\0';
  return length;
}

static void tells_any_text(void **state) {
  char base[LONGEST];
  char text[LONGEST];

  (void)state;
  srand(1);
  for (int i = 0; i < ROUNDS; i++) {
    size_t base_length = draw(base);
    size_t length = draw(text);

    (void)tell(base, base_length, text, length);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shares_what_is_the_same),
      cmocka_unit_test(tells_any_text),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
