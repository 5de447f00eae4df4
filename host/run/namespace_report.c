/* SPDX-License-Identifier: Apache-2.0 */
#include "run/namespace_report.h"

#include "memory/name_table.h"
#include "memory/no_memory.h"
#include "plan/plan_builder.h"
#include "text/visible_text.h"

#include <string.h>

/* --- What the applier reads ------------------------------------------------------------------- */

/* One namespace, while it is looked at. */
struct look {
  struct namespace_report *report;
  struct namespace_limits limits;
  bool is_over[LIMITS_KINDS];
  struct hg_error problems[LIMITS_KINDS]; /* what came and cannot be read; code 0: nothing */
  struct hg_error *err;
};

/* -1: it is none that this host asked for. */
static int32_t kind_of(const char *name) {
  if (strcmp(name, HG_LIMITS_RESOURCE_QUOTA) == 0)
    return LIMITS_QUOTAS;
  return strcmp(name, HG_LIMITS_LIMIT_RANGE) == 0 ? LIMITS_RANGES : -1;
}

static int32_t take_object(const struct hg_limits_sink *sink, const char *kind_name,
                           const struct hg_bytes *json) {
  struct look *look = sink->context;
  int32_t kind = kind_of(kind_name);
  struct hg_error *problem;

  if (kind < 0)
    return 0;
  problem = &look->problems[kind];
  if (problem->code != 0)
    return 0;
  if ((kind == LIMITS_QUOTAS ? namespace_limits_add_quota(&look->limits, json, problem)
                             : namespace_limits_add_range(&look->limits, json, problem)) < 0 &&
      problem->code == HG_ERROR_NO_MEMORY)
    return no_memory(look->err);
  return 0;
}

static int32_t take_end(const struct hg_limits_sink *sink, const char *kind_name,
                        const char *problem) {
  struct look *look = sink->context;
  int32_t kind = kind_of(kind_name);

  if (kind < 0)
    return 0;
  look->is_over[kind] = true;
  if (problem && look->problems[kind].code == 0)
    (void)hg_error_set(&look->problems[kind], HG_ERROR_FAILED, "%s", problem);
  return 0;
}

/* Safe to show. NULL: no memory. */
static const char *keep(struct arena *arena, const char *text) {
  struct text_buffer shown;
  const char *copy = NULL;

  text_buffer_init(&shown);
  visible_text_append(&shown, text, strlen(text));
  if (!shown.failed)
    copy = arena_copy(arena, text_buffer_string(&shown), shown.length);
  text_buffer_finish(&shown);
  return copy;
}

/* Of what was not read whole, nothing counts. */
static int32_t note_unread(struct look *look, struct arena *arena) {
  for (size_t kind = 0; kind < LIMITS_KINDS; kind++) {
    const struct hg_error *problem = &look->problems[kind];

    if (look->is_over[kind] && problem->code == 0)
      continue;
    look->report->unread[kind] =
        keep(arena, problem->code != 0 ? problem->message
                                       : "the applier did not say that it had read them");
    if (!look->report->unread[kind])
      return no_memory(look->err);
  }
  if (look->report->unread[LIMITS_QUOTAS])
    look->limits.quotas = NULL;
  if (look->report->unread[LIMITS_RANGES]) {
    look->limits.ranges = NULL;
    memset(&look->limits.defaults, 0, sizeof look->limits.defaults);
    look->limits.are_defaults_known = false;
  }
  return 0;
}

static int32_t read_limits(struct look *look, const struct stages *stages, struct arena *arena) {
  static const char nobody[] = "this applier does not look at them: add --applier server";
  const struct hg_applier_ops *ops = &stages->applier->ops.applier;
  const struct hg_limits_sink sink = {sizeof sink, 0, look, take_object, take_end};

  if (!ops->namespace_limits) {
    look->report->unread[LIMITS_QUOTAS] = look->report->unread[LIMITS_RANGES] = nobody;
    look->limits.are_defaults_known = false;
    return 0;
  }
  if (ops->namespace_limits(stages->applier_object, look->report->name, &sink, look->err) < 0 ||
      look->err->code == HG_ERROR_NO_MEMORY)
    return -1;
  return note_unread(look, arena);
}

