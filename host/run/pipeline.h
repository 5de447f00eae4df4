/* SPDX-License-Identifier: Apache-2.0 */
/* A run, from its first stage to its last: what `run`, `validate`, `plan` and `apply` have in
 * common. */
#ifndef HOST_RUN_PIPELINE_H
#define HOST_RUN_PIPELINE_H

#include "cluster/target_cluster.h"
#include "history/history.h"
#include "plan/expected_jobs.h"
#include "plan/job_index.h"
#include "plan/outcomes.h"
#include "plan/plan_builder.h"
#include "plugins/plugin.h"
#include "reporters/reporting.h"
#include "text/text_buffer.h"
#include "text/timestamp.h"

enum { MOST_VALIDATORS = 16 };

/* Make one with pipeline_init; what is marked may be set before pipeline_begin. */
struct pipeline {
  struct settings *settings;
  struct plugin_set *plugins;
  struct history *history; /* NULL: not recorded, or no longer. May be set: a run that goes on */
  struct target_cluster *target; /* may be set: checked again before each launch */
  struct expected_jobs
      *expected; /* may be set: the only Jobs that count; NULL: all that are found */
  struct reporting reporting;
  struct plan_builder plan;
  struct job_index index;
  struct outcomes outcomes;
  struct hg_run run;
  char started_at[TIMESTAMP_SIZE];
  int64_t started_steady_ms;

  const struct plugin *scanner;
  void *scan;
  const struct plugin *validators[MOST_VALIDATORS];
  void *validator_objects[MOST_VALIDATORS];

  const struct plugin *applier; /* NULL: not loaded */
  void *applier_object;
  bool builds_plan;  /* all but `validate` */
  bool began;        /* the reporters know of the run */
  uint64_t position; /* documents judged so far */
  uint64_t valid_jobs;
  uint64_t invalid_jobs;
  uint64_t warnings;
  uint64_t duplicates;        /* documents whose Job has the name of an earlier one */
  const char *last_namespace; /* the plan's copy: neighbours mostly share it */
};

/* `mode` is one of HG_MODE_*. `settings` and `plugins` outlive the pipeline. */
void pipeline_init(struct pipeline *pipeline, struct settings *settings, struct plugin_set *plugins,
                   uint32_t mode);

/* Makes the run ready: loads the plugins, opens the reporters and the history, begins the run.
 * Where the history is set already, the run goes on that it has. */
int32_t pipeline_begin(struct pipeline *pipeline, struct hg_error *err);

/* Scans and validates the jobs directory, and builds the plan. -1 also where expected Jobs are not
 * found just as they were, each of them logged. */
int32_t pipeline_validate(struct pipeline *pipeline, struct hg_error *err);

/* Loads the applier and makes its object, which lives until the end of the run. Called for nothing
 * but what the user asked for: --apply, --preflight. */
int32_t pipeline_open_applier(struct pipeline *pipeline, struct hg_error *err);

/* "Found N YAML files", as the stage `tag` says it. */
void pipeline_log_found(const struct pipeline *pipeline, const char *tag);

/* Ends the run: reporters, history. `result` is what the work gave, `err` its reason. Returns the
 * exit code. With `show_report` false the report on standard output is left out. */
int pipeline_end(struct pipeline *pipeline, int32_t result, const struct hg_error *err,
                 bool show_report);

/* What a failed history call means: with --apply, the end of the run (-1); else a warning, and the
 * run goes on unrecorded (0). Give it each result. */
int32_t pipeline_recorded(struct pipeline *pipeline, int32_t result, struct hg_error *err);

#endif
