/* SPDX-License-Identifier: Apache-2.0 */
/* Aliases and merge keys. What a merge makes was seen from kubectl 1.32; kubectl_reading_test.py
 * asks the one at hand again. */
#include "tree_text.h"

#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NEITHER "the value of a merge key << must be a mapping or a list of mappings"

static void check_tree(const char *yaml, bool positions, const char *expected) {
  char *tree = tree_text_of(yaml, strlen(yaml), positions);

  if (strcmp(tree, expected) != 0)
    fail_msg("%s\n  read as   %s\n  should be %s", yaml, tree, expected);
  free(tree);
}

static void resolves_aliases(void **state) {
  (void)state;
  check_tree("a: &x 1\nb: *x", false, "{a:1 b:*1}");
  check_tree(
      "a: &x {c: [1, 2]}\nb: *x", true,
      "{a@1:1:{c@1:8:[1@1:12 2@1:15]@1:11}@1:4 b@2:1:*{c@1:8:[1@1:12 2@1:15]@1:11}@2:4}@1:1");
  check_tree("&k a: 1\nb: *k", false, "{a:1 b:*a}");
  check_tree("&k a: 1\n*k : 2", false, "{a:1 *a:2}");
  check_tree("[&x 'q', *x, *x]", false, "['q' *'q' *'q']");
}

/* The last one of a name before the alias counts, also inside the one that is being replaced. */
static void takes_the_latest_anchor(void **state) {
  (void)state;
  check_tree("[&x 1, *x, &x 2, *x]", false, "[1 *1 2 *2]");
  check_tree("[&x [&x 1, *x], *x]", false, "[[1 *1] *1]");
  check_tree("- &x a\n- *x\n- &y {b: *x}\n- *y", false, "[a *a {b:*a} *{b:*a}]");
}

static void shares_what_an_alias_names(void **state) {
  const char *yaml = "a: &x {b: c}\nd: *x";
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct yaml_tree *tree;

  (void)state;
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  assert_int_equal(yaml_tree_open(tree, yaml, strlen(yaml), &err), 0);
  assert_int_equal(yaml_tree_next(tree, &document, &problem), 1);
  assert_ptr_equal(hg_node_get(document.root, "a")->first, hg_node_get(document.root, "d")->first);
  yaml_tree_destroy(tree);
}

static void refuses_aliases_of_nothing(void **state) {
  (void)state;
  check_tree("a: *x", false,
             "problem: yaml-syntax 1:4 no value before this has the anchor of this alias: put a "
             "text that starts with * in quotes");
  check_tree("[*x, &x 1]", false,
             "problem: yaml-syntax 1:2 no value before this has the anchor of this alias: put a "
             "text that starts with * in quotes");
  check_tree("&x [1, *x]", false,
             "problem: yaml-syntax 1:8 this alias stands inside the value that it repeats");
  check_tree("&x {a: {b: *x}}", false,
             "problem: yaml-syntax 1:12 this alias stands inside the value that it repeats");
  check_tree("a: &x\n  <<: *x\n", false,
             "problem: yaml-syntax 2:7 this alias stands inside the value that it repeats");
  /* What is taken for a name may be a password. */
  check_tree("a: *hunter2", false,
             "problem: yaml-syntax 1:4 no value before this has the anchor of this alias: put a "
             "text that starts with * in quotes");
  check_tree("--- &x ~\n--- *x\n", false,
             "problem: yaml-syntax 2:5 no value before this has the anchor of this alias: put a "
             "text that starts with * in quotes");
}

static void merges(void **state) {
  (void)state;
  check_tree("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  e: 3", true,
             "{a@1:1:{b@1:8:1@1:11 c@1:14:2@1:17}@1:4 "
             "d@2:1:{+b@1:8:1@1:11 +c@1:14:2@1:17 e@4:3:3@4:6}@3:3}@1:1");
  check_tree("<<: {a: 1}", false, "{+a:1}");
  check_tree("<<: {}", false, "{}");
  check_tree("<<: []\na: b", false, "{a:b}");
  check_tree("<<: [{a: 1}, {b: 2}]", false, "{+b:2 +a:1}");
  check_tree("? <<\n: {a: 1}", false, "{+a:1}");
  check_tree("!!merge <<: {a: 1}", false, "{+a:1}");
  check_tree("!!merge '<<': {a: 1}", false, "{+a:1}");
  check_tree("{<<: {[k]: 1}, [k]: 2}", false, "{+[k]:1 [k]:2}");
  check_tree("a: &x {<<: {b: 1}}\nc: {<<: *x}", false, "{a:{+b:1} c:{+b:1}}");
  check_tree("{a: &x {b: &y 1}, c: {<<: *x}, d: *y}", false, "{a:{b:1} c:{+b:1} d:*1}");
}

static void leaves_alone_what_is_no_merge(void **state) {
  (void)state;
  check_tree("'<<': {a: 1}", false, "{'<<':{a:1}}");
  check_tree("\"<<\": 1", false, "{\"<<\":1}");
  check_tree("!!str <<: 1", false, "{!tag:yaml.org,2002:str <<:1}");
  check_tree("a: &m <<\n*m : 1", false, "{a:<< *<<:1}");
  check_tree("[<<]", false, "[<<]");
  check_tree("<<<: 1\n<: 2", false, "{<<<:1 <:2}");
}

/* kubectl goes by place: what comes later wins, of a list what comes first. */
static void lets_the_right_entry_win(void **state) {
  (void)state;
  check_tree("{<<: {a: 1, b: 1}, a: 2}", false, "{+b:1 a:2}");
  check_tree("{a: 2, <<: {a: 1, b: 1}}", false, "{+a:1 +b:1}");
  check_tree("{<<: [{a: 1}, {a: 2, b: 2}]}", false, "{+b:2 +a:1}");
  check_tree("{<<: {a: 1, b: 1}, <<: {a: 2}}", false, "{+b:1 +a:2}");
  check_tree("{<<: {a: 1}, a: 2, a: 3}", false, "{a:2 a:3}");
  check_tree("{'a': 2, <<: {\"a\": 1}}", false, "{+\"a\":1}");
  check_tree("{<<: {a: 1, a: 2}}", false, "{+a:2}");
}

static void refuses_to_merge_anything_else(void **state) {
  (void)state;
  check_tree("<<: 1", false, "problem: yaml-syntax 1:5 " NEITHER);
  check_tree("a: b\n<<:\n", false, "problem: yaml-syntax 2:4 " NEITHER);
  check_tree("<<: [{a: 1}, b]", false, "problem: yaml-syntax 1:14 " NEITHER);
  check_tree("<<: [[{a: 1}]]", false, "problem: yaml-syntax 1:6 " NEITHER);
  check_tree("a: &x [{a: 1}]\n<<: *x", false, "problem: yaml-syntax 2:5 " NEITHER);
  check_tree("a: &x b\n<<: [*x]", false, "problem: yaml-syntax 2:6 " NEITHER);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(resolves_aliases),
      cmocka_unit_test(takes_the_latest_anchor),
      cmocka_unit_test(shares_what_an_alias_names),
      cmocka_unit_test(refuses_aliases_of_nothing),
      cmocka_unit_test(merges),
      cmocka_unit_test(leaves_alone_what_is_no_merge),
      cmocka_unit_test(lets_the_right_entry_win),
      cmocka_unit_test(refuses_to_merge_anything_else),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
