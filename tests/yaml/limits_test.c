/* SPDX-License-Identifier: Apache-2.0 */
/* Limits, and texts that are made to take long: every one gets its answer, and an ordinary one
 * after it is read as ever. (How long it may take is for ctest's time limit to say.) */
#include "text/text_buffer.h"
#include "tree_text.h"
#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LARGEST_FILE = 3 * 1024 * 1024 };

#define TOO_MANY "the document has more than 250000 values, aliases followed: split it"
#define TOO_MUCH "the document has more than 6 MiB of text, aliases followed: split it"
#define TOO_DEEP "mappings and lists are nested more than 128 deep"

static void repeat(struct text_buffer *text, const char *piece, size_t times) {
  for (size_t i = 0; i < times; i++)
    text_buffer_append_string(text, piece);
}

/* Reads it all; writes what came of it to `answer`: "ok", or the problem. */
static void read_all(const struct text_buffer *text, char *answer, size_t size) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct yaml_tree *tree;
  int32_t found;

  assert_false(text->failed);
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  assert_int_equal(yaml_tree_open(tree, text->data, text->length, &err), 0);
  while ((found = yaml_tree_next(tree, &document, &problem)) == 1)
    assert_non_null(document.root);
  if (found == 0)
    (void)snprintf(answer, size, "ok");
  else
    (void)snprintf(answer, size, "%s %u:%u %s", problem.rule, (unsigned)problem.line,
                   (unsigned)problem.column, problem.message);

  assert_int_equal(yaml_tree_open(tree, "a: b", 4, &err), 0);
  assert_int_equal(yaml_tree_next(tree, &document, &problem), 1);
  assert_string_equal(hg_node_get(document.root, "a")->text, "b");
  yaml_tree_destroy(tree);
}

static void expect(struct text_buffer *text, const char *expected) {
  char answer[400];

  read_all(text, answer, sizeof answer);
  assert_string_equal(answer, expected);
  text_buffer_reset(text);
}

/* Read to its end, or refused by a limit: what matters is that the answer comes. */
static void expect_soon(struct text_buffer *text) {
  char answer[400];

  read_all(text, answer, sizeof answer);
  if (strcmp(answer, "ok") != 0 && strncmp(answer, "yaml-limit ", 11) != 0)
    fail_msg("%s", answer);
  text_buffer_reset(text);
}

static void limits_nesting(void **state) {
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  repeat(&text, "[", YAML_TREE_MAX_DEPTH);
  text_buffer_append_string(&text, "x");
  repeat(&text, "]", YAML_TREE_MAX_DEPTH);
  expect(&text, "ok");

  repeat(&text, "[", YAML_TREE_MAX_DEPTH + 1);
  repeat(&text, "]", YAML_TREE_MAX_DEPTH + 1);
  expect(&text, "yaml-limit 1:129 " TOO_DEEP);

  repeat(&text, "- ", 10000);
  expect(&text, "yaml-limit 1:257 " TOO_DEEP);
  repeat(&text, "[", 10000);
  expect(&text, "yaml-limit 1:129 " TOO_DEEP);
  repeat(&text, "{", LARGEST_FILE);
  expect(&text, "yaml-limit 1:129 " TOO_DEEP);
  repeat(&text, "? ", LARGEST_FILE / 2);
  expect(&text, "yaml-limit 1:257 " TOO_DEEP);
  text_buffer_finish(&text);
}

/* The depth counts as a reader sees it: through aliases. */
static void limits_nesting_through_aliases(void **state) {
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  text_buffer_append_string(&text, "- &a ");
  repeat(&text, "[", 64);
  repeat(&text, "]", 64);
  text_buffer_append_string(&text, "\n- ");
  repeat(&text, "[", 63);
  text_buffer_append_string(&text, "*a");
  repeat(&text, "]", 63);
  expect(&text, "ok"); /* the outer list, 63, 64 */

  text_buffer_append_string(&text, "- &a ");
  repeat(&text, "[", 64);
  repeat(&text, "]", 64);
  text_buffer_append_string(&text, "\n- ");
  repeat(&text, "[", 64);
  text_buffer_append_string(&text, "*a");
  repeat(&text, "]", 64);
  expect(&text, "yaml-limit 2:67 " TOO_DEEP);

  /* A chain: each is one deeper than the one before. */
  text_buffer_append_string(&text, "- &a0 []\n");
  for (int i = 1; i < 200; i++)
    text_buffer_printf(&text, "- &a%d [*a%d]\n", i, i - 1);
  expect(&text, "yaml-limit 128:10 " TOO_DEEP);
  text_buffer_finish(&text);
}

