/* SPDX-License-Identifier: Apache-2.0 */
#include "run/known_tries.h"

#include "memory/no_memory.h"
#include "run/derivation.h"
#include "run/run.h"
#include "terminal/log.h"

#include <stdlib.h>
#include <string.h>

void known_tries_init(struct known_tries *tries) {
  memset(tries, 0, sizeof *tries);
  arena_init(&tries->arena);
}

void known_tries_finish(struct known_tries *tries) {
  arena_finish(&tries->arena);
  free(tries->tries);
  free(tries->sources);
  known_tries_init(tries);
}

/* Room for one more of `size` bytes. NULL where memory is out. */
static void *grow(void *array, size_t count, size_t *capacity, size_t size) {
  size_t wanted = *capacity ? *capacity * 2 : 16;
  void *grown;

  if (count < *capacity)
    return array;
  grown = realloc(array, wanted * size);
  if (grown)
    *capacity = wanted;
  return grown;
}

static int32_t expect_source(struct run *run, const struct known_try *known, struct hg_error *err) {
  struct expected_job source = {.job = known->job, .is_source = true};

  source.job.name = known->from_name;
  if (expected_jobs_find(run->expected, &known->job, err) || err->code == HG_ERROR_NO_MEMORY)
    return err->code == HG_ERROR_NO_MEMORY ? -1 : 0;
  memcpy(source.sha256, known->source_sha256, sizeof source.sha256);
  return expected_jobs_add(run->expected, &source, err);
}

int32_t known_tries_add(struct known_tries *tries, const struct known_try *known, struct run *run,
                        struct hg_error *err) {
  struct known_try *grown =
      grow(tries->tries, tries->count, &tries->capacity, sizeof *tries->tries);
  struct known_try *added;

  if (!grown)
    return no_memory(err);
  tries->tries = grown;
  added = &tries->tries[tries->count];
  *added = *known;
  added->from_name = arena_copy(&tries->arena, known->from_name, strlen(known->from_name));
  if (known->replaces_uid)
    added->replaces_uid =
        arena_copy(&tries->arena, known->replaces_uid, strlen(known->replaces_uid));
  if (!added->from_name || (known->replaces_uid && !added->replaces_uid) ||
      job_ref_copy(&added->job, &known->job, &tries->arena) < 0)
    return no_memory(err);
  tries->count++;
  return known->is_settled ? 0 : expect_source(run, added, err);
}

int32_t known_tries_take_source(struct known_tries *tries, const struct judged_document *document,
                                struct hg_error *err) {
  struct planned_job **grown =
      grow(tries->sources, tries->source_count, &tries->source_capacity, sizeof *tries->sources);
  struct planned_job *source = arena_alloc(&tries->arena, sizeof *source);

  if (grown)
    tries->sources = grown;
  if (!grown || !source)
    return no_memory(err);
  *source = (struct planned_job){
      .item =
          {
              .struct_size = sizeof source->item,
              .document_number = document->job.document_number,
              .document_count = document->document_count,
              .yaml_path = document->job.path,
              .job_namespace = arena_copy(&tries->arena, document->job.namespace,
                                          strlen(document->job.namespace)),
              .job_name = "",
          },
      .offset = document->offset,
      .length = document->length,
  };
  memcpy(source->source_sha256, document->sha256, sizeof source->source_sha256);
  tries->sources[tries->source_count++] = source;
  return source->item.job_namespace ? 0 : no_memory(err);
}

static bool is_of(const struct planned_job *source, const struct known_try *known) {
  return source->item.document_number == known->job.document_number &&
         strcmp(source->item.yaml_path, known->job.path) == 0;
}

/* Where its manifest was found. NULL: it was not. */
static const struct planned_job *source_of(const struct run *run, const struct known_try *known) {
  const struct hg_plan *plan = &run->plan.plan;

  for (size_t i = 0; i < run->tries->source_count; i++)
    if (is_of(run->tries->sources[i], known))
      return run->tries->sources[i];
  for (uint64_t i = 0; i < plan->total_jobs; i++)
    if (is_of(planned_job_of(plan->jobs[i]), known))
      return planned_job_of(plan->jobs[i]);
  return NULL;
}

