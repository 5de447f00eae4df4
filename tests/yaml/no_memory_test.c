/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation fails in turn: a text is read as what it is, or it is said that memory is out;
 * never is less read, or another thing wrong. */
#include "text/text_buffer.h"
#include "tree_text.h"
#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The C library's own. libyaml finds the functions below in their place. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

static uint64_t allocations; /* since counting began */
static uint64_t failing;     /* this one fails, from 1; 0: none does */
static bool counting;

static bool fails(void) {
  return counting && ++allocations == failing;
}

__attribute__((visibility("default"))) void *malloc(size_t size) {
  return fails() ? NULL : __libc_malloc(size);
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t size) {
  return fails() ? NULL : __libc_calloc(count, size);
}

__attribute__((visibility("default"))) void *realloc(void *memory, size_t size) {
  return fails() ? NULL : __libc_realloc(memory, size);
}

/* Reads `before` twice where it is not NULL, as it is, then `yaml`, of which the allocation
 * `failing` fails. Writes the documents, and the problem. */
static void read_text(const char *before, const char *yaml, struct text_buffer *text) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct yaml_tree *tree;
  int32_t found = 0;

  text_buffer_reset(text);
  allocations = 0;
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  for (int i = 0; before && i < 2; i++) {
    assert_int_equal(yaml_tree_open(tree, before, strlen(before), &err), 0);
    assert_int_equal(yaml_tree_next(tree, &document, &problem), 1);
    assert_int_equal(yaml_tree_next(tree, &document, &problem), 0);
  }
  counting = true;
  assert_int_equal(yaml_tree_open(tree, yaml, strlen(yaml), &err), 0);
  do {
    counting = true;
    found = yaml_tree_next(tree, &document, &problem);
    counting = false;
    if (found == 1)
      tree_text_append(text, document.root, true);
    text_buffer_append_char(text, '\n');
  } while (found == 1);
  if (found < 0)
    text_buffer_append_string(text, problem.rule);
  yaml_tree_destroy(tree);
}

static void reads_the_same_or_says_so(void **state) {
  static const struct {
    const char *before;
    const char *yaml;
  } texts[] = {
      {NULL, "a: &x {b: [c, 'd', \"e\"], ? f : |\n  g\n}\nh: *x\n---\ni: !!str j\n"},
      {NULL, "kind: Job\na: \"it\\'s\"\nb:\n- c\n- d: \"x\\'y\"\ne: f\n---\ng: \"z\\'\"\n"},
      {"a: b\nc: [d, 'e']\n", "a: bbbbbbbbbbbbbbbbbbbbb\nc: [f, 'gggggggggggggggggggggggg']\n"},
  };
  struct text_buffer whole;
  struct text_buffer text;

  (void)state;
  text_buffer_init(&whole);
  text_buffer_init(&text);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    uint64_t count;

    failing = 0;
    read_text(texts[i].before, texts[i].yaml, &whole);
    count = allocations;
    for (uint64_t k = 1; k <= count; k++) {
      failing = k;
      read_text(texts[i].before, texts[i].yaml, &text);
      if (!strstr(text_buffer_string(&text), "no-memory"))
        assert_string_equal(text_buffer_string(&text), text_buffer_string(&whole));
    }
  }
  text_buffer_finish(&text);
  text_buffer_finish(&whole);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_the_same_or_says_so),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
