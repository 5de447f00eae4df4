/* SPDX-License-Identifier: Apache-2.0 */
/* What is copied from the WAL into the database while a run goes on. */
#include "history/history_database.h"
#include "history/history_forget.h"
#include "history_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* Whoever cleans up does not stand in its own way. */
static void a_cleaned_history_is_small(void **state) {
  struct fixture *fixture = *state;
  sqlite3 *other = NULL; /* it keeps the last to close from making up for it */
  struct history *history;
  char wal[128];
  bool is_done;

  (void)snprintf(wal, sizeof wal, "%s-wal", fixture->path);
  end_run(fixture, begin_large_run(fixture));
  assert_int_equal(sqlite3_open(fixture->path, &other), SQLITE_OK);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(sqlite3_exec(other, "PRAGMA user_version", NULL, NULL, NULL), SQLITE_OK);
    history = open_history(fixture);
    assert_int_equal(history_clean(history, 0, &is_done, &fixture->error), 0);
    assert_true(is_done);
    assert_int_equal(size_of(wal), 0);
    history_close(history);
  }
  assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

static const char *const suffixes[] = {"", "-wal", "-shm"};

/* Behind the look at the files' places, before the commit is told: the history's are moved away,
 * and others have their names. */
static int move_away(void *context) {
  const char *path = context;
  char from[128];
  char to[128];

  (void)snprintf(to, sizeof to, "%s.moved", path);
  if (access(to, F_OK) == 0)
    return 0; /* a commit later */
  for (int i = 0; i < 6; i++) {
    (void)snprintf(from, sizeof from, "%s%s%s", path, i < 3 ? "" : ".other", suffixes[i % 3]);
    (void)snprintf(to, sizeof to, "%s%s%s", path, i < 3 ? ".moved" : "", suffixes[i % 3]);
    if (rename(from, to) < 0)
      return 1;
  }
  return 0;
}

static void what_has_its_name_is_left_alone(void **state) {
  struct fixture *fixture = *state;
  sqlite3 *other = NULL;
  struct history *history;
  char path[128];
  char yaml_path[6000]; /* long, so that the first batch has pages enough */
  off_t before;
  int64_t run_id;

  memset(yaml_path, 'a', sizeof yaml_path - 1);
  yaml_path[sizeof yaml_path - 1] = '\0';
  fixture->is_spoiled = 1;
  history = begin_run(fixture, HG_MODE_DRY_RUN, &run_id);
  (void)snprintf(path, sizeof path, "%s.other", fixture->path);
  assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
  assert_int_equal(sqlite3_exec(other,
                                "PRAGMA journal_mode = WAL; CREATE TABLE t (a);"
                                "INSERT INTO t VALUES (zeroblob(100000))",
                                NULL, NULL, NULL),
                   SQLITE_OK);
  assert_int_equal(sqlite3_db_config(other, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_close(other), SQLITE_OK);
  before = size_of(path);
  (void)sqlite3_commit_hook(history->db, move_away, fixture->path);
  for (uint64_t i = 1; i <= JOBS; i++)
    if (add_named_job(history, i, "a", yaml_path, 1, &fixture->error) < 0)
      break;
  assert_error(fixture, HG_ERROR_IO, "");
  history_close(history);
  assert_int_equal(size_of(fixture->path), before); /* its WAL was not copied */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_database_has_it_before_the_run_ends, fixture_setup,
                                      fixture_teardown),
      cmocka_unit_test_setup_teardown(a_reader_keeps_what_it_sees, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(a_cleaned_history_is_small, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(what_has_its_name_is_left_alone, fixture_setup,
                                      fixture_teardown),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
