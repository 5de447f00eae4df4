/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/yaml_builder.h"

#include "yaml/yaml_merge.h"
#include "yaml/yaml_problem.h"

#include <string.h>

enum {
  MAX_SCALARS = YAML_TREE_MAX_TEXT_MIB * 1024 * 1024,
  MAX_MEMORY = YAML_TREE_MAX_MIB * 1024 * 1024,
};

#define MERGE_TAG "tag:yaml.org,2002:merge"

/* A scalar's style is handed on as libyaml numbers it. */
_Static_assert(YAML_PLAIN_SCALAR_STYLE == HG_STYLE_PLAIN &&
                   YAML_SINGLE_QUOTED_SCALAR_STYLE == HG_STYLE_SINGLE_QUOTED &&
                   YAML_DOUBLE_QUOTED_SCALAR_STYLE == HG_STYLE_DOUBLE_QUOTED &&
                   YAML_LITERAL_SCALAR_STYLE == HG_STYLE_LITERAL &&
                   YAML_FOLDED_SCALAR_STYLE == HG_STYLE_FOLDED,
               "headgate/node.h and yaml.h number styles alike");

/* A node that has a name. */
struct anchor {
  const struct hg_node *node;
  uint64_t before;      /* nodes of the document before it */
  uint64_t size;        /* its own nodes, aliases followed; 0 while it is not complete */
  uint64_t text_before; /* the same for bytes of scalars and tags */
  uint64_t text_size;
  uint32_t height; /* collections inside one another, itself included */
};

void yaml_builder_init(struct yaml_builder *builder) {
  arena_init(&builder->nodes);
  arena_init(&builder->scratch);
  name_table_init(&builder->anchors);
}

void yaml_builder_finish(struct yaml_builder *builder) {
  arena_finish(&builder->nodes);
  arena_finish(&builder->scratch);
}

void yaml_builder_start(struct yaml_builder *builder) {
  arena_reset(&builder->nodes);
  builder->anchors = (struct name_table){.seed = builder->anchors.seed};
  builder->count = 0;
  builder->text = 0;
  builder->holder = (struct hg_node){.kind = HG_NODE_SEQUENCE};
  builder->frames[0] = (struct frame){.node = &builder->holder, .tail = &builder->holder.first};
  builder->frame = builder->frames;
}

/* The document passes a limit at `mark`. */
static int32_t refuse_size(struct yaml_builder *builder, const yaml_mark_t *mark) {
  if (builder->count > YAML_TREE_MAX_NODES)
    return yaml_problem_at(&builder->problem, YAML_RULE_LIMIT, mark,
                           "the document has more than %d values, aliases followed: split it",
                           YAML_TREE_MAX_NODES);
  if (builder->text > MAX_SCALARS)
    return yaml_problem_at(&builder->problem, YAML_RULE_LIMIT, mark,
                           "the document has more than %d MiB of text, aliases followed: split it",
                           YAML_TREE_MAX_TEXT_MIB);
  if (builder->nodes.used > MAX_MEMORY)
    return yaml_problem_at(&builder->problem, YAML_RULE_LIMIT, mark,
                           "the document takes more than %d MiB of memory: shorten its values, "
                           "tags and anchors",
                           YAML_TREE_MAX_MIB);
  return yaml_problem_at(&builder->problem, YAML_RULE_LIMIT, mark,
                         "mappings and lists are nested more than %d deep", YAML_TREE_MAX_DEPTH);
}

/* Makes a node with room for `text_size` bytes behind it and puts it into its place. It stands for
 * `size` nodes, aliases followed, and reaches `height` levels below its parent. NULL, with the
 * problem set, where it does not fit. */
static inline struct hg_node *add_node(struct yaml_builder *builder, const yaml_mark_t *mark,
                                       uint8_t kind, uint64_t size, uint32_t height,
                                       size_t text_size) {
  struct frame *frame = builder->frame;
  struct hg_node *node;

  builder->count += size;
  if (builder->count > YAML_TREE_MAX_NODES || frame->depth + height > YAML_TREE_MAX_DEPTH ||
      builder->text > MAX_SCALARS || builder->nodes.used > MAX_MEMORY) {
    refuse_size(builder, mark);
    return NULL;
  }
  node = arena_alloc(&builder->nodes, sizeof *node + text_size);
  if (!node) {
    yaml_problem_no_memory(&builder->problem);
    return NULL;
  }
  *node = (struct hg_node){
      .line = (uint32_t)mark->line + 1,
      .column = (uint32_t)mark->column + 1,
      .kind = kind,
  };
  builder->newest = node;
  builder->is_key = frame->is_mapping && !frame->key;
  if (frame->is_mapping) {
    node->key = frame->key;
    frame->key = node->key ? NULL : node;
    if (frame->key)
      return node;
  }
  *frame->tail = node;
  frame->tail = &node->next;
  frame->node->length++;
  return node;
}

