/* SPDX-License-Identifier: Apache-2.0 */
/* Where Pods may run: tolerations, affinity, topology spread, scheduling gates. */
#include "rules.h"

#include "formats.h"

static const char *const toleration_operators[] = {"Equal", "Exists", NULL};
/* The last two are behind a gate: named, and refused. */
static const char *const toleration_operators_named[] = {"Equal", "Exists", "Lt", "Gt", NULL};
static const char *const taint_effects[] = {"NoSchedule", "PreferNoSchedule", "NoExecute", NULL};
static const char *const schedule_actions[] = {"DoNotSchedule", "ScheduleAnyway", NULL};
static const char *const inclusion_policies[] = {"Honor", "Ignore", NULL};

enum {
  SPREAD_SELECTOR_SINCE = 27,
  TOLERATION_VALUE_SHOWN_SINCE = 32,
  NODE_VALUES_SINCE = 33,
  SPREAD_MERGED_SINCE = 34, /* the server puts spread keys into the selector, as for affinity */
  COMPARISONS_NAMED_SINCE = 35,
};

static void check_toleration(struct validation *v, const struct object *toleration) {
  struct text key = get_text(toleration, TOLERATION_KEY);
  struct text operator= get_text(toleration, TOLERATION_OPERATOR);
  struct text value = get_text(toleration, TOLERATION_VALUE);
  struct text effect = get_text(toleration, TOLERATION_EFFECT);
  struct place at_operator = at_field(toleration, TOLERATION_OPERATOR);
  bool exists = text_is(operator, "Exists");

  if (key.length > 0)
    (void)check_qualified_name(v, at_field(toleration, TOLERATION_KEY), key);
  else if (!exists)
    report_invalid(
        v, RULE_TOLERATION, at_operator, show_text(operator),
        "operator must be Exists when `key` is empty, which means \"match all values and "
        "all keys\"");
  if (has(toleration, TOLERATION_TOLERATION_SECONDS) && !text_is(effect, "NoExecute"))
    report_invalid(v, RULE_TOLERATION, at_field(toleration, TOLERATION_EFFECT), show_text(effect),
                   "effect must be 'NoExecute' when `tolerationSeconds` is set");
  if (operator.length == 0 || text_is(operator, "Equal")) {
    (void)check_label_value(v, positioned(at_operator, toleration->values[TOLERATION_VALUE].node),
                            value);
  } else if (exists) {
    if (value.length > 0)
      report_invalid(v, RULE_TOLERATION, at_operator,
                     v->minor < TOLERATION_VALUE_SHOWN_SINCE ? show_nothing() : show_text(value),
                     "value must be empty when `operator` is 'Exists'");
  } else {
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_operator, show_text(operator),
                         v->minor < COMPARISONS_NAMED_SINCE ? toleration_operators
                                                            : toleration_operators_named);
  }
  if (effect.length > 0 && !text_is_one_of(effect, taint_effects))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(toleration, TOLERATION_EFFECT),
                         show_text(effect), taint_effects);
}

void check_tolerations(struct validation *v, const struct object *spec) {
  const struct list *tolerations = get_list(spec, POD_SPEC_TOLERATIONS);

  for (uint32_t i = 0; i < tolerations->count; i++)
    check_toleration(v, tolerations->items[i].as.object);
}

