/* SPDX-License-Identifier: Apache-2.0 */
/* What the server says it would do with each Job, before anything is changed. */
#ifndef HOST_RUN_PREFLIGHT_H
#define HOST_RUN_PREFLIGHT_H

#include "run/run.h"

/* The verdict on one Job; the strings are the preflight's. */
struct preflight_row {
  uint32_t verdict; /* HG_PREFLIGHT_*; 0: the server was not asked */
  const char *reason;
  const char *failure_class;
  const char *advice;
  const char *const *warnings; /* NULL-terminated; NULL: none */
};

/* Embedded in its owner. */
struct preflight {
  struct arena arena;
  struct preflight_row *rows; /* one for each Job of the plan; NULL: nobody asked */
  uint64_t count;
  uint64_t refused;
};

void preflight_init(struct preflight *preflight);
void preflight_finish(struct preflight *preflight);

/* Asks for every Job of the run's plan, through the applier. -1 where it could not be done; a
 * refusal is no such failure. */
int32_t preflight_run(struct preflight *preflight, struct run *run, struct hg_error *err);

/* "create", "unchanged", "update", "refused"; "unknown" for anything else. */
const char *preflight_verdict_name(uint32_t verdict);

#endif
