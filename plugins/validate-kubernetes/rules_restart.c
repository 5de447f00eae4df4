/* SPDX-License-Identifier: Apache-2.0 */
/* Restart and resize policies of single containers. */
#include "rules.h"

#include "feature_gates.h"

enum {
  MOST_RULES = 20,
  MOST_VALUES = 255,
  SIDECARS_SINCE = 29,
  RULES_SINCE = 35,
  RESTART_ALL_SINCE = 36, /* and rules for sidecars */
  COUNTED_SINCE = 36,     /* lists are too many, no longer too long */
  POD_NAMED_SINCE = 36,
  ONE_SHOT_SINCE = 36,
};

static const char *const policies[] = {"Always", "Never", "OnFailure", NULL};
static const char *const always_only[] = {"Always", NULL};
static const char *const actions_before_all[] = {"Restart", NULL};
static const char *const actions[] = {"Restart", "RestartAllContainers", NULL};
static const char *const operators[] = {"In", "NotIn", NULL};
static const char *const resize_resources[] = {"cpu", "memory", NULL};
static const char *const resize_policies[] = {"NotRequired", "RestartContainer", NULL};

static void check_choice(struct validation *v, const struct object *object, unsigned field,
                         const char *const *supported) {
  struct text text = get_text(object, field);

  if (!text_is_one_of(text, supported))
    report_not_supported(v, RULE_UNSUPPORTED_VALUE, at_field(object, field), show_text(text),
                         supported);
}

/* The list holds `count` items of at most `most`. */
static void check_count(struct validation *v, struct place place, uint32_t count, uint32_t most) {
  if (count <= most)
    return;
  if (v->minor >= COUNTED_SINCE)
    report_too_many(v, RULE_TOO_MANY, place, count, most);
  else
    report_too_long(v, RULE_TOO_MANY, place, most);
}

static void check_rules(struct validation *v, const struct object *container) {
  const struct list *rules = get_list(container, CONTAINER_RESTART_POLICY_RULES);
  const char *const *known = v->minor >= RESTART_ALL_SINCE ? actions : actions_before_all;

  check_count(v, at_field(container, CONTAINER_RESTART_POLICY_RULES), rules->count, MOST_RULES);
  for (uint32_t i = 0; i < rules->count; i++) {
    const struct object *rule = rules->items[i].as.object;
    const struct object *codes = get_object(rule, CONTAINER_RESTART_RULE_EXIT_CODES);

    check_choice(v, rule, CONTAINER_RESTART_RULE_ACTION, known);
    if (!codes) {
      report_required(v, RULE_REQUIRED, at_field(rule, CONTAINER_RESTART_RULE_EXIT_CODES),
                      "must be specified");
      continue;
    }
    check_choice(v, codes, CONTAINER_RESTART_RULE_ON_EXIT_CODES_OPERATOR, operators);
    check_count(v, at_field(codes, CONTAINER_RESTART_RULE_ON_EXIT_CODES_VALUES),
                get_list(codes, CONTAINER_RESTART_RULE_ON_EXIT_CODES_VALUES)->count, MOST_VALUES);
  }
}

/* Since the gate for rules is on: every container may have a policy of its own. */
static void check_own_policy(struct validation *v, const struct object *container, bool init) {
  struct text policy = get_text(container, CONTAINER_RESTART_POLICY);
  bool written = has(container, CONTAINER_RESTART_POLICY);
  bool rules = get_list(container, CONTAINER_RESTART_POLICY_RULES)->count > 0;

  if (init && text_is(policy, "Always") && v->minor < RESTART_ALL_SINCE) {
    if (rules)
      report_forbidden(v, RULE_CONTAINER_RESTART,
                       at_field(container, CONTAINER_RESTART_POLICY_RULES),
                       "restartPolicyRules are not allowed for init containers with restart policy "
                       "Always");
    return;
  }
  if (rules && !written)
    report_required(v, RULE_CONTAINER_RESTART, at_field(container, CONTAINER_RESTART_POLICY),
                    "must specify restartPolicy when restart rules are used");
  if (written)
    check_choice(v, container, CONTAINER_RESTART_POLICY, policies);
  if (!init || written)
    check_rules(v, container);
}

void check_container_restart(struct validation *v, const struct object *container, bool init) {
  struct place place = at_field(container, CONTAINER_RESTART_POLICY);
  bool always = text_is(get_text(container, CONTAINER_RESTART_POLICY), "Always");

  if (v->minor >= RULES_SINCE)
    check_own_policy(v, container, init);
  else if (!has(container, CONTAINER_RESTART_POLICY))
    return;
  else if (v->minor == RULES_SINCE - 1 && (!init || !always))
    warn_of_gate(v, place, "ContainerRestartRules");
  else if (init && v->minor < SIDECARS_SINCE)
    warn_of_gate(v, place, "SidecarContainers");
  else if (init)
    check_choice(v, container, CONTAINER_RESTART_POLICY, always_only);
  else
    report_forbidden(v, RULE_CONTAINER_RESTART, place, "may not be set for non-init containers");
}

/* The server names the list, not the item. */
void check_resize_policy(struct validation *v, const struct object *spec,
                         const struct object *container) {
  const struct list *list = get_list(container, CONTAINER_RESIZE_POLICY);
  bool never = text_is(get_text(spec, POD_SPEC_RESTART_POLICY), "Never");
  bool one_shot = v->minor >= ONE_SHOT_SINCE && container->field == POD_SPEC_INIT_CONTAINERS &&
                  !text_is(get_text(container, CONTAINER_RESTART_POLICY), "Always");
  struct string_set names;

  string_set_init(&names, &v->arena);
  for (uint32_t i = 0; i < list->count && !v->failed; i++) {
    const struct object *item = list->items[i].as.object;
    struct text name = get_text(item, CONTAINER_RESIZE_POLICY_RESOURCE_NAME);
    struct text policy = get_text(item, CONTAINER_RESIZE_POLICY_RESTART_POLICY);
    struct place all = positioned(at_field(container, CONTAINER_RESIZE_POLICY), item->node);
    int added = string_set_add(&names, name);

    if (added < 0)
      v->failed = true;
    if (added == 0)
      report_duplicate(v, RULE_DUPLICATE_VALUE, at_item(container, CONTAINER_RESIZE_POLICY, i),
                       show_text(name));
    if (name.length == 0)
      report_required(v, RULE_REQUIRED, all, NULL);
    else if (!text_is_one_of(name, resize_resources))
      report_not_supported(v, RULE_UNSUPPORTED_VALUE, all, show_text(name), resize_resources);
    if (policy.length == 0)
      report_required(v, RULE_REQUIRED, all, NULL);
    else if (!text_is_one_of(policy, resize_policies))
      report_not_supported(v, RULE_UNSUPPORTED_VALUE, all, show_text(policy), resize_policies);
    if (one_shot && text_is(policy, "RestartContainer"))
      report_invalid(v, RULE_CONTAINER_RESTART,
                     at_field(item, CONTAINER_RESIZE_POLICY_RESTART_POLICY), show_text(policy),
                     "must not be set to 'RestartContainer' for non-sidecar initContainers");
    if (never && !text_is(policy, "NotRequired"))
      report_invalid(v, RULE_CONTAINER_RESTART, all, show_text(policy),
                     v->minor < POD_NAMED_SINCE
                         ? "must be 'NotRequired' when `restartPolicy` is 'Never'"
                         : "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
  }
}
