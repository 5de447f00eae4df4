/* SPDX-License-Identifier: Apache-2.0 */
/* Which run `headgate resume` goes on with, and whether it would reach the cluster of that run. */
#ifndef HOST_COMMANDS_RESUMABLE_RUN_H
#define HOST_COMMANDS_RESUMABLE_RUN_H

#include "history/history.h"
#include "kubeconfig/target_record.h"
#include "memory/arena.h"
#include "run/run_request.h"
#include "settings/settings.h"

/* A run, and how its cluster is found now. Strings are the arena's or the settings'. */
struct resumable_run {
  int64_t run_id;
  const char *name;            /* "run 5" */
  const char *here;            /* the working directory of this call */
  const char *working_dir;     /* of the run */
  const char *jobs_dir;        /* the same, as it was given */
  const char *argv;            /* as it was called, as one types it */
  const char *kubeconfig;      /* this call's, else the run's; NULL: neither */
  const char *context;         /* the same */
  const char *namespace_name;  /* the same, of -n */
  struct target_record target; /* of the run; not known in a history of an older Headgate */
};

/* The apply `run_id`, and how its cluster is found now. Refuses, with both named, one whose target
 * is another one now. */
int32_t resumable_run_of(struct history *history, const struct settings *settings, int64_t run_id,
                         struct arena *arena, struct resumable_run *run, struct hg_error *err);

/* The same of the run that the operand names, or of the newest unfinished one of this directory
 * whose target is the one that kubectl would use now; where no run fits, those that do not are
 * logged with what to type. */
int32_t resumable_run_find(struct history *history, const struct settings *settings,
                           struct arena *arena, struct resumable_run *run, struct hg_error *err);

/* The files of $KUBECONFIG are where the user is now, for kubectl too, which is started elsewhere.
 */
int32_t resumable_run_anchor_kubeconfig(const char *here, struct hg_error *err);

/* What the run was begun with still holds where this call says nothing else: which kubectl, how
 * many at a time, which files. */
int32_t resumable_run_keep_flags(const struct resumable_run *run, const struct settings *settings,
                                 struct run_request *request, struct hg_error *err);

/* The same, and its manifests. */
int32_t resumable_run_take_flags(const struct resumable_run *run, const struct settings *settings,
                                 struct run_request *request, struct hg_error *err);

#endif