static void check_node_requirement(struct validation *v, const struct object *requirement) {
  struct text operator= get_text(requirement, NODE_SELECTOR_REQUIREMENT_OPERATOR);
  uint32_t count = get_list(requirement, NODE_SELECTOR_REQUIREMENT_VALUES)->count;
  struct place at_values = at_field(requirement, NODE_SELECTOR_REQUIREMENT_VALUES);

  if (text_is(operator, "In") || text_is(operator, "NotIn")) {
    if (count == 0)
      report_required(v, RULE_LABEL_SELECTOR, at_values,
                      "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (text_is(operator, "Exists") || text_is(operator, "DoesNotExist")) {
    if (count > 0)
      report_forbidden(v, RULE_LABEL_SELECTOR, at_values,
                       "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else if (text_is(operator, "Gt") || text_is(operator, "Lt")) {
    if (count != 1)
      report_required(v, RULE_LABEL_SELECTOR, at_values,
                      "must be specified single value when `operator` is 'Lt' or 'Gt'");
  } else {
    report_invalid(v, RULE_LABEL_SELECTOR,
                   at_field(requirement, NODE_SELECTOR_REQUIREMENT_OPERATOR), show_text(operator),
                   "not a valid selector operator");
  }
  (void)check_qualified_name(v, at_field(requirement, NODE_SELECTOR_REQUIREMENT_KEY),
                             get_text(requirement, NODE_SELECTOR_REQUIREMENT_KEY));
}

/* Values that no node's label can have: an error where the term is required, else a warning. */
static void check_node_values(struct validation *v, const struct object *requirement,
                              bool required) {
  const struct list *values = get_list(requirement, NODE_SELECTOR_REQUIREMENT_VALUES);

  for (uint32_t i = 0; i < values->count && v->minor >= NODE_VALUES_SINCE; i++) {
    struct text value = item_text(&values->items[i]);
    struct place place = at_item(requirement, NODE_SELECTOR_REQUIREMENT_VALUES, i);
    const char *fault = label_value_fault(value);

    if (required)
      (void)check_label_value(v, place, value);
    else if (fault)
      report_warning(v, RULE_LABEL_VALUE, place, say(v, "%s is invalid, %s", value.data, fault));
  }
}

/* Of a node's fields only its name can be asked for. */
static void check_node_field(struct validation *v, const struct object *requirement) {
  struct text operator= get_text(requirement, NODE_SELECTOR_REQUIREMENT_OPERATOR);
  struct text key = get_text(requirement, NODE_SELECTOR_REQUIREMENT_KEY);
  const struct list *values = get_list(requirement, NODE_SELECTOR_REQUIREMENT_VALUES);

  if (!text_is(operator, "In") && !text_is(operator, "NotIn"))
    report_invalid(v, RULE_LABEL_SELECTOR,
                   at_field(requirement, NODE_SELECTOR_REQUIREMENT_OPERATOR), show_text(operator),
                   "not a valid selector operator");
  else if (values->count != 1)
    report_required(v, RULE_LABEL_SELECTOR, at_field(requirement, NODE_SELECTOR_REQUIREMENT_VALUES),
                    "must be only one value when `operator` is 'In' or 'NotIn' for node field "
                    "selector");
  if (!text_is(key, "metadata.name")) {
    report_invalid(v, RULE_LABEL_SELECTOR, at_field(requirement, NODE_SELECTOR_REQUIREMENT_KEY),
                   show_text(key), "not a valid field selector key");
    return;
  }
  for (uint32_t i = 0; i < values->count; i++)
    (void)check_dns_subdomain(v, at_item(requirement, NODE_SELECTOR_REQUIREMENT_VALUES, i),
                              item_text(&values->items[i]));
}

static void check_node_term(struct validation *v, const struct object *term, bool required) {
  const struct list *expressions = get_list(term, NODE_SELECTOR_TERM_MATCH_EXPRESSIONS);
  const struct list *fields = get_list(term, NODE_SELECTOR_TERM_MATCH_FIELDS);

  for (uint32_t i = 0; i < expressions->count; i++) {
    check_node_requirement(v, expressions->items[i].as.object);
    check_node_values(v, expressions->items[i].as.object, required);
  }
  for (uint32_t i = 0; i < fields->count; i++)
    check_node_field(v, fields->items[i].as.object);
}

static void check_weight(struct validation *v, const struct object *term, unsigned field) {
  int64_t weight = get_integer(term, field);

  if (weight < 1 || weight > 100)
    report_invalid(v, RULE_NUMBER_RANGE, at_field(term, field), show_integer(weight),
                   "must be in the range 1-100");
}

static void check_node_affinity(struct validation *v, const struct object *affinity) {
  const struct object *required =
      get_object(affinity, NODE_AFFINITY_REQUIRED_DURING_SCHEDULING_IGNORED_DURING_EXECUTION);
  const struct list *terms = get_list(required, NODE_SELECTOR_NODE_SELECTOR_TERMS);
  const struct list *preferred =
      get_list(affinity, NODE_AFFINITY_PREFERRED_DURING_SCHEDULING_IGNORED_DURING_EXECUTION);

  if (required && terms->count == 0)
    report_required(v, RULE_LABEL_SELECTOR, at_field(required, NODE_SELECTOR_NODE_SELECTOR_TERMS),
                    "must have at least one node selector term");
  for (uint32_t i = 0; i < terms->count; i++)
    check_node_term(v, terms->items[i].as.object, true);
  for (uint32_t i = 0; i < preferred->count; i++) {
    const struct object *term = preferred->items[i].as.object;

    check_weight(v, term, PREFERRED_SCHEDULING_TERM_WEIGHT);
    check_node_term(v, get_object(term, PREFERRED_SCHEDULING_TERM_PREFERENCE), false);
  }
}

static void add_keys(struct validation *v, struct string_set *keys, const struct list *map) {
  for (uint32_t i = 0; i < map->count && !v->failed; i++)
    v->failed = string_set_add(keys, item_key(&map->items[i])) < 0;
}

/* Keys whose values the server looks up itself and puts into the selector. */
static void check_label_keys(struct validation *v, const struct object *object, unsigned field,
                             const struct object *selector) {
  const struct list *keys = get_list(object, field);

  if (keys->count > 0 && !selector) {
    report_forbidden(v, RULE_LABEL_SELECTOR, at_field(object, field),
                     "must not be specified when labelSelector is not set");
    return;
  }
  for (uint32_t i = 0; i < keys->count; i++)
    (void)check_qualified_name(v, at_item(object, field, i), item_text(&keys->items[i]));
}

/* The older rule for spread: no key is in the selector too. */
static void check_spread_keys(struct validation *v, const struct object *constraint,
                              const struct object *selector) {
  const unsigned field = TOPOLOGY_SPREAD_CONSTRAINT_MATCH_LABEL_KEYS;
  const struct list *keys = get_list(constraint, field);
  const struct list *expressions = get_list(selector, LABEL_SELECTOR_MATCH_EXPRESSIONS);
  struct string_set taken;

  if (keys->count == 0)
    return;
  string_set_init(&taken, &v->arena);
  add_keys(v, &taken, get_list(selector, LABEL_SELECTOR_MATCH_LABELS));
  for (uint32_t i = 0; i < expressions->count && !v->failed; i++)
    v->failed = string_set_add(&taken, get_text(expressions->items[i].as.object,
                                                LABEL_SELECTOR_REQUIREMENT_KEY)) < 0;
  if (!selector)
    report_forbidden(v, RULE_LABEL_SELECTOR, at_field(constraint, field),
                     "must not be specified when labelSelector is not set");
  for (uint32_t i = 0; i < keys->count; i++) {
    struct text key = item_text(&keys->items[i]);

    (void)check_qualified_name(v, at_item(constraint, field, i), key);
    if (string_set_has(&taken, key))
      report_invalid(v, RULE_LABEL_SELECTOR, at_item(constraint, field, i), show_text(key),
                     "exists in both matchLabelKeys and labelSelector");
  }
}

/* The last place of `key` in the list; it is in there. */
static uint32_t last_place(const struct list *keys, struct text key) {
  uint32_t i = keys->count;

  while (i > 0 && !text_equal(item_text(&keys->items[i - 1]), key))
    i--;
  return i > 0 ? i - 1 : 0;
}

/* The server finds a key that is in the selector too where it is in there twice: it takes one of
 * the two for its own. It names the key's place right behind the object. */
static void check_merged_keys(struct validation *v, const struct object *object, unsigned match,
                              const struct object *selector) {
  const struct list *keys = get_list(object, match);
  const struct list *expressions = get_list(selector, LABEL_SELECTOR_MATCH_EXPRESSIONS);
  struct string_set own;
  struct string_set seen;

  if (keys->count == 0 || !selector)
    return;
  string_set_init(&own, &v->arena);
  string_set_init(&seen, &v->arena);
  for (uint32_t i = 0; i < keys->count && !v->failed; i++)
    v->failed = string_set_add(&own, item_text(&keys->items[i])) < 0;
  add_keys(v, &seen, get_list(selector, LABEL_SELECTOR_MATCH_LABELS));
  for (uint32_t i = 0; i < expressions->count && !v->failed; i++) {
    const struct object *expression = expressions->items[i].as.object;
    struct text key = get_text(expression, LABEL_SELECTOR_REQUIREMENT_KEY);
    int added = string_set_add(&seen, key);

    if (added == 0 && string_set_has(&own, key)) {
      struct place place =
          positioned(at_object(object), expression->values[LABEL_SELECTOR_REQUIREMENT_KEY].node);
      const char *number = say(v, "%u", last_place(keys, key));

      place.key = (struct text){number, strlen(number)};
      report_invalid(v, RULE_LABEL_SELECTOR, place, show_text(key),
                     "exists in both matchLabelKeys and labelSelector");
    }
    v->failed = v->failed || added < 0;
  }
}

/* Keys of an affinity term: none is to match and to differ. */
static void check_term_keys(struct validation *v, const struct object *term,
                            const struct object *selector) {
  const struct list *match = get_list(term, POD_AFFINITY_TERM_MATCH_LABEL_KEYS);
  const struct list *mismatch = get_list(term, POD_AFFINITY_TERM_MISMATCH_LABEL_KEYS);
  struct string_set differing;

  check_label_keys(v, term, POD_AFFINITY_TERM_MATCH_LABEL_KEYS, selector);
  check_label_keys(v, term, POD_AFFINITY_TERM_MISMATCH_LABEL_KEYS, selector);
  check_merged_keys(v, term, POD_AFFINITY_TERM_MATCH_LABEL_KEYS, selector);
  if (match->count == 0 || mismatch->count == 0)
    return;
  string_set_init(&differing, &v->arena);
  for (uint32_t i = 0; i < mismatch->count && !v->failed; i++)
    v->failed = string_set_add(&differing, item_text(&mismatch->items[i])) < 0;
  for (uint32_t i = 0; i < match->count; i++)
    if (string_set_has(&differing, item_text(&match->items[i])))
      report_invalid(v, RULE_LABEL_SELECTOR, at_item(term, POD_AFFINITY_TERM_MATCH_LABEL_KEYS, i),
                     show_text(item_text(&match->items[i])),
                     "exists in both matchLabelKeys and mismatchLabelKeys");
}

/* `place` names the term: it may be absent, as a weighted term's is. */
static void check_pod_term(struct validation *v, const struct object *term) {
  const struct list *namespaces = get_list(term, POD_AFFINITY_TERM_NAMESPACES);
  const struct object *selector = get_object(term, POD_AFFINITY_TERM_LABEL_SELECTOR);
  struct text key = get_text(term, POD_AFFINITY_TERM_TOPOLOGY_KEY);

  check_label_selector(v, selector);
  check_label_selector(v, get_object(term, POD_AFFINITY_TERM_NAMESPACE_SELECTOR));
  for (uint32_t i = 0; i < namespaces->count; i++)
    (void)check_dns_label(v, at_tail(term, "namespace", namespaces->items[i].node),
                          item_text(&namespaces->items[i]));
  check_term_keys(v, term, selector);
  if (key.length == 0)
    report_required(v, RULE_REQUIRED, at_field(term, POD_AFFINITY_TERM_TOPOLOGY_KEY),
                    "can not be empty");
  else
    (void)check_qualified_name(v, at_field(term, POD_AFFINITY_TERM_TOPOLOGY_KEY), key);
}

/* Affinity and anti-affinity to Pods have the same fields. */
_Static_assert((int)POD_AFFINITY_REQUIRED_DURING_SCHEDULING_IGNORED_DURING_EXECUTION ==
                       (int)POD_ANTI_AFFINITY_REQUIRED_DURING_SCHEDULING_IGNORED_DURING_EXECUTION &&
                   (int)POD_AFFINITY_PREFERRED_DURING_SCHEDULING_IGNORED_DURING_EXECUTION ==
                       (int)POD_ANTI_AFFINITY_PREFERRED_DURING_SCHEDULING_IGNORED_DURING_EXECUTION,
               "PodAffinity and PodAntiAffinity are laid out alike");

static void check_pod_affinity(struct validation *v, const struct object *affinity) {
  const struct list *required =
      get_list(affinity, POD_AFFINITY_REQUIRED_DURING_SCHEDULING_IGNORED_DURING_EXECUTION);
  const struct list *preferred =
      get_list(affinity, POD_AFFINITY_PREFERRED_DURING_SCHEDULING_IGNORED_DURING_EXECUTION);

  for (uint32_t i = 0; i < required->count; i++)
    check_pod_term(v, required->items[i].as.object);
  for (uint32_t i = 0; i < preferred->count; i++) {
    const struct object *weighted = preferred->items[i].as.object;
    const struct object *term =
        object_or_absent(v, weighted, WEIGHTED_POD_AFFINITY_TERM_POD_AFFINITY_TERM);

    check_weight(v, weighted, WEIGHTED_POD_AFFINITY_TERM_WEIGHT);
    if (term)
      check_pod_term(v, term);
  }
}

void check_affinity(struct validation *v, const struct object *spec) {
  const struct object *affinity = get_object(spec, POD_SPEC_AFFINITY);

  if (!affinity)
    return;
  check_node_affinity(v, get_object(affinity, AFFINITY_NODE_AFFINITY));
  check_pod_affinity(v, get_object(affinity, AFFINITY_POD_AFFINITY));
  check_pod_affinity(v, get_object(affinity, AFFINITY_POD_ANTI_AFFINITY));
}

static void check_min_domains(struct validation *v, const struct object *constraint,
                              struct text action) {
  int64_t domains = get_integer(constraint, TOPOLOGY_SPREAD_CONSTRAINT_MIN_DOMAINS);
  struct place place = at_field(constraint, TOPOLOGY_SPREAD_CONSTRAINT_MIN_DOMAINS);

  if (!has(constraint, TOPOLOGY_SPREAD_CONSTRAINT_MIN_DOMAINS))
    return;
  if (domains <= 0)
    report_invalid(v, RULE_NUMBER_RANGE, place, show_integer(domains), "must be greater than zero");
  if (!text_is(action, "DoNotSchedule"))
    report_invalid(
        v, RULE_TOPOLOGY_SPREAD, place, show_integer(domains),
        say(v, "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not %s", action.data));
}

static void check_inclusion(struct validation *v, const struct object *constraint, unsigned field) {
  struct text policy = get_text(constraint, field);

  if (has(constraint, field) && !text_is_one_of(policy, inclusion_policies))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(constraint, field), show_text(policy),
                         inclusion_policies);
}

/* Whether a later constraint has the same key and action. Walked from the end, the set holds what
 * stands behind. */
static void check_repeats(struct validation *v, const struct list *constraints) {
  struct string_set seen;

  if (constraints->count < 2)
    return;
  string_set_init(&seen, &v->arena);
  for (uint32_t i = constraints->count; i-- > 0 && !v->failed;) {
    const struct object *constraint = constraints->items[i].as.object;
    struct text key = get_text(constraint, TOPOLOGY_SPREAD_CONSTRAINT_TOPOLOGY_KEY);
    struct text action = get_text(constraint, TOPOLOGY_SPREAD_CONSTRAINT_WHEN_UNSATISFIABLE);
    const char *pair = say(v, "{%s, %s}", key.data, action.data);
    int added = string_set_add(&seen, (struct text){pair, strlen(pair)});

    if (added < 0)
      v->failed = true;
    if (added == 0)
      report_duplicate(v, RULE_DUPLICATE_VALUE,
                       at_tail(constraint, "{topologyKey, whenUnsatisfiable}", NULL),
                       show_text((struct text){pair, strlen(pair)}));
  }
}

void check_topology_spread(struct validation *v, const struct object *spec) {
  const struct list *constraints = get_list(spec, POD_SPEC_TOPOLOGY_SPREAD_CONSTRAINTS);

  for (uint32_t i = 0; i < constraints->count; i++) {
    const struct object *constraint = constraints->items[i].as.object;
    int64_t skew = get_integer(constraint, TOPOLOGY_SPREAD_CONSTRAINT_MAX_SKEW);
    struct text action = get_text(constraint, TOPOLOGY_SPREAD_CONSTRAINT_WHEN_UNSATISFIABLE);
    const struct object *selector =
        get_object(constraint, TOPOLOGY_SPREAD_CONSTRAINT_LABEL_SELECTOR);

    if (skew <= 0)
      report_invalid(v, RULE_NUMBER_RANGE,
                     at_field(constraint, TOPOLOGY_SPREAD_CONSTRAINT_MAX_SKEW), show_integer(skew),
                     "must be greater than zero");
    if (get_text(constraint, TOPOLOGY_SPREAD_CONSTRAINT_TOPOLOGY_KEY).length == 0)
      report_required(v, RULE_REQUIRED,
                      at_field(constraint, TOPOLOGY_SPREAD_CONSTRAINT_TOPOLOGY_KEY),
                      "can not be empty");
    if (!text_is_one_of(action, schedule_actions))
      report_not_supported(v, RULE_UNSUPPORTED_VALUE,
                           at_field(constraint, TOPOLOGY_SPREAD_CONSTRAINT_WHEN_UNSATISFIABLE),
                           show_text(action), schedule_actions);
    check_min_domains(v, constraint, action);
    check_inclusion(v, constraint, TOPOLOGY_SPREAD_CONSTRAINT_NODE_AFFINITY_POLICY);
    check_inclusion(v, constraint, TOPOLOGY_SPREAD_CONSTRAINT_NODE_TAINTS_POLICY);
    if (v->minor < SPREAD_MERGED_SINCE) {
      check_spread_keys(v, constraint, selector);
    } else {
      check_label_keys(v, constraint, TOPOLOGY_SPREAD_CONSTRAINT_MATCH_LABEL_KEYS, selector);
      check_merged_keys(v, constraint, TOPOLOGY_SPREAD_CONSTRAINT_MATCH_LABEL_KEYS, selector);
    }
    if (v->minor >= SPREAD_SELECTOR_SINCE)
      check_label_selector(v, selector);
  }
  check_repeats(v, constraints);
}

void check_scheduling_gates(struct validation *v, const struct object *spec) {
  const struct list *gates = get_list(spec, POD_SPEC_SCHEDULING_GATES);
  struct string_set names;

  string_set_init(&names, &v->arena);
  for (uint32_t i = 0; i < gates->count && !v->failed; i++) {
    struct text name = get_text(gates->items[i].as.object, POD_SCHEDULING_GATE_NAME);
    struct place place = at_item(spec, POD_SPEC_SCHEDULING_GATES, i);
    int added = string_set_add(&names, name);

    (void)check_qualified_name(v, place, name);
    if (added == 0)
      report_duplicate(v, RULE_DUPLICATE_VALUE, place, show_text(name));
    if (added < 0)
      v->failed = true;
  }
}
