/* SPDX-License-Identifier: Apache-2.0 */
/* The manifests of a batch are taken for alike, and nothing else is: yaml_alike.h. That the tree is
 * the right one is tried in random_test.c. */
#include "memory/count.h"
#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MARK = 4242 };

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
      {" abc\n", " null\n", false},                                  /* no document */
      {"a: \"x\xe2\x80\xa8y\"\nb: c\n", "a: \"xy\"\nb: c\n", false}, /* a line less */
      {"a: [x\xe2\x80\xa9y, z]\n", "a: [xy, z]\n", false},
      {"[a]:\n  c\n", "[b]:\n  c\n", false}, /* a key may be too long for one */
      {"a: |\n  b\n", "a: |\n  c\n", false},
  };
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree *tree;

  (void)state;
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  assert_false(is_taken(tree, "a: b\n", "a: c\n")); /* who reads one text alone notes nothing */
  for (size_t i = 0; i < COUNT(rows); i++)
    if (is_taken(tree, rows[i].before, rows[i].after) != rows[i].is_taken)
      fail_msg("%s and then %s", rows[i].before, rows[i].after);
  yaml_tree_destroy(tree);
}

/* Values that outgrow their places take memory until a text is read anew. */
static void bounds_the_memory(void **state) {
  enum { VALUES = 40, LONG = 100 * 1000 };
  struct hg_error err = HG_ERROR_INIT;
  char *text = malloc(LONG + VALUES * 8);
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct yaml_tree *tree;
  int taken = 0;

  (void)state;
  assert_non_null(text);
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  for (int i = 0; i < VALUES; i++) {
    char *end = text;

    for (int j = 0; j < VALUES; j++) {
      end += sprintf(end, "k%02d: ", j);
      memset(end, 'x', j == i ? LONG : 1);
      end += j == i ? LONG : 1;
      *end++ = '\n';
    }
    assert_int_equal(yaml_tree_open(tree, text, (size_t)(end - text), &err), 0);
    assert_int_equal(yaml_tree_next(tree, &document, &problem), 1);
    taken += document.root->line == MARK;
    ((struct hg_node *)document.root)->line = MARK;
  }
  assert_in_range(taken, 1, VALUES - 2);
  yaml_tree_destroy(tree);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_the_manifests_of_a_batch),
      cmocka_unit_test(bounds_the_memory),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
