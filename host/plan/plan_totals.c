/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/plan_totals.h"

#include "json/json_text.h"

#include <string.h>

int32_t plan_totals_make(struct plan_totals *totals, const struct hg_plan *plan,
                         struct arena *arena) {
  static const struct demand_defaults nothing;
  const char *last_namespace = NULL;
  const char *last_queue = NULL;

  memset(totals, 0, sizeof *totals);
  batch_demand_init(&totals->demand, arena);
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    const struct planned_job *job = planned_job_of(plan->jobs[i]);

    if (batch_demand_add(&totals->demand, job->demand, &nothing) < 0)
      return -1;
    /* Neighbours mostly share them. */
    if ((!last_namespace || strcmp(last_namespace, job->item.job_namespace) != 0) &&
        batch_words_note(&totals->namespaces, arena, job->item.job_namespace) < 0)
      return -1;
    if ((!last_queue || strcmp(last_queue, job->queue) != 0) &&
        batch_words_note(&totals->queues, arena, job->queue) < 0)
      return -1;
    last_namespace = job->item.job_namespace;
    last_queue = job->queue;
  }
  return 0;
}

static json_t *names_json(const struct string_list *names) {
  json_t *list = json_array();

  for (size_t i = 0; i < names->count; i++)
    (void)json_array_append_new(list, json_of_text(names->items[i]));
  return list;
}

static json_t *sums_json(const struct amount_sums *sums) {
  json_t *object = json_object();

  for (const struct amount_sum *sum = sums->first; sum; sum = sum->next) {
    char amount[QUANTITY_TEXT];
    json_t *name = json_of_text(sum->name); /* UTF-8 whatever the manifest has */

    quantity_print(&sum->amount, amount);
    (void)json_object_set_new(object, json_string_value(name) ? json_string_value(name) : "",
                              json_string(amount));
    json_decref(name);
  }
  return object;
}

json_t *plan_totals_json(const struct plan_totals *totals) {
  const struct batch_demand *demand = &totals->demand;

  return json_pack("{s:I, s:I, s:o, s:o, s:o, s:o}", "jobs", (json_int_t)demand->jobs, "pods",
                   (json_int_t)demand->pods, "requests", sums_json(&demand->lists[DEMAND_REQUESTS]),
                   "limits", sums_json(&demand->lists[DEMAND_LIMITS]), "namespaces",
                   names_json(&totals->namespaces), "queues", names_json(&totals->queues));
}
