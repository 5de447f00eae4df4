/* SPDX-License-Identifier: Apache-2.0 */
#include "list_document.h"

#include "job/known_kinds.h"
#include "memory/count.h"
#include "yaml/go_scalar.h"

#include <stdio.h>
#include <string.h>

/* Of a list, and of its metadata: each is compared with each. */
enum { MOST_KEYS = 100 };

static bool is_null(const struct hg_node *node) {
  return !node || node_is_null(node);
}

static bool is_string(const struct hg_node *node) {
  return strcmp(node_json_type(node), "string") == 0;
}

const char *object_text(const struct hg_node *root, const char *name) {
  const struct hg_node *node = hg_node_get(root, name);

  return !is_null(node) && is_string(node) && strlen(node->text) == node->length ? node->text : "";
}

bool list_document_is(const struct hg_node *root, struct list_document *list) {
  const char *kind = object_text(root, "kind");

  list->root = root;
  list->api_version = object_text(root, "apiVersion");
  list->item_kind[0] = '\0';
  list->items = hg_node_get(root, "items");
  if (!*list->api_version)
    return false;
  if (strcmp(kind, "List") == 0)
    return known_kind_is_served(list->api_version, "List");
  /* Whose group may be anybody's, may be anything but a list: PriceList. */
  return known_kind_item(list->api_version, kind, list->item_kind) &&
         (!strchr(list->api_version, '.') || list->items);
}

static bool is_of(const struct list_document *list, const char *version, const char *item_kind) {
  return strcmp(list->api_version, version) == 0 && strcmp(list->item_kind, item_kind) == 0;
}

/* Whether kubectl has a schema for it. */
static bool has_schema(const struct list_document *list) {
  return is_of(list, "v1", "") || is_of(list, "batch/v1", "Job");
}

static int refuse(struct list_fault *fault, const struct hg_node *at, const char *field,
                  const char *message, const char *advice) {
  fault->at = at;
  fault->field = field;
  fault->advice = advice;
  (void)snprintf(fault->message, sizeof fault->message, "%s", message);
  return 1;
}

/* A key that stands twice: kubectl silently takes the last. */
static int check_keys(const struct hg_node *mapping, const char *field, struct list_fault *fault) {
  if (mapping->length > MOST_KEYS)
    return refuse(fault, mapping, field, "more fields than any list has", NULL);
  for (const struct hg_node *entry = mapping->first; entry; entry = entry->next) {
    size_t shown = entry->key->kind == HG_NODE_SCALAR ? entry->key->length : 0;

    if (entry->key->kind != HG_NODE_SCALAR || entry->flags & (HG_NODE_MERGED | HG_NODE_OVERRIDES))
      continue;
    for (const struct hg_node *other = entry->next; other; other = other->next)
      if (other->key->kind == HG_NODE_SCALAR && other->key->length == entry->key->length &&
          !(other->flags & (HG_NODE_MERGED | HG_NODE_OVERRIDES)) &&
          memcmp(other->key->text, entry->key->text, shown) == 0) {
        (void)refuse(fault, other->key, field, "", "keep one of them");
        (void)snprintf(fault->message, sizeof fault->message, "duplicate field \"%.100s\"",
                       entry->key->text);
        return 1;
      }
  }
  return 0;
}

/* kubectl reads a list's metadata as it reads any object's. */
static int check_metadata(const struct hg_node *metadata, struct list_fault *fault) {
  static const char *const strings[] = {"name", "generateName",    "namespace", "selfLink",
                                        "uid",  "resourceVersion", "continue"};
  static const char *const maps[] = {"labels", "annotations"};

  if (is_null(metadata))
    return 0;
  if (metadata->kind != HG_NODE_MAPPING)
    return refuse(fault, metadata, "metadata", "a list's metadata must be a mapping",
                  "leave it out: nothing of it is applied");
  if (check_keys(metadata, "metadata", fault))
    return 1;
  for (size_t i = 0; i < COUNT(strings); i++) {
    const struct hg_node *value = hg_node_get(metadata, strings[i]);

    if (!is_null(value) && !is_string(value))
      return refuse(fault, value, "metadata", "this entry of a list's metadata must be a string",
                    "leave it out: nothing of it is applied");
  }
  for (size_t i = 0; i < COUNT(maps); i++) {
    const struct hg_node *map = hg_node_get(metadata, maps[i]);

    if (is_null(map))
      continue;
    if (map->kind != HG_NODE_MAPPING)
      return refuse(fault, map, "metadata", "this entry of a list's metadata must be a mapping",
                    "leave it out: nothing of it is applied");
    for (const struct hg_node *value = map->first; value; value = value->next)
      if (!is_null(value) && !is_string(value))
        return refuse(fault, value, "metadata", "labels and annotations are strings",
                      "quote it, or leave the list's metadata out");
  }
  return 0;
}