static void limits_values(void **state) {
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  text_buffer_append_string(&text, "[");
  repeat(&text, "a,", YAML_TREE_MAX_NODES - 1);
  text_buffer_append_string(&text, "]");
  expect(&text, "ok");

  text_buffer_append_string(&text, "[");
  repeat(&text, "a,", YAML_TREE_MAX_NODES);
  text_buffer_append_string(&text, "]");
  expect(&text, "yaml-limit 1:500000 " TOO_MANY);

  /* Every document has its own quarter of a million. */
  for (int i = 0; i < 2; i++) {
    text_buffer_append_string(&text, "--- [");
    repeat(&text, "a,", 150000);
    text_buffer_append_string(&text, "]\n");
  }
  expect(&text, "ok");

  /* A million keys. */
  for (int i = 0; i < 1000000; i++)
    text_buffer_printf(&text, "%x:\n", i);
  expect(&text, "yaml-limit 125000:7 " TOO_MANY);
  text_buffer_finish(&text);
}

static void limits_aliases(void **state) {
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  /* "A billion laughs", as lists, as mappings, as merges. */
  text_buffer_append_string(&text, "- &a0 [x, x, x, x, x, x, x, x, x]\n");
  for (int i = 1; i < 12; i++) {
    text_buffer_printf(&text, "- &a%d [", i);
    for (int n = 0; n < 9; n++)
      text_buffer_printf(&text, "*a%d,", i - 1);
    text_buffer_append_string(&text, "]\n");
  }
  expect(&text, "yaml-limit 6:16 " TOO_MANY);

  text_buffer_append_string(&text, "- &a0 {a: x, b: x}\n");
  for (int i = 1; i < 40; i++)
    text_buffer_printf(&text, "- &a%d {<<: [*a%d, *a%d], k%d: x}\n", i, i - 1, i - 1, i);
  expect(&text, "yaml-limit 15:20 " TOO_MANY);

  /* Merges of much that lose to little. */
  text_buffer_append_string(&text, "- &a {");
  for (int i = 0; i < 1000; i++)
    text_buffer_printf(&text, "k%d: x,", i);
  text_buffer_append_string(&text, "}\n- {<<: [");
  repeat(&text, "*a,", 100000);
  text_buffer_append_string(&text, "]}");
  expect(&text, "yaml-limit 2:378 " TOO_MANY);
  text_buffer_finish(&text);
}

/* Text that aliases repeat counts as often as it is repeated: scalars, keys and tags. */
static void limits_text(void **state) {
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  text_buffer_append_string(&text, "- &a ");
  repeat(&text, "x", 1024 * 1024);
  for (int i = 0; i < 5; i++)
    text_buffer_append_string(&text, "\n- *a");
  expect(&text, "ok");

  text_buffer_append_string(&text, "- &a ");
  repeat(&text, "x", 1024 * 1024);
  for (int i = 0; i < 6; i++)
    text_buffer_append_string(&text, "\n- *a");
  expect(&text, "yaml-limit 7:3 " TOO_MUCH);

  text_buffer_append_string(&text, "- &a {b: [");
  repeat(&text, "x", 1024 * 1024);
  text_buffer_append_string(&text, "]}\n- &b [*a, *a]\n- [*b, *b, *b]");
  expect(&text, "yaml-limit 3:8 " TOO_MUCH);

  text_buffer_append_string(&text, "- {? &a ");
  repeat(&text, "x", 1024 * 1024);
  text_buffer_append_string(&text, " : b}\n");
  for (int i = 0; i < 6; i++)
    text_buffer_append_string(&text, "- {*a : b}\n");
  expect(&text, "yaml-limit 6:4 " TOO_MUCH);

  text_buffer_append_string(&text, "- &a !");
  repeat(&text, "x", 1024 * 1024);
  text_buffer_append_string(&text, " b\n");
  for (int i = 0; i < 6; i++)
    text_buffer_append_string(&text, "- *a\n");
  expect(&text, "yaml-limit 6:3 " TOO_MUCH);

  /* Nothing but names: small values, and much to remember. */
  for (int i = 0; i < 200000; i++)
    text_buffer_printf(&text, "- &a%d x\n", i);
  expect(&text, "yaml-limit 69910:3 the document takes more than 24 MiB of memory: shorten its "
                "values, tags and anchors");
  text_buffer_finish(&text);
}

