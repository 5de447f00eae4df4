/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 against RFC 3629: every character, every sequence of up to three bytes, the edges of four.
 */
#include "text/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

/* An encoder that shares nothing with the code under test. */
static size_t encode(uint32_t c, char bytes[4]) {
  if (c < 0x80) {
    bytes[0] = (char)c;
    return 1;
  }
  if (c < 0x800) {
    bytes[0] = (char)(0xc0 | c >> 6);
    bytes[1] = (char)(0x80 | (c & 0x3f));
    return 2;
  }
  if (c < 0x10000) {
    bytes[0] = (char)(0xe0 | c >> 12);
    bytes[1] = (char)(0x80 | (c >> 6 & 0x3f));
    bytes[2] = (char)(0x80 | (c & 0x3f));
    return 3;
  }
  bytes[0] = (char)(0xf0 | c >> 18);
  bytes[1] = (char)(0x80 | (c >> 12 & 0x3f));
  bytes[2] = (char)(0x80 | (c >> 6 & 0x3f));
  bytes[3] = (char)(0x80 | (c & 0x3f));
  return 4;
}

static bool is_character(uint32_t c) {
  return c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
}

static void reads_every_character(void **state) {
  (void)state;
  for (uint32_t c = 0; c <= 0x10ffff; c++) {
    char bytes[4];
    size_t length = encode(c, bytes);
    uint32_t decoded = 0xffffffff;

    if (is_character(c)) {
      if (utf8_decode(bytes, length, &decoded) != length || decoded != c)
        fail_msg("U+%04X: read as U+%04X", (unsigned)c, (unsigned)decoded);
    } else if (utf8_decode(bytes, length, &decoded) != 0) {
      fail_msg("U+%04X is a surrogate and was taken for a character", (unsigned)c);
    }
    for (size_t part = 1; part < length; part++)
      if (utf8_decode(bytes, part, &decoded) != 0)
        fail_msg("U+%04X: its first %zu bytes were taken for a character", (unsigned)c, part);
  }
}

/* What is read is spelled in the one way that the encoder spells it. */
static void accepts_no_other_spelling(void **state) {
  (void)state;
  for (uint32_t sequence = 0; sequence <= 0xffffff; sequence++) {
    const char bytes[3] = {(char)(sequence >> 16), (char)(sequence >> 8), (char)sequence};
    uint32_t decoded = 0;
    char again[4];
    size_t length = utf8_decode(bytes, sizeof bytes, &decoded);

    if (length == 0)
      continue;
    if (!is_character(decoded) || encode(decoded, again) != length ||
        memcmp(bytes, again, length) != 0)
      fail_msg("%06x was read as U+%04X", (unsigned)sequence, (unsigned)decoded);
  }
}

static void refuses_what_is_no_utf8(void **state) {
  static const struct {
    const char *bytes;
    const char *what;
  } rows[] = {
      {"\x80", "a continuation alone"},
      {"\xbf", "a continuation alone"},
      {"\xc0\xaf", "an overlong slash"},
      {"\xc1\xbf", "an overlong character of two bytes"},
      {"\xe0\x9f\xbf", "an overlong character of three bytes"},
      {"\xf0\x8f\xbf\xbf", "an overlong character of four bytes"},
      {"\xed\xa0\x80", "the first surrogate"},
      {"\xed\xbf\xbf", "the last surrogate"},
      {"\xf4\x90\x80\x80", "U+110000"},
      {"\xf5\x80\x80\x80", "a first byte above 0xf4"},
      {"\xf8\x88\x80\x80\x80", "five bytes"},
      {"\xfc\x84\x80\x80\x80\x80", "six bytes"},
      {"\xfe", "0xfe"},
      {"\xff", "0xff"},
      {"\xe2\x28\xa1", "a second byte that continues nothing"},
      {"\xe2\x82\x28", "a third byte that continues nothing"},
      {"\xf0\x9f\x98\x41", "a fourth byte that continues nothing"},
  };
  uint32_t decoded = 0;

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (utf8_decode(rows[i].bytes, strlen(rows[i].bytes), &decoded) != 0)
      fail_msg("%s was taken for U+%04X", rows[i].what, (unsigned)decoded);
}

/* Whatever the text, pieces are not empty, fit, and cut no character. */
static void pieces_cut_no_character(void **state) {
  static const char text[] = "a\xed\x95\x9c\xea\xb8\x80\xf0\x9f\x98\x80z\xc3\xa9\x80\x80\x80\x80"
                             "\x80\x80\xf0\x9f\x98\xe2\x82\xac";
  const size_t length = sizeof text - 1;

  (void)state;
  for (size_t most = 4; most <= length + 1; most++) {
    for (size_t at = 0; at < length;) {
      size_t piece = utf8_piece(text + at, length - at, most);
      uint32_t c;

      assert_in_range(piece, 1, most);
      assert_true(piece <= length - at);
      for (size_t back = 1; back <= 3 && back <= piece; back++)
        assert_false(utf8_decode(text + at + piece - back, length - at - piece + back, &c) > back);
      at += piece;
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_every_character),
      cmocka_unit_test(accepts_no_other_spelling),
      cmocka_unit_test(refuses_what_is_no_utf8),
      cmocka_unit_test(pieces_cut_no_character),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
