/* SPDX-License-Identifier: Apache-2.0 */
/* A run, from its begin to its exit code: what `run`, `validate`, `plan`, `apply` and `resume` have
 * in common. What it is to do is its request's to say, and with what, its stages'. */
#ifndef HOST_RUN_RUN_H
#define HOST_RUN_RUN_H

#include "cluster/credentials.h"
#include "cluster/target_cluster.h"
#include "digest/digest.h"
#include "files/taken_places.h"
#include "history/history.h"
#include "job/label_selector.h"
#include "plan/expected_jobs.h"
#include "plan/job_index.h"
#include "plan/outcomes.h"
#include "plan/plan_builder.h"
#include "reporters/reporting.h"
#include "run/bystanders.h"
#include "run/follow.h"
#include "run/known_tries.h"
#include "run/retry.h"
#include "run/run_request.h"
#include "run/stages.h"
#include "text/timestamp.h"

/* Documents so far, and what was found of them. */
struct run_counts {
  uint64_t documents;
  uint64_t valid;
  uint64_t invalid;
  uint64_t warnings;
  uint64_t duplicates; /* whose Job has the name of an earlier one */
  uint64_t unselected; /* that -l leaves out: in none of the above */
};

/* Make one with run_init; what is marked may be set before run_begin. */
struct run {
  const struct run_request *request;
  struct stages stages;
  struct generation generation; /* its first stage, where it has one */
  struct history *history; /* NULL: not recorded, or no longer. May be set: a run that goes on */
  struct target_cluster target; /* from run_begin on */
  struct credentials credentials;
  struct credential_provider lender; /* of `credentials`, to the plugins */
  struct expected_jobs
      *expected;             /* may be set: the only Jobs that count; NULL: all that are found */
  struct known_tries *tries; /* may be set: Jobs that are made of the expected ones' manifests */
  struct taken_places taken; /* by its history, reports and saved plan */
  struct reporting reporting;
  struct plan_builder plan;
  struct job_index index;
  struct bystanders bystanders;   /* what is no Job */
  struct label_selector selector; /* of the Jobs that the run is about, where -l is given */
  struct outcomes outcomes;
  struct follow follow; /* what becomes of the Jobs, where the run waits */
  struct retry retry;   /* and which of them are tried again */
  struct hg_run about;  /* what reporters are told; run_id may be set */
  struct run_counts counts;
  uint64_t last_position; /* in the history, of the Jobs so far */
  char started_at[TIMESTAMP_SIZE];
  int64_t started_steady_ms;
  uint8_t key[DIGEST_SIZE];   /* of the history's hidden values */
  bool builds_plan;           /* all but `validate` */
  bool has_begun;             /* the reporters know of the run */
  const char *last_namespace; /* the plan's copy: neighbours mostly share it */
};

/* `request` and `plugins` outlive the run. */
void run_init(struct run *run, const struct run_request *request, struct plugin_set *plugins);

/* Whether it has Jobs that try others again, from the beginning. */
static inline bool run_has_tries(const struct run *run) {
  return run->tries && run->tries->count > 0;
}

/* Makes the run ready: loads the plugins, opens the reporters and the history, begins the run.
 * Where the history is set already, the run goes on that it has. */
int32_t run_begin(struct run *run, struct hg_error *err);

/* Scans and validates the manifests, and builds the plan. -1 also where expected Jobs are not found
 * just as they were, each of them logged. */
int32_t run_validate(struct run *run, struct hg_error *err);

/* Loads the applier and makes its object, which lives until the end of the run. Called for nothing
 * but what the user asked for: --apply, --preflight, --diff. */
int32_t run_open_applier(struct run *run, struct hg_error *err);

/* The cluster that stands at the target's address says by `uid` which it is; "": it does not. -1
 * where the run belongs to another. `context` is the run. */
int32_t run_note_cluster(void *context, const char *uid, struct hg_error *err);

/* Loads the plugin that follows Jobs in the cluster, which makes its object itself. */
int32_t run_load_watcher(struct run *run, const struct plugin **watcher, struct hg_error *err);

/* "Found N YAML files", as the stage `tag` says it. */
void run_log_found(const struct run *run, const char *tag);

/* What became of the run so far, in numbers; its end, exit code and error are the caller's to say.
 */
struct hg_result run_result(const struct run *run);

/* Ends the run: reporters, history. `result` is what the work gave, `err` its reason. Returns the
 * exit code. `print` writes what the command has to say instead of the report on standard output,
 * and returns the exit code that follows; NULL: the report it is. */
int run_end(struct run *run, int32_t result, const struct hg_error *err,
            int (*print)(void *context, int exit_code), void *context);

#endif
