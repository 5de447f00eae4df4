/* SPDX-License-Identifier: Apache-2.0 */
/* Text that goes through an XML or HTML parser must come out as a person should see it. */
#include "report/xml_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct row {
  const char *text;
  size_t length;
  const char *content;
  const char *value;
};

/* clang-format off */
#define ROW(text, content, value) {text, sizeof(text) - 1, content, value}
/* clang-format on */
static const struct row rows[] = {
    ROW("", "", ""),
    ROW("plain text.", "plain text.", "plain text."),
    ROW("<a b='c'>&\"", "&lt;a b='c'&gt;&amp;\"", "&lt;a b=&#39;c&#39;&gt;&amp;&quot;"),
    ROW("]]>", "]]&gt;", "]]&gt;"),
    ROW("a\tb\nc", "a\tb\nc", "a&#9;b&#10;c"),
    ROW("a\r\n", "a\\r\n", "a\\r&#10;"),
    ROW("\0\x01\x1b[2J\x7f", "\\x00\\x01\\x1b[2J\\x7f", "\\x00\\x01\\x1b[2J\\x7f"),
    ROW("\xc2\x85\xc2\x9b", "\\u{0085}\\u{009b}", "\\u{0085}\\u{009b}"),
    ROW("\xe2\x80\xaemoc", "\\u{202e}moc", "\\u{202e}moc"),
    ROW("\xef\xbf\xbd\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\\u{fffe}\\u{ffff}",
        "\xef\xbf\xbd\\u{fffe}\\u{ffff}"),
    ROW("\xff<\xed\xa0\x80", "\\xff&lt;\\xed\\xa0\\x80", "\\xff&lt;\\xed\\xa0\\x80"),
    ROW("\xed\x95", "\\xed\\x95", "\\xed\\x95"),
    ROW("한글 😀 é", "한글 😀 é", "한글 😀 é"),
    ROW("\\x1b stays", "\\x1b stays", "\\x1b stays"),
};

static void spells_content_and_values(void **state) {
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    text_buffer_reset(&text);
    xml_text_append(&text, rows[i].text, rows[i].length);
    assert_string_equal(text_buffer_string(&text), rows[i].content);
    text_buffer_reset(&text);
    xml_text_append_value(&text, rows[i].text, rows[i].length);
    assert_string_equal(text_buffer_string(&text), rows[i].value);
  }
  text_buffer_finish(&text);
}

static int32_t collect(const struct hg_output *output, const char *data, uint64_t length,
                       struct hg_error *err) {
  (void)err;
  text_buffer_append(output->context, data, length);
  return 0;
}

/* Cut into pieces, wherever a character stands. */
static void long_text_stays_whole(void **state) {
  static const char pattern[] = "한😀é<&\x1b\xff]]>\xed\x95";
  struct text_buffer whole;
  struct text_buffer expected;
  struct text_buffer collected;
  const struct hg_output output = {
      .struct_size = sizeof output, .context = &collected, .write = collect};

  (void)state;
  text_buffer_init(&whole);
  text_buffer_init(&expected);
  text_buffer_init(&collected);
  while (whole.length < 20000)
    text_buffer_append(&whole, pattern, sizeof pattern - 1);
  for (size_t length = 4085; length < 4105; length++) {
    struct hg_error err = HG_ERROR_INIT;
    struct section section;

    text_buffer_reset(&expected);
    text_buffer_reset(&collected);
    section_init(&section, 1000);
    xml_text_append(&expected, whole.data, 3 * length);
    assert_int_equal(xml_text_append_long(&section, whole.data, 3 * length, &err), 0);
    assert_true(section.text.length <= 1000);
    assert_int_equal(section_write(&section, &output, &err), 0);
    assert_string_equal(collected.data, expected.data);
    section_finish(&section);
  }
  text_buffer_finish(&whole);
  text_buffer_finish(&expected);
  text_buffer_finish(&collected);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spells_content_and_values),
      cmocka_unit_test(long_text_stays_whole),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
