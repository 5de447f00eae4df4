/* SPDX-License-Identifier: Apache-2.0 */
/* Claims that are made for a Pod: the template of an ephemeral volume's. */
#include "rules_volume.h"

#include "formats.h"

static const char *const access_modes[] = {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce",
                                           "ReadWriteOncePod", NULL};
static const char *const volume_modes[] = {"Block", "Filesystem", NULL};

/* Before ONCE_POD_SINCE and CLASSES_SINCE a gate is off and the server does not look. */
enum { ONCE_POD_SINCE = 27, GROUP_CHECKED_SINCE = 29, CLASSES_SINCE = 34 };

static const char *const access_modes_before[] = {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce",
                                                  NULL};

/* Whether the field holds anything but the zero value of Go: a pointer to 0 and an empty list are
 * something. */
static bool is_written(const struct object *metadata, uint32_t field) {
  const struct value *value = &metadata->values[field];

  if (!value->node)
    return false;
  if (metadata->type->fields[field].kind == KIND_STRING &&
      metadata->type->fields[field].shape == SHAPE_ONE)
    return value->node->length > 0;
  return field != OBJECT_META_GENERATION || value->as.integer != 0;
}

/* Labels and annotations are all that the claim gets of it. */
static void check_metadata(struct validation *v, const struct object *metadata) {
  if (!metadata)
    return;
  check_annotations(v, at_field(metadata, OBJECT_META_ANNOTATIONS),
                    get_list(metadata, OBJECT_META_ANNOTATIONS));
  check_labels(v, at_field(metadata, OBJECT_META_LABELS), get_list(metadata, OBJECT_META_LABELS));
  for (uint32_t field = 0; field < metadata->type->field_count; field++) {
    if (field == OBJECT_META_LABELS || field == OBJECT_META_ANNOTATIONS ||
        !is_written(metadata, field))
      continue;
    /* The server makes the name of the field from that of the Go struct's: UID. */
    report_forbidden(v, RULE_VOLUME_CLAIM,
                     field == OBJECT_META_UID
                         ? at_tail(metadata, "uID", metadata->values[field].node)
                         : at_field(metadata, field),
                     "cannot be set");
  }
}

static void check_access_modes(struct validation *v, const struct object *spec) {
  const struct list *modes = get_list(spec, PERSISTENT_VOLUME_CLAIM_SPEC_ACCESS_MODES);
  struct place place = at_field(spec, PERSISTENT_VOLUME_CLAIM_SPEC_ACCESS_MODES);
  const char *const *known = v->minor >= ONCE_POD_SINCE ? access_modes : access_modes_before;
  bool once_pod = false;
  bool other = false;

  if (modes->count == 0)
    report_required(v, RULE_REQUIRED, place, "at least 1 access mode is required");
  for (uint32_t i = 0; i < modes->count; i++) {
    struct text mode = item_text(&modes->items[i]);

    if (!text_is_one_of(mode, known))
      report_not_supported(v, RULE_UNSUPPORTED_VALUE, positioned(place, modes->items[i].node),
                           show_text(mode), known);
    once_pod = once_pod || text_is(mode, "ReadWriteOncePod");
    other = other || text_is_one_of(mode, access_modes_before);
  }
  if (once_pod && other)
    report_forbidden(v, RULE_VOLUME_CLAIM, place,
                     "may not use ReadWriteOncePod with other access modes");
}

static void warn_of_storage(struct validation *v, const struct object *resources, unsigned field) {
  const struct value *storage = map_find(get_list(resources, field), TEXT("storage"));

  if (storage)
    warn_of_fraction(v, at_entry(resources, field, storage), storage);
}

/* The server names the resource without "requests". */
static void check_storage(struct validation *v, const struct object *spec) {
  const struct object *resources = get_object(spec, PERSISTENT_VOLUME_CLAIM_SPEC_RESOURCES);
  const struct value *storage =
      map_find(get_list(resources, VOLUME_RESOURCE_REQUIREMENTS_REQUESTS), TEXT("storage"));
  struct place place = at_tail(spec, "resources[storage]", storage ? storage->node : NULL);

  if (!storage)
    report_required(v, RULE_REQUIRED, place, NULL);
  else if (storage->as.quantity->nano <= 0)
    report_invalid(v, RULE_NUMBER_RANGE, place, show_text(amount_text(v, storage)),
                   "must be greater than zero");
  warn_of_storage(v, resources, VOLUME_RESOURCE_REQUIREMENTS_REQUESTS);
  warn_of_storage(v, resources, VOLUME_RESOURCE_REQUIREMENTS_LIMITS);
}

