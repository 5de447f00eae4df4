/* SPDX-License-Identifier: Apache-2.0 */
/* A document's tree as the JSON that kubectl makes of it.
 *
 * kubectl turns YAML into JSON (sigs.k8s.io/yaml over go-yaml v2) and sends that: scalars are what
 * go_scalar.h says, keys are text whatever they looked like, numbers that no int64 holds are
 * doubles, texts are escaped as encoding/json escapes them. Entries keep the document's order.
 */
#ifndef LIB_YAML_TREE_JSON_H
#define LIB_YAML_TREE_JSON_H

#include "text/text_buffer.h"

#include <headgate/error.h>
#include <headgate/node.h>
#include <stdint.h>

/* Appends `node` as compact JSON. -1 with `err` set where kubectl makes none either: a number that
 * is none or has no end, a tag that its text does not fit, a key that is no text, number or
 * boolean; or where memory is out. A key that stands twice stands twice in the JSON: who reads it
 * says so. */
int32_t tree_json_append(struct text_buffer *json, const struct hg_node *node,
                         struct hg_error *err);

/* Its length in bytes, without writing it. What kubectl makes no JSON of counts as empty text. */
uint64_t tree_json_size(const struct hg_node *node);

#endif
