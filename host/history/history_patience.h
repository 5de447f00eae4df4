/* SPDX-License-Identifier: Apache-2.0 */
/* How long the history is waited for. */
#ifndef HOST_HISTORY_HISTORY_PATIENCE_H
#define HOST_HISTORY_HISTORY_PATIENCE_H

/* Whether to wait on: sleeps a moment, if so. `history` was first refused when `tries` was 0; a
 * busy handler of SQLite. */
int history_patience_wait(void *history, int tries);

enum { HISTORY_PATIENCE_STEPS = 100 * 1000 }; /* of SQLite's machine: some milliseconds */

/* Whether to end the statement that runs; a progress handler of SQLite. */
int history_patience_is_over(void *history);

#endif
