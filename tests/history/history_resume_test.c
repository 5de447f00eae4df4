/* A run that goes on in another process: what is kept, what is forgotten, what is refused. */
#include "history_database.h"
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

static const char *const resume_argv[] = {"headgate", "resume", "it's"};
static const struct history_run resume_call = {.command = "resume",
                                               .mode = HG_MODE_APPLY,
                                               .started_at_ms = INT64_C(1795511200000),
                                               .argv = resume_argv,
                                               .argv_count = 3,
                                               .version = "1.0.1"};

/* Opens the history and resumes the run; the test fails where that fails. */
static struct history *resume(const struct fixture *fixture, int64_t run_id) {
  struct history *history = open_history(fixture);
  struct history_resumed_run run;
  struct hg_error error = HG_ERROR_INIT;

  if (history_resume_run(history, run_id, &resume_call, &run, &error) < 0)
    fail_msg("%s", error.message);
  return history;
}

static void assert_not_resumed(struct fixture *fixture, int64_t run_id, int32_t code,
                               const char *part) {
  struct history *history = open_history(fixture);
  struct history_resumed_run run;

  assert_int_equal(history_resume_run(history, run_id, &resume_call, &run, &fixture->error), -1);
  assert_int_equal(fixture->error.code, code);
  if (!strstr(fixture->error.message, part))
    fail_msg("\"%s\" does not hold \"%s\"", fixture->error.message, part);
  history_close(history);
}

static void finish(struct fixture *fixture, struct history *history, const char *state) {
  MUST(history_finish_run(history, state, strcmp(state, "succeeded") == 0 ? 0 : 1,
                          INT64_C(1795511300000), NULL, &fixture->error));
  history_close(history);
}

static void attempt(struct fixture *fixture, struct history *history, uint64_t position,
                    uint32_t number, uint32_t status, bool last) {
  struct hg_job_result result = result_of(status, number);

  if (status == HG_STATUS_FAILED) {
    result.failure_class = "connection-refused";
    result.advice = "see whether the server lives";
  }
  MUST(start_attempt(history, position, number, 1000 * number, &fixture->error));
  MUST(history_finish_attempt(history, position, last, 1000 * number + 85, &result,
                              &fixture->error));
}

/* A run that nobody finished: 1 applied, 2 failed, 3 failed and was to be tried again, 4 started
 * and nothing more, 5 waiting, 6 invalid. */
static int64_t leave_run(struct fixture *fixture) {
  const struct history_job invalid = {
      .job_name = "bad", .job_namespace = "default", .yaml_path = "out/bad.yaml", .document = 1};
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  for (uint64_t i = 1; i <= 5; i++)
    add_job(history, i, (int)i);
  MUST(history_add_job(history, 6, &invalid, &fixture->error));
  MUST(history_commit(history, &fixture->error));
  attempt(fixture, history, 1, 1, HG_STATUS_SUCCESS, true);
  attempt(fixture, history, 2, 1, HG_STATUS_FAILED, true);
  attempt(fixture, history, 3, 1, HG_STATUS_FAILED, false);
  MUST(start_attempt(history, 4, 1, 4000, &fixture->error));
  history_close(history);
  return run_id;
}

static int32_t describe_job(void *context, const struct history_planned_job *job,
                            struct hg_error *err) {
  char *text = (char *)context + strlen(context);

  (void)err;
  (void)sprintf(text, "%llu %s %s %s %u %u%s%s%s %d\n", (unsigned long long)job->position,
                job->job_namespace, job->job_name, job->yaml_path, (unsigned)job->document,
                (unsigned)job->attempts, job->valid ? " valid" : "",
                job->succeeded ? " succeeded" : "", job->is_open ? " open" : "",
                job->sha256 ? job->sha256[31] : -1);
  return 0;
}

static int32_t stop_at_two(void *context, const struct history_planned_job *job,
                           struct hg_error *err) {
  (void)context;
  return job->position == 2 ? hg_error_set(err, HG_ERROR_CANCELLED, "two") : 0;
}

