/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 both ways: RFC 4648's own vectors, every length, and what spells nothing. */
#include "text/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void assert_pair(const char *bytes, size_t length, const char *spelled) {
  struct text_buffer text;

  text_buffer_init(&text);
  base64_append(&text, bytes, length);
  assert_string_equal(text_buffer_string(&text), spelled);
  text_buffer_reset(&text);
  assert_int_equal(base64_decode(&text, spelled, strlen(spelled)), 0);
  assert_int_equal(text.length, length);
  assert_memory_equal(text_buffer_string(&text), bytes, length);
  text_buffer_finish(&text);
}

/* Section 10. */
static void vectors_of_the_rfc(void **state) {
  static const struct {
    const char *bytes;
    const char *spelled;
  } rows[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_pair(rows[i].bytes, strlen(rows[i].bytes), rows[i].spelled);
}

static void the_whole_alphabet(void **state) {
  (void)state;
  assert_pair("\x00\x10\x83\x10\x51\x87\x20\x92\x8b\x30\xd3\x8f\x41\x14\x93\x51\x55\x97\x61\x96\x9b"
              "\x71\xd7\x9f\x82\x18\xa3\x92\x59\xa7\xa2\x9a\xab\xb2\xdb\xaf\xc3\x1c\xb3\xd3\x5d\xb7"
              "\xe3\x9e\xbb\xf3\xdf\xbf",
              48, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

static void every_byte_at_every_place(void **state) {
  (void)state;
  for (size_t length = 1; length <= 7; length++)
    for (size_t place = 0; place < length; place++)
      for (unsigned value = 0; value < 256; value++) {
        struct text_buffer spelled;
        struct text_buffer bytes;
        char data[8] = {0};

        data[place] = (char)value;
        text_buffer_init(&spelled);
        text_buffer_init(&bytes);
        base64_append(&spelled, data, length);
        assert_int_equal(spelled.length, (length + 2) / 3 * 4);
        assert_int_equal(base64_decode(&bytes, text_buffer_string(&spelled), spelled.length), 0);
        assert_int_equal(bytes.length, length);
        assert_memory_equal(text_buffer_string(&bytes), data, length);
        text_buffer_finish(&bytes);
        text_buffer_finish(&spelled);
      }
}

static void what_spells_nothing(void **state) {
  static const char *const rows[] = {
      "Z",        "Zg",       "Zg=",      "Zm9vYg",  "Zm9vYmF", /* padding is missing */
      "=",        "==",       "===",      "====",               /* nothing but padding */
      "Z===",     "Zg==Zg==", "Zm8=Zm9v", "Z=g=",    "=Zg=",    /* padding elsewhere */
      "Zh==",     "Zn==",     "Zm9=",     "Zm+=",               /* bits left over */
      "Zm9\n",    "Zm 9v",    "Zm9v\n",   " Zm9v",   "Zm9v ",   /* spaces */
      "Zm9-",     "Zm9_",     "Zm9.",     "Zm9\x80", "Zm9\xff", /* another alphabet */
      "Zm9v%g==", "Zm9vZg=%",
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct text_buffer bytes;

    text_buffer_init(&bytes);
    if (base64_decode(&bytes, rows[i], strlen(rows[i])) == 0)
      fail_msg("'%s' was taken", rows[i]);
    text_buffer_finish(&bytes);
  }
}

/* A NUL is no character of the alphabet, though it ends it. */
static void a_nul(void **state) {
  struct text_buffer bytes;

  (void)state;
  text_buffer_init(&bytes);
  assert_int_equal(base64_decode(&bytes, "Zm9\0", 4), -1);
  assert_int_equal(base64_decode(&bytes, "\0m9v", 4), -1);
  text_buffer_finish(&bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(vectors_of_the_rfc),
      cmocka_unit_test(the_whole_alphabet),
      cmocka_unit_test(every_byte_at_every_place),
      cmocka_unit_test(what_spells_nothing),
      cmocka_unit_test(a_nul),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
