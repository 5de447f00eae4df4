/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of a verdict: as text, so that a Job's objects need not be. */
#ifndef HOST_RUN_PREFLIGHT_CHANGE_H
#define HOST_RUN_PREFLIGHT_CHANGE_H

#include "memory/arena.h"

#include <headgate/applier.h>
#include <stdint.h>

/* The verdict on one Job; the strings are the preflight's. */
struct preflight_row {
  uint32_t verdict; /* HG_PREFLIGHT_*; 0: the server was not asked */
  const char *reason;
  const char *failure_class;
  const char *advice;
  const char *const *warnings; /* NULL-terminated; NULL: none */

  /* Of --diff, else NULL. Each is safe to show. */
  const char *summary;                 /* what would be created; NULL: not known */
  const char *change;                  /* the diff, "" where nothing changes; NULL: not known */
  const char *unknown;                 /* why that is not known; NULL: nobody need know */
  const char *const *immutable_fields; /* NULL-terminated */
};

/* Fills in what of the row is of --diff. -1: no memory. */
int32_t preflight_take_change(struct preflight_row *row, struct arena *arena,
                              const struct hg_preflight_verdict *verdict,
                              const struct hg_plan_item *item, struct hg_error *err);

/* A copy in `arena`, NULL-terminated; of NULL it is empty. NULL where memory is out. */
const char *const *preflight_copy_texts(struct arena *arena, const char *const *texts,
                                        uint32_t count);

#endif