/* The one list of Jobs has a schema with these fields. */
static int check_job_list(const struct hg_node *root, struct list_fault *fault) {
  static const char *const known[] = {"apiVersion", "kind", "metadata", "items"};

  for (const struct hg_node *entry = root->first; entry; entry = entry->next) {
    bool is_known = entry->key->kind != HG_NODE_SCALAR;

    for (size_t i = 0; i < COUNT(known) && !is_known; i++)
      is_known = strcmp(known[i], entry->key->text) == 0;
    if (is_known || node_is_null(entry))
      continue;
    (void)refuse(fault, entry->key, "", "", "a JobList has metadata and items");
    (void)snprintf(fault->message, sizeof fault->message, "unknown field \"%.100s\"",
                   entry->key->text);
    return 1;
  }
  return 0;
}

int list_document_check(const struct list_document *list, struct list_fault *fault) {
  const struct hg_node *items = list->items;

  if (check_keys(list->root, "", fault) ||
      check_metadata(hg_node_get(list->root, "metadata"), fault) ||
      (is_of(list, "batch/v1", "Job") && check_job_list(list->root, fault)))
    return 1;
  /* Without a schema null is as good as an empty list, but no items at all make it no list. */
  if (!items || (has_schema(list) ? is_null(items) : false))
    return refuse(fault, items ? items : list->root, "items", "Required value: a list of objects",
                  "kubectl takes no list without items: write items: []");
  if (!is_null(items) && items->kind != HG_NODE_SEQUENCE)
    return refuse(fault, items, "items", "Invalid value: must be a list of objects", NULL);
  return 0;
}

/* An entry `name: text` at `next`'s place, before it. */
static void prepend(struct list_item *room, size_t nth, const char *name, const char *text,
                    const struct hg_node *item) {
  room->names[nth] = (struct hg_node){
      .text = name,
      .length = (uint32_t)strlen(name),
      .line = item->line,
      .column = item->column,
      .kind = HG_NODE_SCALAR,
      .style = HG_STYLE_DOUBLE_QUOTED,
  };
  room->values[nth] = room->names[nth];
  room->values[nth].text = text;
  room->values[nth].length = (uint32_t)strlen(text);
  room->values[nth].key = &room->names[nth];
  room->values[nth].next = room->root.first;
  room->root.first = &room->values[nth];
  room->root.length++;
}

const struct hg_node *list_document_object(const struct list_document *list,
                                           const struct hg_node *item, struct list_item *room) {
  /* kubectl fills both in, or neither. */
  if (!list->item_kind[0] || item->kind != HG_NODE_MAPPING || *object_text(item, "kind") ||
      *object_text(item, "apiVersion") || !is_null(hg_node_get(item, "kind")) ||
      !is_null(hg_node_get(item, "apiVersion")))
    return item;
  memcpy(&room->root, item, sizeof room->root);
  room->root.next = NULL;
  prepend(room, 0, "kind", list->item_kind, item);
  prepend(room, 1, "apiVersion", list->api_version, item);
  return &room->root;
}

/* Fields whose values are maps. */
static bool is_map(const struct hg_node *key) {
  static const char *const maps[] = {"annotations", "labels",   "limits",       "matchLabels",
                                     "requests",    "overhead", "nodeSelector", "volumeAttributes",
                                     "options",     "data",     "stringData",   "userAnnotations"};

  for (size_t i = 0; key && key->kind == HG_NODE_SCALAR && i < COUNT(maps); i++)
    if (strcmp(maps[i], key->text) == 0)
      return true;
  return false;
}

/* The first null that stands in a list or a map. NULL: there is none. No deeper than a tree is. */
static const struct hg_node *find_null(const struct hg_node *node) {
  bool refuses = node->kind == HG_NODE_SEQUENCE || is_map(node->key);

  for (const struct hg_node *child = node->first; child; child = child->next) {
    const struct hg_node *found = refuses && node_is_null(child) ? child
                                  : child->first                 ? find_null(child)
                                                                 : NULL;

    if (found)
      return found;
  }
  return NULL;
}

