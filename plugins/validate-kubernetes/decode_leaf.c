/* SPDX-License-Identifier: Apache-2.0 */
/* Strings, numbers, booleans, quantities, times. */
#include "decode.h"
#include "formats.h"
#include "text/base64.h"
#include "text/visible_text.h"
#include "timestamp_text.h"
#include "yaml/go_number.h"
#include "yaml/go_scalar.h"

#include <math.h>
#include <stdio.h>

static const char *kind_name(const struct field_info *field) {
  switch (field->kind) {
  case KIND_BOOL:
    return "bool";
  case KIND_INT32:
    return "int32";
  case KIND_INT64:
    return "int64";
  default:
    return "string";
  }
}

/* The Go struct whose field this is, a point, and the path without indexes: the server's name for a
 * field that it could not decode. */
static void append_go_path(struct text_buffer *out, const struct object *object) {
  if (!object->parent)
    return;
  append_go_path(out, object->parent);
  text_buffer_append_string(out, object->parent->type->fields[object->field].name);
  text_buffer_append_char(out, '.');
}

/* The variable whose value stands at the place; no data: it is none. A value may be a password, and
 * what is said of it goes to logs and reports: it is never repeated. */
static struct text variable_at(struct place place) {
  const struct hg_node *name = hg_node_get(place.object->node, "name");

  if (place.object->type != &job_types[TYPE_ENV_VAR] || place.field != ENV_VAR_VALUE)
    return (struct text){0};
  return name && name->kind == HG_NODE_SCALAR ? node_text(name) : TEXT("?");
}

void report_wrong_type(struct validation *v, struct place place, const struct hg_node *node,
                       const char *shown, const char *go_type) {
  const char *advice = NULL;
  const char *message;

  text_buffer_reset(&v->advice);
  if (place.field != NO_FIELD) {
    append_go_path(&v->advice, place.object);
    text_buffer_append_string(&v->advice, place.object->type->fields[place.field].name);
  } else {
    append_go_path(&v->advice, place.object->parent);
    text_buffer_append_string(&v->advice,
                              place.object->parent->type->fields[place.object->field].name);
  }
  message = say(v, "json: cannot unmarshal %s into Go struct field %s.%s of type %s", shown,
                place.field != NO_FIELD ? place.object->type->go_name
                                        : place.object->parent->type->go_name,
                text_buffer_string(&v->advice), go_type);
  if (node->kind == HG_NODE_SCALAR && variable_at(place).data)
    advice =
        say(v, "put the value of %s in quotes", quoted(v, shown_variable(v, variable_at(place))));
  else if (node->kind == HG_NODE_SCALAR && strcmp(go_type, "string") == 0)
    advice = say(v, "put it in quotes: %s", quoted(v, node_text(node)));
  else if (node->kind == HG_NODE_SCALAR && strcmp(go_type, "[]string") == 0)
    advice = say(v, "make it a list: [%s]", quoted(v, node_text(node)));
  else if (strcmp(shown, "string") == 0 &&
           (strcmp(go_type, "bool") == 0 || strncmp(go_type, "int", 3) == 0))
    advice = "write it without quotes";
  report_error(v, RULE_WRONG_TYPE, positioned(place, node), message, advice);
}

struct hg_node *substitute_node(struct validation *v, const struct hg_node *like, const char *text,
                                size_t length) {
  struct hg_node *node = scratch(v, sizeof *node + length + 1);
  char *copy;

  if (!node)
    return NULL;
  memset(node, 0, sizeof *node);
  copy = (char *)(node + 1);
  memcpy(copy, text, length);
  copy[length] = '\0';
  node->text = copy;
  node->length = (uint32_t)length;
  node->key = like->key;
  node->line = like->line;
  node->column = like->column;
  node->kind = HG_NODE_SCALAR;
  node->style = HG_STYLE_DOUBLE_QUOTED;
  return node;
}

/* The scalar as it is shown: of a variable neither the value nor a key, which may be a piece of it.
 */
static const char *shown_scalar(struct validation *v, struct place place,
                                const struct hg_node *node) {
  if (variable_at(place).data)
    return "the value";
  if (place.object->type == &job_types[TYPE_ENV_VAR] && place.field == NO_FIELD)
    return "…";
  return quoted(v, node_text(node));
}

static void report_bad_tag(struct validation *v, struct place place, const struct hg_node *node) {
  const char *colon = strrchr(node->tag, ':');

  report_error(v, RULE_BAD_TAG, positioned(place, node),
               say(v, "yaml: cannot decode %s as a !!%s", shown_scalar(v, place, node),
                   colon ? colon + 1 : node->tag),
               "drop the tag, or write a value that fits it");
}

