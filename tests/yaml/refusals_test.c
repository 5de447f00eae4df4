/* SPDX-License-Identifier: Apache-2.0 */
/* What is no YAML, or no text: what is said of it, and where. */
#include "tree_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct refusal {
  const char *yaml;
  const char *problem; /* RULE LINE:COLUMN MESSAGE; without the rule yaml-syntax */
};

static void check_one(const char *yaml, size_t length, const char *problem) {
  bool has_rule = strncmp(problem, "yaml-", 5) == 0;
  char expected[512];
  char *found = tree_text_of(yaml, length, false);

  (void)snprintf(expected, sizeof expected, "problem: %s%s", has_rule ? "" : "yaml-syntax ",
                 problem);
  if (strcmp(found, expected) != 0)
    fail_msg("%s\n  gives     %s\n  should be %s", yaml, found, expected);
  free(found);
}

static void check(const struct refusal *refusals, size_t count) {
  for (size_t i = 0; i < count; i++)
    check_one(refusals[i].yaml, strlen(refusals[i].yaml), refusals[i].problem);
}

#define CHECK(refusals) check(refusals, sizeof(refusals) / sizeof(refusals)[0])
#define A_KEY "expected a key: wrong indentation, or a quote too many"
#define NO_KEY                                                                                     \
  "a key is not allowed here: wrong indentation, or a value with \": \" that needs quotes"

static void says_what_the_syntax_lacks(void **state) {
  static const struct refusal refusals[] = {
      {"a: b: c", "1:5 " NO_KEY},
      {"a: 1\n  b: 2", "2:4 " NO_KEY},
      {"a:\n  b: 1\n c: 2", "3:2 " A_KEY " (while parsing a block mapping that starts at line 1)"},
      {"a: \"b\" c", "1:8 " A_KEY " (while parsing a block mapping)"},
      {"a:\n\t- b", "2:1 a tab stands where only spaces may indent"},
      {"a: @b", "1:4 no value can start with @; put it in quotes"},
      {"a: `b`", "1:4 no value can start with `; put it in quotes"},
      {"a: %b", "1:4 no value can start with %; put it in quotes"},
      {"a: 1\nb\nc: 2", "3:1 this line should be a key with \":\" after it (while scanning a "
                        "simple key that starts at line 2)"},
      {"- a\nb: c", "2:1 did not find expected '-' indicator (while parsing a block collection "
                    "that starts at line 1)"},
      {"a: [1}", "1:6 did not find expected ',' or ']' (while parsing a flow sequence)"},
      {"a: !x!y z", "1:4 found undefined tag handle (while parsing a node)"},
      {"%YAML 2.0\n--- a", "1:1 found incompatible YAML document"},
      {"%YAML 1.1\na", "2:1 expected a line with --- before this"},
      {"}", "1:1 did not find expected node content (while parsing a block node)"},
      {"한: [글}", "1:6 did not find expected ',' or ']' (while parsing a flow sequence)"},
  };

  (void)state;
  CHECK(refusals);
}

/* Where a text ends too early is its end, not a line that it does not have. */
static void says_where_a_text_breaks_off(void **state) {
  static const struct refusal refusals[] = {
      {"a: [1, 2", "1:9 did not find expected ',' or ']' (while parsing a flow sequence that "
                   "starts at line 1)"},
      {"a: {b: c\n", "2:1 did not find expected ',' or '}' (while parsing a flow mapping that "
                     "starts at line 1)"},
      {"a: 'b", "1:6 the text ends too early (while scanning a quoted scalar)"},
      {"a: \"b\n\n", "3:1 the text ends too early (while scanning a quoted scalar that starts at "
                     "line 1)"},
      {"a: \"é", "1:6 the text ends too early (while scanning a quoted scalar)"},
      {"[", "1:2 did not find expected node content (while parsing a flow node)"},
      {"a: &", "1:5 did not find expected alphabetic or numeric character (while scanning an "
               "anchor)"},
      {"a: !<b", "1:7 did not find the expected '>' (while scanning a tag)"},
  };

  (void)state;
  CHECK(refusals);
}

