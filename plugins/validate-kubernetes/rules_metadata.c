/* SPDX-License-Identifier: Apache-2.0 */
/* metadata: names, namespace, labels, annotations, owners, finalizers. */
#include "rules.h"

#include "formats.h"

enum { ANNOTATIONS_MOST = 256 * 1024 };

/* Servers up to this version put an annotation of their own on every Job. */
enum { TRACKING_UNTIL = 26 };
#define TRACKING "batch.kubernetes.io/job-tracking"

static const char *const standard_finalizers[] = {"kubernetes", "orphan", "foregroundDeletion",
                                                  NULL};

/* apply finds by its name what it applied before: kubectl refuses what the server would name. */
static void check_name(struct validation *v, const struct object *metadata) {
  struct text name = get_text(metadata, OBJECT_META_NAME);
  struct text prefix = get_text(metadata, OBJECT_META_GENERATE_NAME);

  if (name.length == 0 && prefix.length > 0) {
    report_error(v, RULE_GENERATE_NAME, at_field(metadata, OBJECT_META_GENERATE_NAME),
                 say(v, "from %s: cannot use generate name with apply", quoted(v, prefix)),
                 "give the Job a name of its own in metadata.name");
    return;
  }
  if (prefix.length > 0 && !is_dns_subdomain(as_name_prefix(v, prefix)))
    (void)check_dns_subdomain(v, at_field(metadata, OBJECT_META_GENERATE_NAME), prefix);
  if (name.length > 0)
    (void)check_dns_subdomain(v, at_field(metadata, OBJECT_META_NAME), name);
  else
    report_required(v, RULE_REQUIRED, at_field(metadata, OBJECT_META_NAME),
                    "name or generateName is required");
}

void check_labels(struct validation *v, struct place place, const struct list *labels) {
  for (uint32_t i = 0; i < labels->count; i++) {
    const struct value *label = &labels->items[i];

    if (!is_qualified_name(item_key(label)))
      (void)check_qualified_name(v, positioned(place, label->node->key), item_key(label));
    if (!is_label_value(item_text(label)))
      (void)check_label_value(v, positioned(place, label->node), item_text(label));
  }
}

/* Says what is wrong with the keys. Returns the size of all. */
static int64_t check_annotation_keys(struct validation *v, struct place place,
                                     const struct list *annotations) {
  int64_t size = 0;

  for (uint32_t i = 0; i < annotations->count; i++) {
    const struct value *annotation = &annotations->items[i];
    struct text key = item_key(annotation);

    size += (int64_t)key.length + annotation->node->length;
    /* Case does not matter in annotation keys. */
    if (!is_qualified_name(key))
      (void)check_qualified_name_as(v, positioned(place, annotation->node->key), lower_text(v, key),
                                    key);
  }
  return size;
}

/* Since this version without the field's name. */
enum { BARE_SINCE = 34 };

void check_annotations(struct validation *v, struct place place, const struct list *annotations) {
  if (check_annotation_keys(v, place, annotations) > ANNOTATIONS_MOST)
    report_too_long(v, RULE_ANNOTATIONS_SIZE, place, ANNOTATIONS_MOST);
}

/* The Job's own, and what the server and kubectl add to them. */
static void check_job_annotations(struct validation *v, const struct object *metadata) {
  const struct list *annotations = get_list(metadata, OBJECT_META_ANNOTATIONS);
  struct place place = at_field(metadata, OBJECT_META_ANNOTATIONS);
  int64_t size = check_annotation_keys(v, place, annotations);
  int64_t kept = last_applied_growth(v, metadata);

  if (v->minor <= TRACKING_UNTIL && !map_find(annotations, TEXT(TRACKING)))
    size += (int64_t)strlen(TRACKING);
  if (size > ANNOTATIONS_MOST)
    report_too_long(v, RULE_ANNOTATIONS_SIZE, place, ANNOTATIONS_MOST);
  else if (size + kept > ANNOTATIONS_MOST)
    report_too_long_and(v, RULE_ANNOTATIONS_SIZE, place, ANNOTATIONS_MOST,
                        say(v,
                            "kubectl apply keeps the whole Job in an annotation, which makes %lld: "
                            "shorten the Job, or use the server applier",
                            (long long)(size + kept)));
}

static void require_owner_text(struct validation *v, const struct object *owner, unsigned field,
                               struct place place, const char *words) {
  struct text text = get_text(owner, field);

  if (text.length == 0)
    report_invalid(v, RULE_OWNER_REFERENCE, place, show_text(text),
                   v->minor < BARE_SINCE ? words : "must not be empty");
}