/* The text of a !!binary scalar; NULL where it is no base64 (reported) or memory is out. */
static const struct hg_node *decode_binary(struct validation *v, struct place place,
                                           const struct hg_node *node) {
  struct text_buffer bytes;
  int32_t rc;

  text_buffer_init(&bytes);
  rc = base64_decode_lenient(&bytes, node->text, node->length);
  text_buffer_reset(&v->advice);
  valid_utf8_append(&v->advice, text_buffer_string(&bytes), bytes.length);
  v->failed = v->failed || bytes.failed;
  text_buffer_finish(&bytes);
  if (rc < 0) {
    report_error(v, RULE_BAD_TAG, positioned(place, node),
                 "yaml: !!binary value contains invalid base64 data", NULL);
    return NULL;
  }
  return substitute_node(v, node, text_buffer_string(&v->advice), v->advice.length);
}

const struct hg_node *decode_key(struct validation *v, const struct hg_node *key,
                                 struct place place) {
  struct scalar scalar;
  char number[GO_NUMBER_SIZE];

  if (key->kind != HG_NODE_SCALAR) {
    report_error(v, RULE_BAD_KEY, positioned(place, key), "yaml: invalid map key: not a scalar",
                 "use text as a key");
    return NULL;
  }
  if (scalar_is_plainly_string(key))
    return key;
  scalar_resolve(key, &scalar);
  switch (scalar.kind) {
  case SCALAR_STRING:
    return key;
  case SCALAR_BINARY:
    return decode_binary(v, place, key);
  case SCALAR_MISTAGGED:
    report_bad_tag(v, place, key);
    return NULL;
  case SCALAR_BOOL:
    return substitute_node(v, key, scalar.boolean ? "true" : "false", scalar.boolean ? 4 : 5);
  case SCALAR_INT:
    snprintf(number, sizeof number, "%lld", (long long)scalar.integer);
    return substitute_node(v, key, number, strlen(number));
  case SCALAR_FLOAT:
    go_key_number(scalar.number, number);
    return substitute_node(v, key, number, strlen(number));
  default:
    report_error(v, RULE_BAD_KEY, positioned(place, key),
                 say(v, "yaml: unsupported map key %s", shown_scalar(v, place, key)),
                 "put the key in quotes");
    return NULL;
  }
}

static void decode_string(struct validation *v, struct place place, const struct hg_node *node,
                          const struct scalar *scalar, struct value *value) {
  if (scalar->kind == SCALAR_STRING)
    value->node = node;
  else if (scalar->kind == SCALAR_BINARY)
    value->node = decode_binary(v, place, node);
  else
    report_wrong_type(v, place, node, node_json_type(node), "string");
}

/* The number as JSON has it, in `text`; false where it is none. */
static bool json_number(const struct scalar *scalar, char text[GO_NUMBER_SIZE]) {
  if (scalar->kind == SCALAR_INT)
    snprintf(text, GO_NUMBER_SIZE, "%lld", (long long)scalar->integer);
  else if (scalar->kind == SCALAR_UINT)
    snprintf(text, GO_NUMBER_SIZE, "%llu", (unsigned long long)scalar->big);
  else if (scalar->kind == SCALAR_FLOAT)
    go_json_number(scalar->number, text);
  else
    return false;
  return true;
}

/* Whether JSON has the number as an integer that fits; 2.0 and 1e2 are written as 2 and 100. */
static bool fits(const struct scalar *scalar, int64_t least, int64_t most, int64_t *integer) {
  if (scalar->kind == SCALAR_INT)
    *integer = scalar->integer;
  else if (scalar->kind == SCALAR_FLOAT && scalar->number >= -9223372036854775808.0 &&
           scalar->number < 9223372036854775808.0 && trunc(scalar->number) == scalar->number)
    *integer = (int64_t)scalar->number;
  else
    return false;
  return *integer >= least && *integer <= most;
}

/* `go_type` is "int32" or "int64". */
static void decode_integer(struct validation *v, struct place place, const struct hg_node *node,
                           const struct scalar *scalar, const char *go_type, struct value *value) {
  bool wide = strcmp(go_type, "int64") == 0;
  char number[GO_NUMBER_SIZE];

  if (fits(scalar, wide ? INT64_MIN : INT32_MIN, wide ? INT64_MAX : INT32_MAX,
           &value->as.integer)) {
    value->node = node;
    return;
  }
  if (json_number(scalar, number))
    report_wrong_type(v, place, node, say(v, "number %s", number), go_type);
  else
    report_wrong_type(v, place, node, node_json_type(node), go_type);
}

