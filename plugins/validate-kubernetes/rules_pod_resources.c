/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and limits of a whole Pod, and what its containers ask for together. */
#include "rules_resources.h"

static const char *const pod_resources[] = {"cpu", "hugepages-", "memory", NULL};

static void check_name(struct validation *v, struct place place, struct text name) {
  if (check_standard_resource(v, place, name) == 0 && !text_is(name, "cpu") &&
      !text_is(name, "memory") && !is_huge_pages(name))
    report_not_supported(v, RULE_RESOURCE_NAME, place, show_text(name), pod_resources);
}

/* What all containers ask for of one resource. */
struct total {
  quantity_amount nano;
  bool found;
  bool binary; /* the first amount was written with a suffix such as Mi */
};

static quantity_amount take(struct total *total, const struct object *container, unsigned field,
                            struct text name) {
  const struct value *entry =
      map_find(get_list(get_object(container, CONTAINER_RESOURCES), field), name);

  if (!entry)
    return 0;
  if (!total->found)
    total->binary = text_ends(item_text(entry), "i");
  total->found = true;
  return entry->as.quantity->nano;
}

static quantity_amount larger(quantity_amount a, quantity_amount b) {
  return a > b ? a : b;
}

/* Init containers run one after the other, beside the sidecars that were started before them. */
static struct total add_up(const struct object *spec, unsigned field, struct text name) {
  const struct list *containers = get_list(spec, POD_SPEC_CONTAINERS);
  const struct list *init = get_list(spec, POD_SPEC_INIT_CONTAINERS);
  struct total total = {0, false, false};
  quantity_amount sidecars = 0;
  quantity_amount at_once = 0;

  for (uint32_t i = 0; i < containers->count; i++)
    total.nano += take(&total, containers->items[i].as.object, field, name);
  for (uint32_t i = 0; i < init->count; i++) {
    const struct object *container = init->items[i].as.object;
    quantity_amount amount = take(&total, container, field, name);

    if (text_is(get_text(container, CONTAINER_RESTART_POLICY), "Always")) {
      total.nano += amount;
      sidecars += amount;
      amount = 0;
    }
    at_once = larger(at_once, sidecars + amount);
  }
  total.nano = larger(total.nano, at_once);
  return total;
}

static const char *say_total(struct validation *v, const struct total *total) {
  struct quantity quantity = {.nano = total->nano,
                              .format = total->binary ? QUANTITY_BINARY : QUANTITY_DECIMAL};
  char text[QUANTITY_TEXT];

  quantity_print(&quantity, text);
  return say(v, "%s", text);
}

static void check_sum(struct validation *v, const struct object *spec,
                      const struct object *resources, unsigned field, const char *what) {
  const struct list *entries = get_list(resources, field);

  for (uint32_t i = 0; i < entries->count; i++) {
    const struct value *entry = &entries->items[i];
    struct total total;

    if (field == RESOURCE_REQUIREMENTS_LIMITS && !is_huge_pages(item_key(entry)))
      continue;
    total = add_up(spec, field, item_key(entry));
    if (total.found && total.nano > entry->as.quantity->nano)
      report_invalid(v, RULE_RESOURCE_AMOUNT, at_entry(resources, field, entry),
                     show_text(item_text(entry)),
                     say(v, "must be greater than or equal to aggregate container %s of %s", what,
                         say_total(v, &total)));
  }
}

/* No container may have more than the Pod. The server names the container below the Pod's
 * resources. */
static void check_shares(struct validation *v, const struct object *spec,
                         const struct object *resources) {
  const struct list *containers = get_list(spec, POD_SPEC_CONTAINERS);
  const struct list *most = get_list(resources, RESOURCE_REQUIREMENTS_LIMITS);

  for (uint32_t i = 0; i < containers->count && most->count > 0; i++) {
    const struct list *limits =
        get_list(get_object(containers->items[i].as.object, CONTAINER_RESOURCES),
                 RESOURCE_REQUIREMENTS_LIMITS);

    for (uint32_t n = 0; n < limits->count; n++) {
      const struct value *limit = &limits->items[n];
      const struct value *of_pod = map_find(most, item_key(limit));

      if (of_pod && quantity_compare(limit->as.quantity, of_pod->as.quantity) > 0)
        report_invalid(
            v, RULE_RESOURCE_AMOUNT,
            at_tail(resources, say(v, "containers[%u][%s].limits", i, item_key(limit).data),
                    limit->node),
            show_text(item_text(limit)),
            say(v, "must be less than or equal to pod limits of %s", of_pod->node->text));
    }
  }
}

void check_pod_resources(struct validation *v, const struct pod *pod) {
  const struct object *spec = pod->spec;
  const struct object *resources = get_object(spec, POD_SPEC_RESOURCES);

  if (!resources)
    return;
  if (text_is(get_text(get_object(spec, POD_SPEC_OS), POD_OS_NAME), "windows")) {
    report_forbidden(v, RULE_SYSTEM, at_object(resources), "may not be set for a windows pod");
    return;
  }
  if (has(resources, RESOURCE_REQUIREMENTS_CLAIMS))
    report_forbidden(v, RULE_RESOURCE_CLAIM, at_field(resources, RESOURCE_REQUIREMENTS_CLAIMS),
                     "claims may not be set for Resources at pod-level");
  check_requirements(v, pod, resources, check_name);
  check_sum(v, spec, resources, RESOURCE_REQUIREMENTS_REQUESTS, "requests");
  check_sum(v, spec, resources, RESOURCE_REQUIREMENTS_LIMITS, "limits");
  check_shares(v, spec, resources);
}
