/* SPDX-License-Identifier: Apache-2.0 */
/* A document after decoding: its objects with their fields in numbered places.
 *
 * The nodes stay where the scanner put them; an object adds, for every field of its type, the node
 * and what it was decoded to. Everything lives in the worker's arena until the next document. Once
 * decoding went through, every value has the type that the field table says, so that rules read
 * without checking.
 */
#ifndef VALIDATE_KUBERNETES_TYPED_TREE_H
#define VALIDATE_KUBERNETES_TYPED_TREE_H

#include "job/quantity.h"
#include "job_fields.h"

#include <headgate/node.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct object;
struct list;

/* `as` by the field's kind: integer for int32, int64, bool (0 or 1) and int-or-string; object;
 * quantity; list for lists and maps. Strings and times are node->text. */
struct value {
  const struct hg_node *node; /* NULL: absent, or null */
  union {
    int64_t integer;
    struct object *object;
    const struct list *list;
    const struct quantity *quantity;
  } as;
};

/* What as.integer holds where an int-or-string is a string. */
#define INT_OR_STRING_IS_STRING INT64_MIN

enum { NO_ITEM = -1 };

/* Bits of object.hidden: what the server leaves out of the field paths below an object. */
enum { HIDE_ITEM = 1, HIDE_STEP = 2 };

struct object {
  const struct type_info *type;
  const struct hg_node *node;  /* the mapping; for an absent object the nearest one around it */
  const struct object *parent; /* NULL: the document */
  int32_t item;                /* its place in the parent's list, or NO_ITEM */
  uint8_t field;               /* of the parent */
  uint8_t hidden;
  uint8_t lost_part;     /* 1: an object in it is gone */
  uint8_t gone;          /* 1: the server drops it, as a feature gate is off (feature_gates.h) */
  struct value values[]; /* type->field_count */
};

/* Items of a list, entries of a map; a map's item->node->key is its key. */
struct list {
  uint32_t count;
  struct value items[];
};

/* A string that may hold NULs. `data` is NUL-terminated and never NULL. */
struct text {
  const char *data;
  size_t length;
};

#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})

static inline bool has(const struct object *object, unsigned field) {
  return object && object->values[field].node;
}

/* NULL where absent. */
static inline struct object *get_object(const struct object *object, unsigned field) {
  return has(object, field) ? object->values[field].as.object : NULL;
}

extern const struct list empty_list;

/* An empty list where absent. */
static inline const struct list *get_list(const struct object *object, unsigned field) {
  return has(object, field) ? object->values[field].as.list : &empty_list;
}

/* 0 where absent. */
static inline int64_t get_integer(const struct object *object, unsigned field) {
  return has(object, field) ? object->values[field].as.integer : 0;
}

/* false where absent. */
static inline bool get_bool(const struct object *object, unsigned field) {
  return get_integer(object, field) != 0;
}

/* NULL where absent. */
static inline const struct quantity *get_quantity(const struct object *object, unsigned field) {
  return has(object, field) ? object->values[field].as.quantity : NULL;
}

static inline struct text node_text(const struct hg_node *node) {
  return (struct text){node->text, node->length};
}

static inline struct text item_text(const struct value *item) {
  return node_text(item->node);
}

static inline struct text item_key(const struct value *item) {
  return node_text(item->node->key);
}

/* Empty where absent. */
static inline struct text get_text(const struct object *object, unsigned field) {
  return has(object, field) ? node_text(object->values[field].node) : TEXT("");
}

static inline bool text_equal(struct text a, struct text b) {
  return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

static inline bool text_is(struct text text, const char *literal) {
  size_t length = strlen(literal);

  return text.length == length && memcmp(text.data, literal, length) == 0;
}

static inline bool text_starts(struct text text, const char *literal) {
  size_t length = strlen(literal);

  return text.length >= length && memcmp(text.data, literal, length) == 0;
}

static inline bool text_ends(struct text text, const char *literal) {
  size_t length = strlen(literal);

  return text.length >= length && memcmp(text.data + text.length - length, literal, length) == 0;
}

/* Whether it is one of a NULL-terminated list. */
static inline bool text_is_one_of(struct text text, const char *const *list) {
  for (; *list; list++)
    if (text_is(text, *list))
      return true;
  return false;
}

/* The value of the entry `key` of a map, NULL where it has none. */
static inline const struct value *map_find(const struct list *map, struct text key) {
  for (uint32_t i = 0; i < map->count; i++)
    if (text_equal(item_key(&map->items[i]), key))
      return &map->items[i];
  return NULL;
}

#endif
