/* SPDX-License-Identifier: Apache-2.0 */
/* Processes that resume a run, all at once or one after another, and are killed. */
#include "history_resumable.h"

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

/* A process that resumes the run, says so through a pipe, and lives until it is killed. */
static pid_t start_child(struct fixture *fixture, int64_t run_id) {
  char ready;
  int ends[2];
  pid_t child;

  MUST(pipe(ends));
  child = fork();
  if (child == 0) {
    struct history *history = NULL;
    struct history_resumed_run run;

    CHILD_MUST(history_open(fixture->path, NULL, &history, &fixture->error));
    CHILD_MUST(history_resume_run(history, run_id, &resume_call, &run, &fixture->error));
    if (write(ends[1], "x", 1) != 1)
      _exit(1);
    for (;;)
      (void)pause();
  }
  (void)close(ends[1]);
  assert_int_equal(read(ends[0], &ready, 1), 1);
  (void)close(ends[0]);
  return child;
}

static void kill_process(pid_t pid) {
  int status;

  MUST(kill(pid, SIGKILL));
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFSIGNALED(status));
}

static void a_living_run_is_refused(void **state) {
  struct fixture *fixture = *state;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);
  char part[64];
  pid_t child;

  MUST(history_commit(history, &fixture->error));
  (void)snprintf(part, sizeof part, "run 1 is still running (process %ld on ", (long)getpid());
  assert_not_resumed(fixture, run_id, HG_ERROR_FAILED, part);
  history_close(history);

  /* Who resumed it is who runs it. */
  child = start_child(fixture, run_id);
  (void)snprintf(part, sizeof part, "run 1 is still running (process %ld on ", (long)child);
  assert_not_resumed(fixture, run_id, HG_ERROR_FAILED, part);
  assert_string_equal(ask(fixture->path, "SELECT state FROM runs"), "running");
  kill_process(child);
  finish_run(fixture, resume_run(fixture, run_id), "succeeded");
  assert_int_equal(ask_integer(fixture->path, "SELECT resumptions FROM run_summary"), 2);
}

enum { RIVALS = 6 };

/* Opens and marks, resumes, refuses, all at once: one goes on, the others are told. */
static void of_many_that_resume_one_goes_on(void **state) {
  struct fixture *fixture = *state;
  pid_t rivals[RIVALS];
  int ends[2];
  int go[2];
  int won = 0;
  int64_t run_id = leave_run(fixture);

  kill_process(start_child(fixture, run_id)); /* it says 'running', and is not */
  MUST(pipe(ends));
  MUST(pipe(go));
  for (size_t i = 0; i < RIVALS; i++) {
    rivals[i] = fork();
    if (rivals[i] == 0) {
      struct history *history = NULL;
      struct history_resumed_run run;
      char word = 'w';

      (void)close(go[1]);
      CHILD_MUST(read(go[0], &word, 1) != 0); /* until all are there */
      CHILD_MUST(history_open(fixture->path, NULL, &history, &fixture->error));
      word = history_resume_run(history, run_id, &resume_call, &run, &fixture->error) == 0 ? 'y'
             : strstr(fixture->error.message, "still running")                             ? 'n'
                                                                                           : '?';
      if (write(ends[1], &word, 1) != 1)
        _exit(1);
      for (;;)
        (void)pause();
    }
  }
  (void)close(go[0]);
  (void)close(go[1]);
  for (size_t i = 0; i < RIVALS; i++) {
    char word = 0;

    assert_int_equal(read(ends[0], &word, 1), 1);
    assert_true(word == 'y' || word == 'n');
    won += word == 'y';
  }
  assert_int_equal(won, 1);
  for (size_t i = 0; i < RIVALS; i++)
    kill_process(rivals[i]);
  (void)close(ends[0]);
  (void)close(ends[1]);
  assert_int_equal(ask_integer(fixture->path, "SELECT resumptions FROM run_summary"), 2);
  finish_run(fixture, resume_run(fixture, run_id), "succeeded");
}

enum { JOBS = 40 };

/* What a process says of itself, by one write, which a kill does not undo. */
struct note {
  uint32_t position;
  uint32_t attempt;
  uint32_t succeeded; /* 0: is about to start */
};

struct worker {
  struct fixture *fixture;
  struct history *history;
  uint32_t next[JOBS + 1]; /* the attempt; 0: it succeeded */
};

