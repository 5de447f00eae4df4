/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/rerun_selection.h"

#include "history/history_watch.h"
#include "memory/array.h"
#include "memory/no_memory.h"

#include <headgate/completion.h>
#include <stdlib.h>
#include <string.h>

void rerun_selection_init(struct rerun_selection *selection) {
  memset(selection, 0, sizeof *selection);
  arena_init(&selection->arena);
}

void rerun_selection_finish(struct rerun_selection *selection) {
  arena_finish(&selection->arena);
  free(selection->jobs);
  rerun_selection_init(selection);
}

/* --- Reading -----------------------------------------------------------------------------------
 */

static struct rerun_job *add_job(struct rerun_selection *selection) {
  struct rerun_job *jobs =
      array_reserve(selection->jobs, selection->count + 1, &selection->capacity, sizeof *jobs);

  if (!jobs)
    return NULL;
  selection->jobs = jobs;
  memset(&selection->jobs[selection->count], 0, sizeof *selection->jobs);
  return &selection->jobs[selection->count++];
}

static struct rerun_job *job_at(struct rerun_selection *selection, uint64_t position) {
  for (size_t i = 0; i < selection->count; i++)
    if (selection->jobs[i].position == position)
      return &selection->jobs[i];
  return NULL;
}

static int32_t take_planned(void *context, const struct history_planned_job *planned,
                            struct hg_error *err) {
  struct rerun_selection *selection = context;
  struct rerun_job *job = add_job(selection);
  struct rerun_job *from;

  if (!job || job_ref_copy(&job->job, &planned->job, &selection->arena) < 0)
    return no_memory(err);
  job->position = planned->position;
  job->was_applied = planned->succeeded;
  job->uid = "";
  job->has_document = planned->sha256 != NULL;
  job->is_derived = planned->source_sha256 != NULL;
  if (job->has_document) {
    memcpy(job->sha256, planned->sha256, sizeof job->sha256);
    memcpy(job->source_sha256, job->is_derived ? planned->source_sha256 : planned->sha256,
           sizeof job->source_sha256);
  }
  from = planned->derived_from_run == selection->run_id && planned->succeeded
             ? job_at(selection, planned->derived_from)
             : NULL;
  if (from)
    from->is_tried_again = true;
  return 0;
}

static int32_t take_watched(void *context, const struct history_watched_job *watched,
                            struct hg_error *err) {
  struct rerun_selection *selection = context;
  const struct hg_job_completion *completion = &watched->completion;
  struct rerun_job *job;

  while (selection->next < selection->count &&
         selection->jobs[selection->next].position < watched->object.position)
    selection->next++;
  job = selection->next < selection->count ? &selection->jobs[selection->next] : NULL;
  if (!job || job->position != watched->object.position)
    return 0;
  job->outcome = completion->outcome;
  job->is_made_by_us = watched->was_there == HISTORY_NO;
  job->has_logs = !watched->is_unread && completion->logs_lost == 0;
  job->uid = arena_copy(&selection->arena, watched->uid, strlen(watched->uid));
  return job->uid ? 0 : no_memory(err);
}

/* --- Choosing ----------------------------------------------------------------------------------
 */

static bool has_failed(const struct rerun_job *job) {
  return job->outcome == HG_OUTCOME_FAILED || job->outcome == HG_OUTCOME_NEVER_STARTED ||
         job->outcome == HG_OUTCOME_DELETED;
}

bool rerun_selection_removes(const struct rerun_selection *selection, const struct rerun_job *job) {
  return selection->replaces && *job->uid && job->outcome != HG_OUTCOME_DELETED;
}

/* Only what this history made, and whose logs it has, is deleted. */
static int32_t check_removal(const struct rerun_job *job, struct hg_error *err) {
  if (!job->is_made_by_us)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%.252s was in the cluster before the run: it is not deleted; run it again "
                        "without --replace",
                        job->job.name);
  if (job->has_logs)
    return 0;
  return hg_error_set(err, HG_ERROR_INVALID,
                      "not all logs of %.252s are kept: it is not deleted; run it again without "
                      "--replace, or delete it yourself",
                      job->job.name);
}

static int32_t choose(struct rerun_selection *selection, struct rerun_job *job,
                      struct hg_error *err) {
  if (job->is_chosen)
    return 0;
  if (rerun_selection_removes(selection, job) && check_removal(job, err) < 0)
    return -1;
  job->is_chosen = true;
  selection->chosen++;
  selection->removed += rerun_selection_removes(selection, job);
  return 0;
}

