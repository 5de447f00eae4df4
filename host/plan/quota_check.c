/* SPDX-License-Identifier: Apache-2.0 */
/* A batch against the ResourceQuotas of its namespace, as the quota controller counts: Pods at a
 * time, Jobs as objects (https://kubernetes.io/docs/concepts/policy/resource-quotas/). */
#include "memory/count.h"
#include "plan/limit_findings.h"

#include <string.h>

enum match { MATCH_NO, MATCH_YES, MATCH_UNKNOWN };

/* What a quota counts, by its name there. */
enum counted { COUNTED_NOTHING, COUNTED_JOBS, COUNTED_PODS, COUNTED_AMOUNTS };

struct counted_resource {
  enum counted counted;
  enum demand_list which;
  const char *name; /* of the resource, where it is amounts */
};

static struct counted_resource counted_of(const char *name) {
  static const char *const requests[] = {"cpu", "memory", "ephemeral-storage"};

  if (strcmp(name, "count/jobs.batch") == 0)
    return (struct counted_resource){COUNTED_JOBS, DEMAND_REQUESTS, NULL};
  if (strcmp(name, "pods") == 0 || strcmp(name, "count/pods") == 0)
    return (struct counted_resource){COUNTED_PODS, DEMAND_REQUESTS, NULL};
  if (strncmp(name, "limits.", 7) == 0)
    return (struct counted_resource){COUNTED_AMOUNTS, DEMAND_LIMITS, name + 7};
  if (strncmp(name, "requests.", 9) == 0 && strcmp(name + 9, "storage") != 0)
    return (struct counted_resource){COUNTED_AMOUNTS, DEMAND_REQUESTS, name + 9};
  for (size_t i = 0; i < COUNT(requests); i++)
    if (strcmp(name, requests[i]) == 0)
      return (struct counted_resource){COUNTED_AMOUNTS, DEMAND_REQUESTS, name};
  if (strncmp(name, "hugepages-", 10) == 0)
    return (struct counted_resource){COUNTED_AMOUNTS, DEMAND_REQUESTS, name};
  return (struct counted_resource){COUNTED_NOTHING, DEMAND_REQUESTS, NULL};
}

/* --- Scopes ----------------------------------------------------------------------------------- */

static bool is_best_effort(const struct job_demand *demand,
                           const struct demand_defaults *defaults) {
  static const char *const names[] = {"cpu", "memory"};

  for (size_t i = 0; i < COUNT(names); i++)
    for (size_t which = 0; which < DEMAND_LISTS; which++) {
      struct quantity amount;

      if (pod_amount(demand, defaults, (enum demand_list)which, names[i], &amount) &&
          amount.nano > 0)
        return false;
    }
  return true;
}

/* A Pod that names no class gets the cluster's default one, if it has one. */
static enum match match_class(const struct quota_scope *scope, const char *class) {
  bool is_in = false;

  if (!*class)
    return MATCH_UNKNOWN;
  for (size_t i = 0; i < scope->values.count; i++)
    is_in = is_in || strcmp(scope->values.items[i], class) == 0;
  if (strcmp(scope->relation, "Exists") == 0)
    return MATCH_YES;
  if (strcmp(scope->relation, "DoesNotExist") == 0)
    return MATCH_NO;
  if (strcmp(scope->relation, "In") == 0)
    return is_in ? MATCH_YES : MATCH_NO;
  if (strcmp(scope->relation, "NotIn") == 0)
    return is_in ? MATCH_NO : MATCH_YES;
  return MATCH_UNKNOWN;
}

static enum match match_of(bool is_so) {
  return is_so ? MATCH_YES : MATCH_NO;
}

static enum match match_scope(const struct quota_scope *scope, const struct job_demand *demand,
                              const struct demand_defaults *defaults) {
  if (strcmp(scope->name, "Terminating") == 0)
    return match_of(demand->has_pod_deadline);
  if (strcmp(scope->name, "NotTerminating") == 0)
    return match_of(!demand->has_pod_deadline);
  if (strcmp(scope->name, "BestEffort") == 0)
    return match_of(is_best_effort(demand, defaults));
  if (strcmp(scope->name, "NotBestEffort") == 0)
    return match_of(!is_best_effort(demand, defaults));
  if (strcmp(scope->name, "PriorityClass") == 0)
    return match_class(scope, demand->priority_class);
  if (strcmp(scope->name, "VolumeAttributesClass") == 0)
    return MATCH_NO; /* of claims, not of Pods */
  return MATCH_UNKNOWN;
}

