/* SPDX-License-Identifier: Apache-2.0 */
/* Trees: shapes, styles, tags and positions. */
#include "tree_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct shape {
  const char *yaml;
  const char *tree;
};

static void check(const struct shape *shapes, size_t count, bool positions) {
  for (size_t i = 0; i < count; i++) {
    char *tree = tree_text_of(shapes[i].yaml, strlen(shapes[i].yaml), positions);
    if (strcmp(tree, shapes[i].tree) != 0)
      fail_msg("%s\n  read as   %s\n  should be %s", shapes[i].yaml, tree, shapes[i].tree);
    free(tree);
  }
}

#define CHECK(shapes, positions) check(shapes, sizeof(shapes) / sizeof(shapes)[0], positions)

static void builds_collections(void **state) {
  static const struct shape shapes[] = {
      {"a", "a"},
      {"a: b", "{a:b}"},
      {"a:\n  b: c\n  d: e\nf: g\n", "{a:{b:c d:e} f:g}"},
      {"- a\n- - b\n  - c\n-\n  d: e", "[a [b c] {d:e}]"},
      {"a:\n- b\n- c\n", "{a:[b c]}"},
      {"{a: [b, {c: d}], e: {}}", "{a:[b {c:d}] e:{}}"},
      {"[]", "[]"},
      {"{}", "{}"},
      {"a:\nb:\n", "{a: b:}"},
      {"[a: b, c]", "[{a:b} c]"},
      {"{a, b: c}", "{a: b:c}"},
      {"{\"apiVersion\": \"batch/v1\", \"n\": [1, true, null]}",
       "{\"apiVersion\":\"batch/v1\" \"n\":[1 true null]}"},
  };

  (void)state;
  CHECK(shapes, false);
}

static void keeps_any_key(void **state) {
  static const struct shape shapes[] = {
      {"? [a, b]\n: c", "{[a b]:c}"},        {"? {a: b}\n: {c: d}", "{{a:b}:{c:d}}"},
      {"? - - x\n: y", "{[[x]]:y}"},         {"1: a\ntrue: b\n\"\": c", "{1:a true:b \"\":c}"},
      {"a: 1\na: 2\na: 3", "{a:1 a:2 a:3}"}, /* twice: validators say so */
  };

  (void)state;
  CHECK(shapes, false);
}

/* go-yaml has an escape for it; elsewhere it is a backslash and a quote. */
static void reads_an_escaped_single_quote(void **state) {
  static const struct shape shapes[] = {
      {"a: \"it\\'s\"", "{a:\"it's\"}"},
      {"\"\\'é\\\\'\": 'x\\'\nb\\': [\"\\'\", \"\\'\\'\"]",
       "{\"'é\\\\'\":'x\\\\' b\\\\':[\"'\" \"''\"]}"},
      {"a: \"\\'\\a\"", "{a:\"'\a\"}"},
      {"a: &x \"\\'\"\nb: *x", "{a:\"'\" b:*\"'\"}"},
      {"a: \"\\'\\a\\b\"",
       "problem: yaml-syntax 1:5 found unknown escape character (while parsing a quoted scalar)"},
  };

  (void)state;
  CHECK(shapes, false);
}

static void keeps_styles_and_text(void **state) {
  static const struct shape shapes[] = {
      {"[a b, 'it''s', \"x\\ty\\u00e9\"]", "[a b 'it's' \"x\ty\xc3\xa9\"]"},
      {"a: |\n  one\n   two\n\n  three\n", "{a:|one\\n two\\n\\nthree\\n|}"},
      {"a: |-\n  one\n", "{a:|one|}"},
      {"a: >\n  one\n  two\n", "{a:>one two\\n>}"},
      {"a: b\n  c\n  d", "{a:b c d}"},
      {"\"a\\0b\"", "\"a\\0b\""},
      {"한글: é", "{한글:é}"},
      {"\"\"", "\"\""},
      {"a: |\r\n  one\r\n  two\r\nb: c\r\n", "{a:|one\\ntwo\\n| b:c}"},
  };

  (void)state;
  CHECK(shapes, false);
}

static void resolves_tags(void **state) {
  static const struct shape shapes[] = {
      {"a: !!str 5", "{a:!tag:yaml.org,2002:str 5}"},
      {"!!map {a: !!int '5'}", "!tag:yaml.org,2002:map {a:!tag:yaml.org,2002:int '5'}"},
      {"! 'a'", "!! 'a'"},
      {"! [a]", "!! [a]"},
      {"!local a", "!!local a"},
      {"!<tag:x.org,1:y> a", "!tag:x.org,1:y a"},
      {"%TAG !e! tag:e.org,1:\n--- !e!f a", "!tag:e.org,1:f a"},
      {"a: !!str", "{a:!tag:yaml.org,2002:str }"},
  };

  (void)state;
  CHECK(shapes, false);
}

/* Columns count characters, not bytes, and a leading byte order mark not at all. */
static void knows_positions(void **state) {
  static const struct shape shapes[] = {
      {"a: b\nc:\n  - d\n  -  e\n", "{a@1:1:b@1:4 c@2:1:[d@3:5 e@4:6]@3:3}@1:1"},
      {"x: {y: [1,  2]}", "{x@1:1:{y@1:5:[1@1:9 2@1:13]@1:8}@1:4}@1:1"},
      {"é: 한글 # ü\n한: ü", "{é@1:1:한글@1:4 한@2:1:ü@2:4}@1:1"},
      {"\r\na: b\r\n\r\nc: d", "{a@2:1:b@2:4 c@4:1:d@4:4}@2:1"},
      {"# c\n---\n\n  a: b", "{a@4:3:b@4:6}@4:3"},
      {"a:\nb: |\n  c\n", "{a@1:1:@1:3 b@2:1:|c\\n|@2:4}@1:1"},
      {"\xef\xbb\xbf"
       "a: b",
       "{a@1:1:b@1:4}@1:1"},
      {"a: &x !!str b\nc: *x",
       "{a@1:1:!tag:yaml.org,2002:str b@1:4 c@2:1:*!tag:yaml.org,2002:str b@2:4}@1:1"},
  };

  (void)state;
  CHECK(shapes, true);
}

static void leaves_out_what_is_empty(void **state) {
  static const struct shape shapes[] = {
      {"", "no document"},
      {"\n\n  \n", "no document"},
      {"# only\n# comments\n", "no document"},
      {"\xef\xbb\xbf", "no document"},
      {"---\n", "no document"},
      {"---\n---\n...\n---\n# c\n", "no document"},
      {"~", "no document"},
      {"null\n---\nNull\n---\nNULL\n--- ~ # c\n", "no document"},
      {"--- !!null null\n", "no document"},
      {"--- &a\n", "no document"},
      {"''", "''"},
      {"'null'", "'null'"},
      {"nULL", "nULL"},
      {"!!str", "!tag:yaml.org,2002:str "},
      {"---\n~\n---\na\n", "a"},
  };

  (void)state;
  CHECK(shapes, false);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(builds_collections),
      cmocka_unit_test(keeps_any_key),
      cmocka_unit_test(reads_an_escaped_single_quote),
      cmocka_unit_test(keeps_styles_and_text),
      cmocka_unit_test(resolves_tags),
      cmocka_unit_test(knows_positions),
      cmocka_unit_test(leaves_out_what_is_empty),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