static int64_t synchronous(struct history *history) {
  sqlite3_stmt *statement = NULL;
  int64_t value;

  assert_int_equal(sqlite3_prepare_v2(history->db, "PRAGMA synchronous", -1, &statement, NULL),
                   SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  value = sqlite3_column_int64(statement, 0);
  (void)sqlite3_finalize(statement);
  return value;
}

static void what_was_begun_is_known(void **state) {
  struct fixture *fixture = *state;
  char *directory = getcwd(NULL, 0);
  int64_t run_id = leave_run(fixture);
  struct history *history = open_history(fixture);
  struct history_resumed_run run;
  char jobs[1024] = "";

  MUST(history_resume_run(history, run_id, &resume_call, &run, &fixture->error));
  MUST(history_each_planned_job(history, describe_job, jobs, &fixture->error));
  assert_string_equal(jobs, "1 default job-1 out/job-1.yaml 1 1 valid succeeded 1\n"
                            "2 default job-2 out/job-2.yaml 1 1 valid 2\n"
                            "3 default job-3 out/job-3.yaml 1 1 valid 3\n"
                            "4 default job-4 out/job-4.yaml 1 1 valid open 4\n"
                            "5 default job-5 out/job-5.yaml 1 0 valid 5\n"
                            "6 default bad out/bad.yaml 1 0 -1\n");
  assert_int_equal(history_each_planned_job(history, stop_at_two, NULL, &fixture->error), -1);
  assert_string_equal(fixture->error.message, "two");
  assert_int_equal(run.run_id, run_id);
  assert_string_equal(run.working_dir, directory);
  assert_string_equal(run.jobs_dir, "the jobs");
  assert_null(run.kubeconfig);
  assert_string_equal(run.context, "staging");
  assert_int_equal(synchronous(history), 2); /* FULL */
  assert_string_equal(ask(fixture->path, "SELECT group_concat(status) FROM job_outcomes"),
                      "SUCCESS,FAILED,FAILED,STARTED,PENDING,INVALID");
  assert_string_equal(ask(fixture->path, "SELECT reason FROM attempts WHERE position = 4"),
                      "interrupted: its outcome is not known");
  assert_null(ask(fixture->path, "SELECT coalesce(status, finished_at) FROM attempts"
                                 " WHERE position = 4"));
  assert_string_equal(ask(fixture->path, "SELECT state FROM run_summary"), "running");
  history_close(history);
  free(directory);
}

static void a_run_goes_on_to_its_end(void **state) {
  struct fixture *fixture = *state;
  const char *path = fixture->path;
  int64_t run_id = leave_run(fixture);
  struct history *history = resume(fixture, run_id);

  /* Until it is started again, what failed has failed. */
  assert_string_equal(ask(path, "SELECT status || reason || failure_class || advice FROM"
                                " job_outcomes WHERE position = 2"),
                      "FAILEDkubectl ended with status 1connection-refused"
                      "see whether the server lives");
  MUST(start_attempt(history, 2, 2, 5000, &fixture->error));
  assert_string_equal(ask(path, "SELECT status FROM job_outcomes WHERE position = 2"), "STARTED");
  assert_null(ask(path, "SELECT coalesce(reason, failure_class, advice) FROM job_outcomes"
                        " WHERE position = 2"));
  MUST(history_finish_attempt(history, 2, true, 5085,
                              &(struct hg_job_result){.status = 2, .attempt = 2}, &fixture->error));
  attempt(fixture, history, 3, 2, HG_STATUS_SUCCESS, true);
  attempt(fixture, history, 4, 2, HG_STATUS_SUCCESS, true);
  attempt(fixture, history, 5, 1, HG_STATUS_SUCCESS, true);
  finish(fixture, history, "succeeded");

  assert_string_equal(ask(path, "SELECT group_concat(status) FROM job_outcomes"),
                      "SUCCESS,SUCCESS,SUCCESS,SUCCESS,SUCCESS,INVALID");
  assert_string_equal(ask(path, "SELECT group_concat(attempts) FROM job_outcomes"), "1,2,2,2,1,0");
  assert_string_equal(ask(path,
                          "SELECT state || total || successful || failed || skipped || invalid"
                          " || exit_code || finished_at || resumptions FROM run_summary"),
                      "succeeded6500102026-11-24T09:08:20.000Z1");
  assert_string_equal(ask(path, "SELECT group_concat(coalesce(status, 'none')) FROM"
                                " (SELECT status FROM attempts ORDER BY position, attempt)"),
                      "SUCCESS,FAILED,SUCCESS,FAILED,SUCCESS,none,SUCCESS,SUCCESS");
  assert_string_equal(ask(path, "SELECT resumed_at || argv || version || (user = (SELECT user FROM"
                                " runs)) || (host = (SELECT host FROM runs)) FROM resumptions"),
                      "2026-11-24T09:06:40.000Zheadgate resume 'it'\\''s'1.0.111");
  assert_int_equal(ask_integer(path, "SELECT pid FROM resumptions"), getpid());
  assert_string_equal(ask(path, "SELECT argv FROM runs"), "headgate apply --jobs-dir 'the jobs'");
  assert_not_resumed(fixture, run_id, HG_ERROR_INVALID, "there is nothing left to do");
}

/* Stopped again at once: every Job that was tried has an outcome, none that was not. */
static void a_run_that_is_stopped_again_can_go_on_again(void **state) {
  struct fixture *fixture = *state;
  const char *path = fixture->path;
  int64_t run_id = leave_run(fixture);

  for (int i = 0; i < 3; i++) {
    struct history *history = resume(fixture, run_id);

    MUST(history_skip_jobs(history, 7000 + i, "not started: the run was stopped", &fixture->error));
    finish(fixture, history, "cancelled");
    assert_string_equal(ask(path, "SELECT group_concat(status) FROM job_outcomes"),
                        "SUCCESS,FAILED,FAILED,STARTED,SKIPPED,INVALID");
    assert_string_equal(ask(path, "SELECT state || total || successful || failed || skipped ||"
                                  " invalid FROM run_summary"),
                        "cancelled61211");
  }
  assert_string_equal(ask(path, "SELECT finished_at FROM job_outcomes WHERE position = 5"),
                      "1970-01-01T00:00:07.002Z");
  assert_int_equal(ask_integer(path, "SELECT resumptions FROM run_summary"), 3);
  assert_int_equal(ask_integer(path, "SELECT count(*) FROM attempts"), 4);
}

static void the_end_of_before_is_forgotten(void **state) {
  struct fixture *fixture = *state;
  const char *path = fixture->path;
  const struct history_plugin plugin = {"apply-kubectl", "applier", "1.0.0", "/lib/x.so", 0};
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  MUST(history_add_plugin(history, &plugin, &fixture->error));
  add_job(history, 1, 1);
  add_job(history, 2, 2);
  MUST(history_commit(history, &fixture->error));
  MUST(history_skip_jobs(history, 7000, "the run could not go on", &fixture->error));
  MUST(history_finish_run(history, "failed", 1, 8000, "no kubectl", &fixture->error));
  history_close(history);
  tell(path, "UPDATE runs SET duration_ms = 100000");

  history = resume(fixture, run_id);
  assert_null(ask(path, "SELECT coalesce(finished_at, exit_code, error, skipped_at, skip_reason,"
                        " total, successful, failed, skipped, invalid) FROM runs"));
  assert_string_equal(ask(path, "SELECT group_concat(status) FROM job_outcomes"),
                      "PENDING,PENDING");
  MUST(history_add_plugin(history, &plugin, &fixture->error));
  attempt(fixture, history, 1, 1, HG_STATUS_SUCCESS, true);
  MUST(history_skip_jobs(history, 9000, "enough", &fixture->error));
  finish(fixture, history, "failed");
  assert_string_equal(ask(path, "SELECT group_concat(status) FROM job_outcomes"),
                      "SUCCESS,SKIPPED");
  assert_int_equal(ask_integer(path, "SELECT count(*) FROM plugins"), 1);
  assert_in_range(ask_integer(path, "SELECT duration_ms FROM runs"), 100000, 160000);
}

static void what_cannot_go_on_is_told(void **state) {
  struct fixture *fixture = *state;
  int64_t run_id;
  struct history *history = open_history(fixture);

  assert_int_equal(history_find_resumable(history, &run_id, &fixture->error), -1);
  assert_error(fixture, HG_ERROR_NOT_FOUND, "has no apply that was interrupted");
  history_close(history);
  assert_not_resumed(fixture, 1, HG_ERROR_NOT_FOUND, "there is no run 1 in the history");

  history = begin_run(fixture, HG_MODE_DRY_RUN, &run_id);
  history_close(history);
  assert_not_resumed(fixture, run_id, HG_ERROR_INVALID, "run 1 applied nothing");
  history = begin_run(fixture, 0, &run_id);
  history_close(history);
  assert_not_resumed(fixture, run_id, HG_ERROR_INVALID, "run 2 applied nothing");

  /* Killed while it still looked for manifests: to go on with half of them would be wrong. */
  history = begin_run(fixture, HG_MODE_APPLY, &run_id);
  add_job(history, 1, 1);
  history_close(history);
  assert_not_resumed(fixture, run_id, HG_ERROR_INVALID,
                     "run 3 ended before all its Jobs were known");
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM resumptions"), 0);
  assert_string_equal(ask(fixture->path, "SELECT group_concat(state) FROM runs"),
                      "interrupted,interrupted,interrupted");
}

static void the_newest_that_did_not_succeed_is_found(void **state) {
  struct fixture *fixture = *state;
  static const char *const states[] = {"failed", "cancelled", "succeeded"};
  struct history *history;
  int64_t run_id;
  int64_t found;

  for (size_t i = 0; i < 3; i++)
    finish(fixture, begin_run(fixture, HG_MODE_APPLY, &run_id), states[i]);
  finish(fixture, begin_run(fixture, HG_MODE_DRY_RUN, &run_id), "failed");
  history = open_history(fixture);
  MUST(history_find_resumable(history, &found, &fixture->error));
  assert_int_equal(found, 2);
  history_close(history);
  run_id = leave_run(fixture);
  history = open_history(fixture);
  MUST(history_find_resumable(history, &found, &fixture->error));
  assert_int_equal(found, run_id);
  history_close(history);
}

static void what_succeeded_is_never_started_again(void **state) {
  struct fixture *fixture = *state;
  int64_t run_id = leave_run(fixture);
  struct history *history = resume(fixture, run_id);
  static const char *const command[] = {"kubectl", "apply", "-f", "a", "-f", "b"};
  const struct history_attempt batch[] = {{5, 1, 6, command}, {1, 2, 6, command}};

  assert_int_equal(start_attempt(history, 1, 2, 0, &fixture->error), -1);
  assert_string_equal(fixture->error.message, "Job 1 was applied already");
  assert_int_equal(history_start_attempts(history, batch, 2, 0, &fixture->error), -1);
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM attempts"), 4);
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM launches"), 4);
  finish(fixture, history, "failed");
}

/* The lock of the database is somebody else's, and then the commit has no room. */
static void an_error_leaves_the_run_as_it_was(void **state) {
  struct fixture *fixture = *state;
  int64_t run_id = leave_run(fixture);
  struct history *history = open_history(fixture);
  struct history_resumed_run run;
  sqlite3 *other = NULL;

  (void)sqlite3_busy_timeout(history->db, 50);
  assert_int_equal(sqlite3_open(fixture->path, &other), SQLITE_OK);
  assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(history_resume_run(history, run_id, &resume_call, &run, &fixture->error), -1);
  assert_error(fixture, HG_ERROR_IO, "another process keeps it locked");
  assert_int_equal(sqlite3_close(other), SQLITE_OK);
  tell(fixture->path, "CREATE TRIGGER no BEFORE UPDATE ON runs BEGIN"
                      " SELECT raise(ABORT, 'not now'); END");
  assert_int_equal(history_resume_run(history, run_id, &resume_call, &run, &fixture->error), -1);
  assert_error(fixture, HG_ERROR_FAILED, "not now");
  tell(fixture->path, "DROP TRIGGER no");
  assert_string_equal(ask(fixture->path, "SELECT group_concat(status) FROM job_outcomes"),
                      "SUCCESS,FAILED,STARTED,STARTED,PENDING,INVALID");
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM resumptions"), 0);
  assert_string_equal(ask(fixture->path, "SELECT state FROM runs"), "interrupted");
  /* Its lock is free. */
  finish(fixture, resume(fixture, run_id), "failed");
  history_close(history);
}

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

    CHILD_MUST(history_open(fixture->path, &history, &fixture->error));
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
  finish(fixture, resume(fixture, run_id), "succeeded");
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
      CHILD_MUST(history_open(fixture->path, &history, &fixture->error));
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
  finish(fixture, resume(fixture, run_id), "succeeded");
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

  CHILD_MUST(history_open(fixture->path, &worker.history, &fixture->error));
  if (history_find_resumable(worker.history, &run_id, &fixture->error) < 0 &&
      fixture->error.code == HG_ERROR_NOT_FOUND)
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
      note.succeeded = !fails;
      CHILD_MUST(write(log, &note, sizeof note) != sizeof note);
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
      CASE(what_was_begun_is_known),
      CASE(a_run_goes_on_to_its_end),
      CASE(a_run_that_is_stopped_again_can_go_on_again),
      CASE(the_end_of_before_is_forgotten),
      CASE(what_cannot_go_on_is_told),
      CASE(the_newest_that_did_not_succeed_is_found),
      CASE(what_succeeded_is_never_started_again),
      CASE(an_error_leaves_the_run_as_it_was),
      CASE(a_living_run_is_refused),
      CASE(of_many_that_resume_one_goes_on),
      CASE(killed_at_any_moment_it_is_finished_in_the_end),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