/* --- The reports ------------------------------------------------------------------------------ */

static int32_t report_on(struct namespace_report *report, struct arena *arena,
                         const struct namespace_question *question, struct hg_error *err) {
  struct look look = {.report = report, .err = err};

  namespace_limits_init(&look.limits, arena);
  for (size_t i = 0; i < LIMITS_KINDS; i++)
    look.problems[i] = (struct hg_error)HG_ERROR_INIT;
  if (read_limits(&look, question->stages, arena) < 0)
    return -1;
  batch_demand_init(&report->demand, arena);
  report->demand.is_of_now = true;
  limit_findings_init(&report->findings, arena);
  for (uint64_t i = 0; i < report->job_count; i++)
    if (batch_demand_add(&report->demand, report->jobs[i].demand, &look.limits.defaults) < 0)
      return no_memory(err);
  if (quota_check(&report->findings, &look.limits, report->jobs, report->job_count) < 0 ||
      limit_range_check(&report->findings, &look.limits, report->jobs, report->job_count) < 0)
    return no_memory(err);
  return 0;
}

/* The report of the Job's namespace, which is made where there is none. NULL: no memory. */
static struct namespace_report *find_report(struct name_table *table, struct arena *arena,
                                            const char *name, struct namespace_report ***end) {
  void **entry = name_table_entry(table, arena, name, (uint32_t)strlen(name));
  struct namespace_report *report = entry ? *entry : NULL;

  if (report || !entry)
    return report;
  report = arena_alloc(arena, sizeof *report);
  if (!report)
    return NULL;
  memset(report, 0, sizeof *report);
  report->name = name;
  *entry = report;
  **end = report;
  *end = &report->next;
  return report;
}

/* A Job of an earlier process has no demand: it is not asked for again. */
static bool is_asked(const struct namespace_question *question, uint64_t index) {
  return planned_job_of(question->plan->jobs[index])->demand &&
         question->is_new(question->context, index);
}

/* Counts each namespace's new Jobs, then lists them. */
static int32_t sort_jobs(struct namespace_report **reports, struct arena *arena,
                         const struct namespace_question *question) {
  const struct hg_plan *plan = question->plan;
  struct namespace_report **end = reports;
  struct name_table table;

  name_table_init(&table);
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    struct namespace_report *report =
        find_report(&table, arena, plan->jobs[i]->job_namespace, &end);

    if (!report)
      return -1;
    report->job_count += is_asked(question, i);
    report->present_jobs += question->is_present(question->context, i);
  }
  for (struct namespace_report *report = *reports; report; report = report->next) {
    report->jobs = arena_alloc(arena, (report->job_count + 1) * sizeof *report->jobs);
    if (!report->jobs)
      return -1;
    report->job_count = 0;
  }
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    struct namespace_report *report;

    if (!is_asked(question, i))
      continue;
    report = find_report(&table, arena, plan->jobs[i]->job_namespace, &end);
    report->jobs[report->job_count++] =
        (struct asked_job){plan->jobs[i]->job_name, planned_job_of(plan->jobs[i])->demand};
  }
  return 0;
}

int32_t namespace_reports_make(struct namespace_report **reports, struct arena *arena,
                               const struct namespace_question *question, struct hg_error *err) {
  struct namespace_report **link = reports;

  *reports = NULL;
  if (sort_jobs(reports, arena, question) < 0)
    return no_memory(err);
  while (*link) {
    struct namespace_report *report = *link;

    if (report->job_count == 0) { /* nothing new is asked of it */
      *link = report->next;
      continue;
    }
    if (report_on(report, arena, question, err) < 0)
      return -1;
    link = &report->next;
  }
  return 0;
}
