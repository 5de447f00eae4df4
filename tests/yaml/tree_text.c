/* SPDX-License-Identifier: Apache-2.0 */
#include "tree_text.h"

#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const quotes[] = {
    [HG_STYLE_PLAIN] = "",    [HG_STYLE_SINGLE_QUOTED] = "'", [HG_STYLE_DOUBLE_QUOTED] = "\"",
    [HG_STYLE_LITERAL] = "|", [HG_STYLE_FOLDED] = ">",
};

static void append_scalar(struct text_buffer *text, const struct hg_node *node) {
  assert_in_range(node->style, HG_STYLE_PLAIN, HG_STYLE_FOLDED);
  assert_non_null(node->text);
  assert_int_equal(node->text[node->length], '\0');
  text_buffer_append_string(text, quotes[node->style]);
  for (uint32_t i = 0; i < node->length; i++) {
    char c = node->text[i];

    if (c == '\0')
      text_buffer_append_string(text, "\\0");
    else if (c == '\n')
      text_buffer_append_string(text, "\\n");
    else if (c == '\\')
      text_buffer_append_string(text, "\\\\");
    else
      text_buffer_append_char(text, c);
  }
  text_buffer_append_string(text, quotes[node->style]);
}

void tree_text_append(struct text_buffer *text, const struct hg_node *node, bool positions) {
  uint32_t children = 0;

  assert_int_equal(node->flags & ~(HG_NODE_ALIAS | HG_NODE_MERGED | HG_NODE_OVERRIDES), 0);
  if (node->flags & HG_NODE_MERGED)
    text_buffer_append_char(text, '+');
  if (node->key) {
    tree_text_append(text, node->key, positions);
    text_buffer_append_char(text, ':');
  }
  if (node->flags & HG_NODE_ALIAS)
    text_buffer_append_char(text, '*');
  if (node->tag)
    text_buffer_printf(text, "!%s ", node->tag);
  if (node->kind == HG_NODE_SCALAR) {
    assert_null(node->first);
    append_scalar(text, node);
  } else {
    assert_true(node->kind == HG_NODE_SEQUENCE || node->kind == HG_NODE_MAPPING);
    assert_null(node->text);
    assert_int_equal(node->style, 0);
    text_buffer_append_char(text, node->kind == HG_NODE_MAPPING ? '{' : '[');
    for (const struct hg_node *child = node->first; child; child = child->next) {
      assert_int_equal(child->key != NULL, node->kind == HG_NODE_MAPPING);
      if (children++ > 0)
        text_buffer_append_char(text, ' ');
      tree_text_append(text, child, positions);
    }
    assert_int_equal(children, node->length);
    text_buffer_append_char(text, node->kind == HG_NODE_MAPPING ? '}' : ']');
  }
  if (positions)
    text_buffer_printf(text, "@%u:%u", (unsigned)node->line, (unsigned)node->column);
}

char *tree_text_of(const char *yaml, size_t length, bool positions) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct yaml_tree *tree;
  struct text_buffer text;
  int32_t found;
  char *copy = malloc(length ? length : 1); /* so that a sanitizer sees a byte too far */
  char *result;

  assert_non_null(copy);
  memcpy(copy, yaml, length);
  text_buffer_init(&text);
  assert_int_equal(yaml_tree_create(&tree, &err), 0);
  assert_int_equal(yaml_tree_open(tree, copy, length, &err), 0);
  found = yaml_tree_next(tree, &document, &problem);
  if (found == 1) {
    tree_text_append(&text, document.root, positions);
    assert_int_equal(document.is_last, 1);
    assert_int_equal(yaml_tree_next(tree, &document, &problem), 0);
  } else if (found == 0) {
    text_buffer_append_string(&text, "no document");
  } else {
    assert_int_equal(found, -1);
    text_buffer_printf(&text, "problem: %s %u:%u %s", problem.rule, (unsigned)problem.line,
                       (unsigned)problem.column, problem.message);
    /* It stays said. */
    assert_int_equal(yaml_tree_next(tree, &document, &problem), -1);
  }
  yaml_tree_destroy(tree);
  free(copy);
  result = strdup(text_buffer_string(&text));
  text_buffer_finish(&text);
  assert_non_null(result);
  return result;
}
