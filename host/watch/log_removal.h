/* SPDX-License-Identifier: Apache-2.0 */
/* Removing the kept logs of runs that the history has forgotten. */
#ifndef HOST_WATCH_LOG_REMOVAL_H
#define HOST_WATCH_LOG_REMOVAL_H

#include <headgate/error.h>
#include <stdbool.h>
#include <stdint.h>

/* Removes HISTORYFILE.logs/RUN for each run of which `keeps` says that it is not kept; `history` is
 * the database's path. Follows no symbolic link. -1 with the first thing that could not be removed.
 */
int32_t log_removal(const char *history,
                    int32_t (*keeps)(void *context, int64_t run_id, bool *is_kept,
                                     struct hg_error *err),
                    void *context, struct hg_error *err);

#endif
