/* SPDX-License-Identifier: Apache-2.0 */
/* What a YAML scalar means to the API server.
 *
 * The server reads YAML 1.1 as go-yaml v2 does, with that library's own choices: yes/no/on/off are
 * booleans, 0644 and 0o644 are octal, underscores are dropped, dates stay text, a number that fits
 * nowhere stays text (https://github.com/go-yaml/yaml/tree/v2, resolve.go).
 */
#ifndef LIB_YAML_GO_SCALAR_H
#define LIB_YAML_GO_SCALAR_H

#include <headgate/node.h>
#include <stdbool.h>
#include <stdint.h>

enum scalar_kind {
  SCALAR_NULL,
  SCALAR_BOOL,
  SCALAR_INT,      /* fits int64_t */
  SCALAR_UINT,     /* over INT64_MAX, fits uint64_t */
  SCALAR_FLOAT,    /* finite, infinite or not a number */
  SCALAR_STRING,   /* the node's text */
  SCALAR_BINARY,   /* !!binary: the node's text is base64 of the string */
  SCALAR_MISTAGGED /* an explicit tag that the text does not fit, such as !!int abc */
};

struct scalar {
  enum scalar_kind kind;
  bool boolean;
  int64_t integer;
  uint64_t big;
  double number;
};

/* Whether the scalar is a string by its looks: the quick answer for most. False: resolve it. */
bool scalar_is_plainly_string(const struct hg_node *node);

/* `node` is a scalar. */
void scalar_resolve(const struct hg_node *node, struct scalar *scalar);

/* What JSON calls a value: "string", "number", "bool", "null", "array" or "object". */
const char *node_json_type(const struct hg_node *node);

/* Whether it is a scalar that stands for null. */
bool node_is_null(const struct hg_node *node);

#endif
