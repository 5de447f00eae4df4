/* SPDX-License-Identifier: Apache-2.0 */
/* What happens while another process keeps the history locked. */
#ifndef HOST_HISTORY_HISTORY_PATIENCE_H
#define HOST_HISTORY_HISTORY_PATIENCE_H

/* Whether to wait on: sleeps a moment, if so. `history` was first refused when `tries` was 0; a
 * busy handler of SQLite. */
int history_patience_wait(void *history, int tries);

#endif
