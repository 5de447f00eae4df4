/* SPDX-License-Identifier: Apache-2.0 */
/* Several processes on one history, and processes that die. */
#include "history/history_database.h"
#include "history/history_read.h"
#include "history_fixture.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define MUST(call) assert_int_equal((call), 0)
/* For children, where a failed assertion would run the parent's code. */
#define CHILD_MUST(call)                                                                           \
  do {                                                                                             \
    if ((call) != 0)                                                                               \
      _exit(1);                                                                                    \
  } while (0)

static void sleep_ms(long ms) {
  const struct timespec pause_for = {ms / 1000, ms % 1000 * 1000000};

  (void)nanosleep(&pause_for, NULL);
}

/* A process with a run of its own: it says so through a pipe, and waits to be killed. */
struct runner {
  pid_t pid;
  int64_t run_id;
  pid_t its_child;
};

/* `with_child`: a program that it started lives on after it. */
static struct runner start_runner(struct fixture *fixture, int with_child) {
  struct runner runner = {0, 0, 0};
  int ends[2];

  MUST(pipe(ends));
  runner.pid = fork();
  assert_true(runner.pid >= 0);
  if (runner.pid == 0) {
    struct history *history = begin_run(fixture, HG_MODE_APPLY, &runner.run_id);

    add_job(history, 1, 1);
    add_job(history, 2, 1);
    CHILD_MUST(start_attempt(history, 1, 1, 0, &fixture->error));
    runner.its_child = with_child ? fork() : 0;
    if (with_child && runner.its_child == 0) {
      (void)execlp("sleep", "sleep", "60", (char *)NULL);
      _exit(1);
    }
    if (with_child)
      sleep_ms(200); /* until it has become sleep */
    if (write(ends[1], &runner, sizeof runner) != sizeof runner)
      _exit(1);
    for (;;)
      (void)pause();
  }
  pid_t pid = runner.pid;
  assert_int_equal(read(ends[0], &runner, sizeof runner), sizeof runner);
  runner.pid = pid;
  (void)close(ends[0]);
  (void)close(ends[1]);
  return runner;
}

static void kill_process(pid_t pid) {
  int status;

  MUST(kill(pid, SIGKILL));
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFSIGNALED(status));
}

static int32_t copy_state(void *context, const struct history_row_view *row, struct hg_error *err) {
  (void)err;
  (void)snprintf(context, 32, "%s", history_cell(row, "state")->bytes);
  return 0;
}

/* The run's state as one sees it who does not write. */
static const char *state_seen(struct fixture *fixture, int64_t run_id) {
  static char state[32];
  struct history *history = NULL;

  state[0] = '\0';
  MUST(history_open_read_only(fixture->path, NULL, &history, &fixture->error));
  MUST(history_read(history, HISTORY_RUN, run_id, 0, copy_state, state, &fixture->error));
  history_close(history);
  return state;
}

static const char *state_stored(const struct fixture *fixture, int64_t run_id) {
  char sql[96];

  (void)snprintf(sql, sizeof sql, "SELECT state FROM runs WHERE run_id = %lld", (long long)run_id);
  return ask(fixture->path, sql);
}

static void a_killed_run_is_interrupted(void **state) {
  struct fixture *fixture = *state;
  struct runner runner = start_runner(fixture, 0);

  /* It lives: nobody takes it for dead. */
  assert_string_equal(state_seen(fixture, runner.run_id), "running");
  history_close(open_history(fixture));
  assert_string_equal(state_stored(fixture, runner.run_id), "running");

  kill_process(runner.pid);
  assert_string_equal(state_seen(fixture, runner.run_id), "interrupted");
  assert_string_equal(state_stored(fixture, runner.run_id), "running"); /* reading does not write */
  history_close(open_history(fixture));
  assert_string_equal(state_stored(fixture, runner.run_id), "interrupted");
  assert_string_equal(state_seen(fixture, runner.run_id), "interrupted");

  /* What it had started is known. */
  assert_string_equal(ask(fixture->path, "SELECT group_concat(status) FROM job_outcomes"),
                      "STARTED,PENDING");
  assert_null(ask(fixture->path, "SELECT finished_at FROM run_summary"));
}

static void a_program_that_lives_on_holds_no_lock(void **state) {
  struct fixture *fixture = *state;
  struct runner runner = start_runner(fixture, 1);

  kill_process(runner.pid);
  MUST(kill(runner.its_child, 0));
  history_close(open_history(fixture));
  assert_string_equal(state_stored(fixture, runner.run_id), "interrupted");
  MUST(kill(runner.its_child, SIGKILL));
}

