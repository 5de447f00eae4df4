/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings of labels that nodes no longer have (pkg/api/node/util.go), and of selectors that select
 * nothing. */
#include "rules_warning.h"

enum { EMPTY_SELECTOR_SINCE = 28 };

static const struct {
  const char *label;
  const char *words;
  unsigned since;
} deprecated[] = {
    {"beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead", 0},
    {"beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead", 0},
    {"failure-domain.beta.kubernetes.io/region",
     "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead", 0},
    {"failure-domain.beta.kubernetes.io/zone",
     "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead", 0},
    {"beta.kubernetes.io/instance-type",
     "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead", 0},
    {"app.kubernetes.io/created-by", "deprecated since v1.9", 31},
    {"scheduler.alpha.kubernetes.io/preferAvoidPods",
     "deprecated since v1.22; use Taints and Tolerations instead", 31},
    {"node-role.kubernetes.io/master", "use \"node-role.kubernetes.io/control-plane\" instead", 31},
};

/* What is to be said of the label; NULL where it is fine. */
static const char *words_for(const struct validation *v, struct text label) {
  for (size_t i = 0; i < sizeof deprecated / sizeof *deprecated; i++)
    if (v->minor >= deprecated[i].since && text_is(label, deprecated[i].label))
      return deprecated[i].words;
  return NULL;
}

static void warn_of_term(struct validation *v, const struct object *term) {
  const struct list *expressions = get_list(term, NODE_SELECTOR_TERM_MATCH_EXPRESSIONS);

  for (uint32_t i = 0; i < expressions->count; i++) {
    const struct object *expression = expressions->items[i].as.object;
    struct text key = get_text(expression, NODE_SELECTOR_REQUIREMENT_KEY);
    const char *words = words_for(v, key);

    if (words)
      report_warning(v, RULE_DEPRECATED, at_field(expression, NODE_SELECTOR_REQUIREMENT_KEY),
                     say(v, "%s is %s", key.data, words));
  }
}

static void warn_of_nodes(struct validation *v, const struct object *spec) {
  const struct list *labels = get_list(spec, POD_SPEC_NODE_SELECTOR);
  const struct object *affinity =
      get_object(get_object(spec, POD_SPEC_AFFINITY), AFFINITY_NODE_AFFINITY);
  const struct list *required = get_list(
      get_object(affinity, NODE_AFFINITY_REQUIRED_DURING_SCHEDULING_IGNORED_DURING_EXECUTION),
      NODE_SELECTOR_NODE_SELECTOR_TERMS);
  const struct list *preferred =
      get_list(affinity, NODE_AFFINITY_PREFERRED_DURING_SCHEDULING_IGNORED_DURING_EXECUTION);

  for (uint32_t i = 0; i < labels->count; i++) {
    const char *words = words_for(v, item_key(&labels->items[i]));

    if (words)
      report_warning(v, RULE_DEPRECATED, at_entry(spec, POD_SPEC_NODE_SELECTOR, &labels->items[i]),
                     words);
  }
  for (uint32_t i = 0; i < required->count; i++)
    warn_of_term(v, required->items[i].as.object);
  for (uint32_t i = 0; i < preferred->count; i++)
    warn_of_term(v,
                 get_object(preferred->items[i].as.object, PREFERRED_SCHEDULING_TERM_PREFERENCE));
}

static void warn_of_selector(struct validation *v, const struct object *object, unsigned field) {
  if (v->minor >= EMPTY_SELECTOR_SINCE && !has(object, field))
    report_warning(v, RULE_IGNORED_VALUE, at_field(object, field),
                   "a null labelSelector results in matching no pod");
}

static void warn_of_spread(struct validation *v, const struct object *spec) {
  const struct list *constraints = get_list(spec, POD_SPEC_TOPOLOGY_SPREAD_CONSTRAINTS);

  for (uint32_t i = 0; i < constraints->count; i++) {
    const struct object *constraint = constraints->items[i].as.object;
    struct text key = get_text(constraint, TOPOLOGY_SPREAD_CONSTRAINT_TOPOLOGY_KEY);
    const char *words = words_for(v, key);

    if (words)
      report_warning(v, RULE_DEPRECATED,
                     at_field(constraint, TOPOLOGY_SPREAD_CONSTRAINT_TOPOLOGY_KEY),
                     say(v, "%s is %s", key.data, words));
    warn_of_selector(v, constraint, TOPOLOGY_SPREAD_CONSTRAINT_LABEL_SELECTOR);
  }
}

/* Both kinds of affinity to Pods have the same fields (rules_scheduling.c). */
static void warn_of_pod_affinity(struct validation *v, const struct object *affinity) {
  const struct list *required =
      get_list(affinity, POD_AFFINITY_REQUIRED_DURING_SCHEDULING_IGNORED_DURING_EXECUTION);
  const struct list *preferred =
      get_list(affinity, POD_AFFINITY_PREFERRED_DURING_SCHEDULING_IGNORED_DURING_EXECUTION);

  for (uint32_t i = 0; i < required->count; i++)
    warn_of_selector(v, required->items[i].as.object, POD_AFFINITY_TERM_LABEL_SELECTOR);
  for (uint32_t i = 0; i < preferred->count; i++) {
    const struct object *term =
        get_object(preferred->items[i].as.object, WEIGHTED_POD_AFFINITY_TERM_POD_AFFINITY_TERM);

    if (term)
      warn_of_selector(v, term, POD_AFFINITY_TERM_LABEL_SELECTOR);
  }
}

void warn_of_scheduling(struct validation *v, const struct object *spec) {
  const struct object *affinity = get_object(spec, POD_SPEC_AFFINITY);

  warn_of_nodes(v, spec);
  warn_of_spread(v, spec);
  warn_of_pod_affinity(v, get_object(affinity, AFFINITY_POD_AFFINITY));
  warn_of_pod_affinity(v, get_object(affinity, AFFINITY_POD_ANTI_AFFINITY));
}
