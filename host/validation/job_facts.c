/* SPDX-License-Identifier: Apache-2.0 */
#include "validation/job_facts.h"

#include "job/job_demand.h"
#include "validation/job_view.h"
#include "json/json_text.h"

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

/* GPUs are whole ones of any maker; a part of one has another name. */
static bool is_gpu(const char *name) {
  size_t length = strlen(name);

  return length > 4 && strcmp(name + length - 4, "/gpu") == 0;
}

static int64_t gpus_of(const struct resource_list lists[DEMAND_LISTS]) {
  struct quantity sum = {0};

  for (uint32_t i = 0; i < lists[DEMAND_LIMITS].count; i++)
    if (is_gpu(lists[DEMAND_LIMITS].items[i].name))
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

static int32_t set_number(json_t *object, const char *name, int64_t number) {
  return number > 0 || (number == 0 && strcmp(name, "gpus") != 0)
             ? json_object_set_new(object, name, json_integer(number))
             : 0;
}

static json_t *describe(const struct container_demand *container, const struct hg_node *node) {
  const char *kind = container->is_sidecar ? "sidecar" : container->is_init ? "init" : "main";
  json_t *object = json_object();

  if (json_object_set_new(object, "name", json_of_text(container->name)) < 0 ||
      json_object_set_new(object, "kind", json_string(kind)) < 0 ||
      json_object_set_new(object, "image", json_of_text(job_view_text(node, "image"))) < 0 ||
      set_number(object, "cpu_milli", milli_of(amount_of(container->lists, "cpu"))) < 0 ||
      set_number(object, "memory_bytes", memory_of(container->lists)) < 0 ||
      set_number(object, "gpus", gpus_of(container->lists)) < 0) {
    json_decref(object);
    return NULL;
  }
  return object;
}

/* Adds the containers to `array`, and what those that run together ask for to `facts`. The demand
 * has them in the same order. -1 where memory is out. */
static int32_t add_containers(struct job_facts *facts, json_t *array, const struct hg_node *pod,
                              const struct job_demand *demand) {
  static const char *const members[] = {"initContainers", "containers"};
  uint32_t nth = 0;

  for (size_t i = 0; i < 2; i++) {
    const struct hg_node *sequence = hg_node_get(pod, members[i]);

    if (!sequence || sequence->kind != HG_NODE_SEQUENCE)
      continue;
    for (const struct hg_node *node = sequence->first; node; node = node->next) {
      const struct container_demand *container = &demand->containers[nth++];

      if (json_array_append_new(array, describe(container, node)) < 0)
        return -1;
      if (container->is_init && !container->is_sidecar)
        continue;
      facts->cpu_milli = add(facts->cpu_milli, milli_of(amount_of(container->lists, "cpu")));
      facts->memory_bytes = add(facts->memory_bytes, memory_of(container->lists));
      facts->gpus = add(facts->gpus, gpus_of(container->lists));
    }
  }
  return 0;
}

/* What the Pod as a whole asks for goes before what its containers do. */
static void take_pod_amounts(struct job_facts *facts, const struct job_demand *demand) {
  const struct quantity *cpu = amount_of(demand->pod, "cpu");

  if (cpu)
    facts->cpu_milli = milli_of(cpu);
  if (amount_of(demand->pod, "memory"))
    facts->memory_bytes = memory_of(demand->pod);
}

static const char *spell(struct arena *arena, json_t *value) {
  struct text_buffer text;
  const char *copy = NULL;

  text_buffer_init(&text);
  json_append(&text, value, JSON_COMPACT);
  if (!text.failed)
    copy = arena_copy(arena, text_buffer_string(&text), text.length);
  text_buffer_finish(&text);
  return copy;
}

static json_t *labels_of(const struct hg_node *root) {
  const struct hg_node *labels = hg_node_get(hg_node_get(root, "metadata"), "labels");
  json_t *object = json_object();

  if (!labels || labels->kind != HG_NODE_MAPPING)
    return object;
  for (const struct hg_node *value = labels->first; value; value = value->next)
    if (value->kind == HG_NODE_SCALAR && value->key->kind == HG_NODE_SCALAR &&
        json_object_set_new(object, value->key->text, json_of_text(value->text)) < 0) {
      json_decref(object);
      return NULL;
    }
  return object;
}

struct job_facts *job_facts_read(const struct hg_node *root, struct arena *arena) {
  const struct hg_node *pod =
      hg_node_get(hg_node_get(hg_node_get(root, "spec"), "template"), "spec");
  const struct hg_node *containers = hg_node_get(pod, "containers");
  const struct job_demand *demand = job_demand_read(root, arena);
  struct job_facts *facts = arena_alloc(arena, sizeof *facts);
  json_t *array;

  if (!demand || !facts)
    return NULL;
  *facts = (struct job_facts){.pods = (int64_t)demand->pods};
  facts->image = job_view_text(
      containers && containers->kind == HG_NODE_SEQUENCE ? containers->first : NULL, "image");
  facts->image = arena_copy(arena, facts->image, strlen(facts->image));
  facts->labels = spell(arena, labels_of(root));
  if (!facts->image || !facts->labels)
    return NULL;
  if (!demand->is_known) {
    facts->pods = facts->cpu_milli = facts->memory_bytes = facts->gpus = -1;
    return facts;
  }
  array = json_array();
  if (add_containers(facts, array, pod, demand) < 0) {
    json_decref(array);
    return NULL;
  }
  take_pod_amounts(facts, demand);
  facts->containers = spell(arena, array);
  return facts->containers ? facts : NULL;
}
