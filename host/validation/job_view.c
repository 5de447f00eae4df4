/* SPDX-License-Identifier: Apache-2.0 */
#include "validation/job_view.h"

#include "yaml/yaml_null.h"

#include <string.h>

/* A null is as good as no entry, to kubectl too. */
static const struct hg_node *scalar_of(const struct hg_node *mapping, const char *name) {
  const struct hg_node *node = hg_node_get(mapping, name);

  return node && node->kind == HG_NODE_SCALAR && !yaml_null_is(node->text, node->style, node->tag)
             ? node
             : NULL;
}

const char *job_view_name(const struct hg_node *root, const struct hg_node **node) {
  *node = scalar_of(hg_node_get(root, "metadata"), "name");
  return *node ? (*node)->text : "";
}

const struct hg_node *job_view_namespace_node(const struct hg_node *root) {
  return scalar_of(hg_node_get(root, "metadata"), "namespace");
}

const char *job_view_namespace(const struct hg_node *root) {
  const struct hg_node *node = job_view_namespace_node(root);

  return node ? node->text : "";
}

const char *job_view_text(const struct hg_node *mapping, const char *name) {
  const struct hg_node *node = scalar_of(mapping, name);

  return node ? node->text : "";
}

bool job_view_vanishes(const struct hg_node *root) {
  return scalar_of(hg_node_get(root, "spec"), "ttlSecondsAfterFinished") != NULL;
}

static const char *copy_text(struct arena *arena, const struct hg_node *node) {
  return node && node->kind == HG_NODE_SCALAR ? arena_copy(arena, node->text, node->length)
                                              : arena_copy(arena, "", 0);
}

/* The entries of a mapping whose values are scalars. NULL where memory is out. */
static const struct hg_pair *copy_mapping(struct arena *arena, const struct hg_node *mapping,
                                          uint32_t *count) {
  uint32_t most = mapping && mapping->kind == HG_NODE_MAPPING ? mapping->length : 0;
  struct hg_pair *pairs = arena_alloc(arena, (most + 1) * sizeof *pairs);

  *count = 0;
  if (!pairs || most == 0)
    return pairs;
  for (const struct hg_node *value = mapping->first; value; value = value->next) {
    if (value->kind != HG_NODE_SCALAR || value->key->kind != HG_NODE_SCALAR)
      continue;
    pairs[*count].name = copy_text(arena, value->key);
    pairs[*count].value = copy_text(arena, value);
    if (!pairs[*count].name || !pairs[*count].value)
      return NULL;
    (*count)++;
  }
  return pairs;
}

/* The items of a sequence as texts. NULL where memory is out. */
static const char *const *copy_sequence(struct arena *arena, const struct hg_node *sequence,
                                        uint32_t *count) {
  uint32_t most = sequence && sequence->kind == HG_NODE_SEQUENCE ? sequence->length : 0;
  const char **items = arena_alloc(arena, (most + 1) * sizeof *items);

  *count = 0;
  if (!items || most == 0)
    return items;
  for (const struct hg_node *item = sequence->first; item; item = item->next) {
    items[*count] = copy_text(arena, item);
    if (!items[*count])
      return NULL;
    (*count)++;
  }
  return items;
}

/* The environment: a sequence of mappings with a name and mostly a value. */
static const struct hg_pair *copy_environment(struct arena *arena, const struct hg_node *sequence,
                                              uint32_t *count) {
  uint32_t most = sequence && sequence->kind == HG_NODE_SEQUENCE ? sequence->length : 0;
  struct hg_pair *pairs = arena_alloc(arena, (most + 1) * sizeof *pairs);

  *count = 0;
  if (!pairs || most == 0)
    return pairs;
  for (const struct hg_node *item = sequence->first; item; item = item->next) {
    pairs[*count].name = copy_text(arena, scalar_of(item, "name"));
    pairs[*count].value = copy_text(arena, scalar_of(item, "value"));
    if (!pairs[*count].name || !pairs[*count].value)
      return NULL;
    (*count)++;
  }
  return pairs;
}

const struct hg_job_details *job_view_details(const struct hg_node *root, struct arena *arena) {
  const struct hg_node *template = hg_node_get(hg_node_get(root, "spec"), "template");
  const struct hg_node *containers = hg_node_get(hg_node_get(template, "spec"), "containers");
  const struct hg_node *container = NULL;
  const struct hg_node *resources;
  struct hg_job_details *details = arena_alloc(arena, sizeof *details);

  if (!details)
    return NULL;
  memset(details, 0, sizeof *details);
  details->struct_size = sizeof *details;
  if (containers && containers->kind == HG_NODE_SEQUENCE) {
    details->container_count = containers->length;
    container = containers->first;
  }
  resources = hg_node_get(container, "resources");
  details->image = copy_text(arena, scalar_of(container, "image"));
  details->labels = copy_mapping(arena, hg_node_get(hg_node_get(root, "metadata"), "labels"),
                                 &details->label_count);
  details->command =
      copy_sequence(arena, hg_node_get(container, "command"), &details->command_count);
  details->args = copy_sequence(arena, hg_node_get(container, "args"), &details->arg_count);
  details->env = copy_environment(arena, hg_node_get(container, "env"), &details->env_count);
  details->requests =
      copy_mapping(arena, hg_node_get(resources, "requests"), &details->request_count);
  details->limits = copy_mapping(arena, hg_node_get(resources, "limits"), &details->limit_count);
  return details->image && details->labels && details->command && details->args && details->env &&
                 details->requests && details->limits
             ? details
             : NULL;
}
