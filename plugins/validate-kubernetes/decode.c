/* SPDX-License-Identifier: Apache-2.0 */
#include "decode.h"

#include "feature_gates.h"
#include "field_suggestion.h"
#include "formats.h"
#include "job/known_kinds.h"
#include "string_set.h"
#include "yaml/go_scalar.h"

/* The Go type of a whole field, for messages. */
static const char *go_type_of(struct validation *v, const struct field_info *field) {
  static const char *const plain[] = {
      [KIND_STRING] = "string",
      [KIND_BOOL] = "bool",
      [KIND_INT32] = "int32",
      [KIND_INT64] = "int64",
      [KIND_QUANTITY] = "resource.Quantity",
      [KIND_INT_OR_STRING] = "intstr.IntOrString",
      [KIND_TIME] = "v1.Time",
      [KIND_ANY] = "v1.FieldsV1",
      [KIND_OBJECT] = "",
  };
  const char *name = field->kind == KIND_OBJECT ? say(v, "v1.%s", job_types[field->object].go_name)
                                                : plain[field->kind];

  if (field->shape == SHAPE_LIST)
    return say(v, "[]%s", name);
  if (field->shape == SHAPE_MAP)
    return field->kind == KIND_QUANTITY ? "v1.ResourceList" : say(v, "map[string]%s", name);
  return name;
}

static struct object *decode_object(struct validation *v, const struct type_info *type,
                                    const struct hg_node *node, const struct object *parent,
                                    unsigned field, int32_t item);

/* Whether the entry has no value, or stands behind others than a name. */
static bool may_be_piece(const struct object *object, const struct hg_node *entry) {
  const struct hg_node *first = object->node->first;

  if (entry->kind == HG_NODE_SCALAR && entry->style == HG_STYLE_PLAIN && entry->length == 0)
    return true;
  return entry != first &&
         (entry != first->next || first->key->kind != HG_NODE_SCALAR ||
          field_find(object->type, first->key->text, first->key->length) != ENV_VAR_NAME);
}

/* How the unknown key of the entry is shown. That of a variable may be a piece of its value, which
 * nobody put in quotes: {name: PASSWORD, value: a,secret}. */
static struct text shown_key(struct validation *v, const struct object *object,
                             const struct hg_node *entry, struct text key, const char *nearest) {
  if (object->type != &job_types[TYPE_ENV_VAR])
    return key;
  return may_be_piece(object, entry) && (!nearest || entry->length == 0) ? TEXT("…")
                                                                         : shown_variable(v, key);
}

/* `key`, of the entry, is as the server understands it. */
static void report_unknown(struct validation *v, const struct object *object,
                           const struct hg_node *entry, const struct hg_node *key,
                           const struct field_info *known) {
  struct place place = at_tail(object, "", key);
  const char *path;
  const char *nearest;
  const char *advice = NULL;
  const char *message;

  nearest = known ? NULL : suggestion_field(node_text(key), object->type, v->minor);
  place.tail = shown_key(v, object, entry, node_text(key), nearest);
  path = place_path(v, &place);
  if (known && known->since > v->minor) {
    message = say(v, "unknown field \"%s\": this field came with 1.%u", path, known->since);
    advice = say(v, "ask for a newer --kubernetes-version if the cluster is at 1.%u or later",
                 known->since);
    report_error(v, RULE_FIELD_VERSION, place, message, advice);
    return;
  }
  if (known) {
    message = say(v, "unknown field \"%s\": this field was removed after 1.%u", path, known->until);
    report_error(v, RULE_FIELD_VERSION, place, message, "leave it out");
    return;
  }
  if (nearest)
    advice = say(v, "did you mean %s?", nearest);
  report_error(v, RULE_UNKNOWN_FIELD, place, say(v, "unknown field \"%s\"", path), advice);
}

static void report_duplicate_key(struct validation *v, struct place place) {
  report_error(v, RULE_DUPLICATE_FIELD, place,
               say(v, "duplicate field \"%s\"", place_path(v, &place)),
               "keep one of them: the server refuses both");
}

static uint32_t count_children(const struct hg_node *node) {
  uint32_t count = 0;

  for (const struct hg_node *child = node->first; child; child = child->next)
    count++;
  return count;
}

/* An empty list whose items stand zeroed. NULL where memory is out. */
static struct list *make_list(struct validation *v, const struct hg_node *node) {
  uint32_t count = count_children(node);
  struct list *list = scratch(v, sizeof *list + count * sizeof(struct value));

  if (!list)
    return NULL;
  memset(list, 0, sizeof *list + count * sizeof(struct value));
  return list;
}

static void decode_list(struct validation *v, struct object *parent, unsigned number,
                        const struct hg_node *node, struct value *value) {
  const struct field_info *field = &parent->type->fields[number];
  struct list *list = make_list(v, node);

  if (!list)
    return;
  value->node = node;
  value->as.list = list;
  for (const struct hg_node *child = node->first; child && !v->failed; child = child->next) {
    struct value *item = &list->items[list->count++];
    struct place place = at_field(parent, number);

    place.item = (int32_t)(list->count - 1);
    if (field->kind == KIND_OBJECT) {
      item->as.object =
          decode_object(v, &job_types[field->object], child, parent, number, place.item);
      item->node = child;
    } else if (field->kind == KIND_STRING && child->kind == HG_NODE_SCALAR &&
               scalar_is_plainly_string(child)) {
      item->node = child;
    } else if (node_is_null(child)) {
      item->node = substitute_node(v, child, "", 0);
    } else {
      decode_leaf(v, field, child, place, item);
    }
  }
}

