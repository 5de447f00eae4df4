/* SPDX-License-Identifier: Apache-2.0 */
/* Properties that hold for every text, tried on many: pieces of YAML in random order, and manifests
 * with random bytes changed. The sequence is the same in every run. */
#include "text/text_buffer.h"
#include "tree_text.h"
#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXTS = 20000, MOST_PIECES = 24 };

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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_random_pieces),
      cmocka_unit_test(reads_random_streams),
      cmocka_unit_test(reads_changed_manifests),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
