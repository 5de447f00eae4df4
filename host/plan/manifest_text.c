/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/manifest_text.h"

#include "plan/yaml_spelling.h"
#include "yaml/go_number.h"
#include "yaml/go_scalar.h"
#include "yaml/tree_json.h"

#include <stdlib.h>
#include <string.h>

/* The value that the n-th variable of the document before had, NAME NUL VALUE, and what stood in
 * its place: the Jobs of a batch have most values in common. */
struct hidden_value {
  struct text_buffer of;
  char digits[DIGEST_SHORT + 1];
};

enum { HIDDEN_VALUES = 32 };

/* From the tree at once: this is done for every document that is validated. */
struct manifest_writer {
  struct text_buffer text;
  struct text_buffer json; /* of a scalar that is no text */
  struct digest *keyed;
  struct hidden_value hidden[HIDDEN_VALUES];
  size_t variables; /* of this document, so far */
  bool failed;
};

struct manifest_writer *manifest_writer_create(const uint8_t key[DIGEST_SIZE]) {
  struct manifest_writer *writer = malloc(sizeof *writer);

  if (!writer)
    return NULL;
  memset(writer, 0, sizeof *writer);
  writer->keyed = digest_create_keyed(key);
  if (!writer->keyed) {
    manifest_writer_destroy(writer);
    return NULL;
  }
  return writer;
}

void manifest_writer_destroy(struct manifest_writer *writer) {
  if (!writer)
    return;
  text_buffer_finish(&writer->text);
  text_buffer_finish(&writer->json);
  for (size_t i = 0; i < HIDDEN_VALUES; i++)
    text_buffer_finish(&writer->hidden[i].of);
  digest_destroy(writer->keyed);
  free(writer);
}

static bool is_called(const struct hg_node *node, const char *name) {
  return node->key && node->key->kind == HG_NODE_SCALAR && strcmp(node->key->text, name) == 0;
}

/* What `kubectl apply` writes: a whole manifest, with its values. */
static bool is_left_out(const struct hg_node *member, const struct hg_node *mapping) {
  return is_called(mapping, "annotations") &&
         is_called(member, "kubectl.kubernetes.io/last-applied-configuration");
}

static bool is_empty(const struct hg_node *node) {
  if (node->kind != HG_NODE_MAPPING)
    return !node->first;
  for (const struct hg_node *child = node->first; child; child = child->next)
    if (!is_left_out(child, node))
      return false;
  return true;
}

static void indent_by(struct manifest_writer *writer, size_t indent) {
  static const char blanks[] = "                                ";

  for (; indent >= sizeof blanks; indent -= sizeof blanks - 1)
    text_buffer_append(&writer->text, blanks, sizeof blanks - 1);
  text_buffer_append(&writer->text, blanks, indent);
}

/* What kubectl makes of a scalar: text, or else a word of JSON. False: it is that, in ->json. */
static bool is_text(struct manifest_writer *writer, const struct hg_node *node) {
  struct scalar scalar;

  if (scalar_is_plainly_string(node))
    return true;
  scalar_resolve(node, &scalar);
  if (scalar.kind == SCALAR_STRING)
    return true;
  text_buffer_reset(&writer->json);
  writer->failed = writer->failed || tree_json_append(&writer->json, node, NULL) < 0;
  return false;
}

static void put_text(struct manifest_writer *writer, const struct hg_node *node) {
  if (yaml_spelling_is_as_written(node))
    text_buffer_append(&writer->text, node->text, node->length);
  else
    yaml_spelling_append(&writer->text, node->text, node->length);
}

/* kubectl makes a text of a name that is none, of a float with 32 bits. */
static void put_number_name(struct manifest_writer *writer, const struct hg_node *key) {
  char number[GO_NUMBER_SIZE];
  struct scalar scalar;

  scalar_resolve(key, &scalar);
  if (scalar.kind == SCALAR_FLOAT) {
    go_key_number(scalar.number, number);
    yaml_spelling_append(&writer->text, number, strlen(number));
  } else {
    yaml_spelling_append(&writer->text, text_buffer_string(&writer->json), writer->json.length);
  }
}

/* A name with a tag may be another than its text: base64 of "value" would hide a value from us. */
static void put_name(struct manifest_writer *writer, const struct hg_node *key) {
  if (key->kind != HG_NODE_SCALAR || key->tag)
    writer->failed = true;
  else if (is_text(writer, key))
    put_text(writer, key);
  else
    put_number_name(writer, key);
  text_buffer_append_char(&writer->text, ':');
}

static void put_literal(struct manifest_writer *writer, const struct hg_node *node, size_t indent) {
  const char *end = node->text + node->length;

  text_buffer_append_string(&writer->text, yaml_spelling_literal_head(node->text, node->length));
  for (const char *line = node->text; line < end;) {
    const char *feed = memchr(line, '\n', (size_t)(end - line));
    size_t size = (size_t)((feed ? feed : end) - line);

    text_buffer_append_char(&writer->text, '\n');
    if (size > 0)
      indent_by(writer, indent);
    text_buffer_append(&writer->text, line, size);
    line += size + (feed != NULL);
  }
}

