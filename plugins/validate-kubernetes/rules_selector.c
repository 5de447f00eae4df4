/* SPDX-License-Identifier: Apache-2.0 */
/* Label selectors, and the selector and labels that the server generates for a Job. */
#include "rules.h"

#include "formats.h"

/* From this minor on the generated labels also have a prefix. */
enum { PREFIXED_LABELS_SINCE = 27 };

static const struct {
  const char *key;
  uint8_t since;
  bool is_name; /* else the Job's uid, which only the server knows */
} generated[] = {
    {"controller-uid", 0, false},
    {"job-name", 0, true},
    {"batch.kubernetes.io/controller-uid", PREFIXED_LABELS_SINCE, false},
    {"batch.kubernetes.io/job-name", PREFIXED_LABELS_SINCE, true},
};

enum { GENERATED_COUNT = sizeof generated / sizeof *generated };

static void check_requirement(struct validation *v, const struct object *requirement) {
  struct text operator= get_text(requirement, LABEL_SELECTOR_REQUIREMENT_OPERATOR);
  const struct list *values = get_list(requirement, LABEL_SELECTOR_REQUIREMENT_VALUES);
  struct place at_values = at_field(requirement, LABEL_SELECTOR_REQUIREMENT_VALUES);

  if (text_is(operator, "In") || text_is(operator, "NotIn")) {
    if (values->count == 0)
      report_required(v, RULE_LABEL_SELECTOR, at_values,
                      "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (text_is(operator, "Exists") || text_is(operator, "DoesNotExist")) {
    if (values->count > 0)
      report_forbidden(v, RULE_LABEL_SELECTOR, at_values,
                       "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else {
    report_invalid(v, RULE_LABEL_SELECTOR,
                   at_field(requirement, LABEL_SELECTOR_REQUIREMENT_OPERATOR), show_text(operator),
                   "not a valid selector operator");
  }
  (void)check_qualified_name(v, at_field(requirement, LABEL_SELECTOR_REQUIREMENT_KEY),
                             get_text(requirement, LABEL_SELECTOR_REQUIREMENT_KEY));
  for (uint32_t i = 0; i < values->count; i++)
    (void)check_label_value(v, at_item(requirement, LABEL_SELECTOR_REQUIREMENT_VALUES, i),
                            item_text(&values->items[i]));
}

void check_label_selector(struct validation *v, const struct object *selector) {
  const struct list *requirements = get_list(selector, LABEL_SELECTOR_MATCH_EXPRESSIONS);

  if (!selector)
    return;
  if (has(selector, LABEL_SELECTOR_MATCH_LABELS))
    check_labels(v, at_field(selector, LABEL_SELECTOR_MATCH_LABELS),
                 get_list(selector, LABEL_SELECTOR_MATCH_LABELS));
  for (uint32_t i = 0; i < requirements->count; i++)
    check_requirement(v, requirements->items[i].as.object);
}

/* The labels that a selector is held against: those of the manifest and those that the server adds
 * where they are missing. */
struct label_set {
  const struct list *written;
  struct text name; /* the Job's */
  unsigned minor;
  bool generates;
};

/* Whether the set has `key`; *value is its value, data NULL for the uid. */
static bool find_label(const struct label_set *set, struct text key, struct text *value) {
  const struct value *written = map_find(set->written, key);

  if (written) {
    *value = item_text(written);
    return true;
  }
  for (size_t i = 0; set->generates && i < GENERATED_COUNT; i++)
    if (text_is(key, generated[i].key) && generated[i].since <= set->minor) {
      *value = generated[i].is_name ? set->name : (struct text){NULL, 0};
      return true;
    }
  return false;
}

/* Whether somebody wrote a uid where the generated selector wants the Job's. */
static bool uid_is_written(const struct object *selector, const struct label_set *set) {
  struct text key = set->minor < PREFIXED_LABELS_SINCE ? TEXT("controller-uid")
                                                       : TEXT("batch.kubernetes.io/controller-uid");

  return map_find(set->written, key) &&
         !map_find(get_list(selector, LABEL_SELECTOR_MATCH_LABELS), key);
}

static bool value_is(struct text value, struct text wanted) {
  return value.data && text_equal(value, wanted);
}

static bool requirement_matches(const struct object *requirement, const struct label_set *set) {
  struct text operator= get_text(requirement, LABEL_SELECTOR_REQUIREMENT_OPERATOR);
  const struct list *values = get_list(requirement, LABEL_SELECTOR_REQUIREMENT_VALUES);
  struct text value;
  bool found = find_label(set, get_text(requirement, LABEL_SELECTOR_REQUIREMENT_KEY), &value);
  bool among = false;

  if (text_is(operator, "Exists"))
    return found;
  if (text_is(operator, "DoesNotExist"))
    return !found;
  for (uint32_t i = 0; found && i < values->count && !among; i++)
    among = value_is(value, item_text(&values->items[i]));
  return text_is(operator, "In") ? among : !among;
}

static bool selector_matches(const struct object *selector, const struct label_set *set) {
  const struct list *labels = get_list(selector, LABEL_SELECTOR_MATCH_LABELS);
  const struct list *requirements = get_list(selector, LABEL_SELECTOR_MATCH_EXPRESSIONS);

  for (uint32_t i = 0; i < labels->count; i++) {
    struct text value;

    if (!find_label(set, item_key(&labels->items[i]), &value) ||
        !value_is(value, item_text(&labels->items[i])))
      return false;
  }
  for (uint32_t i = 0; i < requirements->count; i++)
    if (!requirement_matches(requirements->items[i].as.object, set))
      return false;
  return true;
}

/* Whoever writes one of the generated labels must have guessed its value. */
static void check_written_labels(struct validation *v, const struct object *metadata,
                                 const struct object *template_metadata) {
  const struct list *labels = get_list(template_metadata, OBJECT_META_LABELS);
  struct text name = get_text(metadata, OBJECT_META_NAME);

  for (size_t i = 0; i < GENERATED_COUNT; i++) {
    struct text key = {generated[i].key, strlen(generated[i].key)};
    const struct value *label = map_find(labels, key);

    if (!label || generated[i].since > v->minor ||
        (generated[i].is_name && text_equal(item_text(label), name)))
      continue;
    report_invalid(v, RULE_SELECTOR, at_entry(template_metadata, OBJECT_META_LABELS, label),
                   show_text(item_text(label)),
                   generated[i].is_name ? say(v, "must be '%s'", name.data)
                                        : "must be the Job's uid: the server sets it by itself");
  }
}

void check_job_selector(struct validation *v, const struct object *metadata,
                        const struct object *spec, const struct object *template_metadata) {
  const struct object *selector = get_object(spec, JOB_SPEC_SELECTOR);
  bool manual = get_bool(spec, JOB_SPEC_MANUAL_SELECTOR);
  struct label_set set = {&empty_list, get_text(metadata, OBJECT_META_NAME), v->minor, true};
  uint32_t errors = v->error_count;

  if (!manual)
    check_written_labels(v, metadata, template_metadata);
  if (!selector && manual)
    report_required(v, RULE_SELECTOR, at_field(spec, JOB_SPEC_SELECTOR), NULL);
  errors = v->error_count;
  check_label_selector(v, selector);
  if (v->error_count > errors)
    return;
  if (!manual && !selector_matches(selector, &set))
    report_invalid(v, RULE_SELECTOR, at_field(spec, JOB_SPEC_SELECTOR), show_nothing(),
                   "`selector` not auto-generated");
  set.written = get_list(template_metadata, OBJECT_META_LABELS);
  set.generates = !manual;
  /* No selector selects nothing. */
  if (manual ? !selector || !selector_matches(selector, &set)
             : uid_is_written(selector, &set) || !selector_matches(selector, &set))
    report_invalid(v, RULE_SELECTOR, at_field(template_metadata, OBJECT_META_LABELS),
                   show_nothing(), "`selector` does not match template `labels`");
}

void check_generated_labels(struct validation *v, struct place place, const struct object *metadata,
                            const struct object *spec, const struct list *template_labels) {
  struct text name = get_text(metadata, OBJECT_META_NAME);
  bool is_written = true; /* each that there is */

  for (size_t i = 0; i < GENERATED_COUNT; i++)
    if (generated[i].is_name && generated[i].since <= v->minor)
      is_written = is_written && map_find(template_labels, (struct text){generated[i].key,
                                                                         strlen(generated[i].key)});
  if (is_written || is_label_value(name) || get_bool(spec, JOB_SPEC_MANUAL_SELECTOR))
    return;
  (void)check_label_value(v, positioned(place, metadata->values[OBJECT_META_NAME].node), name);
}
