/* SPDX-License-Identifier: Apache-2.0 */
/* What a run is to do.
 *
 * The command makes it from the settings, adds what it knows better (a saved plan, a run that goes
 * on), and begins the run with it. From then on everyone reads it and nobody changes it: there is
 * no other way to tell a run something.
 */
#ifndef HOST_RUN_RUN_REQUEST_H
#define HOST_RUN_RUN_REQUEST_H

#include "kubeconfig/target_record.h"
#include "memory/arena.h"
#include "run/generation.h"
#include "settings/settings.h"

#include <stdbool.h>
#include <stdint.h>

/* Which cluster is meant. NULL: not given, and kubectl's own configuration decides. */
struct run_target {
  const char *kubeconfig;
  const char *context;
  const struct target_record *bound; /* where it must lead to; NULL: anywhere */
  const char *bound_by;              /* what says so: "plan.json", "run 5" */
  const char *advice;                /* what to do where it leads elsewhere */
};

/* Embedded in its owner. Strings are the settings', or whoever's the command took them from: they
 * outlive the run. */
struct run_request {
  struct arena arena;      /* of what was added to the settings */
  const char *command;     /* "run", "validate", "plan", "apply", "resume" */
  uint32_t mode;           /* HG_MODE_*; HG_MODE_APPLY, and nothing else, opens the gate */
  const char *const *argv; /* as Headgate was called */
  size_t argv_count;

  struct generation_request generation; /* output_dir NULL: the manifests are there already */
  const char *jobs_dir;
  struct string_list operands; /* what is scanned: directories (later files and "-" too) */
  struct kept_settings kept;   /* the plugins of the stages, their options, strictness */
  struct run_target target;
  const char *confirmed_context; /* --confirm-context; NULL: not given */
  struct string_list protected_contexts;
  uint32_t threads;    /* that validate */
  bool preflight;      /* ask the server before anything is applied */
  bool repeat_unknown; /* apply again what may have run and been removed */
  bool diff;           /* and show what would change; preflight is set too */
  bool looks_later;    /* the Jobs were applied by an earlier process: they are only followed */

  const char *history;  /* the database's path; NULL: the run is not recorded */
  bool keeps_manifests; /* there, as text in which env values are hidden */
  struct string_list reporters;
  const char *report_file; /* of the whole report; NULL: none */
  const char *plan_file;   /* of the saved plan; NULL: none */
  uint32_t reporter_timeout_s;
  bool strict_reporters;
  bool is_json;     /* the report on standard output */
  bool prints_plan; /* standard output has the plan itself, and the report only without one */
  bool shows_progress;
};

/* A request for what the settings say. They outlive it. */
int32_t run_request_init(struct run_request *request, const struct settings *settings,
                         uint32_t mode, struct hg_error *err);
void run_request_finish(struct run_request *request);

/* The manifests are those of `jobs_dir`, and of nothing else. */
int32_t run_request_set_jobs_dir(struct run_request *request, const char *jobs_dir,
                                 struct hg_error *err);

/* Whether the applier is the one that asks the API server itself, without kubectl. */
bool run_request_asks_server(const struct run_request *request);

/* Sets an option of a plugin, whatever the settings say of it. `origin` is for messages. */
int32_t run_request_set_option(struct run_request *request, const char *plugin, const char *option,
                               const char *value, const char *origin, struct hg_error *err);

#endif
