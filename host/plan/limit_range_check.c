/* SPDX-License-Identifier: Apache-2.0 */
/* Each Job of a batch against the LimitRanges of its namespace
 * (https://kubernetes.io/docs/concepts/policy/limit-range/): a Pod that keeps not to one is refused
 * for ever, and its Job waits. */
#include "plan/limit_findings.h"

#include <string.h>

/* One amount of one rule. */
struct range_row {
  const struct limit_range *range;
  const struct limit_rule *rule;
  const struct demand_defaults *defaults;
  const char *resource;
  struct troubled_jobs jobs;
  struct text_buffer message; /* of the first of them */
};

/* What a container, or a whole Pod, asks for. NULL: nothing is named. */
struct asked_amounts {
  const struct quantity *request;
  const struct quantity *limit;
  const char *container; /* NULL: the Pod */
};

typedef bool range_rule_function(struct text_buffer *message, const struct quantity *bound,
                                 const struct asked_amounts *asked);

static void print_beside(struct text_buffer *message, const char *what,
                         const struct quantity *amount, const char *which,
                         const struct quantity *bound) {
  char texts[2][QUANTITY_TEXT];

  quantity_print(bound, texts[1]);
  if (!amount) {
    text_buffer_printf(message, "has no %s, and the %s is %s", what, which, texts[1]);
    return;
  }
  quantity_print(amount, texts[0]);
  text_buffer_printf(message, "has a %s of %s, and the %s is %s", what, texts[0], which, texts[1]);
}

/* Each of the three says what is wrong, and returns whether something is. */
static bool passes_most(struct text_buffer *message, const struct quantity *bound,
                        const struct asked_amounts *asked) {
  bool is_limit = !asked->limit || quantity_compare(asked->limit, bound) > 0;

  if (!is_limit && (!asked->request || quantity_compare(asked->request, bound) <= 0))
    return false;
  print_beside(message, is_limit ? "limit" : "request", is_limit ? asked->limit : asked->request,
               "most", bound);
  return true;
}

static bool is_below_least(struct text_buffer *message, const struct quantity *bound,
                           const struct asked_amounts *asked) {
  bool is_request = !asked->request || quantity_compare(asked->request, bound) < 0;

  if (!is_request && (!asked->limit || quantity_compare(asked->limit, bound) >= 0))
    return false;
  print_beside(message, is_request ? "request" : "limit",
               is_request ? asked->request : asked->limit, "least", bound);
  return true;
}

static bool passes_ratio(struct text_buffer *message, const struct quantity *bound,
                         const struct asked_amounts *asked) {
  char texts[3][QUANTITY_TEXT];

  if (!asked->limit || !asked->request || asked->request->nano == 0) {
    print_beside(message, asked->limit ? "request" : "limit", NULL,
                 "most that a limit may be of its request", bound);
    return true;
  }
  if ((double)asked->limit->nano / (double)asked->request->nano <= (double)bound->nano / 1e9)
    return false;
  quantity_print(asked->limit, texts[0]);
  quantity_print(asked->request, texts[1]);
  quantity_print(bound, texts[2]);
  text_buffer_printf(message, "has a limit of %s for a request of %s, and %s times is the most",
                     texts[0], texts[1], texts[2]);
  return true;
}

/* Whether something is wrong; the first time, says it. */
static bool try_amounts(struct range_row *row, range_rule_function *rule,
                        const struct quantity *bound, const struct asked_amounts *asked,
                        const struct asked_job *job) {
  struct text_buffer what;
  bool is_wrong;

  text_buffer_init(&what);
  is_wrong = rule(&what, bound, asked);
  if (is_wrong && row->jobs.count == 0) {
    if (asked->container)
      text_buffer_printf(&row->message, "container %s of ", asked->container);
    else
      text_buffer_append_string(&row->message, "a Pod of ");
    text_buffer_printf(&row->message, "%s %s: its Pods are never made", job->name,
                       text_buffer_string(&what));
  }
  row->message.failed = row->message.failed || what.failed;
  text_buffer_finish(&what);
  return is_wrong;
}

