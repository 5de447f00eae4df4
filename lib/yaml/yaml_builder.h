/* SPDX-License-Identifier: Apache-2.0 */
/* A parser's events to a document's tree, within the limits of yaml_tree.h. */
#ifndef LIB_YAML_YAML_BUILDER_H
#define LIB_YAML_YAML_BUILDER_H

#include "memory/arena.h"
#include "memory/name_table.h"
#include "yaml/yaml_tree.h"

#include <stdbool.h>
#include <yaml.h>

struct anchor;

/* A collection that is being read. */
struct frame {
  struct hg_node *node;
  const struct hg_node **tail; /* where its next child goes */
  const struct hg_node *key;   /* in a mapping: the key that waits for its value */
  struct anchor *anchor;       /* NULL: it has none */
  uint32_t depth;              /* collections that it stands in, itself included */
  uint32_t deepest;            /* the deepest level reached inside it */
  bool is_mapping;
  bool merges; /* it has a merge key */
};

/* Embedded in its owner. */
struct yaml_builder {
  struct arena nodes;
  struct arena scratch;
  struct name_table anchors;
  uint64_t count;              /* nodes of this document so far, aliases followed */
  uint64_t text;               /* bytes of its scalars and tags, aliases followed */
  struct frame *frame;         /* of the innermost open collection */
  struct hg_node *newest;      /* what the last event became, */
  bool is_key;                 /* and whether it is a key */
  struct yaml_problem problem; /* why an event could not be taken */
  struct hg_node holder;       /* of the root, as its one item */
  struct frame frames[YAML_TREE_MAX_DEPTH + 1]; /* [0] is the holder's */
};

void yaml_builder_init(struct yaml_builder *builder);
void yaml_builder_finish(struct yaml_builder *builder);

/* Drops the tree and starts on another one, whose root will be holder.first. */
void yaml_builder_start(struct yaml_builder *builder);

/* Each takes one event, which stays the caller's. -1: builder->problem says why it does not fit. */
int32_t yaml_builder_scalar(struct yaml_builder *builder, const yaml_event_t *event);
int32_t yaml_builder_open(struct yaml_builder *builder, const yaml_event_t *event, uint8_t kind,
                          const yaml_char_t *tag, const yaml_char_t *name);
int32_t yaml_builder_close(struct yaml_builder *builder);
int32_t yaml_builder_alias(struct yaml_builder *builder, const yaml_event_t *event);

#endif