static void refuses_other_encodings(void **state) {
  static const struct {
    const char *bytes;
    size_t length;
    const char *problem;
  } cases[] = {
      {"\xff\xfe"
       "a\0",
       4, "yaml-encoding 1:1 the file is UTF-16; save it as UTF-8"},
      {"\xfe\xff\0a", 4, "yaml-encoding 1:1 the file is UTF-16; save it as UTF-8"},
      {"\xff\xfe\0\0a\0\0\0", 8, "yaml-encoding 1:1 the file is UTF-32; save it as UTF-8"},
      {"\0\0\xfe\xff\0\0\0a", 8, "yaml-encoding 1:1 the file is UTF-32; save it as UTF-8"},
      {"a\0:\0", 4,
       "yaml-encoding 1:2 a NUL byte is not allowed: the file is binary, cut short or UTF-16"},
      {"a: b\n\0\0\0", 8,
       "yaml-encoding 2:1 a NUL byte is not allowed: the file is binary, cut short or UTF-16"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    check_one(cases[i].bytes, cases[i].length, cases[i].problem);
}

#define NOT_UTF8(byte) "not UTF-8: byte " byte " starts no character; save the file as UTF-8"
#define CONTROL(c, escape)                                                                         \
  "control character U+" c " is not allowed; remove it or write \"\\u" escape "\" in double "      \
  "quotes"

static void says_which_byte_is_wrong(void **state) {
  static const struct refusal refusals[] = {
      {"a: \xff", "yaml-encoding 1:4 " NOT_UTF8("0xff")},
      {"a: b\r\nc: é\xe9\n", "yaml-encoding 2:5 " NOT_UTF8("0xe9")},
      {"\xed\xa0\x80", "yaml-encoding 1:1 " NOT_UTF8("0xed")},
      {"\xc0\xaf", "yaml-encoding 1:1 " NOT_UTF8("0xc0")},
      {"a: \xe2\x82", "yaml-encoding 1:4 " NOT_UTF8("0xe2")},
      {"한: \x1b[31m", "yaml-encoding 1:4 " CONTROL("001B", "001b")},
      {"a\x7f", "yaml-encoding 1:2 " CONTROL("007F", "007f")},
      {"a\xc2\x80", "yaml-encoding 1:2 " CONTROL("0080", "0080")},
      {"a\n\xef\xbb\xbf"
       "b: c",
       "yaml-encoding 2:1 a byte order mark (U+FEFF) stands inside a document; remove it"},
      {"a: b\n--- c\n\xef\xbb\xbf [d]\n",
       "yaml-encoding 3:1 a byte order mark (U+FEFF) stands inside a document; remove it"},
      {"a\n---\nb\n---\n\xff", "yaml-encoding 5:1 " NOT_UTF8("0xff")},
  };

  (void)state;
  CHECK(refusals);
}

/* The text is looked at in strides: a wrong byte is seen wherever it stands, and nothing else. */
static void sees_a_wrong_byte_anywhere(void **state) {
  char text[200];

  (void)state;
  for (size_t length = 1; length <= sizeof text; length++) {
    for (size_t at = 0; at < length; at++) {
      char expected[100];
      char *found;

      memset(text, 'x', length);
      text[at] = '\x01';
      (void)snprintf(expected, sizeof expected, "problem: yaml-encoding 1:%zu control", at + 1);
      found = tree_text_of(text, length, false);
      assert_int_equal(strncmp(found, expected, strlen(expected)), 0);
      free(found);
    }
  }
  for (size_t at = 0; at + 3 <= sizeof text; at++) {
    char *found;

    memset(text, 'x', sizeof text);
    memcpy(text + at, "\xe2\x82\xac", 3);
    found = tree_text_of(text, sizeof text, false);
    assert_int_equal(strlen(found), sizeof text);
    assert_memory_equal(found, text, sizeof text);
    free(found);
  }
}

static void takes_every_character_that_yaml_has(void **state) {
  static const char *const characters[] = {
      "\t",
      " ",
      "~",
      "\xc2\x85",
      "\xc2\xa0",
      "\xed\x9f\xbf",
      "\xee\x80\x80",
      "\xef\xbf\xbd",
      "\xf0\x90\x80\x80",
      "\xf4\x8f\xbf\xbf",
  };

  (void)state;
  for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++) {
    char yaml[20];
    char *found;

    (void)snprintf(yaml, sizeof yaml, "'a%sb'", characters[i]);
    found = tree_text_of(yaml, strlen(yaml), false);
    assert_int_equal(found[0], '\'');
    free(found);
  }
  check_one("a\xef\xbf\xbe", 4, "yaml-encoding 1:2 " CONTROL("FFFE", "fffe"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(says_what_the_syntax_lacks),
      cmocka_unit_test(says_where_a_text_breaks_off),
      cmocka_unit_test(refuses_other_encodings),
      cmocka_unit_test(says_which_byte_is_wrong),
      cmocka_unit_test(sees_a_wrong_byte_anywhere),
      cmocka_unit_test(takes_every_character_that_yaml_has),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
