/* SPDX-License-Identifier: Apache-2.0 */
/* A text that is like the one before gets the very tree that it gets alone, and the manifests of a
 * batch are taken for alike. The sequence of random texts is the same in every run. */
#include "memory/count.h"
#include "text/text_buffer.h"
#include "tree_text.h"
#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 6000, MARK = 4242 };

#define FLOW                                                                                       \
  "kind: Job\nmetadata: {name: a, labels: {x: 'y', z: \"w\"}}\nspec:\n  args: [\"--lr\", '0.1', "  \
  "x:y, 3]\n  list: [\n    one,\n    two # c\n  ]\n"
#define BLOCK                                                                                      \
  "# A comment\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: train-1 # a name\n  labels:\n" \
  "    app: 'train'\n    run: \"7\"\n    empty: \"\"\n    none:\n  annotations:\n    text: "       \
  "several "                                                                                       \
  "words, and: more\n    folded: one\n      two\n    block: |\n      line\n    escaped: "          \
  "\"a\\tb\"\n"                                                                                    \
  "spec:\n  template:\n    spec:\n      containers:\n      - name: c\n        image: "             \
  "reg:5000/x/y:1\n"                                                                               \
  "        args:\n        - --lr=0.1\n        - \"--seed\"\n        - - nested\n          - 3\n"   \
  "        - 2026-01-01\n      restartPolicy: Never\n"

static const char *const texts[] = {
    BLOCK,
    FLOW,
    "---\nkind: Job\nname: \xc3\xa4 \xe2\x82\xac # \xc3\xb6\nvalue: x\n",
    "kind: Job\r\nname: abc\r\nvalue: 'def'\r\n",
    "a: &x one\nb: *x\nc: two\n",
    "a: {one: 1}\nb:\n  <<: {c: d}\n  e: f\n",
    "a: !!str 1\nb: !!int \"2\"\nc: ! x\n",
    "a: \"it\\'s\"\nb: c\n",
    "---\xc2\xa0\na: b\n",
    "? key\n: value\n? [a, b]\n: c\n",
    "- abc\n- def\n- - ghi\n",
    "value\n",
    "kind: Job\nname: a\n---\nkind: Job\nname: b\n",
    "%YAML 1.1\n---\nname: a\n",
    "{\"kind\": \"Job\", \"name\": \"a\",\n \"value\": 1}\n",
    "a: x # \"quoted\" 'words': [here]\nb: http://x/y\nc: a:b\nd: -1\ne: .5\nf: /x\n",
};

static uint64_t random_state;

/* xorshift64* */
static uint32_t random_below(uint32_t limit) {
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return (uint32_t)(random_state * UINT64_C(0x2545f4914f6cdd1d) >> 33) % limit;
}

/* All that the tree says of the text. */
static void describe(struct yaml_tree *tree, enum yaml_json json, const struct text_buffer *text,
                     struct text_buffer *out) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_problem problem = {0};
  int32_t found;

  text_buffer_reset(out);
  assert_int_equal(yaml_tree_open_as(tree, json, text_buffer_string(text), text->length, &err), 0);
  while ((found = yaml_tree_next(tree, &document, &problem)) == 1) {
    text_buffer_printf(out, "%d+%d %d %d ", (int)document.offset, (int)document.length,
                       (int)document.directive_line, (int)document.is_last);
    tree_text_append(out, document.root, true);
    text_buffer_append_char(out, '\n');
  }
  if (found < 0)
    text_buffer_printf(out, "%s %d:%d %s", problem.rule, (int)problem.line, (int)problem.column,
                       problem.message);
}

/* Reads the text behind what the tree has read, and alone. */
static void check(struct yaml_tree *tree, enum yaml_json json, const struct text_buffer *text) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree *fresh;
  struct text_buffer behind;
  struct text_buffer alone;

  text_buffer_init(&behind);
  text_buffer_init(&alone);
  assert_int_equal(yaml_tree_create(&fresh, &err), 0);
  describe(tree, json, text, &behind);
  describe(fresh, json, text, &alone);
  if (strcmp(text_buffer_string(&behind), text_buffer_string(&alone)) != 0)
    fail_msg("%s\nis behind another one\n%s\nand alone\n%s", text_buffer_string(text),
             text_buffer_string(&behind), text_buffer_string(&alone));
  yaml_tree_destroy(fresh);
  text_buffer_finish(&behind);
  text_buffer_finish(&alone);
}

/* Replaces a few bytes at a random place by a few others. */
static void change(const struct text_buffer *from, struct text_buffer *to) {
  static const char *const words[] = {
      "",     "a",        "0",        "Z9",   "-",    "--",   "---", ".",   "...", " ",
      "  ",   "\n",       "\n  ",     "\t",   ":",    ": ",   "#",   " #",  ",",   ", ",
      "[",    "]",        "{",        "}",    "'",    "''",   "\"",  "\\",  "\\n", "&a",
      "*a",   "!",        "|",        ">",    "%",    "@",    "`",   "?",   "? ",  "~",
      "=",    "<<",       "/",        "_",    "\r",   "null", "yes", "1e3", "x y", "x: y",
      "x #y", "\xc3\xa9", "\xc2\x85", "\xff", "\x7f", "x,y",  "x:y",
  };
  uint32_t at = random_below((uint32_t)from->length);
  uint32_t most = (uint32_t)from->length - at;
  uint32_t gone = random_below(3) % (most + 1);

  text_buffer_reset(to);
  text_buffer_append(to, from->data, at);
  text_buffer_append_string(to, words[random_below(COUNT(words))]);
  text_buffer_append(to, from->data + at + gone, from->length - at - gone);
}