static void limits_directives(void **state) {
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  for (int i = 0; i < 100; i++)
    text_buffer_printf(&text, "%%TAG !%d! tag:x.org:\n", i);
  text_buffer_append_string(&text, "---\na: 100 %\n");
  expect(&text, "ok");
  for (int i = 0; i < 150000; i++)
    text_buffer_printf(&text, "%%TAG !%d! tag:x.org:\n", i);
  text_buffer_append_string(&text, "---\na\n");
  expect(&text, "yaml-limit 101:1 more than 100 lines start with %");
  text_buffer_finish(&text);
}

/* As large as a file may be, and made of one thing. */
static void reads_large_texts(void **state) {
  static const struct {
    const char *start;
    const char *piece;
    const char *end;
  } cases[] = {
      {"a: ", "x", ""},        {"a: \"", "x", "\""},    {"a: \"", "\\n", "\""},
      {"a: \"", " \n", "\""},  {"a: '", "''", "'"},     {"a: |\n", "  x\n", ""},
      {"a: |\n", "\n", ""},    {"a: >\n", "  x\n", ""}, {"a:\n", "  x\n", ""},
      {"a: x", " ", ""},       {"a: \"", "é", "\""},    {"#", "#", ""},
      {"", "#\n", ""},         {"", "\n", ""},          {"", " ", ""},
      {"", "\r", ""},          {"", "\xc2\x85", ""},    {"", "---\n", ""},
      {"", "--- x\n", ""},     {"", "--- é\n", ""},     {"- &a b\n", "- *a\n", ""},
      {"", "- !!str x\n", ""}, {"", "- &a x\n", ""},    {"", "- |\n", ""},
      {"&", "a", " x"},        {"!", "a", " x"},        {"[", "\"a\",", "]"},
  };
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    text_buffer_append_string(&text, cases[i].start);
    repeat(&text, cases[i].piece, (LARGEST_FILE - 10) / strlen(cases[i].piece));
    text_buffer_append_string(&text, cases[i].end);
    expect_soon(&text);
  }
  text_buffer_finish(&text);
}

/* libyaml looks at each open level for each token: the deepest that passes, and as many tokens. */
static void reads_much_at_the_deepest(void **state) {
  static const char *const pieces[] = {"a,", "a: b,", "!a &b x,", "? a,\n", "\"a\" ,\n"};
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
    repeat(&text, "[", YAML_TREE_MAX_DEPTH - 1);
    repeat(&text, pieces[i], (LARGEST_FILE - 500) / strlen(pieces[i]));
    repeat(&text, "]", YAML_TREE_MAX_DEPTH - 1);
    expect_soon(&text);
  }
  text_buffer_finish(&text);
}

static void reads_many_anchors(void **state) {
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  for (int i = 0; i < 40000; i++)
    text_buffer_printf(&text, "- &a%d x\n- *a%d\n", i, i / 2);
  expect(&text, "ok");
  text_buffer_append_string(&text, "a: &a {");
  for (int i = 0; i < 40000; i++)
    text_buffer_printf(&text, "k%d: x,", i);
  text_buffer_append_string(&text, "}\nb: {<<: *a,");
  for (int i = 0; i < 40000; i++)
    text_buffer_printf(&text, "k%d: y,", i);
  text_buffer_append_string(&text, "}\n");
  expect(&text, "ok");
  text_buffer_finish(&text);
}

static void refuses_texts_beyond_a_gigabyte(void **state) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct yaml_tree *tree;

  (void)state;
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  assert_int_equal(yaml_tree_open(tree, "a", UINT64_C(1) << 31, &err), -1);
  assert_int_equal(err.code, HG_ERROR_LIMIT);
  assert_int_equal(yaml_tree_next(tree, &document, &problem), 0);
  yaml_tree_destroy(tree);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(limits_nesting),     cmocka_unit_test(limits_nesting_through_aliases),
      cmocka_unit_test(limits_values),      cmocka_unit_test(limits_aliases),
      cmocka_unit_test(limits_text),        cmocka_unit_test(limits_directives),
      cmocka_unit_test(reads_large_texts),  cmocka_unit_test(reads_much_at_the_deepest),
      cmocka_unit_test(reads_many_anchors), cmocka_unit_test(refuses_texts_beyond_a_gigabyte),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
