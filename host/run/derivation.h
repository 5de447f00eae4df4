/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs that try others again: made of the same manifests by other names, validated, written to the
 * history, and then put into the run's plan, where the gate takes them. */
#ifndef HOST_RUN_DERIVATION_H
#define HOST_RUN_DERIVATION_H

#include "run/run.h"

/* One such Job. Strings outlive the run. */
struct derivation {
  /* The manifest that both are made of: its file, place and digest, and the namespace. */
  const struct planned_job *source;
  int64_t from_run;       /* the Job that it tries again */
  uint64_t from_position; /* the same */
  const char *from_name;
  const char *name;      /* its own, where it has one already; NULL: the next that is free */
  const uint8_t *sha256; /* that what is made must have; NULL: any */
  uint64_t position;     /* its row in the history; 0: it has none yet */
  uint32_t tries_before; /* of this run */
  uint32_t attempts;     /* as struct expected_job */
  bool is_doubtful;
  bool is_open;
  bool is_told;       /* the reporters are told of it as of a document */
  uint64_t item;      /* filled in: its place in the plan */
  bool is_made;       /* filled in; false: `problem` says why not */
  char problem[1024]; /* one sentence */
};

/* Makes them all that can be made, durably recorded where the run is. `asks`: a name must be free
 * in the cluster too, as the applier sees it. -1 where the run cannot go on. */
int32_t derivations_make(struct run *run, struct derivation *derivations, size_t count, bool asks,
                         struct hg_error *err);

#endif
