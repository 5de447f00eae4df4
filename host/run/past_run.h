/* SPDX-License-Identifier: Apache-2.0 */
/* A run of the history, told once more to reporters. */
#ifndef HOST_RUN_PAST_RUN_H
#define HOST_RUN_PAST_RUN_H

#include "history/history.h"
#include "plugins/plugin.h"
#include "run/run_request.h"

/* Tells the reporters of the request, or, where it names none, writes the report on standard output
 * that the run wrote. `history` is open for reading. Returns the exit code: 0 where all was
 * written. 1 with *err set, or after a reporter has failed and said so. */
int past_run_report(const struct run_request *request, struct plugin_set *plugins,
                    struct history *history, int64_t run_id, struct hg_error *err);

#endif