static void the_dead_are_told_from_the_living(void **state) {
  struct fixture *fixture = *state;
  struct runner runners[4];

  for (size_t i = 0; i < 4; i++)
    runners[i] = start_runner(fixture, 0);
  kill_process(runners[0].pid);
  kill_process(runners[2].pid);
  for (size_t i = 0; i < 4; i++)
    assert_string_equal(state_seen(fixture, runners[i].run_id), i % 2 ? "running" : "interrupted");
  history_close(open_history(fixture));
  for (size_t i = 0; i < 4; i++)
    assert_string_equal(state_stored(fixture, runners[i].run_id),
                        i % 2 ? "running" : "interrupted");
  kill_process(runners[1].pid);
  kill_process(runners[3].pid);
}

static void a_run_that_was_given_up_is_interrupted(void **state) {
  struct fixture *fixture = *state;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_DRY_RUN, &run_id);

  add_job(history, 1, 1);
  history_close(history);
  assert_string_equal(state_stored(fixture, run_id), "interrupted");
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM jobs"), 1);
}

/* The locks of a history that was deleted say nothing about the next one in its place. */
static void a_new_history_in_an_old_place(void **state) {
  struct fixture *fixture = *state;
  struct runner runner = start_runner(fixture, 0);
  char other[128];
  int64_t run_id;
  struct history *history;

  MUST(unlink(fixture->path));
  (void)snprintf(other, sizeof other, "%s-wal", fixture->path);
  (void)unlink(other);
  (void)snprintf(other, sizeof other, "%s-shm", fixture->path);
  (void)unlink(other);
  history = begin_run(fixture, HG_MODE_APPLY, &run_id);
  assert_int_equal(run_id, runner.run_id);
  assert_string_equal(state_seen(fixture, run_id), "running");
  MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
  history_close(history);
  kill_process(runner.pid);
}

/* A connection of somebody else, inside a transaction that writes. */
static sqlite3 *lock_database(const struct fixture *fixture) {
  sqlite3 *db = NULL;

  assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
  return db;
}

static void a_lock_that_stays_is_told_and_loses_nothing(void **state) {
  struct fixture *fixture = *state;
  const struct hg_job_result success = result_of(HG_STATUS_SUCCESS, 1);
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);
  sqlite3 *other;

  (void)sqlite3_busy_timeout(history->db, 50);
  add_job(history, 1, 1);
  add_job(history, 2, 1);
  other = lock_database(fixture);
  assert_int_equal(start_attempt(history, 1, 1, 0, &fixture->error), -1);
  assert_error(fixture, HG_ERROR_IO, "another process keeps it locked");
  assert_int_equal(history_commit(history, &fixture->error), -1);
  assert_int_equal(sqlite3_close(other), SQLITE_OK);

  MUST(start_attempt(history, 1, 1, 0, &fixture->error));
  other = lock_database(fixture);
  MUST(history_record_attempts(history, NULL, 0, NULL, 0, 0, &fixture->error)); /* nothing */
  assert_int_equal(history_finish_attempt(history, 1, true, 0, &success, &fixture->error), -1);
  assert_int_equal(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error), -1);
  assert_int_equal(sqlite3_close(other), SQLITE_OK);
  MUST(history_finish_attempt(history, 1, true, 0, &success, &fixture->error));
  MUST(history_skip_jobs(history, 0, "stopped", &fixture->error));
  MUST(history_finish_run(history, "failed", 1, 0, NULL, &fixture->error));
  history_close(history);
  assert_string_equal(ask(fixture->path, "SELECT group_concat(status) FROM job_outcomes"),
                      "SUCCESS,SKIPPED");
}

static void a_full_database_loses_nothing_that_was_written(void **state) {
  struct fixture *fixture = *state;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);
  struct hg_job_result result = result_of(HG_STATUS_FAILED, 1);
  char *large = calloc(1, 1 << 20);

  assert_non_null(large);
  add_job(history, 1, 1);
  MUST(start_attempt(history, 1, 1, 0, &fixture->error));
  assert_int_equal(sqlite3_exec(history->db, "PRAGMA max_page_count = 60", NULL, NULL, NULL), 0);
  result.stderr_text = (struct hg_bytes){large, 1 << 20};
  assert_int_equal(history_finish_attempt(history, 1, true, 0, &result, &fixture->error), -1);
  assert_error(fixture, HG_ERROR_IO, "the disk is full");
  assert_string_equal(ask(fixture->path, "SELECT status FROM job_outcomes"), "STARTED");
  assert_int_equal(sqlite3_exec(history->db, "PRAGMA max_page_count = 6000", NULL, NULL, NULL), 0);
  MUST(history_finish_attempt(history, 1, true, 0, &result, &fixture->error));
  MUST(history_finish_run(history, "failed", 1, 0, NULL, &fixture->error));
  history_close(history);
  free(large);
}

static void waits_for_a_writer_that_takes_its_time(void **state) {
  struct fixture *fixture = *state;
  char ready;
  int ends[2];
  pid_t child;
  int64_t run_id;
  struct history *history;

  history_close(open_history(fixture));
  MUST(pipe(ends));
  child = fork();
  if (child == 0) {
    sqlite3 *db = lock_database(fixture);

    if (write(ends[1], "x", 1) != 1)
      _exit(1);
    sleep_ms(700);
    (void)sqlite3_close(db);
    _exit(0);
  }
  assert_int_equal(read(ends[0], &ready, 1), 1);
  history = begin_run(fixture, HG_MODE_APPLY, &run_id);
  MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
  history_close(history);
  assert_child_succeeds(child);
  (void)close(ends[0]);
  (void)close(ends[1]);
}

