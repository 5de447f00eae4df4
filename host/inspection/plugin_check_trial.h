/* SPDX-License-Identifier: Apache-2.0 */
/* One trial of `headgate plugin check`: a reporter is started in a process of its own and told of a
 * run. */
#ifndef HOST_INSPECTION_PLUGIN_CHECK_TRIAL_H
#define HOST_INSPECTION_PLUGIN_CHECK_TRIAL_H

#include "inspection/trial_runs.h"
#include "reporters/reporter_process.h"
#include "runner/runner_conduct.h"
#include "runner/runner_configuration.h"

/* What is checked. Texts are borrowed. */
struct check_subject {
  struct plugin_set *plugins;
  uint32_t timeout_s;   /* for each step */
  const char *path;     /* the plugin's file, or the program */
  const char *name;     /* the plugin's; NULL: it is a program */
  const char *argument; /* a program's only one; NULL: none */
};

/* How it is tried. */
struct check_trial {
  check_run *run;
  uint32_t mode; /* HG_MODE_* */
  struct runner_configuration configuration;
  bool keeps_report;
};

/* What was seen. Embedded in its owner. */
struct check_outcome {
  enum reporter_readiness readiness;
  enum reporter_ending ending;
  struct hg_error error; /* where it is not REPORTER_READY and REPORTER_OK */
  struct reporter_observation seen;
  int64_t elapsed_ms; /* from the first event to its end */
  uint64_t report_length;
  bool keeps_report;                   /* as the trial has it */
  struct text_buffer report;           /* the beginning, where it was to be kept */
  bool is_watched;                     /* `conduct` is known */
  char conduct[CONDUCT_SUBJECTS][160]; /* what it did wrong; "" nothing */
};

/* -1: it could not be tried; err says why, and there is no outcome to be finished. Main thread. */
int32_t plugin_check_try(const struct check_subject *subject, const struct check_trial *trial,
                         struct check_outcome *outcome, struct hg_error *err);

void check_outcome_finish(struct check_outcome *outcome);

#endif
