/* SPDX-License-Identifier: Apache-2.0 */
/* A past run, read back as its reporters were told of it, in that order: the run, its documents,
 * its outcomes, what was seen of its Jobs.
 *
 * `each` is called for one row after the other; -1 from it ends the reading. What it is given is
 * borrowed, valid during the call. It must not call the same function again.
 */
#ifndef HOST_HISTORY_HISTORY_PAST_H
#define HOST_HISTORY_HISTORY_PAST_H

#include "job/job_ref.h"

#include <headgate/completion.h>
#include <headgate/diagnostic.h>
#include <headgate/error.h>
#include <headgate/result.h>
#include <headgate/run.h>
#include <stdbool.h>
#include <stdint.h>

struct history;

/* Strings are the history's, valid until it is closed; "" where there is none, but for `error`. */
struct history_past_run {
  int64_t run_id;
  uint32_t mode;          /* HG_MODE_*; 0: it neither validated nor applied */
  const char *command;    /* "run", "apply", ... */
  const char *state;      /* "succeeded", "interrupted", ... */
  const char *started_at; /* RFC 3339 */
  const char *finished_at;
  const char *error; /* why it could not be done; NULL: it could */
  const char *version;
  const char *kubernetes_version;
  const char *jobs_dir;
  const char *kubeconfig;
  const char *context;
  int64_t duration_ms;
  int32_t exit_code;
  bool is_watched; /* it waited for its Jobs, or somebody looked at them later */
};

/* HG_ERROR_NOT_FOUND where there is no such run. */
int32_t history_read_past_run(struct history *history, int64_t run_id, struct history_past_run *run,
                              struct hg_error *err);

/* One document of the run. */
struct history_past_job {
  uint64_t position;
  struct job_ref job;
  bool valid;
  bool is_retry;        /* of another Job of this run: made while it ran, no document of its own */
  const char *manifest; /* the text that was kept; NULL: none */
  const char *const *command; /* as planned, NULL-terminated */
  uint32_t command_count;
  uint32_t diagnostic_count;
  const struct hg_diagnostic *diagnostics; /* in the order in which they were found */
  uint32_t parameter_count;
  const struct hg_pair *parameters;
};

int32_t history_each_past_job(struct history *history, int64_t run_id,
                              int32_t (*each)(void *context, const struct history_past_job *job,
                                              struct hg_error *err),
                              void *context, struct hg_error *err);

/* Of one of its documents; valid until the history is asked again. */
int32_t history_read_parameters(struct history *history, int64_t run_id, uint64_t position,
                                const struct hg_pair **parameters, uint32_t *count,
                                struct hg_error *err);

/* The outcomes of the plan's Jobs, in its order: none where the run did not come to its gate. */
int32_t history_each_past_result(struct history *history, int64_t run_id,
                                 int32_t (*each)(void *context, uint64_t position,
                                                 const struct hg_job_result *result,
                                                 struct hg_error *err),
                                 void *context, struct hg_error *err);

/* What was told of Jobs in the cluster, and then what was seen later; of the observation the Job's
 * names are not filled in. NULL: the Job's completion, which history_read_completion reads. */
int32_t history_each_observation(struct history *history, int64_t run_id,
                                 int32_t (*each)(void *context, uint64_t position,
                                                 const struct hg_job_observation *observation,
                                                 struct hg_error *err),
                                 void *context, struct hg_error *err);

/* Keeps what the reporters were told of a Job of this history's run; NULL: its completion. Written
 * with what comes next. */
int32_t history_note_observation(struct history *history, uint64_t position,
                                 const struct hg_job_observation *observation,
                                 struct hg_error *err);

#endif