static bool try_pod(struct range_row *row, range_rule_function *rule, const struct quantity *bound,
                    const struct asked_job *job) {
  struct quantity amounts[DEMAND_LISTS];
  struct asked_amounts asked = {NULL, NULL, NULL};

  if (pod_amount(job->demand, row->defaults, DEMAND_REQUESTS, row->resource,
                 &amounts[DEMAND_REQUESTS]))
    asked.request = &amounts[DEMAND_REQUESTS];
  if (pod_amount(job->demand, row->defaults, DEMAND_LIMITS, row->resource, &amounts[DEMAND_LIMITS]))
    asked.limit = &amounts[DEMAND_LIMITS];
  return try_amounts(row, rule, bound, &asked, job);
}

static bool try_containers(struct range_row *row, range_rule_function *rule,
                           const struct quantity *bound, const struct asked_job *job) {
  for (uint32_t i = 0; i < job->demand->container_count; i++) {
    const struct container_demand *container = &job->demand->containers[i];
    const struct asked_amounts asked = {
        container_amount(container, row->defaults, DEMAND_REQUESTS, row->resource),
        container_amount(container, row->defaults, DEMAND_LIMITS, row->resource),
        container->name,
    };

    if (try_amounts(row, rule, bound, &asked, job))
      return true;
  }
  return false;
}

/* One of the three lists of a rule. */
static int32_t check_list(struct limit_findings *findings, struct range_row *row,
                          const struct resource_list *list, range_rule_function *rule,
                          const struct asked_job *jobs, uint64_t job_count) {
  bool is_of_pod = strcmp(row->rule->type, "Pod") == 0;

  for (uint32_t i = 0; i < list->count; i++) {
    const struct quantity *bound = &list->items[i].amount;

    row->resource = list->items[i].name;
    row->jobs = (struct troubled_jobs){NULL, 0};
    text_buffer_reset(&row->message);
    for (uint64_t j = 0; j < job_count; j++)
      if (jobs[j].demand->is_known && (is_of_pod ? try_pod(row, rule, bound, &jobs[j])
                                                 : try_containers(row, rule, bound, &jobs[j])))
        troubled_jobs_add(&row->jobs, jobs[j].name);
    if (row->jobs.count == 0)
      continue;
    troubled_jobs_append(&row->message, &row->jobs);
    if (limit_findings_add(findings, FINDING_NEVER, "LimitRange", row->range->name, row->resource,
                           &row->message) < 0)
      return -1;
  }
  return 0;
}

static int32_t check_rule(struct limit_findings *findings, struct range_row *row,
                          const struct asked_job *jobs, uint64_t job_count) {
  const struct limit_rule *rule = row->rule;

  if (strcmp(rule->type, "Pod") != 0 && strcmp(rule->type, "Container") != 0)
    return 0;
  return check_list(findings, row, &rule->most, passes_most, jobs, job_count) < 0 ||
                 check_list(findings, row, &rule->least, is_below_least, jobs, job_count) < 0 ||
                 check_list(findings, row, &rule->ratio, passes_ratio, jobs, job_count) < 0
             ? -1
             : 0;
}

int32_t limit_range_check(struct limit_findings *findings, const struct namespace_limits *limits,
                          const struct asked_job *jobs, uint64_t job_count) {
  struct range_row row = {.defaults = &limits->defaults};
  int32_t result = 0;

  text_buffer_init(&row.message);
  for (const struct limit_range *range = limits->ranges; range && result == 0; range = range->next)
    for (uint32_t i = 0; i < range->rule_count && result == 0; i++) {
      row.range = range;
      row.rule = &range->rules[i];
      result = check_rule(findings, &row, jobs, job_count);
    }
  text_buffer_finish(&row.message);
  return result;
}
