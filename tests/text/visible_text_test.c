/* SPDX-License-Identifier: Apache-2.0 */
/* What reaches a terminal: every byte, every character, lines, and the one line of an error. */
#include "text/visible_text.h"

#include "text/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct text_buffer text;

static int init_text(void **state) {
  (void)state;
  text_buffer_init(&text);
  return 0;
}

static int finish_text(void **state) {
  (void)state;
  text_buffer_finish(&text);
  return 0;
}

static const char *visible(const char *data, size_t length) {
  text_buffer_reset(&text);
  visible_text_append(&text, data, length);
  assert_false(text.failed);
  return text_buffer_string(&text);
}

/* One line of UTF-8 without a character that hides. */
static void assert_safe(const char *data, size_t length, bool lines) {
  for (size_t at = 0; at < length;) {
    uint32_t c = 0;
    size_t count = utf8_decode(data + at, length - at, &c);

    assert_true(count > 0);
    if (visible_text_hides(c) && !(lines && c == '\n'))
      fail_msg("U+%04X came through at %zu", (unsigned)c, at);
    at += count;
  }
}

static void shows_every_byte(void **state) {
  (void)state;
  for (int byte = 0; byte < 256; byte++) {
    const char data[3] = {'<', (char)byte, '>'};
    char expected[16];

    if (byte == '\t' || byte == '\n' || byte == '\r')
      (void)snprintf(expected, sizeof expected, "<\\%c>",
                     byte == '\t'   ? 't'
                     : byte == '\n' ? 'n'
                                    : 'r');
    else if (byte >= 0x20 && byte < 0x7f)
      (void)snprintf(expected, sizeof expected, "<%c>", byte);
    else
      (void)snprintf(expected, sizeof expected, "<\\x%02x>", (unsigned)byte);
    assert_string_equal(visible(data, sizeof data), expected);
  }
}

static void shows_every_character(void **state) {
  char data[4];

  (void)state;
  for (uint32_t c = 0x80; c <= 0x10ffff; c++) {
    size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    uint32_t first = length == 2 ? 0xc0 : length == 3 ? 0xe0 : 0xf0;

    if (c >= 0xd800 && c <= 0xdfff)
      continue;
    for (size_t i = length; i-- > 1;)
      data[i] = (char)(0x80 | (c >> 6 * (length - 1 - i) & 0x3f));
    data[0] = (char)(first | c >> 6 * (length - 1));
    (void)visible(data, length);
    if (visible_text_hides(c)) {
      char expected[16];

      (void)snprintf(expected, sizeof expected, "\\u{%04x}", (unsigned)c);
      assert_string_equal(text.data, expected);
    } else if (text.length != length || memcmp(text.data, data, length) != 0) {
      fail_msg("U+%04X was changed to %s", (unsigned)c, text.data);
    }
  }
}

/* Named one by one: the table of the code under test must hold these and must not hold those. */
static void knows_what_hides(void **state) {
  static const uint32_t hidden[] = {
      0x00,   0x1b,   0x1f,   0x7f,   0x80,   0x85,   0x9b,    0x9f,    0xad,    0x61c,
      0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b,  0x202c,  0x202d,  0x202e,
      0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0x206a, 0x3164,  0xfeff,  0xfff9,  0xfffb,
      0x180e, 0xffa0, 0x115f, 0x1160, 0x2064, 0x206f, 0xe0001, 0xe0020, 0xe007f, 0x1d173,
  };
  static const uint32_t shown[] = {
      0x20,   0x7e,   0xa0,   0xac,   0xae,     0xe9,   0x200c, 0x200d,  0x2013,  0x2026,
      0x202f, 0x2070, 0x3000, 0xac00, 0xd55c,   0xfe0f, 0xfffd, 0x1f600, 0xe0100, 0xe01ef,
      0x2298, 0x2713, 0x2717, 0x26a0, 0x10ffff, 0x180d, 0x2027, 0x2075,  0x1161,  0x61b,
  };

  (void)state;
  for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
    if (!visible_text_hides(hidden[i]))
      fail_msg("U+%04X hides", (unsigned)hidden[i]);
  for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
    if (visible_text_hides(shown[i]))
      fail_msg("U+%04X does not hide", (unsigned)shown[i]);
}

