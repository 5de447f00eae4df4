/* SPDX-License-Identifier: Apache-2.0 */
#include "job/job_demand.h"

#include "yaml/go_number.h"
#include "yaml/go_scalar.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool resource_is_gpu(const char *name) {
  size_t length = strlen(name);

  return (length > 4 && strcmp(name + length - 4, "/gpu") == 0) ||
         strncmp(name, "gpu.intel.com/", 14) == 0;
}

const struct quantity *resource_list_find(const struct resource_list *list, const char *name) {
  for (uint32_t i = 0; i < list->count; i++)
    if (strcmp(list->items[i].name, name) == 0)
      return &list->items[i].amount;
  return NULL;
}

/* As the server reads it: a number is the JSON of it. False: it is no amount. */
static bool read_amount(const struct hg_node *node, struct quantity *amount) {
  char number[GO_NUMBER_SIZE];
  struct scalar scalar;
  const char *text = node->text;
  size_t length = node->length;

  if (node->kind != HG_NODE_SCALAR)
    return false;
  scalar_resolve(node, &scalar);
  if (scalar.kind == SCALAR_INT)
    (void)snprintf(number, sizeof number, "%" PRId64, scalar.integer);
  else if (scalar.kind == SCALAR_UINT)
    (void)snprintf(number, sizeof number, "%" PRIu64, scalar.big);
  else if (scalar.kind == SCALAR_FLOAT)
    go_json_number(scalar.number, number);
  else if (scalar.kind != SCALAR_STRING)
    return false;
  if (scalar.kind != SCALAR_STRING) {
    text = number;
    length = strlen(number);
  }
  return quantity_parse(text, length, amount) == NULL;
}

/* The integer of a field; `otherwise` where there is none. */
static int64_t read_integer(const struct hg_node *mapping, const char *name, int64_t otherwise) {
  const struct hg_node *node = hg_node_get(mapping, name);
  struct scalar scalar;

  if (!node || node->kind != HG_NODE_SCALAR)
    return otherwise;
  scalar_resolve(node, &scalar);
  return scalar.kind == SCALAR_INT ? scalar.integer : otherwise;
}

static bool is_there(const struct hg_node *mapping, const char *name) {
  const struct hg_node *node = hg_node_get(mapping, name);

  return node && !node_is_null(node);
}

static const char *text_of(const struct hg_node *mapping, const char *name) {
  const struct hg_node *node = hg_node_get(mapping, name);

  return node && node->kind == HG_NODE_SCALAR && !node_is_null(node) ? node->text : "";
}

static const char *copy_text(struct arena *arena, const char *text) {
  return arena_copy(arena, text, strlen(text));
}

/* -1: no memory; 1: too many. */
static int32_t read_list(const struct hg_node *mapping, struct arena *arena,
                         struct resource_list *list) {
  uint32_t most = mapping && mapping->kind == HG_NODE_MAPPING ? mapping->length : 0;
  struct resource_amount *items;

  if (most > DEMAND_MOST_RESOURCES)
    return 1;
  items = arena_alloc(arena, (most + 1) * sizeof *items);
  list->items = items;
  list->count = 0;
  if (!items)
    return -1;
  for (const struct hg_node *value = most > 0 ? mapping->first : NULL; value; value = value->next) {
    struct resource_amount *item = &items[list->count];

    if (value->key->kind != HG_NODE_SCALAR || !read_amount(value, &item->amount))
      continue;
    item->name = copy_text(arena, value->key->text);
    if (!item->name)
      return -1;
    list->count++;
  }
  return 0;
}

/* Requests and limits of a container, or of a Pod. Returns as read_list. */
static int32_t read_resources(const struct hg_node *owner, struct arena *arena,
                              struct resource_list lists[DEMAND_LISTS]) {
  const struct hg_node *resources = hg_node_get(owner, "resources");
  int32_t result = read_list(hg_node_get(resources, "requests"), arena, &lists[DEMAND_REQUESTS]);

  return result == 0 ? read_list(hg_node_get(resources, "limits"), arena, &lists[DEMAND_LIMITS])
                     : result;
}

static uint32_t count_of(const struct hg_node *sequence) {
  return sequence && sequence->kind == HG_NODE_SEQUENCE ? sequence->length : 0;
}

