/* Restart and resize policies of single containers. */
#include "rules.h"

enum {
  MOST_RULES = 20,
  MOST_VALUES = 255,
  /* Gates: before these versions the server drops the field without a look. */
  SIDECARS_SINCE = 29,
  RESIZE_SINCE = 33,
  RULES_SINCE = 35,
};

static const char *const policies[] = {"Always", "Never", "OnFailure", NULL};
static const char *const always[] = {"Always", NULL};
static const char *const actions[] = {"Restart", NULL};
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

static void check_rules(struct validation *v, const struct object *container) {
  const struct list *rules = get_list(container, CONTAINER_RESTART_POLICY_RULES);
  uint32_t i;

  if (rules->count > 0 && !has(container, CONTAINER_RESTART_POLICY))
    report_required(v, RULE_CONTAINER_RESTART, at_field(container, CONTAINER_RESTART_POLICY),
                    "must specify restartPolicy when restart rules are used");
  if (rules->count > MOST_RULES)
    report_too_many(v, RULE_TOO_MANY, at_field(container, CONTAINER_RESTART_POLICY_RULES),
                    rules->count, MOST_RULES);
  for (i = 0; i < rules->count; i++) {
    const struct object *rule = rules->items[i].as.object;
    const struct object *codes = get_object(rule, CONTAINER_RESTART_RULE_EXIT_CODES);
    uint32_t count = get_list(codes, CONTAINER_RESTART_RULE_ON_EXIT_CODES_VALUES)->count;

    /* RestartAllContainers stays behind a gate. */
    check_choice(v, rule, CONTAINER_RESTART_RULE_ACTION, actions);
    if (!codes) {
      report_required(v, RULE_REQUIRED, at_field(rule, CONTAINER_RESTART_RULE_EXIT_CODES),
                      "must be specified");
      continue;
    }
    check_choice(v, codes, CONTAINER_RESTART_RULE_ON_EXIT_CODES_OPERATOR, operators);
    if (count > MOST_VALUES)
      report_too_many(v, RULE_TOO_MANY,
                      at_field(codes, CONTAINER_RESTART_RULE_ON_EXIT_CODES_VALUES), count,
                      MOST_VALUES);
  }
}

void check_container_restart(struct validation *v, const struct object *container, bool init) {
  bool written = has(container, CONTAINER_RESTART_POLICY);

  if (v->minor >= RULES_SINCE) {
    if (written)
      check_choice(v, container, CONTAINER_RESTART_POLICY, policies);
    check_rules(v, container);
  } else if (v->minor >= SIDECARS_SINCE && written) {
    if (init)
      check_choice(v, container, CONTAINER_RESTART_POLICY, always);
    else
      report_forbidden(v, RULE_CONTAINER_RESTART, at_field(container, CONTAINER_RESTART_POLICY),
                       "may not be set for non-init containers");
  }
}

/* The server names the list, not the item. */
void check_resize_policy(struct validation *v, const struct object *spec,
                         const struct object *container) {
  const struct list *list = get_list(container, CONTAINER_RESIZE_POLICY);
  bool never = text_is(get_text(spec, POD_SPEC_RESTART_POLICY), "Never");
  struct string_set names;
  uint32_t i;

  if (v->minor < RESIZE_SINCE)
    return;
  string_set_init(&names, &v->arena);
  for (i = 0; i < list->count && !v->failed; i++) {
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
    if (never && !text_is(policy, "NotRequired"))
      report_invalid(v, RULE_CONTAINER_RESTART, all, show_text(policy),
                     "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
  }
}
