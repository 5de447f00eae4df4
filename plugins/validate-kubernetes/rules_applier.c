/* SPDX-License-Identifier: Apache-2.0 */
/* What is refused on the way: by kubectl before it asks, and by the server for the way it is asked.
 *
 * kubectl applies on the client's side: it puts the whole Job once more into an annotation. The
 * other applier asks for server-side apply, which reads the Job by the schema of its lists before
 * any rule is asked. */
#include "rules.h"

#include "yaml/tree_json.h"

/* Where kubectl keeps what it applied last. */
#define LAST_APPLIED "kubectl.kubernetes.io/last-applied-configuration"

/* No document below it passes a limit, if it has no aliases: a byte of it makes at most nine of
 * JSON, and may stand in an annotation besides. */
enum { SMALL_DOCUMENT = 25 * 1024 };

/* What the server reads of a request, and what etcd takes where nobody says otherwise. */
enum { LARGEST_REQUEST = 3 * 1024 * 1024, LARGEST_IN_ETCD = 3 * 512 * 1024 };

/* Since then a reference without a name has the empty one. */
enum { NAME_DEFAULT_SINCE = 30 };

static bool may_be_large(const struct hg_document *document) {
  const struct hg_bytes *bytes = &document->bytes;

  return bytes->length > SMALL_DOCUMENT || memchr(bytes->data, '*', (size_t)bytes->length);
}

/* How much longer the JSON of `object` is with `value` as its entry `name`. */
static int64_t growth(const struct hg_node *object, const char *name, const char *value) {
  const struct hg_node *before = hg_node_get(object, name);

  if (before)
    return (int64_t)strlen(value) - (int64_t)tree_json_size(before);
  return (int64_t)strlen(value) + (int64_t)strlen(name) + 4; /* "name":, */
}

int64_t last_applied_growth(const struct validation *v, const struct object *metadata) {
  const struct hg_node *root = v->document->root;
  const struct list *annotations = get_list(metadata, OBJECT_META_ANNOTATIONS);
  const struct value *before = map_find(annotations, TEXT(LAST_APPLIED));
  int64_t size = 1; /* a line feed ends it */

  if (v->is_server_side || !may_be_large(v->document))
    return 0;
  size += (int64_t)tree_json_size(root);
  if (before) /* it is no part of what is kept, and makes way for it */
    size -= (int64_t)tree_json_size(before->node) + (int64_t)strlen(LAST_APPLIED) + 3 +
            (annotations->count > 1) + (int64_t)before->node->length;
  else
    size += (int64_t)strlen(LAST_APPLIED);
  /* kubectl writes both where they are not there; which namespace, nobody knows here. */
  if (!has(metadata, OBJECT_META_ANNOTATIONS))
    size += growth(metadata->node, "annotations", "{}");
  if (get_text(metadata, OBJECT_META_NAMESPACE).length == 0)
    size += growth(metadata->node, "namespace", "\"default\"");
  return size;
}

static void check_request_size(struct validation *v, const struct object *job) {
  uint64_t size = may_be_large(v->document) ? tree_json_size(job->node) : 0;
  unsigned long long bytes = size;

  if (size > LARGEST_REQUEST)
    report_error(v, RULE_REQUEST_SIZE, at_object(job),
                 say(v, "Request entity too large: limit is %d, the Job has %llu bytes as JSON",
                     LARGEST_REQUEST, bytes),
                 "put long texts into a ConfigMap");
  else if (size > LARGEST_IN_ETCD)
    report_warning(v, RULE_STORED_SIZE, at_object(job),
                   say(v,
                       "the Job has %llu bytes as JSON: a cluster stores at most %d unless its "
                       "etcd is told otherwise",
                       bytes, LARGEST_IN_ETCD));
}

/* Appends NAME=VALUE of one key of an item, as the server shows it. False where the item has no
 * such key and the schema no default for it. */
