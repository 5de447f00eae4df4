/* SPDX-License-Identifier: Apache-2.0 */
/* A document as a tree, with positions.
 *
 * The scanner builds it, validators read it. Aliases are resolved (an alias is a node that shares
 * its anchor's children) and merge keys (`<<`) are applied, so a tree has no cycles but may share
 * branches: the scanner's limits bound how large it is when walked in full.
 *
 * What a plain scalar means (integer, boolean, null...) is not decided here: that is the reader's,
 * by `style`, `tag` and text.
 */
#ifndef HEADGATE_NODE_H
#define HEADGATE_NODE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Values of hg_node.kind. */
#define HG_NODE_SCALAR 1u
#define HG_NODE_SEQUENCE 2u
#define HG_NODE_MAPPING 3u

/* Values of hg_node.style, for scalars (YAML 1.1, chapter 9); 0 for the others. */
#define HG_STYLE_PLAIN 1u
#define HG_STYLE_SINGLE_QUOTED 2u
#define HG_STYLE_DOUBLE_QUOTED 3u
#define HG_STYLE_LITERAL 4u
#define HG_STYLE_FOLDED 5u

/* Bits of hg_node.flags. */
#define HG_NODE_ALIAS 1u     /* written as an alias; line and column are the alias's */
#define HG_NODE_MERGED 2u    /* this entry came into its mapping through a merge key */
#define HG_NODE_OVERRIDES 4u /* it pushed out one of the same key; one of the two was merged */

/* A node grows at the end like every struct; its size as the scanner compiled it is
 * hg_document.node_size. Follow the pointers, never compute with `node + 1`, never copy a node. */
struct hg_node {
  const char *text;            /* scalar: its value, UTF-8, NUL-terminated; else NULL */
  const struct hg_node *key;   /* in a mapping: this entry's key; else NULL */
  const struct hg_node *first; /* first item of a sequence, value of a mapping's first entry */
  const struct hg_node *next;  /* next item or next entry's value; NULL after the last */
  const char *tag;             /* explicit tag as resolved, "tag:yaml.org,2002:str"; else NULL */
  uint32_t length;             /* scalar: bytes of text (which may hold NULs); else children */
  uint32_t line;               /* 1-based */
  uint32_t column;             /* 1-based, in characters */
  uint8_t kind;                /* one of HG_NODE_* */
  uint8_t style;               /* one of HG_STYLE_*, or 0 */
  uint16_t flags;              /* HG_NODE_ALIAS, HG_NODE_MERGED, ... */
};

/* The value of the entry `name` of `mapping`; the last one where the key stands twice. NULL where
 * `mapping` is NULL or no mapping, or has no such key. */
static inline const struct hg_node *hg_node_get(const struct hg_node *mapping, const char *name) {
  const struct hg_node *found = NULL;
  const struct hg_node *value;
  size_t length = strlen(name);

  if (!mapping || mapping->kind != HG_NODE_MAPPING)
    return NULL;
  for (value = mapping->first; value; value = value->next)
    if (value->key->kind == HG_NODE_SCALAR && value->key->length == length &&
        memcmp(value->key->text, name, length) == 0)
      found = value;
  return found;
}

#endif