/* Whether the key is new; reports it where it is not. */
static bool add_key(struct validation *v, struct string_set *keys, const struct hg_node *child,
                    const struct hg_node *key, struct place place) {
  int added = string_set_add(keys, node_text(key));

  if (added < 0)
    v->failed = true;
  if (added == 0)
    report_duplicate_key(v, positioned(place, child->key));
  return added > 0;
}

/* The node, with its key as the server understands it. */
static const struct hg_node *with_key(struct validation *v, const struct hg_node *node,
                                      const struct hg_node *key) {
  struct hg_node *copy = scratch(v, sizeof *copy);

  if (!copy)
    return NULL;
  memcpy(copy, node, sizeof *copy);
  copy->key = key;
  return copy;
}

static void decode_map(struct validation *v, struct object *parent, unsigned number,
                       const struct hg_node *node, struct value *value) {
  const struct field_info *field = &parent->type->fields[number];
  struct list *map = make_list(v, node);
  struct string_set keys;

  if (!map)
    return;
  value->node = node;
  value->as.list = map;
  string_set_init(&keys, &v->arena);
  for (const struct hg_node *child = node->first; child && !v->failed; child = child->next) {
    struct value *item = &map->items[map->count];
    struct place place = at_field(parent, number);
    const struct hg_node *key = child->key;
    const struct hg_node *value_node = child;

    if (key->kind != HG_NODE_SCALAR || !scalar_is_plainly_string(key))
      key = decode_key(v, key, place);
    if (!key)
      continue;
    place.key = node_text(key);
    if (!add_key(v, &keys, child, key, place))
      continue;
    if (node_is_null(child))
      value_node = substitute_node(v, child, field->kind == KIND_QUANTITY ? "0" : "",
                                   field->kind == KIND_QUANTITY);
    if (value_node && key != child->key)
      value_node = with_key(v, value_node, key);
    if (!value_node)
      return;
    map->count++;
    if (field->kind == KIND_STRING && value_node->kind == HG_NODE_SCALAR &&
        scalar_is_plainly_string(value_node))
      item->node = value_node;
    else
      decode_leaf(v, field, value_node, place, item);
  }
}

/* What the server makes of the value of one field. */
static void decode_field(struct validation *v, struct object *parent, unsigned number,
                         const struct hg_node *node) {
  const struct field_info *field = &parent->type->fields[number];
  struct value *value = &parent->values[number];

  if (field->shape == SHAPE_ONE && field->kind == KIND_STRING && node->kind == HG_NODE_SCALAR &&
      scalar_is_plainly_string(node)) {
    value->node = node;
    return;
  }
  if (node_is_null(node))
    return;
  if (field->shape == SHAPE_LIST) {
    if (node->kind == HG_NODE_SEQUENCE)
      decode_list(v, parent, number, node, value);
    else
      report_wrong_type(v, at_field(parent, number), node, node_json_type(node),
                        go_type_of(v, field));
  } else if (field->shape == SHAPE_MAP) {
    if (node->kind == HG_NODE_MAPPING)
      decode_map(v, parent, number, node, value);
    else
      report_wrong_type(v, at_field(parent, number), node, node_json_type(node),
                        go_type_of(v, field));
  } else if (field->kind == KIND_OBJECT) {
    value->as.object = decode_object(v, &job_types[field->object], node, parent, number, NO_ITEM);
    value->node = value->as.object && !value->as.object->gone ? node : NULL;
    if (value->as.object && value->as.object->gone)
      parent->lost_part = 1;
  } else {
    decode_leaf(v, field, node, at_field(parent, number), value);
  }
}

/* Which fields were seen. Types have 250 fields at most. */
struct seen {
  uint64_t bits[4];
};

static bool see(struct seen *seen, unsigned number) {
  uint64_t bit = UINT64_C(1) << (number & 63);
  bool before = (seen->bits[number >> 6] & bit) != 0;

  seen->bits[number >> 6] |= bit;
  return before;
}

static void decode_fields(struct validation *v, struct object *object) {
  const struct type_info *type = object->type;
  struct seen seen = {{0}};

  for (const struct hg_node *child = object->node->first; child && !v->failed;
       child = child->next) {
    const struct hg_node *key = child->key;
    unsigned number = NO_FIELD;

    /* No field is called like a number, a boolean or null: what is found is a string. */
    if (key->kind == HG_NODE_SCALAR && !key->tag)
      number = field_find(type, key->text, key->length);
    if (number == NO_FIELD) {
      key = decode_key(v, key, at_object(object));
      if (!key)
        continue;
      number = field_find(type, key->text, key->length);
    }
    if (number == NO_FIELD || !field_exists(&type->fields[number], v->minor)) {
      report_unknown(v, object, child, key, number == NO_FIELD ? NULL : &type->fields[number]);
      continue;
    }
    if (see(&seen, number)) {
      report_duplicate_key(v, positioned(at_field(object, number), child->key));
      continue;
    }
    decode_field(v, object, number, child);
  }
}