/* Gives `node` its tag and its name, both NULL where it has none. */
static int32_t add_properties(struct yaml_builder *builder, struct hg_node *node,
                              const yaml_char_t *tag, const yaml_char_t *name,
                              struct anchor **anchor) {
  struct anchor *made;
  const char *copy;
  size_t own = node->length; /* of text; a collection has no children yet */
  size_t length;
  void **place;

  if (tag) {
    length = strlen((const char *)tag);
    node->tag = arena_copy(&builder->nodes, (const char *)tag, length);
    builder->text += length;
    own += length;
    if (!node->tag)
      return yaml_problem_no_memory(&builder->problem);
  }
  if (!name)
    return 0;
  length = strlen((const char *)name);
  copy = arena_copy(&builder->nodes, (const char *)name, length);
  made = arena_alloc(&builder->nodes, sizeof *made);
  if (!copy || !made)
    return yaml_problem_no_memory(&builder->problem);
  made->node = node;
  made->before = builder->count - 1;
  made->size = 0;
  made->text_before = builder->text - own;
  made->text_size = 0;
  made->height = 0;
  place = name_table_entry(&builder->anchors, &builder->nodes, copy, (uint32_t)length);
  if (!place)
    return yaml_problem_no_memory(&builder->problem);
  *place = made;
  *anchor = made;
  return 0;
}

static void complete_anchor(const struct yaml_builder *builder, struct anchor *anchor,
                            uint32_t height) {
  anchor->size = builder->count - anchor->before;
  anchor->text_size = builder->text - anchor->text_before;
  anchor->height = height;
}

int32_t yaml_builder_scalar(struct yaml_builder *builder, const yaml_event_t *event) {
  const char *tag = (const char *)event->data.scalar.tag;
  size_t length = event->data.scalar.length;
  struct anchor *anchor = NULL;
  struct hg_node *node;
  char *text;

  builder->text += length;
  node = add_node(builder, &event->start_mark, HG_NODE_SCALAR, 1, 0, length + 1);
  if (!node)
    return -1;
  text = (char *)(node + 1);
  memcpy(text, event->data.scalar.value, length);
  text[length] = '\0';
  node->text = text;
  node->length = (uint32_t)length;
  node->style = (uint8_t)event->data.scalar.style;
  if (length == 2 && text[0] == '<' && text[1] == '<' && builder->frame->key == node &&
      (event->data.scalar.plain_implicit || (tag && strcmp(tag, MERGE_TAG) == 0))) {
    node->flags = YAML_NODE_MERGE_KEY;
    builder->frame->merges = true;
  }
  if (!tag && !event->data.scalar.anchor)
    return 0;
  if (add_properties(builder, node, event->data.scalar.tag, event->data.scalar.anchor, &anchor) < 0)
    return -1;
  if (anchor)
    complete_anchor(builder, anchor, 0);
  return 0;
}

int32_t yaml_builder_open(struct yaml_builder *builder, const yaml_event_t *event, uint8_t kind,
                          const yaml_char_t *tag, const yaml_char_t *name) {
  struct hg_node *node = add_node(builder, &event->start_mark, kind, 1, 1, 0);
  struct anchor *anchor = NULL;
  struct frame *frame;

  if (!node)
    return -1;
  if ((tag || name) && add_properties(builder, node, tag, name, &anchor) < 0)
    return -1;
  frame = builder->frame + 1;
  frame->node = node;
  frame->tail = &node->first;
  frame->key = NULL;
  frame->anchor = anchor;
  frame->depth = builder->frame->depth + 1;
  frame->deepest = frame->depth;
  frame->is_mapping = kind == HG_NODE_MAPPING;
  frame->merges = false;
  builder->frame = frame;
  return 0;
}

int32_t yaml_builder_close(struct yaml_builder *builder) {
  const struct frame *frame = builder->frame--;

  if (builder->frame->deepest < frame->deepest)
    builder->frame->deepest = frame->deepest;
  if (frame->merges && yaml_merge(frame->node, &builder->nodes, &builder->scratch,
                                  builder->anchors.seed, &builder->problem) < 0)
    return -1;
  if (frame->anchor)
    complete_anchor(builder, frame->anchor, frame->deepest - frame->depth + 1);
  return 0;
}

int32_t yaml_builder_alias(struct yaml_builder *builder, const yaml_event_t *event) {
  const char *name = (const char *)event->data.alias.anchor;
  /* An unknown name is entered with the event's memory, and ends the document with its table. */
  void **place = name_table_entry(&builder->anchors, &builder->nodes, name, (uint32_t)strlen(name));
  const struct anchor *anchor;
  struct hg_node *node;

  if (!place)
    return yaml_problem_no_memory(&builder->problem);
  anchor = *place;
  /* No name is said: it may be a password that nobody put in quotes. */
  if (!anchor)
    return yaml_problem_at(&builder->problem, YAML_RULE_SYNTAX, &event->start_mark,
                           "no value before this has the anchor of this alias: put a text that "
                           "starts with * in quotes");
  if (anchor->size == 0)
    return yaml_problem_at(&builder->problem, YAML_RULE_SYNTAX, &event->start_mark,
                           "this alias stands inside the value that it repeats");
  builder->text += anchor->text_size;
  node = add_node(builder, &event->start_mark, anchor->node->kind, anchor->size, anchor->height, 0);
  if (!node)
    return -1;
  if (builder->frame->deepest < builder->frame->depth + anchor->height)
    builder->frame->deepest = builder->frame->depth + anchor->height;
  node->text = anchor->node->text;
  node->first = anchor->node->first;
  node->tag = anchor->node->tag;
  node->length = anchor->node->length;
  node->style = anchor->node->style;
  node->flags = HG_NODE_ALIAS;
  return 0;
}
