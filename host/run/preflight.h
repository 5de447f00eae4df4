/* SPDX-License-Identifier: Apache-2.0 */
/* What the server says it would do with each Job, before anything is changed. */
#ifndef HOST_RUN_PREFLIGHT_H
#define HOST_RUN_PREFLIGHT_H

#include "run/namespace_report.h"
#include "run/preflight_change.h"
#include "run/run.h"

/* Embedded in its owner. */
struct preflight {
  struct arena arena;
  struct preflight_row *rows; /* one for each Job of the plan; NULL: nobody asked */
  uint64_t count;
  uint64_t refused;
  bool has_changes;                    /* what would change was asked for */
  struct namespace_report *namespaces; /* of the new Jobs */
  uint64_t impossible;                 /* findings that are FINDING_NEVER */
};

void preflight_init(struct preflight *preflight);
void preflight_finish(struct preflight *preflight);

/* Asks for every Job of `plan`, which are some of the run's; else as preflight_run. */
int32_t preflight_ask(struct preflight *preflight, struct run *run, const struct hg_plan *plan,
                      struct hg_error *err);

/* Asks for every Job of the run's plan, through the applier. -1 where it could not be done; a
 * refusal is no such failure. */
int32_t preflight_run(struct preflight *preflight, struct run *run, struct hg_error *err);

/* "create", "unchanged", "update", "refused"; "unknown" for anything else. */
const char *preflight_verdict_name(uint32_t verdict);

#endif
