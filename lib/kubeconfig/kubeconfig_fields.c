/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/kubeconfig_fields.h"

#include "memory/no_memory.h"
#include "text/base64.h"
#include "yaml/go_scalar.h"
#include "yaml/yaml_null.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int32_t kubeconfig_wrong_at(const struct kubeconfig_place *place, const struct hg_node *node,
                            struct hg_error *err, const char *format, ...) {
  char message[160];
  va_list args;

  va_start(args, format);
  (void)vsnprintf(message, sizeof message, format, args);
  va_end(args);
  return hg_error_set(err, HG_ERROR_INVALID, "%.720s:%u:%u: %s", place->path, node->line,
                      node->column, message);
}

bool kubeconfig_is_null(const struct hg_node *node) {
  return !node ||
         (node->kind == HG_NODE_SCALAR && yaml_null_is(node->text, node->style, node->tag));
}

int32_t kubeconfig_field(const struct kubeconfig_place *place, const struct hg_node *mapping,
                         const char *name, uint8_t kind, const struct hg_node **found,
                         struct hg_error *err) {
  static const char *const kinds[] = {"", "a text", "a list", "a mapping"};
  const struct hg_node *node = hg_node_get(mapping, name);

  *found = NULL;
  if (kubeconfig_is_null(node))
    return 0;
  if (node->kind != kind || (kind == HG_NODE_SCALAR && strlen(node->text) != node->length))
    return kubeconfig_wrong_at(place, node, err, "'%s' is not %s", name, kinds[kind]);
  if (kind == HG_NODE_SCALAR && node->tag && strcmp(node->tag, "tag:yaml.org,2002:str") != 0)
    return kubeconfig_wrong_at(place, node, err, "'%s' has an unusual tag", name);
  *found = node;
  return 0;
}

/* Whether it is a text to client-go: a plain 8080 or yes is none. */
static int32_t check_text(const struct kubeconfig_place *place, const struct hg_node *node,
                          const char *name, struct hg_error *err) {
  const char *type = node_json_type(node);

  return strcmp(type, "string") == 0
             ? 0
             : kubeconfig_wrong_at(place, node, err, "'%s' is a %s, not a text: quote it", name,
                                   type);
}

int32_t kubeconfig_text(const struct kubeconfig_place *place, const struct hg_node *mapping,
                        const char *name, const char **text, struct hg_error *err) {
  const struct hg_node *node;

  if (kubeconfig_field(place, mapping, name, HG_NODE_SCALAR, &node, err) < 0 ||
      (node && check_text(place, node, name, err) < 0))
    return -1;
  *text = node ? arena_copy(place->arena, node->text, node->length) : "";
  return *text ? 0 : no_memory(err);
}

int32_t kubeconfig_path(const struct kubeconfig_place *place, const struct hg_node *mapping,
                        const char *name, const char **path, struct hg_error *err) {
  const char *slash = strrchr(place->path, '/');
  char *directory = NULL;
  char *joined;
  size_t size;

  if (kubeconfig_text(place, mapping, name, path, err) < 0)
    return -1;
  if (!**path || **path == '/')
    return 0;
  if (*place->path != '/') {
    directory = getcwd(NULL, 0);
    if (!directory)
      return hg_error_set(err, HG_ERROR_IO, "%.800s: not known which directory it is in",
                          place->path);
  }
  size = (directory ? strlen(directory) : 0) + strlen(place->path) + strlen(*path) + 3;
  joined = arena_alloc(place->arena, size);
  if (joined)
    (void)snprintf(joined, size, "%s%s%.*s/%s", directory ? directory : "",
                   directory && slash ? "/" : "", slash ? (int)(slash - place->path) : 0,
                   place->path, *path);
  free(directory);
  *path = joined;
  return joined ? 0 : no_memory(err);
}

int32_t kubeconfig_data(const struct kubeconfig_place *place, const struct hg_node *mapping,
                        const char *name, struct hg_bytes *bytes, struct hg_error *err) {
  const struct hg_node *node;
  struct text_buffer decoded;
  char *text;
  size_t length = 0;
  int32_t result;

  bytes->data = "";
  bytes->length = 0;
  if (kubeconfig_field(place, mapping, name, HG_NODE_SCALAR, &node, err) < 0)
    return -1;
  if (!node || node->length == 0)
    return 0;
  text = arena_copy(place->arena, node->text, node->length);
  if (!text)
    return no_memory(err);
  for (size_t i = 0; i < node->length; i++) /* Go passes over line breaks */
    if (text[i] != '\n' && text[i] != '\r')
      text[length++] = text[i];
  text_buffer_init(&decoded);
  result = base64_decode(&decoded, text, length);
  if (result < 0)
    (void)kubeconfig_wrong_at(place, node, err, "'%s' is no base64", name);
  else if (decoded.failed ||
           !(bytes->data = arena_copy(place->arena, text_buffer_string(&decoded), decoded.length)))
    result = no_memory(err);
  else
    bytes->length = decoded.length;
  if (decoded.data)
    explicit_bzero(decoded.data, decoded.capacity);
  text_buffer_finish(&decoded);
  return result;
}

int32_t kubeconfig_boolean(const struct kubeconfig_place *place, const struct hg_node *mapping,
                           const char *name, bool *value, struct hg_error *err) {
  static const char *const words[] = {
      "false", "False", "FALSE", "no",  "No",  "NO",  "off", "Off", "OFF", "n", "N",
      "true",  "True",  "TRUE",  "yes", "Yes", "YES", "on",  "On",  "ON",  "y", "Y"};
  enum { FIRST_TRUE = 11 };
  const struct hg_node *node;

  *value = false;
  if (kubeconfig_field(place, mapping, name, HG_NODE_SCALAR, &node, err) < 0)
    return -1;
  if (!node)
    return 0;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (node->style == HG_STYLE_PLAIN && strcmp(words[i], node->text) == 0) {
      *value = i >= FIRST_TRUE;
      return 0;
    }
  return kubeconfig_wrong_at(place, node, err, "'%s' is neither true nor false", name);
}

int32_t kubeconfig_texts(const struct kubeconfig_place *place, const struct hg_node *mapping,
                         const char *name, const char ***texts, uint32_t *count,
                         struct hg_error *err) {
  const struct hg_node *list;
  uint32_t filled = 0;

  if (kubeconfig_field(place, mapping, name, HG_NODE_SEQUENCE, &list, err) < 0)
    return -1;
  *count = list ? list->length : 0;
  *texts = arena_alloc(place->arena, (*count + (size_t)1) * sizeof **texts);
  if (!*texts)
    return no_memory(err);
  for (const struct hg_node *item = list ? list->first : NULL; item; item = item->next) {
    if (item->kind != HG_NODE_SCALAR || strlen(item->text) != item->length)
      return kubeconfig_wrong_at(place, item, err, "an item of '%s' is not a text", name);
    if (!kubeconfig_is_null(item) && check_text(place, item, name, err) < 0)
      return -1;
    (*texts)[filled] =
        kubeconfig_is_null(item) ? "" : arena_copy(place->arena, item->text, item->length);
    if (!(*texts)[filled++])
      return no_memory(err);
  }
  (*texts)[filled] = NULL;
  return 0;
}
