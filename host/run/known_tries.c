/* SPDX-License-Identifier: Apache-2.0 */
#include "run/known_tries.h"

#include "memory/array.h"
#include "memory/no_memory.h"
#include "run/derivation.h"
#include "run/run.h"
#include "terminal/log.h"

#include <stdlib.h>
#include <string.h>

void known_tries_init(struct known_tries *tries) {
  memset(tries, 0, sizeof *tries);
  arena_init(&tries->arena);
  name_table_init(&tries->manifests);
}

void known_tries_finish(struct known_tries *tries) {
  arena_finish(&tries->arena);
  free(tries->tries);
  known_tries_init(tries);
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
      array_reserve(tries->tries, tries->count + 1, &tries->capacity, sizeof *grown);
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

/* The manifest called by its file and its number there: "out/a.yaml", NUL, the number. */
static const char *manifest_key(struct arena *arena, const char *path, uint32_t number,
                                uint32_t *length) {
  size_t size = strlen(path) + 1;
  char *key = arena_alloc(arena, size + sizeof number);

  if (!key)
    return NULL;
  memcpy(key, path, size);
  memcpy(key + size, &number, sizeof number);
  *length = (uint32_t)(size + sizeof number);
  return key;
}

static int32_t note_manifest(struct known_tries *tries, struct planned_job *job) {
  uint32_t length = 0;
  const char *key =
      manifest_key(&tries->arena, job->item.yaml_path, job->item.document_number, &length);
  void **entry = key ? name_table_entry(&tries->manifests, &tries->arena, key, length) : NULL;

  if (entry && !*entry)
    *entry = job;
  return entry ? 0 : -1;
}

int32_t known_tries_take_source(struct known_tries *tries, const struct judged_document *document,
                                struct hg_error *err) {
  struct planned_job *source = arena_alloc(&tries->arena, sizeof *source);

  if (!source)
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
  return source->item.job_namespace && note_manifest(tries, source) == 0 ? 0 : no_memory(err);
}

/* Where its manifest was found, NULL where it was not. -1: memory is out. */
static int32_t find_source(const struct known_tries *tries, const struct known_try *known,
                           const struct planned_job **source) {
  struct arena scratch;
  uint32_t length = 0;
  const char *key;

  arena_init(&scratch);
  key = manifest_key(&scratch, known->job.path, known->job.document_number, &length);
  *source = key ? name_table_find(&tries->manifests, key, length) : NULL;
  arena_finish(&scratch);
  return key ? 0 : -1;
}

int32_t known_tries_tie(struct run *run, uint64_t from_position, uint64_t item) {
  struct planned_job *job = plan_builder_job(&run->plan, item);
  struct planned_job *from;

  if (plan_builder_find(&run->plan, from_position, &from) < 0)
    return -1;
  if (!from)
    return 0;
  job->tries_before = from->tries_before + 1;
  from->tried_again_by = item + 1;
  return 0;
}

static int32_t tie(struct run *run, const struct known_try *known, uint64_t item) {
  return known->from_run == run->about.run_id ? known_tries_tie(run, known->from_position, item)
                                              : 0;
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
  return tie(run, known, run->plan.plan.total_jobs - 1) < 0 ? no_memory(err) : 0;
}

static struct derivation derivation_of(const struct known_try *known,
                                       const struct planned_job *source) {
  return (struct derivation){
      .source = source,
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
    const struct planned_job *source;

    if (find_source(run->tries, &known[i], &source) < 0)
      result = no_memory(err);
    else if (source)
      derivations[i] = derivation_of(&known[i], source);
    else
      result = hg_error_set(err, HG_ERROR_INVALID, "%.600s, document %u: its manifest is not there",
                            known[i].job.path, (unsigned)known[i].job.document_number);
  }
  if (result == 0)
    result = derivations_make(run, derivations, count, asks, err);
  for (size_t i = 0; i < count && result == 0; i++)
    if (derivations[i].is_made) {
      plan_builder_job(&run->plan, derivations[i].item)->replaces_uid = known[i].replaces_uid;
      if (tie(run, &known[i], derivations[i].item) < 0)
        result = no_memory(err);
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

  for (uint64_t i = 0; i < run->plan.plan.total_jobs; i++)
    if (note_manifest(run->tries, plan_builder_job(&run->plan, i)) < 0)
      return no_memory(err);
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
