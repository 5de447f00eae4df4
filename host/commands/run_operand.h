/* SPDX-License-Identifier: Apache-2.0 */
/* A run of the history as the user names it: a number, "latest", or "latest~N" for the N-th before
 * that one. */
#ifndef HOST_COMMANDS_RUN_OPERAND_H
#define HOST_COMMANDS_RUN_OPERAND_H

#include <headgate/error.h>
#include <stdbool.h>
#include <stdint.h>

struct history;

struct run_operand {
  const char *given;
  bool from_latest;
  int64_t number; /* of the run; from_latest: how many runs before the newest */
};

/* Whether an operand looks like a run, and not like a Job's name. */
bool run_operand_is_run(const char *given);

/* Borrows `given`. -1: it names no run. */
int32_t run_operand_parse(const char *given, struct run_operand *operand, struct hg_error *err);

/* The number of that run, which exists. */
int32_t run_operand_find(const struct run_operand *operand, struct history *history,
                         int64_t *run_id, struct hg_error *err);

/* The run that `given` names, or the newest apply where it is NULL. */
int32_t run_operand_find_apply(const char *given, struct history *history, int64_t *run_id,
                               struct hg_error *err);

#endif