/* Fields of a Job that kubectl's schema requires and the server does not, or fills in. */
static const struct {
  const char *holder; /* the key of the object, or of the list that it is in */
  const char *field;
  uint32_t until; /* the last minor version; 0: each */
} required[] = {
    {"rules", "onPodConditions", 27},
    {"onPodConditions", "status", 34},
    {"podFailurePolicy", "rules", 0},
    {"httpHeaders", "value", 0},
    {"sysctls", "value", 0},
    {"iscsi", "lun", 0},
    {"sleep", "seconds", 0},
    {"scaleIO", "secretRef", 0},
    {"preferredDuringSchedulingIgnoredDuringExecution", "preference", 0},
    {"ownerReferences", "apiVersion", 0},
    {"ownerReferences", "kind", 0},
    {"ownerReferences", "name", 0},
    {"ownerReferences", "uid", 0},
    {"conditions", "type", 0},
    {"conditions", "status", 0},
    /* In what the server drops unread, where its feature gate is off. */
    {"volumes", "name", 0},
    {"matchExpressions", "key", 0},
    {"matchExpressions", "operator", 0},
    {"clusterTrustBundle", "path", 0},
    {"podCertificate", "signerName", 0},
    {"podCertificate", "keyType", 0},
    {"resizePolicy", "resourceName", 0},
    {"resizePolicy", "restartPolicy", 0},
    {"claims", "name", 0},
    {"resourceClaims", "name", 0},
    {"schedulingGates", "name", 0},
    {"successPolicy", "rules", 0},
    {"appArmorProfile", "type", 0},
    {"restartPolicyRules", "action", 0},
    {"exitCodes", "operator", 0},
    {"fileKeyRef", "key", 0},
    {"fileKeyRef", "path", 0},
    {"fileKeyRef", "volumeName", 0},
};

/* What the object that the entry `holder` of a mapping is, or has in its list, lacks; NULL:
 * nothing. */
static const char *find_lack(const struct hg_node *object, const char *holder, uint32_t minor) {
  for (size_t i = 0; i < COUNT(required); i++)
    if (strcmp(holder, required[i].holder) == 0 &&
        (required[i].until == 0 || minor <= required[i].until) &&
        is_null(hg_node_get(object, required[i].field)))
      return required[i].field;
  return NULL;
}

/* The first object that lacks a field, named in *lack. NULL: there is none. `holder` is the key
 * that it stands under; a Pod's affinity to Pods has no `preference`. No deeper than a tree is. */
static const struct hg_node *find_lacking(const struct hg_node *node, const char *holder,
                                          uint32_t minor, const char **lack) {
  if (node->kind == HG_NODE_MAPPING && (*lack = find_lack(node, holder, minor)))
    return node;
  for (const struct hg_node *child = node->first; child; child = child->next) {
    const char *key = child->key && child->key->kind == HG_NODE_SCALAR ? child->key->text : holder;
    const struct hg_node *found = NULL;

    if (child->first && strcmp(key, "podAffinity") != 0 && strcmp(key, "podAntiAffinity") != 0)
      found = find_lacking(child, key, minor, lack);
    else if (child->kind == HG_NODE_MAPPING && (*lack = find_lack(child, key, minor)))
      found = child;
    if (found)
      return found;
  }
  return NULL;
}

/* What kubectl's schema of a Job refuses that the server would take. */
static int check_job_item(const struct hg_node *item, uint32_t minor, struct list_fault *fault) {
  const char *lack = NULL;
  const struct hg_node *lacking = find_lacking(item, "", minor, &lack);

  if (!lacking)
    return 0;
  (void)refuse(fault, lacking, "", "",
               "kubectl wants it in a list, also where the server fills it in");
  (void)snprintf(fault->message, sizeof fault->message, "missing required field \"%s\"", lack);
  return 1;
}

/* Whether an object of another kind has nothing that the list's own kind does not have. */
static bool is_bare(const struct hg_node *item) {
  static const char *const known[] = {"apiVersion", "kind", "metadata"};

  for (const struct hg_node *entry = item->first; entry; entry = entry->next) {
    bool is_known = false;

    for (size_t i = 0; i < COUNT(known) && entry->key->kind == HG_NODE_SCALAR; i++)
      is_known = is_known || strcmp(known[i], entry->key->text) == 0;
    if (!is_known && !node_is_null(entry))
      return false;
  }
  return true;
}

int list_document_check_item(const struct list_document *list, const struct hg_node *item,
                             uint32_t minor, struct list_fault *fault) {
  const struct hg_node *items = hg_node_get(item, "items");
  const char *kind = object_text(item, "kind");
  const struct hg_node *null;

  if (items && items->kind == HG_NODE_SEQUENCE)
    return refuse(fault, item, "items", "a list in a list: kubectl does not open it",
                  "put its items into the list around it");
  if (list->item_kind[0] && *kind && strcmp(kind, list->item_kind) != 0 && !is_bare(item) &&
      known_kind_is_served(object_text(item, "apiVersion"), kind)) {
    (void)refuse(fault, item, "kind", "", "write kind: List around objects of several kinds");
    (void)snprintf(fault->message, sizeof fault->message,
                   "Invalid value: \"%.60s\": an item of a %.60sList", kind, list->item_kind);
    return 1;
  }
  if (has_schema(list) && strcmp(kind, "Job") == 0 && check_job_item(item, minor, fault))
    return 1;
  null = has_schema(list) && item->kind == HG_NODE_MAPPING ? find_null(item) : NULL;
  return null ? refuse(fault, null, "", "Invalid value: null: kubectl takes none here in a list",
                       "leave it out, or write \"\"")
              : 0;
}