/* `node` may be null: then every field is absent. NULL where memory is out or the node is no
 * mapping (reported). */
static struct object *decode_object(struct validation *v, const struct type_info *type,
                                    const struct hg_node *node, const struct object *parent,
                                    unsigned field, int32_t item) {
  size_t size = sizeof(struct object) + type->field_count * sizeof(struct value);
  struct object *object = scratch(v, size);

  if (!object)
    return NULL;
  memset(object, 0, size);
  object->type = type;
  object->node = node;
  object->parent = parent;
  object->field = (uint8_t)field;
  object->item = item;
  if (node->kind == HG_NODE_MAPPING) {
    decode_fields(v, object);
    drop_gated_fields(v, object);
  } else if (!node_is_null(node)) {
    report_wrong_type(v, at_object(object), node, node_json_type(node),
                      say(v, "v1.%s", type->go_name));
    return NULL;
  }
  return object;
}

/* A top-level string; empty where it is absent or anything else. */
static struct text root_text(const struct hg_node *root, const char *name) {
  const struct hg_node *node = hg_node_get(root, name);
  struct scalar scalar;

  if (!node || node->kind != HG_NODE_SCALAR)
    return TEXT("");
  scalar_resolve(node, &scalar);
  return scalar.kind == SCALAR_STRING ? node_text(node) : TEXT("");
}

/* What a kind may be meant for that no server knows in this version. */
static const char *advise_kind(struct validation *v, struct text kind, struct text version) {
  char name[64];
  const char *served;
  const char *nearest;

  if (kind.length >= sizeof name)
    return "only batch/v1 Jobs can be applied";
  memcpy(name, kind.data, kind.length);
  name[kind.length] = '\0';
  served = known_kind_version(name);
  nearest = known_kind_nearest(name);
  if (strcmp(name, "List") == 0)
    return "a List is served as apiVersion: v1";
  if (served && !text_is(version, served))
    return say(v, "a %s is served as apiVersion: %s", name, served);
  if (!served && nearest)
    return say(v, "did you mean %s?", nearest);
  return "only batch/v1 Jobs can be applied";
}

/* Whether the document says that it is a batch/v1 Job; reports it where it does not. A value of a
 * wrong type is left to decoding. */
static bool check_kind(struct validation *v, const struct object *root) {
  const struct hg_node *node = root->node;
  const struct hg_node *kind_node = hg_node_get(node, "kind");
  const struct hg_node *version_node = hg_node_get(node, "apiVersion");
  struct text kind = root_text(node, "kind");
  struct text version = root_text(node, "apiVersion");
  bool missing = false;

  if ((kind_node && strcmp(node_json_type(kind_node), "string") != 0 && !node_is_null(kind_node)) ||
      (version_node && strcmp(node_json_type(version_node), "string") != 0 &&
       !node_is_null(version_node)))
    return true;
  if (version.length == 0) {
    report_required(v, RULE_API_VERSION, positioned(at_field(root, JOB_API_VERSION), version_node),
                    "must be batch/v1");
    missing = true;
  }
  if (kind.length == 0) {
    report_required(v, RULE_KIND, positioned(at_field(root, JOB_KIND), kind_node), "must be Job");
    missing = true;
  }
  if (missing)
    return false;
  if (!text_is(kind, "Job")) {
    report_error(v, RULE_KIND, positioned(at_field(root, JOB_KIND), kind_node),
                 say(v, "Invalid value: %s: no kind %s is registered for Jobs: must be Job",
                     quoted(v, kind), quoted(v, kind)),
                 advise_kind(v, kind, version));
    return false;
  }
  if (!text_is(version, "batch/v1")) {
    report_error(v, RULE_API_VERSION, positioned(at_field(root, JOB_API_VERSION), version_node),
                 say(v,
                     "Invalid value: %s: no kind \"Job\" is registered for version %s: must be "
                     "batch/v1",
                     quoted(v, version), quoted(v, version)),
                 "write apiVersion: batch/v1");
    return false;
  }
  return true;
}

struct object *decode_job(struct validation *v, const struct hg_node *root) {
  const struct type_info *type = &job_types[TYPE_JOB];
  size_t size = sizeof(struct object) + type->field_count * sizeof(struct value);
  struct object *job = scratch(v, size);

  if (!job)
    return NULL;
  memset(job, 0, size);
  job->type = type;
  job->node = root;
  job->item = NO_ITEM;
  if (root->kind != HG_NODE_MAPPING) {
    report_error(
        v, RULE_WRONG_TYPE, at_object(job),
        say(v, "couldn't get version/kind: cannot unmarshal %s into a Job", node_json_type(root)),
        "a Job is a mapping: apiVersion, kind, metadata, spec");
    return NULL;
  }
  if (!check_kind(v, job))
    return NULL;
  decode_fields(v, job);
  return job;
}