/* Returns as read_list. */
static int32_t read_containers(const struct hg_node *pod, struct arena *arena,
                               struct job_demand *demand) {
  const struct hg_node *const sequences[] = {hg_node_get(pod, "initContainers"),
                                             hg_node_get(pod, "containers")};
  uint64_t most = (uint64_t)count_of(sequences[0]) + count_of(sequences[1]);
  struct container_demand *containers;
  int32_t result = 0;

  if (most > DEMAND_MOST_CONTAINERS)
    return 1;
  containers = arena_alloc(arena, (most + 1) * sizeof *containers);
  if (!containers)
    return -1;
  memset(containers, 0, (most + 1) * sizeof *containers);
  demand->containers = containers;
  for (size_t i = 0; i < 2; i++)
    for (const struct hg_node *node = count_of(sequences[i]) > 0 ? sequences[i]->first : NULL;
         node && result == 0; node = node->next) {
      struct container_demand *container = &containers[demand->container_count++];

      container->is_init = i == 0;
      container->is_sidecar = i == 0 && strcmp(text_of(node, "restartPolicy"), "Always") == 0;
      container->name = copy_text(arena, text_of(node, "name"));
      result = container->name ? read_resources(node, arena, container->lists) : -1;
    }
  return result;
}

/* Pods at a time: no more than are left to be completed. */
static uint64_t count_pods(const struct hg_node *spec) {
  int64_t parallelism = read_integer(spec, "parallelism", 1);
  int64_t completions =
      is_there(spec, "completions") ? read_integer(spec, "completions", 1) : INT64_MAX;
  int64_t pods = parallelism < completions ? parallelism : completions;

  return pods > 0 ? (uint64_t)pods : 0;
}

uint64_t job_demand_pods_now(const struct job_demand *demand) {
  return demand->is_suspended ? 0 : demand->pods;
}

static bool is_true(const struct hg_node *mapping, const char *name) {
  const struct hg_node *node = hg_node_get(mapping, name);
  struct scalar scalar;

  if (!node || node->kind != HG_NODE_SCALAR)
    return false;
  scalar_resolve(node, &scalar);
  return scalar.kind == SCALAR_BOOL && scalar.boolean;
}

const struct job_demand *job_demand_read(const struct hg_node *root, struct arena *arena) {
  const struct hg_node *spec = hg_node_get(root, "spec");
  const struct hg_node *pod = hg_node_get(hg_node_get(spec, "template"), "spec");
  struct job_demand *demand = arena_alloc(arena, sizeof *demand);
  int32_t result;

  if (!demand)
    return NULL;
  memset(demand, 0, sizeof *demand);
  demand->is_suspended = is_true(spec, "suspend");
  demand->pods = count_pods(spec);
  demand->has_pod_deadline = is_there(pod, "activeDeadlineSeconds");
  demand->has_runtime_class = is_there(pod, "runtimeClassName");
  demand->priority_class = copy_text(arena, text_of(pod, "priorityClassName"));
  result = demand->priority_class ? read_containers(pod, arena, demand) : -1;
  if (result == 0)
    result = read_list(hg_node_get(pod, "overhead"), arena, &demand->overhead);
  if (result == 0)
    result = read_resources(pod, arena, demand->pod);
  if (result < 0)
    return NULL;
  if (result > 0)
    memset(demand, 0, sizeof *demand);
  demand->is_known = result == 0;
  return demand;
}

static int32_t copy_list(struct resource_list *copy, const struct resource_list *list,
                         struct arena *arena) {
  struct resource_amount *items = arena_alloc(arena, (list->count + 1) * sizeof *items);

  if (!items)
    return -1;
  copy->items = items;
  copy->count = list->count;
  for (uint32_t i = 0; i < list->count; i++) {
    items[i] = list->items[i];
    items[i].name = copy_text(arena, list->items[i].name);
    if (!items[i].name)
      return -1;
  }
  return 0;
}

const struct job_demand *job_demand_copy(const struct job_demand *demand, struct arena *arena) {
  struct job_demand *copy = arena_alloc(arena, sizeof *copy);
  struct container_demand *containers =
      arena_alloc(arena, (demand->container_count + 1) * sizeof *containers);

  if (!copy || !containers)
    return NULL;
  *copy = *demand;
  if (!demand->is_known)
    return copy;
  copy->containers = containers;
  copy->priority_class = copy_text(arena, demand->priority_class);
  if (!copy->priority_class)
    return NULL;
  for (uint32_t i = 0; i < demand->container_count; i++) {
    containers[i] = demand->containers[i];
    containers[i].name = copy_text(arena, demand->containers[i].name);
    if (!containers[i].name)
      return NULL;
    for (size_t j = 0; j < DEMAND_LISTS; j++)
      if (copy_list(&containers[i].lists[j], &demand->containers[i].lists[j], arena) < 0)
        return NULL;
  }
  for (size_t j = 0; j < DEMAND_LISTS; j++)
    if (copy_list(&copy->pod[j], &demand->pod[j], arena) < 0)
      return NULL;
  return copy_list(&copy->overhead, &demand->overhead, arena) < 0 ? NULL : copy;
}