static void check_source(struct validation *v, const struct object *source, unsigned group,
                         unsigned kind, unsigned name) {
  require_text(v, source, name);
  require_text(v, source, kind);
  if (get_text(source, group).length == 0 &&
      !text_is(get_text(source, kind), "PersistentVolumeClaim"))
    report_invalid(v, RULE_VOLUME_CLAIM, at_object(source), show_text(get_text(source, kind)),
                   "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
  if (get_text(source, group).length > 0 && v->minor >= GROUP_CHECKED_SINCE)
    (void)check_dns_subdomain(v, at_field(source, group), get_text(source, group));
}

static void check_spec(struct validation *v, const struct object *spec) {
  const struct object *source = get_object(spec, PERSISTENT_VOLUME_CLAIM_SPEC_DATA_SOURCE);
  const struct object *reference = get_object(spec, PERSISTENT_VOLUME_CLAIM_SPEC_DATA_SOURCE_REF);
  struct text class_name = get_text(spec, PERSISTENT_VOLUME_CLAIM_SPEC_STORAGE_CLASS_NAME);
  struct text mode = get_text(spec, PERSISTENT_VOLUME_CLAIM_SPEC_VOLUME_MODE);
  struct text attributes =
      get_text(spec, PERSISTENT_VOLUME_CLAIM_SPEC_VOLUME_ATTRIBUTES_CLASS_NAME);
  struct text space = get_text(reference, TYPED_OBJECT_REFERENCE_NAMESPACE);

  check_access_modes(v, spec);
  check_label_selector(v, get_object(spec, PERSISTENT_VOLUME_CLAIM_SPEC_SELECTOR));
  check_storage(v, spec);
  if (class_name.length > 0)
    (void)check_dns_subdomain(v, at_field(spec, PERSISTENT_VOLUME_CLAIM_SPEC_STORAGE_CLASS_NAME),
                              class_name);
  if (has(spec, PERSISTENT_VOLUME_CLAIM_SPEC_VOLUME_MODE) && !text_is_one_of(mode, volume_modes))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE,
                         at_field(spec, PERSISTENT_VOLUME_CLAIM_SPEC_VOLUME_MODE), show_text(mode),
                         volume_modes);
  if (attributes.length > 0 && v->minor >= CLASSES_SINCE)
    (void)check_dns_subdomain(
        v, at_field(spec, PERSISTENT_VOLUME_CLAIM_SPEC_VOLUME_ATTRIBUTES_CLASS_NAME), attributes);
  if (source)
    check_source(v, source, TYPED_LOCAL_OBJECT_REFERENCE_API_GROUP,
                 TYPED_LOCAL_OBJECT_REFERENCE_KIND, TYPED_LOCAL_OBJECT_REFERENCE_NAME);
  if (reference)
    check_source(v, reference, TYPED_OBJECT_REFERENCE_API_GROUP, TYPED_OBJECT_REFERENCE_KIND,
                 TYPED_OBJECT_REFERENCE_NAME);
  if (space.length > 0) {
    (void)check_dns_label(v, at_field(reference, TYPED_OBJECT_REFERENCE_NAMESPACE), space);
    if (source)
      report_invalid(v, RULE_VOLUME_CLAIM, at_object(spec), show_nothing(),
                     "may not be specified when dataSourceRef.namespace is specified");
  } else if (source && reference &&
             (!text_equal(get_text(source, TYPED_LOCAL_OBJECT_REFERENCE_NAME),
                          get_text(reference, TYPED_OBJECT_REFERENCE_NAME)) ||
              !text_equal(get_text(source, TYPED_LOCAL_OBJECT_REFERENCE_KIND),
                          get_text(reference, TYPED_OBJECT_REFERENCE_KIND)) ||
              !text_equal(get_text(source, TYPED_LOCAL_OBJECT_REFERENCE_API_GROUP),
                          get_text(reference, TYPED_OBJECT_REFERENCE_API_GROUP))))
    report_invalid(v, RULE_VOLUME_CLAIM, at_object(spec), show_nothing(),
                   "must match dataSourceRef");
}

void check_claim_template(struct validation *v, const struct object *template) {
  const struct object *spec = object_or_absent(v, template, PERSISTENT_VOLUME_CLAIM_TEMPLATE_SPEC);

  check_metadata(v, get_object(template, PERSISTENT_VOLUME_CLAIM_TEMPLATE_METADATA));
  if (spec)
    check_spec(v, spec);
}
