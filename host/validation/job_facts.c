/* SPDX-License-Identifier: Apache-2.0 */
#include "validation/job_facts.h"

#include "job/job_demand.h"
#include "text/text_buffer.h"
#include "validation/job_view.h"
#include "yaml/tree_json.h"

#include <string.h>

/* What a container gets: a limit without a request is one. NULL: it names neither. */
static const struct quantity *amount_of(const struct resource_list lists[DEMAND_LISTS],
                                        const char *name) {
  const struct quantity *requested = resource_list_find(&lists[DEMAND_REQUESTS], name);

  return requested ? requested : resource_list_find(&lists[DEMAND_LIMITS], name);
}

/* Thousandths, rounded up, as the scheduler counts them; -1: it does not say. */
static int64_t milli_of(const struct quantity *amount) {
  struct quantity thousandfold;

  if (!amount)
    return -1;
  thousandfold = *amount;
  quantity_multiply(&thousandfold, 1000);
  return quantity_value(&thousandfold);
}

static int64_t gpus_of(const struct resource_list lists[DEMAND_LISTS]) {
  struct quantity sum = {0};

  for (uint32_t i = 0; i < lists[DEMAND_LIMITS].count; i++)
    if (resource_is_gpu(lists[DEMAND_LIMITS].items[i].name))
      quantity_add(&sum, &lists[DEMAND_LIMITS].items[i].amount);
  return quantity_value(&sum);
}

static int64_t memory_of(const struct resource_list lists[DEMAND_LISTS]) {
  const struct quantity *amount = amount_of(lists, "memory");

  return amount ? quantity_value(amount) : -1;
}

/* What is not known stays so, whatever is added; so does what passes an int64. */
static int64_t add(int64_t sum, int64_t more) {
  int64_t result;

  return sum < 0 || more < 0 || __builtin_add_overflow(sum, more, &result) ? -1 : result;
}

/* `name` as it stands before its value, with the comma. */
static void put_number(struct text_buffer *json, const char *name, int64_t number) {
  if (number < 0)
    return;
  text_buffer_append_string(json, name);
  text_buffer_append_number(json, (uint64_t)number);
}

/* The scalar as a JSON string; "" where there is none, or kubectl makes none of it. */
static void put_scalar(struct text_buffer *json, const struct hg_node *mapping, const char *name) {
  const struct hg_node *node = *job_view_text(mapping, name) ? hg_node_get(mapping, name) : NULL;
  struct hg_error ignored = HG_ERROR_INIT;

  text_buffer_append_char(json, '"');
  text_buffer_append_string(json, name);
  text_buffer_append_string(json, "\":");
  if (node)
    (void)tree_json_append(json, node, &ignored);
  else
    text_buffer_append_string(json, "\"\"");
}

static void describe(struct text_buffer *json, const struct container_demand *container,
                     const struct hg_node *node) {
  int64_t gpus = gpus_of(container->lists);

  text_buffer_append_char(json, '{');
  put_scalar(json, node, "name");
  text_buffer_append_string(json, container->is_sidecar ? ",\"kind\":\"sidecar\","
                                  : container->is_init  ? ",\"kind\":\"init\","
                                                        : ",\"kind\":\"main\",");
  put_scalar(json, node, "image");
  put_number(json, ",\"cpu_milli\":", milli_of(amount_of(container->lists, "cpu")));
  put_number(json, ",\"memory_bytes\":", memory_of(container->lists));
  put_number(json, ",\"gpus\":", gpus > 0 ? gpus : -1);
  text_buffer_append_char(json, '}');
}

/* Appends the containers to the array, and adds what those that run together ask for to `facts`.
 * The demand has them in the same order. */
static void add_containers(struct job_facts *facts, struct text_buffer *json,
                           const struct hg_node *pod, const struct job_demand *demand) {
  static const char *const members[] = {"initContainers", "containers"};
  uint32_t nth = 0;

  for (size_t i = 0; i < 2; i++) {
    const struct hg_node *sequence = hg_node_get(pod, members[i]);

    if (!sequence || sequence->kind != HG_NODE_SEQUENCE)
      continue;
    for (const struct hg_node *node = sequence->first; node; node = node->next) {
      const struct container_demand *container = &demand->containers[nth++];

      if (nth > 1)
        text_buffer_append_char(json, ',');
      describe(json, container, node);
      if (container->is_init && !container->is_sidecar)
        continue;
      facts->cpu_milli = add(facts->cpu_milli, milli_of(amount_of(container->lists, "cpu")));
      facts->memory_bytes = add(facts->memory_bytes, memory_of(container->lists));
      facts->gpus = add(facts->gpus, gpus_of(container->lists));
    }
  }
}

/* What the Pod as a whole asks for goes before what its containers do. */
static void take_pod_amounts(struct job_facts *facts, const struct job_demand *demand) {
  const struct quantity *cpu = amount_of(demand->pod, "cpu");

  if (cpu)
    facts->cpu_milli = milli_of(cpu);
  if (amount_of(demand->pod, "memory"))
    facts->memory_bytes = memory_of(demand->pod);
}

static const char *keep(struct arena *arena, struct text_buffer *json) {
  const char *copy =
      json->failed ? NULL : arena_copy(arena, text_buffer_string(json), json->length);

  text_buffer_reset(json);
  return copy;
}

static void put_labels(struct text_buffer *json, const struct hg_node *root) {
  const struct hg_node *labels = hg_node_get(hg_node_get(root, "metadata"), "labels");
  struct hg_error ignored = HG_ERROR_INIT;

  if (labels && labels->kind == HG_NODE_MAPPING)
    (void)tree_json_append(json, labels, &ignored);
  else
    text_buffer_append_string(json, "{}");
}

struct job_facts *job_facts_read(const struct hg_node *root, struct arena *arena) {
  const struct hg_node *pod =
      hg_node_get(hg_node_get(hg_node_get(root, "spec"), "template"), "spec");
  const struct hg_node *containers = hg_node_get(pod, "containers");
  const struct job_demand *demand = job_demand_read(root, arena);
  struct job_facts *facts = arena_alloc(arena, sizeof *facts);
  struct text_buffer json;

  if (!demand || !facts)
    return NULL;
  text_buffer_init(&json);
  *facts = (struct job_facts){.pods = (int64_t)demand->pods};
  facts->image = job_view_text(
      containers && containers->kind == HG_NODE_SEQUENCE ? containers->first : NULL, "image");
  facts->image = arena_copy(arena, facts->image, strlen(facts->image));
  put_labels(&json, root);
  facts->labels = keep(arena, &json);
  if (demand->is_known) {
    text_buffer_append_char(&json, '[');
    add_containers(facts, &json, pod, demand);
    text_buffer_append_char(&json, ']');
    take_pod_amounts(facts, demand);
    facts->containers = keep(arena, &json);
  } else {
    facts->pods = facts->cpu_milli = facts->memory_bytes = facts->gpus = -1;
  }
  text_buffer_finish(&json);
  return facts->image && facts->labels && (facts->containers || !demand->is_known) ? facts : NULL;
}