static void shows_attacks(void **state) {
  static const struct {
    const char *data;
    const char *expected;
  } rows[] = {
      {"\x1b]0;owned\x07", "\\x1b]0;owned\\x07"},
      {"\x1b[2J\x1b[1;1Hok", "\\x1b[2J\\x1b[1;1Hok"},
      {"ok\rFAILED", "ok\\rFAILED"},
      {"a\b\b\bno", "a\\x08\\x08\\x08no"},
      {"\xc2\x9b"
       "31m",
       "\\u{009b}31m"},
      {"\x9b"
       "31m",
       "\\x9b31m"},
      {"job\xe2\x80\xae"
       "lmay",
       "job\\u{202e}lmay"},
      {"a\xe2\x80\xa8"
       "b",
       "a\\u{2028}b"},
      {"\xc0\x9b", "\\xc0\\x9b"},
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
      {"half \xed\x95", "half \\xed\\x95"},
      {"한글 ✓ é 😀", "한글 ✓ é 😀"},
      {"back\\slash", "back\\slash"},
      {"", ""},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    assert_string_equal(visible(rows[i].data, strlen(rows[i].data)), rows[i].expected);
  assert_string_equal(visible("a\0b", 3), "a\\x00b");
}

static void indents_lines(void **state) {
  static const struct {
    const char *data;
    const char *expected;
  } rows[] = {
      {"", ""},
      {"one", "one"},
      {"one\n", "one"},
      {"one\ntwo", "one\n..two"},
      {"one\ntwo\n", "one\n..two"},
      {"one\n\ntwo\n\n", "one\n..\n..two\n.."},
      {"\n", ""},
      {"\none", "\n..one"},
      {"one\r\ntwo\r\n", "one\\r\n..two\\r"},
      {"a\tb\n\x1b[m", "a\\tb\n..\\x1b[m"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    text_buffer_reset(&text);
    visible_lines_append(&text, rows[i].data, strlen(rows[i].data), "..");
    assert_string_equal(text_buffer_string(&text), rows[i].expected);
  }
}

static void replaces_what_is_no_utf8(void **state) {
  static const struct {
    const char *data;
    const char *expected;
  } rows[] = {
      {"", ""},
      {"plain", "plain"},
      {"\xff", "\xef\xbf\xbd"},
      {"a\xff\xfe"
       "b",
       "a\xef\xbf\xbd\xef\xbf\xbd"
       "b"},
      {"한\x80글", "한\xef\xbf\xbd글"},
      {"글\xea\xb8", "글\xef\xbf\xbd\xef\xbf\xbd"},
      {"\x1b\x7f\n", "\x1b\x7f\n"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    text_buffer_reset(&text);
    valid_utf8_append(&text, rows[i].data, strlen(rows[i].data));
    assert_string_equal(text_buffer_string(&text), rows[i].expected);
  }
  text_buffer_reset(&text);
  valid_utf8_append(&text, "a\0\xff", 3);
  assert_memory_equal(text.data, "a\0\xef\xbf\xbd", 6);
}

static void takes_the_first_line(void **state) {
  static const struct {
    const char *data;
    size_t most;
    const char *expected;
  } rows[] = {
      {"", 200, ""},
      {"\n \t\r\n", 200, ""},
      {"error: no\nmore", 200, "error: no"},
      {"\n\n  error: no \t\r\nmore", 200, "error: no"},
      {"error: no\r\n", 200, "error: no"},
      {"12345", 5, "12345"},
      {"12345   \n", 5, "12345"},
      {"123456", 5, "12345…"},
      {"12345 6", 5, "12345…"},
      {"한글한글", 4, "한글한글"},
      {"한글한글", 3, "한글한…"},
      {"a\x1b[m", 7, "a\\x1b[m"},
      {"a\x1b[m", 6, "a\\x1b[…"},
      {"ab\x1b", 5, "ab…"},
      {"\x1b\x1b\x1b", 8, "\\x1b\\x1b…"},
      {"a\tb", 4, "a\\tb"},
      {"a\rb\n", 200, "a\\rb"},
      {"\xff\xff", 7, "\\xff…"},
      {"x", 0, "…"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    text_buffer_reset(&text);
    first_line_append(&text, rows[i].data, strlen(rows[i].data), rows[i].most);
    assert_string_equal(text_buffer_string(&text), rows[i].expected);
  }
  text_buffer_reset(&text);
  text_buffer_append_string(&text, "Error: ");
  first_line_append(&text, "12345678", 8, 3);
  assert_string_equal(text_buffer_string(&text), "Error: 123…");
}

/* Random bytes with all that is special in them, each text in memory of exactly its size. */
static void is_safe_whatever_the_bytes(void **state) {
  static const char special[] =
      "\n\r\t \x1b\x7f\x80\xc2\xe2\x80\xae\xed\xa0\xf0\x9f\x98\x80\xf4\xff";
  uint32_t random = 2463534242u;

  (void)state;
  for (int round = 0; round < 4000; round++) {
    size_t length = (size_t)round % 60;
    char *data = malloc(length + (length == 0));

    assert_non_null(data);
    for (size_t i = 0; i < length; i++) {
      random ^= random << 13, random ^= random >> 17, random ^= random << 5;
      data[i] = random & 1 ? special[(random >> 8) % (sizeof special - 1)] : (char)(random >> 16);
    }
    (void)visible(data, length);
    assert_safe(text_buffer_string(&text), text.length, false);

    text_buffer_reset(&text);
    visible_lines_append(&text, data, length, "  ");
    assert_safe(text_buffer_string(&text), text.length, true);

    text_buffer_reset(&text);
    first_line_append(&text, data, length, 20);
    assert_safe(text_buffer_string(&text), text.length, false);
    assert_true(text.length <= 20 * 4 + strlen("…"));

    text_buffer_reset(&text);
    valid_utf8_append(&text, data, length);
    for (size_t at = 0; at < text.length;) {
      uint32_t c;
      size_t count = utf8_decode(text.data + at, text.length - at, &c);

      assert_true(count > 0);
      at += count;
    }
    free(data);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(shows_every_byte, init_text, finish_text),
      cmocka_unit_test_setup_teardown(shows_every_character, init_text, finish_text),
      cmocka_unit_test(knows_what_hides),
      cmocka_unit_test_setup_teardown(shows_attacks, init_text, finish_text),
      cmocka_unit_test_setup_teardown(indents_lines, init_text, finish_text),
      cmocka_unit_test_setup_teardown(replaces_what_is_no_utf8, init_text, finish_text),
      cmocka_unit_test_setup_teardown(takes_the_first_line, init_text, finish_text),
      cmocka_unit_test_setup_teardown(is_safe_whatever_the_bytes, init_text, finish_text),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
