/* SPDX-License-Identifier: Apache-2.0 */
#include "job/pod_amounts.h"

#include <string.h>

const struct quantity *container_amount(const struct container_demand *container,
                                        const struct demand_defaults *defaults,
                                        enum demand_list which, const char *name) {
  const struct quantity *found = resource_list_find(&container->lists[which], name);

  if (!found && which == DEMAND_REQUESTS)
    found = resource_list_find(&container->lists[DEMAND_LIMITS], name);
  return found ? found : resource_list_find(&defaults->lists[which], name);
}

static void keep_larger(struct quantity *most, const struct quantity *amount) {
  if (quantity_compare(amount, most) > 0)
    *most = *amount;
}

bool pod_amount(const struct job_demand *demand, const struct demand_defaults *defaults,
                enum demand_list which, const char *name, struct quantity *amount) {
  const struct quantity *overhead = resource_list_find(&demand->overhead, name);
  const struct quantity *of_pod = resource_list_find(&demand->pod[which], name);
  struct quantity sidecars = {0};
  struct quantity steps = {0}; /* the init containers, the largest at a time */
  bool is_named = false;

  *amount = (struct quantity){0};
  for (uint32_t i = 0; i < demand->container_count; i++) {
    const struct container_demand *container = &demand->containers[i];
    const struct quantity *found = container_amount(container, defaults, which, name);
    struct quantity step = sidecars;

    if (!found)
      continue;
    is_named = true;
    if (!container->is_init || container->is_sidecar)
      quantity_add(amount, found);
    if (!container->is_init)
      continue;
    quantity_add(&step, found);
    if (container->is_sidecar)
      sidecars = step;
    keep_larger(&steps, &step);
  }
  keep_larger(amount, &steps);
  if (of_pod)
    *amount = *of_pod;
  if (overhead && (is_named || of_pod))
    quantity_add(amount, overhead);
  return is_named || of_pod;
}

void batch_demand_init(struct batch_demand *batch, struct arena *arena) {
  memset(batch, 0, sizeof *batch);
  for (size_t i = 0; i < DEMAND_LISTS; i++) {
    batch->lists[i].arena = arena;
    batch->lists[i].end = &batch->lists[i].first;
    name_table_init(&batch->lists[i].table);
  }
}

/* The sum of that name, a new one where there is none. NULL: no memory. */
static struct amount_sum *find_sum(struct amount_sums *sums, const char *name, uint32_t length) {
  struct amount_sum *sum = name_table_find(&sums->table, name, length);
  void **entry;

  if (sum)
    return sum;
  sum = arena_alloc(sums->arena, sizeof *sum);
  if (!sum)
    return NULL;
  memset(sum, 0, sizeof *sum);
  sum->name = arena_copy(sums->arena, name, length);
  entry = sum->name ? name_table_entry(&sums->table, sums->arena, sum->name, length) : NULL;
  if (!entry)
    return NULL;
  *entry = *sums->end = sum;
  sums->end = &sum->next;
  return sum;
}

static uint64_t counted_pods(const struct batch_demand *batch, const struct job_demand *demand) {
  return batch->is_of_now ? job_demand_pods_now(demand) : demand->pods;
}

static int32_t add_amount(struct batch_demand *batch, const struct job_demand *demand,
                          const struct demand_defaults *defaults, enum demand_list which,
                          const char *name) {
  struct amount_sums *sums = &batch->lists[which];
  struct amount_sum *sum = find_sum(sums, name, (uint32_t)strlen(name));
  struct quantity amount;

  if (!sum)
    return -1;
  if (sum->last_job == batch->jobs)
    return 0; /* another container of the Job has named it */
  sum->last_job = batch->jobs;
  if (!pod_amount(demand, defaults, which, name, &amount))
    return 0;
  quantity_multiply(&amount, counted_pods(batch, demand));
  quantity_add(&sum->amount, &amount);
  return 0;
}

static int32_t add_list(struct batch_demand *batch, const struct job_demand *demand,
                        const struct demand_defaults *defaults, enum demand_list which,
                        const struct resource_list *list) {
  for (uint32_t i = 0; i < list->count; i++)
    if (add_amount(batch, demand, defaults, which, list->items[i].name) < 0)
      return -1;
  return 0;
}

/* Whatever is named for the list `which`: a limit is a request, too. */
static int32_t add_lists(struct batch_demand *batch, const struct job_demand *demand,
                         const struct demand_defaults *defaults, enum demand_list which) {
  for (uint32_t i = 0; i < demand->container_count; i++)
    for (size_t j = which; j < DEMAND_LISTS; j++)
      if (add_list(batch, demand, defaults, which, &demand->containers[i].lists[j]) < 0)
        return -1;
  if (demand->container_count > 0 &&
      add_list(batch, demand, defaults, which, &defaults->lists[which]) < 0)
    return -1;
  return add_list(batch, demand, defaults, which, &demand->pod[which]);
}

int32_t batch_demand_add(struct batch_demand *batch, const struct job_demand *demand,
                         const struct demand_defaults *defaults) {
  batch->jobs++;
  if (!demand->is_known) {
    batch->unknown_jobs++;
    return 0;
  }
  batch->suspended_jobs += demand->is_suspended;
  batch->runtime_jobs += demand->has_runtime_class && demand->overhead.count == 0;
  if (__builtin_add_overflow(batch->pods, counted_pods(batch, demand), &batch->pods))
    batch->pods = UINT64_MAX;
  for (size_t i = 0; i < DEMAND_LISTS; i++)
    if (add_lists(batch, demand, defaults, (enum demand_list)i) < 0)
      return -1;
  return 0;
}