/* What holds no other value. `indent` is where a text of several lines stands. */
static void put_scalar(struct manifest_writer *writer, const struct hg_node *node, size_t indent) {
  if (node->kind != HG_NODE_SCALAR) {
    text_buffer_append_string(&writer->text, node->kind == HG_NODE_MAPPING ? " {}" : " []");
  } else if (!is_text(writer, node)) {
    text_buffer_append_char(&writer->text, ' ');
    text_buffer_append(&writer->text, text_buffer_string(&writer->json), writer->json.length);
  } else if (yaml_spelling_is_literal(node->text, node->length)) {
    put_literal(writer, node, indent);
  } else {
    text_buffer_append_char(&writer->text, ' ');
    put_text(writer, node);
  }
  text_buffer_append_char(&writer->text, '\n');
}

/* What stands in the place of a variable's value: another for another value. */
static void put_hidden(struct manifest_writer *writer, const struct hg_node *variable,
                       const struct hg_node *value) {
  const struct hg_node *named = hg_node_get(variable, "name");
  const char *name = named && named->kind == HG_NODE_SCALAR ? named->text : "";
  struct hidden_value *hidden = &writer->hidden[writer->variables++ % HIDDEN_VALUES];
  size_t name_size = strlen(name) + 1;
  size_t size = strlen(value->text);

  if (hidden->of.length != name_size + size || memcmp(hidden->of.data, name, name_size) != 0 ||
      memcmp(hidden->of.data + name_size, value->text, size) != 0) {
    uint8_t digest[DIGEST_SIZE];

    text_buffer_reset(&hidden->of);
    text_buffer_append(&hidden->of, name, name_size);
    text_buffer_append(&hidden->of, value->text, size);
    writer->failed = writer->failed || hidden->of.failed;
    digest_reset(writer->keyed);
    digest_add(writer->keyed, text_buffer_string(&hidden->of), hidden->of.length);
    digest_end(writer->keyed, digest);
    digest_shorten(digest, hidden->digits);
  }
  text_buffer_append_string(&writer->text, " (hidden, ");
  text_buffer_append(&writer->text, hidden->digits, DIGEST_SHORT);
  text_buffer_append_string(&writer->text, ")\n");
}

static void put_items(struct manifest_writer *writer, const struct hg_node *list, size_t indent,
                      bool in_env);

static void put_members(struct manifest_writer *writer, const struct hg_node *mapping,
                        size_t indent, bool is_on_line, bool in_env) {
  bool are_annotations = is_called(mapping, "annotations");

  for (const struct hg_node *child = mapping->first; child; child = child->next) {
    if (are_annotations && is_left_out(child, mapping))
      continue;
    if (!is_on_line)
      indent_by(writer, indent);
    is_on_line = false;
    put_name(writer, child->key);
    if (in_env && child->kind == HG_NODE_SCALAR && is_called(child, "value")) {
      put_hidden(writer, mapping, child);
    } else if (is_empty(child)) {
      put_scalar(writer, child, indent + 2);
    } else {
      text_buffer_append_char(&writer->text, '\n');
      if (child->kind == HG_NODE_MAPPING)
        put_members(writer, child, indent + 2, false, is_called(child, "env"));
      else
        put_items(writer, child, indent, is_called(child, "env"));
    }
  }
}

static void put_items(struct manifest_writer *writer, const struct hg_node *list, size_t indent,
                      bool in_env) {
  for (const struct hg_node *item = list->first; item; item = item->next) {
    indent_by(writer, indent);
    text_buffer_append_char(&writer->text, '-');
    if (is_empty(item)) {
      put_scalar(writer, item, indent + 2);
    } else if (item->kind == HG_NODE_MAPPING) {
      text_buffer_append_char(&writer->text, ' ');
      put_members(writer, item, indent + 2, true, in_env);
    } else {
      text_buffer_append_char(&writer->text, '\n');
      put_items(writer, item, indent + 2, in_env);
    }
  }
}

const char *manifest_text_make(struct manifest_writer *writer, const struct hg_document *document,
                               struct arena *arena) {
  if (document->bytes.length > MANIFEST_TEXT_MOST || document->root->kind != HG_NODE_MAPPING)
    return NULL;
  text_buffer_reset(&writer->text);
  writer->variables = 0;
  writer->failed = false;
  put_members(writer, document->root, 0, false, false);
  return !writer->failed && !writer->text.failed && writer->text.length <= MANIFEST_TEXT_MOST
             ? arena_copy(arena, text_buffer_string(&writer->text), writer->text.length)
             : NULL;
}