static bool append_key(struct validation *v, struct text_buffer *out, const struct object *item,
                       const char *name, size_t length) {
  unsigned number = field_find(item->type, name, length);
  const struct field_info *field = &item->type->fields[number];
  bool is_given = has(item, number);
  char *text = scratch(v, length + 1);

  if (!text)
    return true;
  memcpy(text, name, length);
  text[length] = '\0';
  text_buffer_printf(out, "%s%s=", out->length > 0 ? "," : "", text);
  if (hg_node_get(item->node, text) && !is_given)
    text_buffer_append_string(out, "null");
  else if (field->kind != KIND_STRING)
    text_buffer_printf(out, "%lld", (long long)get_integer(item, number));
  else if (!is_given && strcmp(text, "protocol") == 0)
    text_buffer_append_string(out, "\"TCP\"");
  else
    text_buffer_append_string(out, quoted(v, get_text(item, number)));
  return is_given || hg_node_get(item->node, text) || v->minor >= NAME_DEFAULT_SINCE ||
         (item->type != &job_types[TYPE_LOCAL_OBJECT_REFERENCE] &&
          item->type != &job_types[TYPE_HOST_ALIAS]);
}

/* The key of an item of a keyed list, as the server shows it: name="a",... In the arena; never
 * NULL. */
static const char *key_of(struct validation *v, const struct field_info *list,
                          const struct value *item, const char **missing) {
  struct text_buffer out;
  const char *key;

  *missing = NULL;
  if (list->kind == KIND_STRING)
    return quoted(v, item_text(item));
  if (list->kind != KIND_OBJECT)
    return say(v, "%lld", (long long)item->as.integer);
  text_buffer_init(&out);
  for (const char *name = list->keys; *name;) {
    size_t length = strcspn(name, ",");

    if (!append_key(v, &out, item->as.object, name, length))
      *missing = say(v, "%.*s", (int)length, name);
    name += length + (name[length] == ',');
  }
  key = say(v, "[%s]", text_buffer_string(&out));
  v->failed = v->failed || out.failed;
  text_buffer_finish(&out);
  return key;
}

static void check_keys(struct validation *v, const struct object *object, unsigned number) {
  const struct field_info *field = &object->type->fields[number];
  const struct list *list = get_list(object, number);
  struct string_set keys;

  string_set_init(&keys, &v->arena);
  for (uint32_t i = 0; i < list->count && !v->failed; i++) {
    struct place place = at_item(object, number, i);
    const char *missing;
    const char *key;
    int added;

    if (field->kind == KIND_OBJECT && !list->items[i].as.object)
      continue;
    key = key_of(v, field, &list->items[i], &missing);
    if (missing) {
      report_error(v, RULE_LIST_KEY, place,
                   say(v,
                       "element %u: associative list with keys has an element that omits key "
                       "field \"%s\" (and doesn't have default value)",
                       (unsigned)i, missing),
                   say(v, "give it a %s, or take it out", missing));
      continue;
    }
    added = string_set_add(&keys, (struct text){key, strlen(key)});
    if (added < 0)
      v->failed = true;
    else if (added == 0)
      report_error(v, RULE_LIST_KEY, place, say(v, "duplicate entries for key %s", key),
                   "server-side apply tells the items of this list by it: keep one of the two, or "
                   "use the kubectl applier");
  }
}

static void check_lists(struct validation *v, const struct object *object) {
  for (unsigned number = 0; number < object->type->field_count && !v->failed; number++) {
    const struct field_info *field = &object->type->fields[number];

    if (!has(object, number))
      continue;
    if (field->shape == SHAPE_LIST && field->keys)
      check_keys(v, object, number);
    if (field->kind != KIND_OBJECT)
      continue;
    if (field->shape == SHAPE_ONE) {
      check_lists(v, get_object(object, number));
      continue;
    }
    for (uint32_t i = 0; i < get_list(object, number)->count; i++)
      if (get_list(object, number)->items[i].as.object)
        check_lists(v, get_list(object, number)->items[i].as.object);
  }
}

void check_for_applier(struct validation *v, const struct object *job) {
  const struct object *metadata = get_object(job, JOB_METADATA);

  if (!v->is_server_side)
    return;
  check_request_size(v, job);
  if (metadata && has(metadata, OBJECT_META_MANAGED_FIELDS))
    report_error(v, RULE_MANAGED_FIELDS, at_field(metadata, OBJECT_META_MANAGED_FIELDS),
                 "metadata.managedFields must be nil", "leave it out: the server keeps it");
  /* The server asks no rule before its lists are in order; what a rule says of a list is enough. */
  if (v->error_count == 0)
    check_lists(v, job);
}
