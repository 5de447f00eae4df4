/* SPDX-License-Identifier: Apache-2.0 */
/* Streams: which documents a text holds, where each starts and ends, how many there are. */
#include "tree_text.h"
#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Reads `yaml` and writes each document as <its own text>tree, with % before it where it has a
 * directive and ! after it where it is the last, and "problem" at the end where there is one. */
static char *documents_of(const char *yaml) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct yaml_tree *tree;
  struct text_buffer text;
  size_t length = strlen(yaml);
  uint64_t end = 0;
  int32_t found;
  char *result;

  text_buffer_init(&text);
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  assert_int_equal(yaml_tree_open(tree, yaml, length, &err), 0);
  while ((found = yaml_tree_next(tree, &document, &problem)) == 1) {
    assert_true(document.offset >= end);
    end = document.offset + document.length;
    assert_true(end <= length);
    if (document.directive_line)
      text_buffer_printf(&text, "%%%u", (unsigned)document.directive_line);
    text_buffer_append_char(&text, '<');
    text_buffer_append(&text, yaml + document.offset, document.length);
    text_buffer_append_char(&text, '>');
    tree_text_append(&text, document.root, false);
    if (document.is_last)
      text_buffer_append_char(&text, '!');
  }
  if (found < 0)
    text_buffer_append_string(&text, "problem");
  yaml_tree_destroy(tree);
  result = strdup(text_buffer_string(&text));
  text_buffer_finish(&text);
  assert_non_null(result);
  return result;
}

