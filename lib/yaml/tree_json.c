/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/tree_json.h"

#include "memory/no_memory.h"
#include "text/base64.h"
#include "text/utf8.h"
#include "yaml/go_number.h"
#include "yaml/go_scalar.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Where the JSON goes. */
struct output {
  struct text_buffer *text; /* NULL: it is only counted */
  uint64_t size;
  struct hg_error *err;
  bool is_refused; /* `err` says why */
};

static void put(struct output *out, const char *data, size_t length) {
  out->size += length;
  if (out->text)
    text_buffer_append(out->text, data, length);
}

static void put_char(struct output *out, char c) {
  out->size++;
  if (out->text)
    text_buffer_append_char(out->text, c);
}

static void refuse(struct output *out, const struct hg_node *node, const char *why) {
  put(out, "\"\"", 2);
  if (!out->is_refused)
    (void)hg_error_set(out->err, HG_ERROR_INVALID, "line %u: %s", (unsigned)node->line, why);
  out->is_refused = true;
}

static bool stands_for_itself(char c) {
  return c >= 0x20 && (c & 0x80) == 0 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

/* How many bytes from the start stand for themselves; 16 at a time, because nearly all do. */
static size_t plain_prefix(const char *text, size_t length) {
  typedef unsigned char block __attribute__((vector_size(16)));
  size_t at = 0;
  block c;

  for (; length - at >= sizeof c; at += sizeof c) {
    block others;
    uint64_t halves[2];

    memcpy(&c, text + at, sizeof c);
    others = (block)((c < 0x20) | (c >= 0x80) | (c == '"') | (c == '\\') | (c == '<') | (c == '>') |
                     (c == '&'));
    memcpy(halves, &others, sizeof others);
    if (halves[0] | halves[1])
      break;
  }
  while (at < length && stands_for_itself(text[at]))
    at++;
  return at;
}

/* How encoding/json spells a byte, or a character beyond ASCII, that does not stand for itself.
 * Returns the bytes of `text` that it is of; 0: they stand for themselves. */
static size_t escape(const char *text, size_t length, char spelled[8]) {
  static const char named[] = "\"\\\b\f\n\r\t";
  static const char letters[] = "\"\\bfnrt";
  unsigned char c = (unsigned char)text[0];
  const char *at = c ? strchr(named, c) : NULL;
  uint32_t codepoint;

  if (at) {
    (void)snprintf(spelled, 8, "\\%c", letters[at - named]);
    return 1;
  }
  if (c < 0x20 || c == '<' || c == '>' || c == '&') {
    (void)snprintf(spelled, 8, "\\u%04x", c);
    return 1;
  }
  if (c < 0x80)
    return 0;
  if (utf8_decode(text, length, &codepoint) == 0) {
    (void)snprintf(spelled, 8, "\\ufffd");
    return 1;
  }
  if (codepoint != 0x2028 && codepoint != 0x2029)
    return 0;
  (void)snprintf(spelled, 8, "\\u%04x", (unsigned)codepoint);
  return 3;
}

static void put_text(struct output *out, const char *text, size_t length) {
  size_t plain = 0; /* where the bytes begin that stand for themselves */
  size_t at = 0;
  char spelled[8];

  put_char(out, '"');
  for (;;) {
    size_t taken;

    at += plain_prefix(text + at, length - at);
    if (at == length)
      break;
    taken = escape(text + at, length - at, spelled);
    if (taken == 0) {
      at++;
      while (at < length && utf8_goes_on(text[at])) /* the rest of the character */
        at++;
      continue;
    }
    put(out, text + plain, at - plain);
    put(out, spelled, strlen(spelled));
    at += taken;
    plain = at;
  }
  put(out, text + plain, at - plain);
  put_char(out, '"');
}

static void put_string(struct output *out, const char *string) {
  put(out, string, strlen(string));
}

/* The bytes that base64 spells, as text. */
static void put_binary(struct output *out, const struct hg_node *node) {
  struct text_buffer bytes;

  text_buffer_init(&bytes);
  if (base64_decode_lenient(&bytes, node->text, node->length) < 0)
    refuse(out, node, "the text is no base64, as its tag !!binary has it");
  else
    put_text(out, text_buffer_string(&bytes), bytes.length);
  if (bytes.failed && out->text)
    out->text->failed = true;
  text_buffer_finish(&bytes);
}

static void put_double(struct output *out, const struct hg_node *node, double value) {
  char number[GO_NUMBER_SIZE];

  if (!isfinite(value)) {
    refuse(out, node, "JSON has no such number");
    return;
  }
  go_json_number(value, number);
  put_string(out, number);
}

static void put_scalar(struct output *out, const struct hg_node *node) {
  char number[GO_NUMBER_SIZE];
  struct scalar scalar;

  if (scalar_is_plainly_string(node)) {
    put_text(out, node->text, node->length);
    return;
  }
  scalar_resolve(node, &scalar);
  switch (scalar.kind) {
  case SCALAR_NULL:
    put_string(out, "null");
    break;
  case SCALAR_BOOL:
    put_string(out, scalar.boolean ? "true" : "false");
    break;
  case SCALAR_INT:
    (void)snprintf(number, sizeof number, "%" PRId64, scalar.integer);
    put_string(out, number);
    break;
  case SCALAR_UINT: /* no int64: it becomes a double on the way */
    put_double(out, node, (double)scalar.big);
    break;
  case SCALAR_FLOAT:
    put_double(out, node, scalar.number);
    break;
  case SCALAR_STRING:
    put_text(out, node->text, node->length);
    break;
  case SCALAR_BINARY:
    put_binary(out, node);
    break;
  case SCALAR_MISTAGGED:
    refuse(out, node, "the text does not fit its tag");
    break;
  }
}

/* A key is text, whatever it looked like. */
static void put_key(struct output *out, const struct hg_node *key) {
  char number[GO_NUMBER_SIZE];
  struct scalar scalar;

  if (key->kind != HG_NODE_SCALAR) {
    refuse(out, key, "a key must be text");
    return;
  }
  if (scalar_is_plainly_string(key)) {
    put_text(out, key->text, key->length);
    return;
  }
  scalar_resolve(key, &scalar);
  switch (scalar.kind) {
  case SCALAR_STRING:
    put_text(out, key->text, key->length);
    break;
  case SCALAR_BINARY:
    put_binary(out, key);
    break;
  case SCALAR_FLOAT:
    go_key_number(scalar.number, number);
    put_text(out, number, strlen(number));
    break;
  case SCALAR_BOOL:
  case SCALAR_INT:
    put_char(out, '"');
    put_scalar(out, key);
    put_char(out, '"');
    break;
  default:
    refuse(out, key, "a key must be text");
    break;
  }
}

/* As deep as the tree, which its reader bounds. */
static void put_node(struct output *out, const struct hg_node *node) {
  bool is_mapping = node->kind == HG_NODE_MAPPING;

  if (node->kind == HG_NODE_SCALAR) {
    put_scalar(out, node);
    return;
  }
  put_char(out, is_mapping ? '{' : '[');
  for (const struct hg_node *child = node->first; child; child = child->next) {
    if (is_mapping) {
      put_key(out, child->key);
      put_char(out, ':');
    }
    put_node(out, child);
    if (child->next)
      put_char(out, ',');
  }
  put_char(out, is_mapping ? '}' : ']');
}

int32_t tree_json_append(struct text_buffer *json, const struct hg_node *node,
                         struct hg_error *err) {
  struct output out = {.text = json, .err = err};

  put_node(&out, node);
  if (out.is_refused)
    return -1;
  return json->failed ? no_memory(err) : 0;
}

uint64_t tree_json_size(const struct hg_node *node) {
  struct output out = {.text = NULL};

  put_node(&out, node);
  return out.size;
}