static int32_t take_job(void *context, const struct history_planned_job *job,
                        struct hg_error *err) {
  struct worker *worker = context;

  (void)err;
  worker->next[job->position] = job->succeeded ? 0 : job->attempts + 1;
  return 0;
}

/* Goes on with the run; every third first attempt fails. */
static void work(struct fixture *fixture, int log) {
  struct worker worker = {.fixture = fixture};
  struct history_resumed_run run;
  int64_t run_id;

  CHILD_MUST(history_open(fixture->path, NULL, &worker.history, &fixture->error));
  run_id = newest_resumable(worker.history);
  if (run_id == 0)
    _exit(0); /* the last one was killed when all was done */
  CHILD_MUST(history_resume_run(worker.history, run_id, &resume_call, &run, &fixture->error));
  CHILD_MUST(history_each_planned_job(worker.history, take_job, &worker, &fixture->error));
  for (uint32_t i = 1; i <= JOBS; i++) {
    while (worker.next[i] > 0) {
      bool fails = i % 3 == 0 && worker.next[i] == 1;
      struct hg_job_result result = {.status = fails ? HG_STATUS_FAILED : HG_STATUS_SUCCESS,
                                     .attempt = worker.next[i]};
      struct note note = {i, worker.next[i], 0};

      CHILD_MUST(start_attempt(worker.history, i, note.attempt, 0, &fixture->error));
      CHILD_MUST(write(log, &note, sizeof note) != sizeof note);
      CHILD_MUST(history_finish_attempt(worker.history, i, !fails, 0, &result, &fixture->error));
      note.succeeded = 1;
      CHILD_MUST(!fails && write(log, &note, sizeof note) != sizeof note);
      worker.next[i] = fails ? worker.next[i] + 1 : 0;
    }
  }
  CHILD_MUST(history_finish_run(worker.history, "succeeded", 0, 0, NULL, &fixture->error));
  history_close(worker.history);
}

/* `after_us` microseconds; true where the child came to its end before. */
static bool kill_after(pid_t child, long after_us) {
  const struct timespec pause_for = {after_us / 1000000, after_us % 1000000 * 1000};
  int status;

  (void)nanosleep(&pause_for, NULL);
  (void)kill(child, SIGKILL);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
  return WIFEXITED(status);
}

static void killed_at_any_moment_it_is_finished_in_the_end(void **state) {
  struct fixture *fixture = *state;
  FILE *log = tmpfile();
  uint32_t succeeded[JOBS + 1] = {0};
  unsigned long random = 4711;
  int64_t starts = 0;
  bool is_done = false;
  struct note note;
  int64_t run_id;
  int rounds = 0;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  assert_non_null(log);
  for (uint64_t i = 1; i <= JOBS; i++)
    add_job(history, i, 1);
  MUST(history_commit(history, &fixture->error));
  history_close(history);
  for (; !is_done && rounds < 5000; rounds++) {
    pid_t child = fork();

    if (child == 0) {
      work(fixture, fileno(log));
      _exit(0);
    }
    random = random * 6364136223846793005UL + 1442695040888963407UL;
    /* Patience grows, so that it ends however slow the machine is. */
    is_done = kill_after(child, (long)(random >> 33) % (10000 + 1000L * rounds));
  }
  assert_true(is_done);
  rewind(log);
  while (fread(&note, sizeof note, 1, log) == 1) {
    char sql[160];

    if (note.succeeded) {
      succeeded[note.position]++;
      continue;
    }
    assert_int_equal(succeeded[note.position], 0);
    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM attempts WHERE position = %u AND attempt = %u",
                   (unsigned)note.position, (unsigned)note.attempt);
    assert_int_equal(ask_integer(fixture->path, sql), 1);
    starts++;
  }
  (void)fclose(log);
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM job_outcomes"
                                              " WHERE status = 'SUCCESS'"),
                   JOBS);
  assert_string_equal(ask(fixture->path, "SELECT state FROM runs"), "succeeded");
  assert_true(ask_integer(fixture->path, "SELECT resumptions FROM run_summary") <= rounds);
  assert_in_range(ask_integer(fixture->path, "SELECT count(*) FROM attempts"), starts,
                  starts + rounds);
}

int main(void) {
#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      CASE(a_living_run_is_refused),
      CASE(of_many_that_resume_one_goes_on),
      CASE(killed_at_any_moment_it_is_finished_in_the_end),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