/* Whether the quota counts the Pods of the Job; `*scope` names what is not known. */
static enum match match_pods(const struct resource_quota *quota, const struct job_demand *demand,
                             const struct demand_defaults *defaults, const char **scope) {
  enum match whole = MATCH_YES;

  for (uint32_t i = 0; i < quota->scope_count; i++) {
    enum match one = match_scope(&quota->scopes[i], demand, defaults);

    if (one == MATCH_NO)
      return MATCH_NO;
    if (one == MATCH_UNKNOWN) {
      whole = MATCH_UNKNOWN;
      *scope = quota->scopes[i].name;
    }
  }
  return whole;
}

/* --- One resource of one quota ------------------------------------------------------------------
 */

struct quota_row {
  const struct resource_quota *quota;
  const struct demand_defaults *defaults;
  bool are_defaults_known;
  const char *name; /* of the resource, as the quota has it */
  struct counted_resource counted;
  struct quantity hard;
  struct quantity used;
  struct quantity asked; /* by the Jobs together */
  struct quantity most;  /* that one Pod asks for */
  struct troubled_jobs too_large;
  struct troubled_jobs unnamed; /* whose containers have to name it */
  const char *container;        /* of the first of those */
  struct troubled_jobs unknown;
  const char *scope; /* that is not known of them */
};

static struct quantity whole(uint64_t number) {
  struct quantity quantity = {.nano = 1000000000};

  quantity_multiply(&quantity, number);
  return quantity;
}

/* With such a quota each container has to say it, and a Pod that has one which does not is refused.
 * So the server has it for these alone. NULL: all do. */
static const char *unnamed_container(const struct quota_row *row, const struct job_demand *demand) {
  const char *resource = row->counted.name;

  if (!row->are_defaults_known ||
      (strcmp(resource, "cpu") != 0 && strcmp(resource, "memory") != 0) ||
      demand->pod[DEMAND_REQUESTS].count > 0 || demand->pod[DEMAND_LIMITS].count > 0)
    return NULL;
  for (uint32_t i = 0; i < demand->container_count; i++)
    if (!container_amount(&demand->containers[i], row->defaults, row->counted.which, resource))
      return demand->containers[i].name;
  return NULL;
}

static void add_amounts(struct quota_row *row, const struct asked_job *job) {
  const char *container = unnamed_container(row, job->demand);
  struct quantity amount;

  if (container) {
    if (row->unnamed.count == 0)
      row->container = container;
    troubled_jobs_add(&row->unnamed, job->name);
    return;
  }
  if (!pod_amount(job->demand, row->defaults, row->counted.which, row->counted.name, &amount))
    return;
  if (quantity_compare(&amount, &row->hard) > 0) {
    if (row->too_large.count == 0)
      row->most = amount;
    troubled_jobs_add(&row->too_large, job->name);
    return;
  }
  quantity_multiply(&amount, job_demand_pods_now(job->demand));
  quantity_add(&row->asked, &amount);
}

static void add_job(struct quota_row *row, const struct asked_job *job) {
  struct quantity count;
  enum match match;

  if (row->counted.counted == COUNTED_JOBS) {
    count = whole(1);
    if (row->quota->scope_count == 0) /* scopes are of Pods */
      quantity_add(&row->asked, &count);
    return;
  }
  if (!job->demand->is_known)
    return;
  match = match_pods(row->quota, job->demand, row->defaults, &row->scope);
  if (match == MATCH_UNKNOWN)
    troubled_jobs_add(&row->unknown, job->name);
  if (match != MATCH_YES)
    return;
  count = whole(job_demand_pods_now(job->demand));
  if (row->counted.counted == COUNTED_PODS)
    quantity_add(&row->asked, &count);
  else
    add_amounts(row, job);
}

static int32_t add_finding(struct limit_findings *findings, const struct quota_row *row,
                           enum finding_kind kind, struct text_buffer *message,
                           const struct troubled_jobs *jobs) {
  if (jobs)
    troubled_jobs_append(message, jobs);
  if (limit_findings_add(findings, kind, "ResourceQuota", row->quota->name, row->name, message) < 0)
    return -1;
  text_buffer_reset(message);
  return 0;
}

