/* SPDX-License-Identifier: Apache-2.0 */
/* A directory of its own for each test, and short ways to write and to ask a history. */
#ifndef TESTS_HISTORY_HISTORY_FIXTURE_H
#define TESTS_HISTORY_HISTORY_FIXTURE_H

#include "history/history.h"

#include <sqlite3.h>
#include <sys/types.h>

/* cmocka fixtures: *state is a struct fixture. The teardown checks the database, where there is one
 * that a test did not spoil. */
struct fixture {
  char directory[64];
  char path[96];         /* of the database; not made yet */
  struct hg_error error; /* of the last call that should have failed */
  int is_spoiled;        /* the test damaged the database on purpose */
};

int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Opens the fixture's history; the test fails where that fails. */
struct history *open_history(const struct fixture *fixture);

/* The same with a run begun in it. */
struct history *begin_run(const struct fixture *fixture, uint32_t mode, int64_t *run_id);

/* What PRAGMA synchronous is for that history. */
int64_t synchronous(struct history *history);

/* Adds a valid Job, whose digest is 32 times `content`. */
int32_t add_named_job(struct history *history, uint64_t position, const char *name,
                      const char *path, int content, struct hg_error *err);

/* The same named "job-POSITION" of "out/job-POSITION.yaml". */
void add_job(struct history *history, uint64_t position, int content);

/* Starts an attempt of a kubectl of its own, with the planned command of add_job. */
int32_t start_attempt(struct history *history, uint64_t position, uint32_t attempt,
                      int64_t started_at_ms, struct hg_error *err);

/* A result as an applier would give it, with the outputs of a kubectl that succeeded. */
struct hg_job_result result_of(uint32_t status, uint32_t attempt);

/* The first column of the first row, as text; NULL where there is none. Read through a connection
 * of its own, as any other program would. Valid until the next call. */
const char *ask(const char *path, const char *sql);
int64_t ask_integer(const char *path, const char *sql);

/* Runs statements through a connection of its own. */
void tell(const char *path, const char *sql);

/* The last error was set, holds the fixture's path and `part`. */
void assert_error(const struct fixture *fixture, int32_t code, const char *part);

/* Waits for a child that should end with status 0. */
void assert_child_succeeds(pid_t child);

#endif