/* The Job of this plan at that place of the history; NULL: none. */
static struct planned_job *job_at(const struct run *run, uint64_t position) {
  const struct hg_plan *plan = &run->plan.plan;

  for (uint64_t i = 0; i < plan->total_jobs; i++)
    if (planned_job_of(plan->jobs[i])->position == position)
      return (struct planned_job *)(uintptr_t)plan->jobs[i];
  return NULL;
}

void known_tries_tie(struct run *run, uint64_t from_position, uint64_t item) {
  struct planned_job *job = (struct planned_job *)(uintptr_t)run->plan.plan.jobs[item];
  struct planned_job *from = job_at(run, from_position);

  if (!from)
    return;
  job->tries_before = from->tries_before + 1;
  from->tried_again_by = item + 1;
}

static void tie(struct run *run, const struct known_try *known, uint64_t item) {
  if (known->from_run == run->about.run_id)
    known_tries_tie(run, known->from_position, item);
}

/* One that was applied by an earlier process: its place is behind the others. */
static int32_t plan_settled(struct run *run, const struct known_try *known, struct hg_error *err) {
  struct judged_document document = {
      .job = known->job,
      .document_count = 1,
      .source_sha256 = known->source_sha256,
  };
  struct planned_job *job;

  memcpy(document.sha256, known->sha256, sizeof document.sha256);
  job = plan_builder_add(&run->plan, &document, known->position);
  if (!job)
    return no_memory(err);
  job->attempts_before = known->attempts;
  job->is_settled = true;
  job->derived_from = known->from_name;
  run->counts.documents++;
  run->counts.valid++;
  tie(run, known, run->plan.plan.total_jobs - 1);
  return 0;
}

static struct derivation derivation_of(const struct run *run, const struct known_try *known) {
  return (struct derivation){
      .source = source_of(run, known),
      .from_run = known->from_run,
      .from_position = known->from_position,
      .from_name = known->from_name,
      .name = *known->job.name ? known->job.name : NULL,
      .sha256 = known->has_sha256 ? known->sha256 : NULL,
      .position = known->position,
      .attempts = known->attempts,
      .is_doubtful = known->is_doubtful,
      .is_open = known->is_open,
      .is_told = true,
  };
}

/* `count` of them that are to be applied, which follow each other. Adds to *problems. */
static int32_t plan_open(struct run *run, const struct known_try *known, size_t count, bool asks,
                         size_t *problems, struct hg_error *err) {
  struct derivation *derivations = calloc(count, sizeof *derivations);
  int32_t result = derivations ? 0 : no_memory(err);

  for (size_t i = 0; i < count && result == 0; i++) {
    derivations[i] = derivation_of(run, &known[i]);
    if (!derivations[i].source)
      result = hg_error_set(err, HG_ERROR_INVALID, "%.600s, document %u: its manifest is not there",
                            known[i].job.path, (unsigned)known[i].job.document_number);
  }
  if (result == 0)
    result = derivations_make(run, derivations, count, asks, err);
  for (size_t i = 0; i < count && result == 0; i++)
    if (derivations[i].is_made) {
      ((struct planned_job *)(uintptr_t)run->plan.plan.jobs[derivations[i].item])->replaces_uid =
          known[i].replaces_uid;
      tie(run, &known[i], derivations[i].item);
    } else {
      log_line(HG_LOG_ERROR, LOG_APPLY, "%s: %s", known[i].from_name, derivations[i].problem);
      ++*problems;
    }
  free(derivations);
  return result;
}

int32_t known_tries_plan(struct run *run, bool asks, struct hg_error *err) {
  const struct known_tries *tries = run->tries;
  size_t problems = 0;
  size_t count;

  for (size_t i = 0; i < tries->count; i += count) {
    const struct known_try *first = &tries->tries[i];

    for (count = 1; !first->is_settled && i + count < tries->count && !first[count].is_settled;)
      count++;
    if ((first->is_settled ? plan_settled(run, first, err)
                           : plan_open(run, first, count, asks, &problems, err)) < 0)
      return -1;
  }
  if (problems == 0)
    return 0;
  return hg_error_set(err, HG_ERROR_INVALID,
                      "%zu of %zu Jobs cannot be run again: nothing was applied", problems,
                      tries->count);
}
