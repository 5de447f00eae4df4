/* SPDX-License-Identifier: Apache-2.0 */
#include "run/preflight.h"

#include "memory/no_memory.h"
#include "plan/manifest_check.h"
#include "run/preflight_change.h"

#include <stdlib.h>
#include <string.h>

/* One preflight, while it goes on. */
struct preflight_work {
  struct preflight *preflight;
  const struct hg_plan *plan;
  char **manifests; /* what is given on standard input, by Job */
  struct hg_error error;
};

void preflight_init(struct preflight *preflight) {
  memset(preflight, 0, sizeof *preflight);
  arena_init(&preflight->arena);
}

void preflight_finish(struct preflight *preflight) {
  arena_finish(&preflight->arena);
  memset(preflight, 0, sizeof *preflight);
}

/* The verdict as this host knows it: of what the applier's is too short for, there is nothing. */
static struct hg_preflight_verdict whole_verdict(const struct hg_preflight_verdict *theirs) {
  struct hg_preflight_verdict verdict;
  size_t size = theirs->struct_size < sizeof verdict ? theirs->struct_size : sizeof verdict;

  memset(&verdict, 0, sizeof verdict);
  memcpy(&verdict, theirs, size);
  return verdict;
}

static int32_t take_verdict(const struct hg_preflight_sink *sink, uint64_t item,
                            const struct hg_preflight_verdict *verdict) {
  struct preflight_work *work = sink->context;
  struct arena *arena = &work->preflight->arena;
  const struct hg_preflight_verdict whole = whole_verdict(verdict);
  struct preflight_row *row;

  verdict = &whole;
  if (item >= work->plan->total_jobs)
    return hg_error_set(&work->error, HG_ERROR_FAILED,
                        "the applier judged a Job that is not there");
  free(work->manifests[item]);
  work->manifests[item] = NULL;
  row = &work->preflight->rows[item];
  if (row->verdict != 0)
    return 0;
  if (verdict->verdict < HG_PREFLIGHT_CREATE || verdict->verdict > HG_PREFLIGHT_REFUSED)
    return 0; /* nothing that is known: as if nothing had been said */
  row->verdict = verdict->verdict;
  row->reason = arena_copy(arena, verdict->reason, strlen(verdict->reason));
  row->failure_class = arena_copy(arena, verdict->failure_class, strlen(verdict->failure_class));
  row->advice = arena_copy(arena, verdict->advice, strlen(verdict->advice));
  row->warnings = preflight_copy_texts(arena, verdict->warnings, verdict->warning_count);
  if (!row->reason || !row->failure_class || !row->advice || !row->warnings)
    return no_memory(&work->error);
  if (sink->wants_objects &&
      preflight_take_change(row, arena, verdict, work->plan->jobs[item], &work->error) < 0)
    return -1;
  work->preflight->refused += verdict->verdict == HG_PREFLIGHT_REFUSED;
  return 0;
}

static int32_t give_document(const struct hg_preflight_sink *sink, uint64_t item,
                             struct hg_bytes *document, struct hg_error *err) {
  struct preflight_work *work = sink->context;
  struct hg_bytes found;
  char *bytes;

  if (item >= work->plan->total_jobs)
    return hg_error_set(err, HG_ERROR_FAILED, "there is no such Job");
  if (manifest_check(planned_job_of(work->plan->jobs[item]), &bytes, &found, err) < 0)
    return -1;
  free(work->manifests[item]);
  work->manifests[item] = bytes;
  *document = found;
  return 0;
}

/* A Job of which nothing was said is refused: nobody said that the server would take it. */
static void refuse_silent(struct preflight *preflight) {
  for (uint64_t i = 0; i < preflight->count; i++) {
    struct preflight_row *row = &preflight->rows[i];

    if (row->verdict != 0)
      continue;
    row->verdict = HG_PREFLIGHT_REFUSED;
    row->reason = "the applier did not say what the server would do with it";
    row->failure_class = "no-outcome";
    row->advice = "ask again; if it happens again, use another applier";
    preflight->refused++;
  }
}

static bool is_new(const void *context, uint64_t index) {
  const struct preflight *preflight = context;

  return preflight->rows[index].verdict == HG_PREFLIGHT_CREATE;
}

static bool is_present(const void *context, uint64_t index) {
  const struct preflight *preflight = context;

  return preflight->rows[index].verdict == HG_PREFLIGHT_UNCHANGED ||
         preflight->rows[index].verdict == HG_PREFLIGHT_UPDATE;
}

/* Each Job alone may be taken, and all of them not. */
static int32_t add_up(struct preflight *preflight, struct run *run, struct hg_error *err) {
  const struct namespace_question question = {&run->plan.plan, &run->stages, is_new, is_present,
                                              preflight};

  if (namespace_reports_make(&preflight->namespaces, &preflight->arena, &question, err) < 0)
    return -1;
  for (const struct namespace_report *report = preflight->namespaces; report; report = report->next)
    preflight->impossible += report->findings.counts[FINDING_NEVER];
  return 0;
}

int32_t preflight_ask(struct preflight *preflight, struct run *run, const struct hg_plan *plan,
                      struct hg_error *err) {
  struct preflight_work work = {preflight, plan, NULL, HG_ERROR_INIT};
  const struct hg_preflight_sink sink = {sizeof sink, run->request->diff, &work, take_verdict,
                                         give_document};
  size_t size = (plan->total_jobs + 1) * sizeof *preflight->rows;
  int32_t result = -1;

  if (run_open_applier(run, err) < 0)
    return -1;
  preflight->rows = arena_alloc(&preflight->arena, size);
  work.manifests = calloc(plan->total_jobs + 1, sizeof *work.manifests);
  if (!preflight->rows || !work.manifests) {
    (void)no_memory(err);
    goto out;
  }
  memset(preflight->rows, 0, size);
  preflight->count = plan->total_jobs;
  preflight->has_changes = run->request->diff;
  result = run->stages.applier->ops.applier.preflight(run->stages.applier_object, plan, &sink, err);
  if (result == 0 && work.error.code != 0)
    result = hg_error_set(err, work.error.code, "%s", work.error.message);
  if (result == 0)
    refuse_silent(preflight);
out:
  for (uint64_t i = 0; work.manifests && i < plan->total_jobs; i++)
    free(work.manifests[i]);
  free(work.manifests);
  return result;
}

int32_t preflight_run(struct preflight *preflight, struct run *run, struct hg_error *err) {
  int32_t result = preflight_ask(preflight, run, &run->plan.plan, err);

  return result == 0 ? add_up(preflight, run, err) : result;
}

const char *preflight_verdict_name(uint32_t verdict) {
  static const char *const names[] = {"unknown", "create", "unchanged", "update", "refused"};

  return names[verdict < sizeof names / sizeof *names ? verdict : 0];
}
