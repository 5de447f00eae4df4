/* SPDX-License-Identifier: Apache-2.0 */
/* What happens while another process keeps the history locked. */
#ifndef HOST_HISTORY_HISTORY_PATIENCE_H
#define HOST_HISTORY_HISTORY_PATIENCE_H

struct history;

/* `say` is called once for each wait that takes longer than two seconds; `asked` tells how often
 * the user has asked to stop. Asked once, opening a history gives up; asked twice, so does a run
 * that was begun: until then its outcomes are worth waiting for. Either may be NULL. Once, before
 * the first history is opened. */
void history_patience_set(void (*say)(void), int (*asked)(void));

/* Whether to wait on: sleeps a moment, if so. `history` was first refused when `tries` was 0; a
 * busy handler of SQLite. */
int history_patience_wait(void *history, int tries);

#endif
