/* SPDX-License-Identifier: Apache-2.0 */
/* What is copied from the WAL into the database while a run goes on. */
#include "history/history_checkpoint.h"
#include "history_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { JOBS = 20000, BYTES = 2 * 1024 * 1024 };

static off_t size_of(const char *path) {
  struct stat status;

  assert_int_equal(stat(path, &status), 0);
  return status.st_size;
}

/* Begins a run with rows enough for several batches. */
static struct history *begin_large_run(struct fixture *fixture) {
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_DRY_RUN, &run_id);

  for (uint64_t i = 1; i <= JOBS; i++)
    add_job(history, i, 1);
  assert_int_equal(history_commit(history, &fixture->error), 0);
  return history;
}

static void end_run(struct fixture *fixture, struct history *history) {
  assert_int_equal(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error), 0);
  history_close(history);
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM jobs"), JOBS);
}

static void the_database_has_it_before_the_run_ends(void **state) {
  struct fixture *fixture = *state;
  struct history *history = begin_large_run(fixture);

  while (size_of(fixture->path) < BYTES)
    assert_int_equal(usleep(1000), 0);
  end_run(fixture, history);
}

/* Who reads for long needs the WAL as it is: the run goes on beside it, and nothing is lost. */
static void a_reader_keeps_what_it_sees(void **state) {
  struct fixture *fixture = *state;
  sqlite3 *reader = NULL;
  sqlite3_stmt *count = NULL;
  struct history *history;

  history_close(open_history(fixture));
  assert_int_equal(sqlite3_open(fixture->path, &reader), SQLITE_OK);
  assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT * FROM jobs", NULL, NULL, NULL), SQLITE_OK);
  history = begin_large_run(fixture);
  assert_int_equal(sqlite3_prepare_v2(reader, "SELECT count(*) FROM jobs", -1, &count, NULL),
                   SQLITE_OK);
  assert_int_equal(sqlite3_step(count), SQLITE_ROW);
  assert_int_equal(sqlite3_column_int(count, 0), 0);
  assert_int_equal(sqlite3_finalize(count), SQLITE_OK);
  end_run(fixture, history);
  assert_int_equal(sqlite3_close(reader), SQLITE_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_database_has_it_before_the_run_ends, fixture_setup,
                                      fixture_teardown),
      cmocka_unit_test_setup_teardown(a_reader_keeps_what_it_sees, fixture_setup, fixture_teardown),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
