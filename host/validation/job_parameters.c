/* SPDX-License-Identifier: Apache-2.0 */
#include "validation/job_parameters.h"

#include "yaml/go_scalar.h"
#include "yaml/yaml_tree.h"

#include <string.h>

static bool is_name(const struct hg_node *key) {
  return key->kind == HG_NODE_SCALAR && key->length > 0 && key->length <= JOB_PARAMETERS_NAME &&
         strlen(key->text) == key->length;
}

static bool is_value(const struct hg_node *value) {
  return value->kind == HG_NODE_SCALAR && value->length <= JOB_PARAMETERS_VALUE &&
         strlen(value->text) == value->length && !node_is_null(value);
}

/* Whether each entry is a parameter, and each name stands once. */
static bool are_parameters(const struct hg_node *root) {
  if (root->kind != HG_NODE_MAPPING || root->length > JOB_PARAMETERS_MOST)
    return false;
  for (const struct hg_node *value = root->first; value; value = value->next)
    if (!is_name(value->key) || !is_value(value) || hg_node_get(root, value->key->text) != value)
      return false;
  return true;
}

/* Copies the parameters of a JSON text. -1: no memory. */
static int32_t copy_pairs(const struct hg_node *root, struct arena *arena, struct hg_pair *pairs,
                          uint32_t *count) {
  for (const struct hg_node *value = root->first; value; value = value->next) {
    pairs[*count].name = arena_copy(arena, value->key->text, value->key->length);
    pairs[*count].value = arena_copy(arena, value->text, value->length);
    if (!pairs[*count].name || !pairs[*count].value)
      return -1;
    ++*count;
  }
  return 0;
}

static const struct hg_pair *read_json(struct yaml_tree *tree, const struct hg_node *text,
                                       struct arena *arena, uint32_t *count) {
  struct hg_error error = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct hg_pair *pairs = arena_alloc(arena, JOB_PARAMETERS_MOST * sizeof *pairs);

  if (!pairs)
    return NULL;
  if (yaml_tree_open_as(tree, YAML_JSON_ONLY, text->text, text->length, &error) < 0 ||
      yaml_tree_next(tree, &document, &problem) != 1 || !document.is_last ||
      !are_parameters(document.root))
    return pairs;
  return copy_pairs(document.root, arena, pairs, count) < 0 ? NULL : pairs;
}

const struct hg_pair *job_parameters_read(const struct hg_node *root, struct arena *arena,
                                          uint32_t *count) {
  static const struct hg_pair none[1];
  const struct hg_node *annotations = hg_node_get(hg_node_get(root, "metadata"), "annotations");
  const struct hg_node *text = hg_node_get(annotations, "headgate.dev/parameters");
  struct hg_error error = HG_ERROR_INIT;
  const struct hg_pair *pairs;
  struct yaml_tree *tree;

  *count = 0;
  /* JSON alone is read as such: an object. */
  if (!text || text->kind != HG_NODE_SCALAR || text->length > JOB_PARAMETERS_TEXT ||
      text->text[strspn(text->text, " \t\r\n")] != '{')
    return none;
  if (yaml_tree_create(&tree, &error) < 0)
    return NULL;
  pairs = read_json(tree, text, arena, count);
  yaml_tree_destroy(tree);
  return pairs;
}
