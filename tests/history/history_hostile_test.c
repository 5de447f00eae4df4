/* SPDX-License-Identifier: Apache-2.0 */
/* A history that somebody else made: what SQLite is told to believe of it, and for how long. */
#include "history/history_database.h"
#include "history_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* What is read may have been made by who is not trusted. */
static void trusts_no_schema(void **state) {
  struct fixture *fixture = *state;
  struct history *history = open_history(fixture);

  for (int i = 0; i < 2; i++) {
    int is_defensive = 0;
    int is_trusted = 1;

    (void)sqlite3_db_config(history->db, SQLITE_DBCONFIG_DEFENSIVE, -1, &is_defensive);
    (void)sqlite3_db_config(history->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, -1, &is_trusted);
    assert_true(is_defensive);
    assert_false(is_trusted);
    history_close(history);
    history = NULL;
    if (i == 0)
      assert_int_equal(history_open_read_only(fixture->path, NULL, &history, &fixture->error), 0);
  }
}

static void say_nothing(void) {
}

static int asked;

static int times_asked(void) {
  return asked;
}

static void the_user_ends_a_statement_that_hangs(void **state) {
  static const struct history_patience patience = {say_nothing, times_asked};
  static const char counting[] = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                                 " LIMIT 1000000) SELECT max(i) FROM n";
  struct fixture *fixture = *state;
  struct history *history = NULL;

  asked = 0;
  assert_int_equal(history_open(fixture->path, &patience, &history, &fixture->error), 0);
  assert_int_equal(sqlite3_exec(history->db, counting, NULL, NULL, NULL), SQLITE_OK);
  asked = 1;
  assert_int_equal(sqlite3_exec(history->db, counting, NULL, NULL, NULL), SQLITE_INTERRUPT);
  /* What a run has to say is worth more. */
  history->run_id = 1;
  assert_int_equal(sqlite3_exec(history->db, counting, NULL, NULL, NULL), SQLITE_OK);
  asked = 2;
  history->steps_since_ms = 1 - (int64_t)10000;
  assert_int_equal(sqlite3_exec(history->db, counting, NULL, NULL, NULL), SQLITE_INTERRUPT);
  history->run_id = 0;
  history_close(history);
}

int main(void) {
#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      CASE(trusts_no_schema),
      CASE(the_user_ends_a_statement_that_hangs),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