static void cuts_between_documents(void **state) {
  static const struct {
    const char *yaml;
    const char *documents;
  } cases[] = {
      {"a: b\n", "<a: b\n>{a:b}!"},
      {"# c\n\n---\na: b\n# d\n", "<# c\n\n---\na: b\n# d\n>{a:b}!"},
      {"a\n---\nb\n", "<a\n>a<---\nb\n>b!"},
      {"---\na\n---\nb\n---\nc\n", "<---\na\n>a<---\nb\n>b<---\nc\n>c!"},
      {"--- a\n--- b\n", "<--- a\n>a<--- b\n>b!"},
      {"a\n# of a\n---\n# of b\nb\n", "<a\n# of a\n>a<---\n# of b\nb\n>b!"},
      {"a\n...\n# between\n---\nb\n...\n", "<a\n...>a<---\nb\n...\n>b!"},
      {"a\n...\n...\n---\nb", "<a\n...>a<---\nb>b!"},
      {"%YAML 1.1\n---\na\n...\n%TAG !e! tag:e:\n# c\n---\nb\n",
       "%1<%YAML 1.1\n---\na\n...>a%5<%TAG !e! tag:e:\n# c\n---\nb\n>b!"},
      {"a\r\n---\r\nb\r\n", "<a\r\n>a<---\r\nb\r\n>b!"},
      {"é: ü\n---\n한글: b\n--- €\n", "<é: ü\n>{é:ü}<---\n한글: b\n>{한글:b}<--- €\n>€!"},
      {"\xef\xbb\xbf# é\na\n---\nb\n", "<\xef\xbb\xbf# é\na\n>a<---\nb\n>b!"},
      {"a: |\n  ---\n  x\n---\nb\n", "<a: |\n  ---\n  x\n>{a:|---\\nx\\n|}<---\nb\n>b!"},
      {"---a\n", "<---a\n>---a!"},
      {"{\"a\": 1}\n", "<{\"a\": 1}\n>{\"a\":1}!"},
      /* Empty ones are left out, and belong to no other. */
      {"---\n---\na\n", "<---\na\n>a!"},
      {"~\n---\na\n---\n", "<---\na\n>a"},
      {"a\n---\n# nothing\n---\nb\n", "<a\n>a<---\nb\n>b!"},
      {"a\n...\n# nothing\n", "<a\n...\n# nothing\n>a!"},
      /* What can be read before a fault is read. */
      {"a\n---\n[b\n", "<a\n>aproblem"},
      {"a\n---\nb\n---\n[c\n---\nd\n", "<a\n>a<---\nb\n>bproblem"},
      {"a\n...\nb\n", "<a\n...>aproblem"},
      {"{\"a\": 1}\n{\"b\": 2}\n", "<{\"a\": 1}\n>{\"a\":1}problem"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char *documents = documents_of(cases[i].yaml);
    if (strcmp(documents, cases[i].documents) != 0)
      fail_msg("%s\n  read as   %s\n  should be %s", cases[i].yaml, documents, cases[i].documents);
    free(documents);
  }
}

static void counts_documents(void **state) {
  static const struct {
    const char *yaml;
    uint64_t count;
  } cases[] = {
      {"a", 1},
      {"a\n---\n", 1},
      {"a\n---\n# c\n--- # c\n...\n", 1},
      {"a\n---\nb", 2},
      {"a: b\n--- {c: d}\n---\n- e\n---\n|\n f\n--- \"\"\n", 5},
      {"\xef\xbb\xbf# c\n---\na\n---\nb", 2},
      {"a\n---\n~\n---\nnull\n--- Null # c\n---\nNULL\n--- !!null\n--- &x\n---\nb", 2},
      {"name: x\n---\nNot: null\n--- ~/x\n--- !!str\n--- 'null'\n--- &x y\n", 6},
      {"a\n...\n%YAML 1.1\n---\n...\n%YAML 1.1\n---\nb\n", 2},
      {"a\r\n---\r\n# c\r\n---\r\nb\r\n", 2},
      {"a\r---\rb\r---\r", 2},
      {"a\xc2\x85---\xc2\x85"
       "b",
       2},
      {"a\xe2\x80\xa8---\xe2\x80\xa8"
       "b\n--- c",
       3},
      {"a: |\n  ---\n  ...\n---\nb: \"\n --- \"\n---x: c\n", 2},
      {"a\n--- \t\n\t# c\n---\t# c\nb", 2},
      /* What cannot be read counts, or its neighbour would pass for the only one. */
      {"a\n...\nb", 2},
      {"{\"a\": 1}\n{\"b\": 2}", 2},
      {"a\n---\n[b", 2},
      {"a\n--- ~ : [\n", 2},
  };
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree *tree;

  (void)state;
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    uint64_t count = 0;
    assert_int_equal(yaml_tree_open(tree, cases[i].yaml, strlen(cases[i].yaml), &err), 0);
    assert_int_equal(yaml_tree_count(tree, &count, &err), 0);
    if (count != cases[i].count)
      fail_msg("%s\n  counted   %d\n  should be %d", cases[i].yaml, (int)count,
               (int)cases[i].count);
  }
  yaml_tree_destroy(tree);
}

/* One object reads text after text, whatever the last one ended with. */
static void reads_one_text_after_another(void **state) {
  static const char *const texts[] = {
      "a: [1, 2]", "{", "\xff", "a\n---\nb\n---\nc", "&x [*x]", "", "x: &x {y: z}\nw: {<<: *x}"};
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct yaml_tree *tree;

  (void)state;
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  assert_int_equal(yaml_tree_next(tree, &document, &problem), 0);
  for (size_t i = 0; i < 4 * sizeof texts / sizeof texts[0]; i++) {
    const char *yaml = texts[i * 5 % (sizeof texts / sizeof texts[0])];

    assert_int_equal(yaml_tree_open(tree, yaml, strlen(yaml), &err), 0);
    /* Some are read to the end, some are left in the middle. */
    for (size_t n = 0; n <= i % 5 && yaml_tree_next(tree, &document, &problem) == 1; n++)
      assert_non_null(document.root);
  }
  assert_int_equal(err.code, 0);
  yaml_tree_destroy(tree);
  yaml_tree_destroy(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cuts_between_documents),
      cmocka_unit_test(counts_documents),
      cmocka_unit_test(reads_one_text_after_another),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
