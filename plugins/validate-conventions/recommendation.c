/* SPDX-License-Identifier: Apache-2.0 */
#include "recommendation.h"

#include "text/text_buffer.h"

#include <string.h>

void recommend(struct recommender *r, const char *rule, const struct hg_node *node,
               const char *parent, const char *field, const char *message, const char *advice) {
  struct text_buffer path;
  struct hg_diagnostic diagnostic = {
      .struct_size = sizeof diagnostic,
      .severity = HG_SEVERITY_WARNING,
      .line = node->line,
      .column = node->column,
      .rule = rule,
      .message = message,
      .advice = advice,
  };

  text_buffer_init(&path);
  text_buffer_append_string(&path, parent);
  text_buffer_append_string(&path, field);
  diagnostic.field = text_buffer_string(&path);
  if (path.failed || (!r->failed && r->sink->add(r->sink, &diagnostic) < 0))
    r->failed = true;
  text_buffer_finish(&path);
}

/* YAML's forms of null (https://yaml.org/type/null.html). */
static bool is_null(const struct hg_node *node) {
  static const char *const forms[] = {"", "~", "null", "Null", "NULL"};

  if (node->kind != HG_NODE_SCALAR)
    return false;
  if (node->tag)
    return strcmp(node->tag, "tag:yaml.org,2002:null") == 0;
  for (size_t i = 0; node->style == HG_STYLE_PLAIN && i < sizeof forms / sizeof *forms; i++)
    if (strlen(forms[i]) == node->length && memcmp(forms[i], node->text, node->length) == 0)
      return true;
  return false;
}

const struct hg_node *find_set(const struct hg_node *mapping, const char *name) {
  const struct hg_node *node = hg_node_get(mapping, name);

  return node && !is_null(node) ? node : NULL;
}

bool node_is_text(const struct hg_node *node, const char *text) {
  return node && node->kind == HG_NODE_SCALAR && node->length == strlen(text) &&
         memcmp(node->text, text, node->length) == 0;
}

bool is_filled(const struct hg_node *node) {
  return node && (node->kind == HG_NODE_SCALAR || node->first);
}