static void decode_quantity(struct validation *v, struct place place, const struct hg_node *node,
                            const struct scalar *scalar, struct value *value) {
  char number[GO_NUMBER_SIZE];
  struct text text = node_text(node);
  struct quantity *quantity = scratch(v, sizeof *quantity);
  const char *wrong;

  if (!quantity)
    return;
  if (scalar->kind == SCALAR_BOOL)
    text = scalar->boolean ? TEXT("true") : TEXT("false");
  else if (json_number(scalar, number))
    text = (struct text){number, strlen(number)};
  wrong = quantity_parse(text.data, text.length, quantity);
  if (wrong) {
    report_error(v, RULE_BAD_QUANTITY, positioned(place, node),
                 say(v, "Invalid value: %s: %s", quoted(v, text), wrong),
                 "write a number with one of n u m k M G T P E Ki Mi Gi Ti Pi Ei, such as 500m or "
                 "1Gi");
    return;
  }
  if (scalar->kind != SCALAR_STRING) /* what the quantity would print, not how it was written */
    node = substitute_node(v, node, text.data, text.length);
  value->node = node;
  value->as.quantity = quantity;
}

static void decode_time(struct validation *v, struct place place, const struct hg_node *node,
                        const struct scalar *scalar, struct value *value) {
  if (scalar->kind != SCALAR_STRING) {
    report_wrong_type(v, place, node, node_json_type(node), "string");
    return;
  }
  if (!timestamp_text_is_rfc3339(node->text, node->length)) {
    report_error(v, RULE_BAD_TIME, positioned(place, node),
                 say(v, "parsing time %s as \"2006-01-02T15:04:05Z07:00\": cannot parse",
                     quoted(v, node_text(node))),
                 "write it as RFC 3339 has it, such as 2026-11-23T09:05:07Z");
    return;
  }
  value->node = node;
}

static void decode_scalar(struct validation *v, const struct field_info *field,
                          const struct hg_node *node, struct place place,
                          const struct scalar *scalar, struct value *value) {
  switch (field->kind) {
  case KIND_STRING:
    decode_string(v, place, node, scalar, value);
    return;
  case KIND_BOOL:
    if (scalar->kind != SCALAR_BOOL) {
      report_wrong_type(v, place, node, node_json_type(node), "bool");
      return;
    }
    value->node = node;
    value->as.integer = scalar->boolean;
    return;
  case KIND_INT32:
  case KIND_INT64:
    decode_integer(v, place, node, scalar, kind_name(field), value);
    return;
  case KIND_QUANTITY:
    decode_quantity(v, place, node, scalar, value);
    return;
  case KIND_INT_OR_STRING:
    if (scalar->kind != SCALAR_STRING) {
      decode_integer(v, place, node, scalar, "int32", value);
      return;
    }
    value->node = node;
    value->as.integer = INT_OR_STRING_IS_STRING;
    return;
  case KIND_TIME:
    decode_time(v, place, node, scalar, value);
    return;
  default:
    value->node = node;
    return;
  }
}

void decode_leaf(struct validation *v, const struct field_info *field, const struct hg_node *node,
                 struct place place, struct value *value) {
  struct scalar scalar;

  if (field->kind == KIND_ANY) {
    value->node = node;
    return;
  }
  if (node->kind != HG_NODE_SCALAR) {
    if (field->kind == KIND_QUANTITY)
      report_error(v, RULE_BAD_QUANTITY, positioned(place, node),
                   say(v, "quantities must match the regular expression "
                          "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
                   NULL);
    else
      report_wrong_type(v, place, node, node_json_type(node), kind_name(field));
    return;
  }
  scalar_resolve(node, &scalar);
  if (scalar.kind == SCALAR_MISTAGGED) {
    report_bad_tag(v, place, node);
    return;
  }
  if (scalar.kind == SCALAR_FLOAT && !isfinite(scalar.number)) {
    report_error(v, RULE_WRONG_TYPE, positioned(place, node),
                 say(v, "json: unsupported value: %s",
                     variable_at(place).data ? "no finite number" : quoted(v, node_text(node))),
                 "write a finite number, or put it in quotes");
    return;
  }
  decode_scalar(v, field, node, place, &scalar, value);
}
