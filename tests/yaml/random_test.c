/* SPDX-License-Identifier: Apache-2.0 */
/* Properties that hold for every text, tried on many: pieces of YAML in random order, and manifests
 * with random bytes changed. The sequence is the same in every run. */
#include "memory/count.h"
#include "text/text_buffer.h"
#include "tree_text.h"
#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXTS = 20000, MOST_PIECES = 24, CHANGED = 6000 };

static uint64_t random_state;

/* xorshift64* */
static uint32_t random_below(uint32_t limit) {
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return (uint32_t)(random_state * UINT64_C(0x2545f4914f6cdd1d) >> 33) % limit;
}

static const char *const pieces[] = {
    "a: b\n",
    "a:\n",
    "  b: c\n",
    "- x\n",
    "  - y\n",
    "---\n",
    "---\n",
    "--- ",
    "...\n",
    "# c\n",
    "\n",
    " ",
    "{",
    "}",
    "[",
    "]",
    ",",
    ": ",
    "\"",
    "'",
    "|\n",
    ">\n",
    "&x ",
    "*x ",
    "<<: *x\n",
    "<<: {a: 1}\n",
    "!!str ",
    "! ",
    "~\n",
    "null\n",
    "Null",
    "%YAML 1.1\n",
    "%TAG ! tag:x:\n",
    "é",
    "한글: ",
    "\r\n",
    "\r",
    "\t",
    "\xc2\x85",
    "\xe2\x80\xa8",
    "\xef\xbb\xbf",
    "? ",
    "-",
    ".",
    "x",
    "name: x\n",
    "\xff",
    "\x01",
    "\xc3",
};

static const char manifest[] = "apiVersion: batch/v1\nkind: Job\nmetadata: &m\n  name: 'a-b'\n"
                               "  labels: {app: \"x\", ü: ö}\nspec:\n  template:\n    <<: *m\n"
                               "    spec:\n      containers:\n      - name: c\n        args:\n"
                               "        - |\n          text\n        - >-\n          folded\n"
                               "---\n# two\nkind: Job\n...\n---\n[*m, {}]\n";

/* Each document's own text, read alone, is that document and no other. */
static void check_alone(const char *text, const struct yaml_tree_document *document) {
  struct text_buffer tree;
  char *alone = tree_text_of(text + document->offset, document->length, false);

  text_buffer_init(&tree);
  tree_text_append(&tree, document->root, false);
  if (strcmp(alone, text_buffer_string(&tree)) != 0)
    fail_msg("in\n%s\n%s\nis alone\n%s", text, text_buffer_string(&tree), alone);
  text_buffer_finish(&tree);
  free(alone);
}

static void check_text(struct yaml_tree *tree, const char *text, size_t length) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_problem problem = {0};
  uint64_t documents = 0;
  uint64_t count = 0;
  uint64_t end = 0;
  uint32_t was_last = 0;
  int32_t found;

  assert_int_equal(yaml_tree_open(tree, text, length, &err), 0);
  while ((found = yaml_tree_next(tree, &document, &problem)) == 1) {
    assert_int_equal(was_last, 0);
    was_last = document.is_last;
    assert_true(document.offset >= end);
    end = document.offset + document.length;
    assert_true(end <= length);
    check_alone(text, &document);
    if (documents++ == 0)
      assert_int_equal(yaml_tree_count(tree, &count, &err), 0);
  }
  if (found < 0) {
    assert_int_equal(was_last, 0);
    assert_true(problem.line >= 1 && problem.column >= 1);
    assert_true(strlen(problem.message) > 0);
  }
  if (documents == 0)
    return;
  if (found == 0 ? count != documents : count < documents || count < 2)
    fail_msg("%s\nholds %d documents, counted are %d", text, (int)documents, (int)count);
}

static void reads_random_pieces(void **state) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree *tree;
  struct text_buffer text;

  (void)state;
  random_state = 20261123;
  text_buffer_init(&text);
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  for (uint32_t i = 0; i < TEXTS; i++) {
    /* Half of the texts do without the last pieces, few of which make a good text. */
    uint32_t kinds = (uint32_t)(sizeof pieces / sizeof pieces[0]) - (i % 2 ? 3 : 0);

    text_buffer_reset(&text);
    for (uint32_t n = random_below(MOST_PIECES); n-- > 0;)
      text_buffer_append_string(&text, pieces[random_below(kinds)]);
    check_text(tree, text_buffer_string(&text), text.length);
  }
  yaml_tree_destroy(tree);
  text_buffer_finish(&text);
}