/* A Job that was named may have ended in any way; it must have ended. */
static int32_t check_named(const struct rerun_selection *selection, const struct rerun_job *job,
                           struct hg_error *err) {
  long long run_id = (long long)selection->run_id;

  if (!job->was_applied)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%.252s was not applied by run %lld: `headgate resume %lld` does that",
                        job->job.name, run_id, run_id);
  if (has_failed(job) || job->outcome == HG_OUTCOME_COMPLETE)
    return 0;
  return hg_error_set(err, HG_ERROR_INVALID,
                      "the end of %.252s is not known, and two of it would run: `headgate watch "
                      "%lld` first",
                      job->job.name, run_id);
}

static int32_t choose_named(struct rerun_selection *selection, const char *name,
                            struct hg_error *err) {
  size_t found = 0;

  for (size_t i = 0; i < selection->count; i++) {
    struct rerun_job *job = &selection->jobs[i];

    if (strcmp(job->job.name, name) != 0)
      continue;
    found++;
    if (check_named(selection, job, err) < 0 || choose(selection, job, err) < 0)
      return -1;
  }
  return found > 0 ? 0
                   : hg_error_set(err, HG_ERROR_NOT_FOUND,
                                  "run %lld has no Job %.252s: `headgate history show %lld` lists "
                                  "them",
                                  (long long)selection->run_id, name, (long long)selection->run_id);
}

/* Why there is nothing to do, and what there may be to do instead. */
static int32_t refuse_nothing(const struct rerun_selection *selection, struct hg_error *err) {
  size_t unknown = 0;
  size_t unapplied = 0;
  long long run_id = (long long)selection->run_id;

  for (size_t i = 0; i < selection->count; i++) {
    unapplied += !selection->jobs[i].was_applied;
    unknown += selection->jobs[i].was_applied &&
               (selection->jobs[i].outcome == 0 || selection->jobs[i].outcome > HG_OUTCOME_DELETED);
  }
  if (unknown > 0)
    return hg_error_set(err, HG_ERROR_NOT_FOUND,
                        "no Job of run %lld is known to have failed, and the end of %zu is not "
                        "known: `headgate watch %lld`",
                        run_id, unknown, run_id);
  if (unapplied > 0)
    return hg_error_set(err, HG_ERROR_NOT_FOUND,
                        "no Job of run %lld failed in the cluster; %zu were not applied: `headgate "
                        "resume %lld`",
                        run_id, unapplied, run_id);
  return hg_error_set(err, HG_ERROR_NOT_FOUND,
                      "no Job of run %lld failed, never started or was deleted: name those that "
                      "are to run again all the same",
                      run_id);
}

int32_t rerun_selection_read(struct rerun_selection *selection, struct history *history,
                             struct hg_error *err) {
  if (history_each_planned_job(history, take_planned, selection, err) < 0 ||
      history_each_watched_job(history, selection->run_id, take_watched, selection, err) < 0)
    return -1;
  for (size_t i = 0; i < selection->name_count; i++)
    if (choose_named(selection, selection->names[i], err) < 0)
      return -1;
  for (size_t i = 0; selection->name_count == 0 && i < selection->count; i++) {
    struct rerun_job *job = &selection->jobs[i];

    if (has_failed(job) && !job->is_tried_again && choose(selection, job, err) < 0)
      return -1;
  }
  return selection->chosen > 0 ? 0 : refuse_nothing(selection, err);
}

/* --- What the run is told -----------------------------------------------------------------------
 */

static int32_t expect_itself(const struct rerun_selection *selection, const struct rerun_job *job,
                             struct run *run, struct hg_error *err) {
  struct expected_job expected = {
      .job = job->job,
      .from_run = selection->run_id,
      .from_position = job->position,
      .from_name = job->job.name,
      .replaces_uid = rerun_selection_removes(selection, job) ? job->uid : NULL,
  };

  memcpy(expected.sha256, job->sha256, sizeof expected.sha256);
  return expected_jobs_add(run->expected, &expected, err);
}

int32_t rerun_selection_expect(const struct rerun_selection *selection, const struct rerun_job *job,
                               struct run *run, struct hg_error *err) {
  struct known_try known = {
      .job = job->job,
      .from_run = selection->run_id,
      .from_position = job->position,
      .from_name = job->job.name,
      .has_sha256 = selection->replaces,
      .replaces_uid = rerun_selection_removes(selection, job) ? job->uid : NULL,
  };

  if (selection->replaces && !job->is_derived)
    return expect_itself(selection, job, run, err);
  if (!selection->replaces)
    known.job.name = "";
  memcpy(known.sha256, job->sha256, sizeof known.sha256);
  memcpy(known.source_sha256, job->source_sha256, sizeof known.source_sha256);
  return known_tries_add(run->tries, &known, run, err);
}
