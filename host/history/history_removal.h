/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs that are deleted so that they can be made again. */
#ifndef HOST_HISTORY_HISTORY_REMOVAL_H
#define HOST_HISTORY_HISTORY_REMOVAL_H

#include <headgate/error.h>
#include <stdint.h>

struct history;

/* The object of that uid is going to be deleted, for the Job of this run at `position`: on disk
 * when it returns. May be called again for one that was not deleted. */
int32_t history_begin_removal(struct history *history, uint64_t position, const char *uid,
                              int64_t asked_at_ms, struct hg_error *err);

/* It is gone, or was not deleted: `problem` says why; NULL where it is gone. */
int32_t history_end_removal(struct history *history, uint64_t position, int64_t removed_at_ms,
                            const char *problem, struct hg_error *err);

/* Calls `each` for those of this run that were begun and of which nobody knows the end. */
int32_t history_each_open_removal(struct history *history,
                                  int32_t (*each)(void *context, uint64_t position, const char *uid,
                                                  struct hg_error *err),
                                  void *context, struct hg_error *err);

#endif