/* Whole lines of documents: most of these texts are good ones. */
static void reads_random_streams(void **state) {
  static const char *const lines[] = {
      "a: b\n",    "c: [d, é]\n", "---\n",     "---\n",
      "---\n",     "...\n---\n",  "# c\n",     "\n",
      "--- # c\n", "~\n",         "e: &x f\n", "name: y\n",
      "--- ~\n",   "--- |\n",     "--- {}\n",  "...\n%YAML 1.1\n---\n",
  };
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree *tree;
  struct text_buffer text;

  (void)state;
  random_state = 20261124;
  text_buffer_init(&text);
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  for (uint32_t i = 0; i < TEXTS; i++) {
    text_buffer_reset(&text);
    for (uint32_t n = random_below(MOST_PIECES); n-- > 0;)
      text_buffer_append_string(&text, lines[random_below(sizeof lines / sizeof lines[0])]);
    check_text(tree, text_buffer_string(&text), text.length);
  }
  yaml_tree_destroy(tree);
  text_buffer_finish(&text);
}

static void reads_changed_manifests(void **state) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree *tree;

  (void)state;
  random_state = 20261125;
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  check_text(tree, manifest, sizeof manifest - 1);
  for (uint32_t i = 0; i < TEXTS; i++) {
    char text[sizeof manifest];
    size_t length = sizeof manifest - 1 - random_below(i % 3 == 0 ? sizeof manifest : 1);

    memcpy(text, manifest, sizeof manifest);
    for (uint32_t n = random_below(4); n-- > 0 && length > 0;) {
      uint32_t at = random_below((uint32_t)length);
      text[at] = random_below(4) ? text[random_below((uint32_t)length)] : (char)random_below(256);
    }
    text[length] = '\0';
    check_text(tree, text, length);
  }
  yaml_tree_destroy(tree);
}

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

/* What may be read before another text. */
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
    " null\n",
    "a: [\"x\xe2\x80\xa8y\", z\xe2\x80\xa9z]\nb: \"x\xe2\x80\xa8y\"\nc: d\n",
    "kind: Job\nname: a\n---\nkind: Job\nname: b\n",
    "%YAML 1.1\n---\nname: a\n",
    "{\"kind\": \"Job\", \"name\": \"a\",\n \"value\": 1}\n",
    "a: x # \"quoted\" 'words': [here]\nb: http://x/y\nc: a:b\nd: -1\ne: .5\nf: /x\n",
};

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
static void check_behind(struct yaml_tree *tree, enum yaml_json json,
                         const struct text_buffer *text) {
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
      "",
      "a",
      "0",
      "Z9",
      "-",
      "--",
      "---",
      ".",
      "...",
      " ",
      "  ",
      "\n",
      "\n  ",
      "\t",
      ":",
      ": ",
      "#",
      " #",
      ",",
      ", ",
      "[",
      "]",
      "{",
      "}",
      "'",
      "''",
      "\"",
      "\\",
      "\\n",
      "&a",
      "*a",
      "!",
      "|",
      ">",
      "%",
      "@",
      "`",
      "?",
      "? ",
      "~",
      "=",
      "<<",
      "/",
      "_",
      "\r",
      "null",
      "yes",
      "1e3",
      "x y",
      "x: y",
      "x #y",
      "\xc3\xa9",
      "\xc2\x85",
      "\xff",
      "\x7f",
      "\xe2\x80\xa8",
      "\xe2\x80\xa9",
      "x,y",
      "x:y",
  };
  uint32_t at = random_below((uint32_t)from->length);
  uint32_t most = (uint32_t)from->length - at;
  uint32_t gone = random_below(3) % (most + 1);

  text_buffer_reset(to);
  text_buffer_append(to, from->data, at);
  text_buffer_append_string(to, words[random_below(COUNT(words))]);
  text_buffer_append(to, from->data + at + gone, from->length - at - gone);
}

/* Other values in a text of any kind (yaml_alike.h), and all else that may differ from it. */
static void reads_texts_behind_others(void **state) {
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
    for (int round = 0; round < CHANGED; round++) {
      enum yaml_json json = round % 8 == 7 ? YAML_JSON_FIRST : YAML_JSON_AS_YAML;

      text_buffer_reset(&first);
      text_buffer_append_string(&first, texts[i]);
      if (round % 4 == 0)
        check_behind(tree, json, &first);
      for (uint32_t n = 1 + random_below(2); n-- > 0;) {
        change(&first, &second);
        text_buffer_reset(&first);
        text_buffer_append(&first, text_buffer_string(&second), second.length);
      }
      check_behind(tree, json, &first);
    }
  }
  yaml_tree_destroy(tree);
  text_buffer_finish(&first);
  text_buffer_finish(&second);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_random_pieces),
      cmocka_unit_test(reads_random_streams),
      cmocka_unit_test(reads_changed_manifests),
      cmocka_unit_test(reads_texts_behind_others),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