/* The version in "version" or "group/version"; empty where the text has neither form. */
static struct text version_of(struct text api_version, bool *has_group) {
  const char *slash = memchr(api_version.data, '/', api_version.length);
  size_t before = slash ? (size_t)(slash - api_version.data) : 0;
  struct text version = api_version;

  *has_group = before > 0;
  if (slash)
    version = (struct text){slash + 1, api_version.length - before - 1};
  return memchr(version.data, '/', version.length) ? TEXT("") : version;
}

/* The server leaves the index out of these paths. */
static void check_owner(struct validation *v, struct object *owner) {
  struct text written = get_text(owner, OWNER_REFERENCE_API_VERSION);
  bool has_group;
  struct text version = version_of(written, &has_group);

  owner->hidden = HIDE_ITEM;
  if (version.length == 0)
    report_invalid(v, RULE_OWNER_REFERENCE, at_field(owner, OWNER_REFERENCE_API_VERSION),
                   show_text(written), "version must not be empty");
  require_owner_text(v, owner, OWNER_REFERENCE_KIND, at_field(owner, OWNER_REFERENCE_KIND),
                     "kind must not be empty");
  require_owner_text(v, owner, OWNER_REFERENCE_NAME, at_field(owner, OWNER_REFERENCE_NAME),
                     "name must not be empty");
  require_owner_text(v, owner, OWNER_REFERENCE_UID, at_field(owner, OWNER_REFERENCE_UID),
                     "uid must not be empty");
  if (!has_group && text_is(version, "v1") &&
      text_is(get_text(owner, OWNER_REFERENCE_KIND), "Event"))
    report_invalid(v, RULE_OWNER_REFERENCE, at_object(owner), show_nothing(),
                   "/v1, Kind=Event is disallowed from being an owner");
}

static void check_owners(struct validation *v, const struct object *metadata) {
  const struct list *owners = get_list(metadata, OBJECT_META_OWNER_REFERENCES);
  const struct object *controller = NULL;

  for (uint32_t i = 0; i < owners->count; i++) {
    struct object *owner = owners->items[i].as.object;

    check_owner(v, owner);
    if (!get_bool(owner, OWNER_REFERENCE_CONTROLLER))
      continue;
    if (controller)
      report_invalid(
          v, RULE_OWNER_REFERENCE,
          positioned(at_field(metadata, OBJECT_META_OWNER_REFERENCES), owner->node), show_nothing(),
          say(v,
              "Only one reference can have Controller set to true. Found \"true\" in references "
              "for %s/%s and %s/%s",
              get_text(controller, OWNER_REFERENCE_KIND).data,
              get_text(controller, OWNER_REFERENCE_NAME).data,
              get_text(owner, OWNER_REFERENCE_KIND).data,
              get_text(owner, OWNER_REFERENCE_NAME).data));
    else
      controller = owner;
  }
}

static void check_finalizers(struct validation *v, const struct object *metadata) {
  const struct list *finalizers = get_list(metadata, OBJECT_META_FINALIZERS);
  struct place all;
  bool orphan = false;
  bool foreground = false;

  if (finalizers->count == 0)
    return;
  all = at_field(metadata, OBJECT_META_FINALIZERS);
  for (uint32_t i = 0; i < finalizers->count; i++) {
    struct text finalizer = item_text(&finalizers->items[i]);

    (void)check_qualified_name(v, positioned(all, finalizers->items[i].node), finalizer);
    orphan = orphan || text_is(finalizer, "orphan");
    foreground = foreground || text_is(finalizer, "foregroundDeletion");
  }
  if (orphan && foreground)
    report_invalid(v, RULE_FINALIZER, all, show_nothing(),
                   "finalizer orphan and foregroundDeletion cannot be both set");
  for (uint32_t i = 0; i < finalizers->count; i++) {
    struct text finalizer = item_text(&finalizers->items[i]);

    if (!memchr(finalizer.data, '/', finalizer.length) &&
        !text_is_one_of(finalizer, standard_finalizers))
      report_invalid(v, RULE_FINALIZER, at_item(metadata, OBJECT_META_FINALIZERS, i),
                     show_text(finalizer),
                     "name is neither a standard finalizer name nor is it fully qualified");
  }
}

void check_job_metadata(struct validation *v, const struct object *metadata) {
  struct text job_namespace = get_text(metadata, OBJECT_META_NAMESPACE);

  check_name(v, metadata);
  if (job_namespace.length > 0)
    (void)check_dns_label(v, at_field(metadata, OBJECT_META_NAMESPACE), job_namespace);
  check_labels(v, at_field(metadata, OBJECT_META_LABELS), get_list(metadata, OBJECT_META_LABELS));
  check_job_annotations(v, metadata);
  check_owners(v, metadata);
  check_finalizers(v, metadata);
}
