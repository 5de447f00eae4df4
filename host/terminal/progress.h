/* SPDX-License-Identifier: Apache-2.0 */
/* The progress line: the last line of the terminal, while Jobs are applied.
 *
 *   41 done, 2 failed, 157 left, 14.3 Jobs/s, about 11 s to go
 *
 * and while they are waited for:
 *
 *   12 running, 3 waiting, 84 complete, 1 failed
 *
 * For a person who watches: it is drawn on standard error where that is a terminal (no dumb one,
 * and not from the background), after two seconds of work, at most ten times a second. Log lines
 * are written above it (log.h). It shows nothing that was not counted or measured. As the terminal
 * is one, so is its last line: the progress is the process's, as the log is.
 */
#ifndef HOST_TERMINAL_PROGRESS_H
#define HOST_TERMINAL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Work begins: `total` Jobs, none of them done. With `is_enabled` false (-q) nothing is ever drawn;
 * where something is, a thread draws it again as time passes. One piece of work at a time: what was
 * begun before is over. Main thread. */
void progress_init(uint64_t total, bool is_enabled);

/* How many have ended so far: `done` well, `failed` not. Any thread. */
void progress_update(uint64_t done, uint64_t failed);

/* The same for Jobs that are waited for: begins, unless it has, and says how many stand how. It is
 * drawn at once. */
void progress_init_watch(bool is_enabled);
void progress_update_watch(uint64_t running, uint64_t waiting, uint64_t complete, uint64_t failed);

/* The work is over: takes the line away. Call before anything else than log lines is written to the
 * terminal. May be called twice. Main thread. */
void progress_finish(void);

/* The same work without the thread: begun and drawn again where that is due, at a moment of
 * timestamp_steady_ms. */
void progress_init_at(uint64_t total, bool is_enabled, int64_t now_ms);
void progress_tick_at(int64_t now_ms);

#endif