static void reads_what_differs(void **state) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree *tree;
  struct text_buffer first;
  struct text_buffer second;

  (void)state;
  random_state = 20261130;
  text_buffer_init(&first);
  text_buffer_init(&second);
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  for (size_t i = 0; i < COUNT(texts); i++) {
    for (int round = 0; round < ROUNDS; round++) {
      enum yaml_json json = round % 8 == 7 ? YAML_JSON_FIRST : YAML_JSON_AS_YAML;

      text_buffer_reset(&first);
      text_buffer_append_string(&first, texts[i]);
      if (round % 4 == 0)
        check(tree, json, &first);
      for (uint32_t n = 1 + random_below(2); n-- > 0;) {
        change(&first, &second);
        text_buffer_reset(&first);
        text_buffer_append(&first, text_buffer_string(&second), second.length);
      }
      check(tree, json, &first);
    }
  }
  yaml_tree_destroy(tree);
  text_buffer_finish(&first);
  text_buffer_finish(&second);
}

/* Whether the text behind `before` has the nodes of that: one of them is marked. */
static bool is_taken(struct yaml_tree *tree, const char *before, const char *after) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_problem problem;

  assert_int_equal(yaml_tree_open(tree, before, strlen(before), &err), 0);
  assert_int_equal(yaml_tree_next(tree, &document, &problem), 1);
  ((struct hg_node *)document.root)->line = MARK;
  assert_int_equal(yaml_tree_next(tree, &document, &problem), 0);
  assert_int_equal(yaml_tree_open(tree, after, strlen(after), &err), 0);
  return yaml_tree_next(tree, &document, &problem) == 1 && document.root->line == MARK;
}

static void takes_the_manifests_of_a_batch(void **state) {
  static const struct {
    const char *before;
    const char *after;
    bool is_taken;
  } rows[] = {
      {"name: train-9\nx: y\n", "name: train-10\nx: y\n", true},
      {"name: train-9\nx: y\n", "name: train-9\nx: y\n", true},
      {"name: train-9 # c\nx: 'y'\n", "name: t # c\nx: 'a \"b\" c: #'\n", true},
      {"a:\n- --lr=0.1\n- b\n", "a:\n- --lr=0.05\n- -b\n", true},
      {"a:\n- x\n- b\n", "a:\n- -\n- b\n", false},
      {"a: .5\n", "a: ..\n", true},
      {"a: x\n", "a: @x\n", false},
      {"a:\n- lr=0.1\n- \"--b\"\n", "a:\n- lr=0.05\n- \"--c\"\n", true},
      {"image: reg:5000/x:1\n", "image: reg:5000/x:1.2\n", true},
      {"text: one\n", "text: several words, and more\n", true},
      {"text: \"\"\n", "text: \"more\"\n", true},
      {"text: \"more\"\n", "text: \"\"\n", true},
      {"a: [1, 2, 3]\n", "a: [1, 5, 3]\n", true},
      {"a: [1, 2, 3]\n", "a: [1, 2, 30]\n", true},
      {"a: [1, 2, 3]\n", "a: [1, 20, 3]\n", false}, /* the column of 3 */
      {"a: ['\xc3\xa9', 3]\n", "a: ['e', 3]\n", true},
      {"a: ['\xc3\xa9', 3]\n", "a: ['ee', 3]\n", false},
      {"a: [1, 2]\n", "a: [1, x:y]\n", false},
      {"a: \"b\"\n", "a: \"\x7f\"\n", false},
      {"a:\nb: c\n", "a:x\nb: c\n", false},
      {"key: a\n", "yek: a\n", false},
      {"a: b\n", "a: \n", false},
      {"a: b\n", "a: b\n\n", false},
      {"a: b # c\n", "a: b # d\n", false},
      {"a: \"b\"\n", "a: \"b\\tc\"\n", false},
      {"a: !!str 1\n", "a: !!str 2\n", false},
      {"a: &x 1\nb: *x\n", "a: &x 2\nb: *x\n", false},
      {"abc\n", "abd\n", false},
      {"[a]:\n  c\n", "[b]:\n  c\n", false}, /* a key may be too long for one */
      {"a: |\n  b\n", "a: |\n  c\n", false},
  };
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree *tree;

  (void)state;
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  for (size_t i = 0; i < COUNT(rows); i++)
    if (is_taken(tree, rows[i].before, rows[i].after) != rows[i].is_taken)
      fail_msg("%s and then %s", rows[i].before, rows[i].after);
  yaml_tree_destroy(tree);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_the_manifests_of_a_batch),
      cmocka_unit_test(reads_what_differs),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