/* However long the validation takes between two calls, others can write. */
static void nothing_is_locked_between_calls(void **state) {
  struct fixture *fixture = *state;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_DRY_RUN, &run_id);

  for (uint64_t i = 1; i <= 3000; i++) {
    add_job(history, i, 1);
    if (i % 500 == 0)
      assert_int_equal(sqlite3_close(lock_database(fixture)), SQLITE_OK);
  }
  MUST(history_skip_jobs(history, 0, "dry run", &fixture->error));
  assert_int_equal(sqlite3_close(lock_database(fixture)), SQLITE_OK);
  MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
  history_close(history);
}

enum { WRITERS = 6, JOBS_OF_EACH = 1500, ATTEMPTS_OF_EACH = 40 };

static void record_much(struct fixture *fixture) {
  const struct hg_job_result success = result_of(HG_STATUS_SUCCESS, 1);
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  for (uint64_t i = 1; i <= JOBS_OF_EACH; i++)
    add_job(history, i, 1);
  for (uint64_t i = 1; i <= ATTEMPTS_OF_EACH; i++) {
    CHILD_MUST(start_attempt(history, i, 1, 0, &fixture->error));
    CHILD_MUST(history_finish_attempt(history, i, true, 0, &success, &fixture->error));
  }
  CHILD_MUST(history_skip_jobs(history, 0, "enough", &fixture->error));
  CHILD_MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
  history_close(history);
}

/* The file does not exist yet: they also race to make it. */
static void many_writers_at_once_all_succeed(void **state) {
  struct fixture *fixture = *state;
  pid_t children[WRITERS];

  for (size_t i = 0; i < WRITERS; i++) {
    children[i] = fork();
    if (children[i] == 0) {
      record_much(fixture);
      _exit(0);
    }
  }
  for (size_t i = 0; i < WRITERS; i++)
    assert_child_succeeds(children[i]);
  assert_int_equal(ask_integer(fixture->path,
                               "SELECT count(*) FROM run_summary WHERE state ="
                               " 'succeeded' AND successful = 40 AND skipped = 1460"),
                   WRITERS);
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM jobs"), WRITERS * JOBS_OF_EACH);
}

/* Says in `log` which position it starts, once the history has it, until it is killed. */
static void apply_until_killed(struct fixture *fixture, int log) {
  const struct hg_job_result success = result_of(HG_STATUS_SUCCESS, 1);
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  for (uint64_t i = 1; i <= 400; i++)
    add_job(history, i, 1);
  for (uint64_t i = 1; i <= 400; i++) {
    const int64_t started[] = {run_id, (int64_t)i};

    CHILD_MUST(start_attempt(history, i, 1, 0, &fixture->error));
    if (write(log, started, sizeof started) != sizeof started)
      _exit(1);
    CHILD_MUST(history_finish_attempt(history, i, true, 0, &success, &fixture->error));
  }
  CHILD_MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
}

static void killed_at_any_moment_every_start_is_known(void **state) {
  struct fixture *fixture = *state;
  FILE *log = tmpfile();
  int64_t started[2];
  size_t starts = 0;

  assert_non_null(log);
  for (long round = 0; round < 25; round++) {
    pid_t child = fork();

    if (child == 0) {
      apply_until_killed(fixture, fileno(log));
      for (;;)
        (void)pause();
    }
    sleep_ms(round * 7 % 60);
    kill_process(child);
  }
  rewind(log);
  while (fread(started, sizeof started, 1, log) == 1) {
    char sql[160];

    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM attempts WHERE run_id = %lld AND position = %lld",
                   (long long)started[0], (long long)started[1]);
    assert_int_equal(ask_integer(fixture->path, sql), 1);
    starts++;
  }
  (void)fclose(log);
  history_close(open_history(fixture));
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM runs WHERE state = 'running'"),
                   0);
  assert_true(ask_integer(fixture->path, "SELECT count(*) FROM attempts") <= (int64_t)starts + 25);
}

int main(void) {
#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      CASE(a_killed_run_is_interrupted),
      CASE(a_program_that_lives_on_holds_no_lock),
      CASE(the_dead_are_told_from_the_living),
      CASE(a_run_that_was_given_up_is_interrupted),
      CASE(a_new_history_in_an_old_place),
      CASE(a_lock_that_stays_is_told_and_loses_nothing),
      CASE(a_full_database_loses_nothing_that_was_written),
      CASE(waits_for_a_writer_that_takes_its_time),
      CASE(nothing_is_locked_between_calls),
      CASE(many_writers_at_once_all_succeed),
      CASE(killed_at_any_moment_every_start_is_known),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