/* What is left is less than what is asked for. */
static int32_t say_too_little(struct limit_findings *findings, const struct quota_row *row,
                              struct text_buffer *message) {
  bool is_jobs = row->counted.counted == COUNTED_JOBS;
  struct quantity left = row->used;
  char texts[4][QUANTITY_TEXT];

  left.nano = -left.nano;
  left.format = row->hard.format;
  quantity_add(&left, &row->hard);
  if (quantity_compare(&row->asked, &left) <= 0 || row->asked.nano == 0)
    return 0;
  if (left.nano < 0)
    left.nano = 0;
  quantity_print(&row->asked, texts[0]);
  quantity_print(&left, texts[1]);
  quantity_print(&row->used, texts[2]);
  quantity_print(&row->hard, texts[3]);
  text_buffer_printf(message, "%s asked for%s, %s left (%s of %s used): %s", texts[0],
                     is_jobs ? "" : " at a time", texts[1], texts[2], texts[3],
                     is_jobs ? "the server will refuse the other Jobs"
                             : "some Pods wait until others are over");
  return add_finding(findings, row, is_jobs ? FINDING_NEVER : FINDING_LATER, message, NULL);
}

static int32_t say(struct limit_findings *findings, const struct quota_row *row,
                   struct text_buffer *message) {
  char texts[2][QUANTITY_TEXT];

  if (row->unnamed.count > 0) {
    text_buffer_printf(message,
                       "container %s of %s has none, and with this quota each must: its Pods are "
                       "never made",
                       row->container, row->unnamed.first);
    if (add_finding(findings, row, FINDING_NEVER, message, &row->unnamed) < 0)
      return -1;
  }
  if (row->too_large.count > 0) {
    quantity_print(&row->most, texts[0]);
    quantity_print(&row->hard, texts[1]);
    text_buffer_printf(message,
                       "a Pod of %s asks for %s, and the quota is %s in all: it is never made",
                       row->too_large.first, texts[0], texts[1]);
    if (add_finding(findings, row, FINDING_NEVER, message, &row->too_large) < 0)
      return -1;
  }
  if (row->unknown.count > 0) {
    text_buffer_printf(message, "not known whether it counts the Pods of %s (scope %s)",
                       row->unknown.first, row->scope);
    if (add_finding(findings, row, FINDING_UNKNOWN, message, &row->unknown) < 0)
      return -1;
  }
  return say_too_little(findings, row, message);
}

static int32_t check_quota(struct limit_findings *findings, const struct resource_quota *quota,
                           const struct namespace_limits *limits, const struct asked_job *jobs,
                           uint64_t job_count, struct text_buffer *message) {
  struct quota_row nothing = {.quota = quota, .name = ""};

  if (!quota->is_counted) {
    text_buffer_append_string(message, "not known: the server has not counted it yet");
    return add_finding(findings, &nothing, FINDING_UNKNOWN, message, NULL);
  }
  for (uint32_t i = 0; i < quota->hard.count; i++) {
    const char *name = quota->hard.items[i].name;
    const struct quantity *used = resource_list_find(&quota->used, name);
    struct quota_row row = {
        .quota = quota,
        .defaults = &limits->defaults,
        .are_defaults_known = limits->are_defaults_known,
        .name = name,
        .counted = counted_of(name),
        .hard = quota->hard.items[i].amount,
        .used = used ? *used : (struct quantity){0},
    };

    if (row.counted.counted == COUNTED_NOTHING)
      continue;
    for (uint64_t j = 0; j < job_count; j++)
      add_job(&row, &jobs[j]);
    if (say(findings, &row, message) < 0)
      return -1;
  }
  return 0;
}

int32_t quota_check(struct limit_findings *findings, const struct namespace_limits *limits,
                    const struct asked_job *jobs, uint64_t job_count) {
  struct text_buffer message;
  int32_t result = 0;

  text_buffer_init(&message);
  for (const struct resource_quota *quota = limits->quotas; quota && result == 0;
       quota = quota->next)
    result = check_quota(findings, quota, limits, jobs, job_count, &message);
  text_buffer_finish(&message);
  return result;
}
