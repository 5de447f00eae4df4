/* SPDX-License-Identifier: Apache-2.0 */
/* A text that is the one before, with other words in some of its values.
 *
 * The manifests of a batch differ in a name, a label, an argument, and what libyaml said of one it
 * would say of the next. Where all that differs lies in values that are noted here, the tree is the
 * one before with these values in it.
 *
 * Why that is the tree which libyaml would give: a value is noted where its bytes are the text's
 * own, without tag, anchor, escape, fold or break; a key never is. What stands for it begins at the
 * same place, has only characters that neither end such a scalar nor begin anything else in it, and
 * is followed by the byte that ended the one before. So libyaml's scanner would stand behind it as
 * it stood, and would take the same bytes for the same tokens. Only columns could be others, of
 * what follows in the same line: a value with a node behind it gives way to one of the same length
 * alone.
 */
#ifndef LIB_YAML_YAML_ALIKE_H
#define LIB_YAML_YAML_ALIKE_H

#include "memory/arena.h"
#include "text/text_buffer.h"

#include <headgate/node.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaml.h>

/* A value that may be another one in the next text. */
struct yaml_value {
  struct hg_node *node;
  size_t start; /* of its text, in bytes, quotes aside */
  size_t end;
  size_t room;      /* bytes that its memory has */
  bool is_in_flow;  /* inside [] or {} */
  bool is_followed; /* another node begins in its line */
};

/* Embedded in its owner, zeroed at first. */
struct yaml_alike {
  struct text_buffer text; /* the one before */
  struct yaml_value *values;
  size_t count;
  size_t capacity;
  size_t used;    /* of the nodes' memory, when they were made */
  uint32_t flows; /* open collections of [] and {} */
  bool is_noting; /* a document is read, and may be the one before */
  bool is_ready;  /* one was */
};

void yaml_alike_finish(struct yaml_alike *alike);

/* A text of `length` bytes is read whose first document is noted; before that, and for other texts,
 * nothing is. */
void yaml_alike_begin(struct yaml_alike *alike, size_t length);

/* For each event, in order: `node` is what became of it, NULL for the end of a collection; it
 * stands at the bytes from `start` to `end` of the text. */
void yaml_alike_note(struct yaml_alike *alike, const yaml_event_t *event, struct hg_node *node,
                     bool is_key, const char *text, size_t start, size_t end);

/* The document was the only one of the text, and its tree stays; its root is a collection. */
void yaml_alike_keep(struct yaml_alike *alike, const char *text, size_t length,
                     const struct arena *nodes);

/* Makes the tree that stayed the text's. False: it is none of the kind, and the tree is not to be
 * used any more. */
bool yaml_alike_take(struct yaml_alike *alike, const char *text, size_t length,
                     struct arena *nodes);

#endif
