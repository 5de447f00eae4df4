/* SPDX-License-Identifier: Apache-2.0 */
/* Runs that were left behind, and ways to go on with them. */
#ifndef TESTS_HISTORY_HISTORY_RESUMABLE_H
#define TESTS_HISTORY_HISTORY_RESUMABLE_H

#include "history_fixture.h"

/* How Headgate was called to resume: at 2026-11-24T09:06:40.000Z. */
extern const struct history_run resume_call;

/* Leaves a run that nobody finished: 1 applied, 2 failed, 3 failed and was to be tried again, 4
 * started and nothing more, 5 waiting, 6 invalid. Returns its number. */
int64_t leave_run(struct fixture *fixture);

/* The newest apply that did not succeed; 0: there is none. */
int64_t newest_resumable(struct history *history);

/* Opens the history and resumes the run; the test fails where that fails. */
struct history *resume_run(const struct fixture *fixture, int64_t run_id);

/* Resuming is refused with that code, and a message that holds `part`. */
void assert_not_resumed(struct fixture *fixture, int64_t run_id, int32_t code, const char *part);

/* Finishes the run and closes the history. */
void finish_run(struct fixture *fixture, struct history *history, const char *state);

/* Starts and finishes an attempt; a failed one with class and advice. */
void record_attempt(struct fixture *fixture, struct history *history, uint64_t position,
                    uint32_t number, uint32_t status, bool last);

#endif
