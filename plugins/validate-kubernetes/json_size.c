/* SPDX-License-Identifier: Apache-2.0 */
#include "json_size.h"

#include "go_format.h"
#include "go_scalar.h"

#include <stdio.h>
#include <string.h>

/* "\u003c" */
enum { ESCAPE_SIZE = 6 };

static uint64_t text_size(const char *text, size_t length) {
  uint64_t size = length + 2;

  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];

    if (c == '"' || c == '\\' || (c < 0x20 && strchr("\b\f\n\r\t", c) && c))
      size += 1;
    else if (c < 0x20 || c == '<' || c == '>' || c == '&')
      size += ESCAPE_SIZE - 1;
    else if (c == 0xe2 && length - i > 2 && (text[i + 1] & 0xff) == 0x80 &&
             ((text[i + 2] & 0xfe) == 0xa8)) /* U+2028 and U+2029 */
      size += ESCAPE_SIZE - 3;
  }
  return size;
}

static uint64_t scalar_size(const struct hg_node *node) {
  char number[GO_NUMBER_SIZE];
  struct scalar scalar;

  if (scalar_is_plainly_string(node))
    return text_size(node->text, node->length);
  scalar_resolve(node, &scalar);
  switch (scalar.kind) {
  case SCALAR_NULL:
    return 4;
  case SCALAR_BOOL:
    return scalar.boolean ? 4 : 5;
  case SCALAR_INT:
    return (uint64_t)snprintf(number, sizeof number, "%lld", (long long)scalar.integer);
  case SCALAR_UINT: /* no int64: it becomes a float on the way */
    go_json_number((double)scalar.big, number);
    return strlen(number);
  case SCALAR_FLOAT:
    go_json_number(scalar.number, number);
    return strlen(number);
  case SCALAR_BINARY: /* three bytes of four letters */
    return (uint64_t)node->length / 4 * 3 + 2;
  default:
    return text_size(node->text, node->length);
  }
}

/* A key is text, whatever it looked like. */
static uint64_t key_size(const struct hg_node *key) {
  char number[GO_NUMBER_SIZE];
  struct scalar scalar;

  if (scalar_is_plainly_string(key))
    return text_size(key->text, key->length);
  scalar_resolve(key, &scalar);
  if (scalar.kind == SCALAR_STRING)
    return text_size(key->text, key->length);
  if (scalar.kind != SCALAR_FLOAT)
    return scalar_size(key) + 2;
  go_key_number(scalar.number, number);
  return strlen(number) + 2;
}

uint64_t json_size(const struct hg_node *node) {
  bool is_mapping = node->kind == HG_NODE_MAPPING;
  uint64_t size = 2;

  if (node->kind == HG_NODE_SCALAR)
    return scalar_size(node);
  for (const struct hg_node *child = node->first; child; child = child->next) {
    if (is_mapping)
      size += key_size(child->key) + 1;
    size += json_size(child) + (child->next != NULL);
  }
  return size;
}
