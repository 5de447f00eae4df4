/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/exec_config.h"

#include "yaml/yaml_null.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A plain scalar is a null, a boolean or a decimal number where it looks like one. */
static json_t *scalar_value(const struct hg_node *node) {
  char *end;
  long long integer;
  double real;

  if (yaml_null_is(node->text, node->style, node->tag))
    return json_null();
  if (node->style != HG_STYLE_PLAIN || node->tag || strlen(node->text) != node->length)
    return json_stringn(node->text, node->length);
  if (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0)
    return json_boolean(*node->text == 't');
  if (strspn(node->text, "+-.0123456789eE") != node->length)
    return json_stringn(node->text, node->length);
  errno = 0;
  integer = strtoll(node->text, &end, 10);
  if (!*end && errno == 0)
    return json_integer(integer);
  real = strtod(node->text, &end);
  return *end ? json_stringn(node->text, node->length) : json_real(real);
}

/* The reader has bounded the depth. */
static json_t *value_of(const struct hg_node *node) {
  json_t *value;

  if (node->kind == HG_NODE_SCALAR)
    return scalar_value(node);
  value = node->kind == HG_NODE_SEQUENCE ? json_array() : json_object();
  for (const struct hg_node *child = node->first; value && child; child = child->next) {
    int failed = node->kind == HG_NODE_SEQUENCE
                     ? json_array_append_new(value, value_of(child))
                     : json_object_set_new(
                           value, child->key->kind == HG_NODE_SCALAR ? child->key->text : NULL,
                           value_of(child));

    if (failed) {
      json_decref(value);
      return NULL;
    }
  }
  return value;
}

int32_t exec_config_json(const struct hg_node *node, struct arena *arena, const char **json,
                         struct hg_error *err) {
  json_t *value;
  char *text;

  *json = "";
  if (!node)
    return 0;
  value = value_of(node);
  text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
  json_decref(value);
  *json = text ? arena_copy(arena, text, strlen(text)) : NULL;
  free(text);
  return *json ? 0
               : hg_error_set(err, HG_ERROR_INVALID,
                              "what the kubeconfig says to exec plugins is no JSON");
}
