/* SPDX-License-Identifier: Apache-2.0 */
/* A run that goes on in another process: what is kept, what is forgotten, what is refused. */
#include "history/history_database.h"
#include "history_resumable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MUST(call) assert_int_equal((call), 0)
static int32_t describe_job(void *context, const struct history_planned_job *job,
                            struct hg_error *err) {
  char *text = (char *)context + strlen(context);

  (void)err;
  (void)sprintf(text, "%llu %s %s %s %u %u%s%s%s %d\n", (unsigned long long)job->position,
                job->job.namespace, job->job.name, job->job.path,
                (unsigned)job->job.document_number, (unsigned)job->attempts,
                job->valid ? " valid" : "", job->succeeded ? " succeeded" : "",
                job->is_open ? " open" : "", job->sha256 ? job->sha256[31] : -1);
  return 0;
}

static int32_t stop_at_two(void *context, const struct history_planned_job *job,
                           struct hg_error *err) {
  (void)context;
  return job->position == 2 ? hg_error_set(err, HG_ERROR_CANCELLED, "two") : 0;
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
  struct history *history = resume_run(fixture, run_id);

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
  record_attempt(fixture, history, 3, 2, HG_STATUS_SUCCESS, true);
  record_attempt(fixture, history, 4, 2, HG_STATUS_SUCCESS, true);
  record_attempt(fixture, history, 5, 1, HG_STATUS_SUCCESS, true);
  finish_run(fixture, history, "succeeded");

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
    struct history *history = resume_run(fixture, run_id);

    MUST(history_skip_jobs(history, 7000 + i, "not started: the run was stopped", &fixture->error));
    finish_run(fixture, history, "cancelled");
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

  history = resume_run(fixture, run_id);
  assert_null(ask(path, "SELECT coalesce(finished_at, exit_code, error, skipped_at, skip_reason,"
                        " total, successful, failed, skipped, invalid) FROM runs"));
  assert_string_equal(ask(path, "SELECT group_concat(status) FROM job_outcomes"),
                      "PENDING,PENDING");
  MUST(history_add_plugin(history, &plugin, &fixture->error));
  record_attempt(fixture, history, 1, 1, HG_STATUS_SUCCESS, true);
  MUST(history_skip_jobs(history, 9000, "enough", &fixture->error));
  finish_run(fixture, history, "failed");
  assert_string_equal(ask(path, "SELECT group_concat(status) FROM job_outcomes"),
                      "SUCCESS,SKIPPED");
  assert_int_equal(ask_integer(path, "SELECT count(*) FROM plugins"), 1);
  assert_in_range(ask_integer(path, "SELECT duration_ms FROM runs"), 100000, 160000);
}

static void what_cannot_go_on_is_told(void **state) {
  struct fixture *fixture = *state;
  int64_t run_id;
  struct history *history = open_history(fixture);

  assert_int_equal(newest_resumable(history), 0);
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

  for (size_t i = 0; i < 3; i++) {
    history = begin_run(fixture, HG_MODE_APPLY, &run_id);
    MUST(history_commit(history, &fixture->error));
    finish_run(fixture, history, states[i]);
  }
  finish_run(fixture, begin_run(fixture, HG_MODE_DRY_RUN, &run_id), "failed");
  /* one that never had a plan hides none */
  finish_run(fixture, begin_run(fixture, HG_MODE_APPLY, &run_id), "failed");
  history = open_history(fixture);
  assert_int_equal(newest_resumable(history), 2);
  history_close(history);
  run_id = leave_run(fixture);
  history = open_history(fixture);
  assert_int_equal(newest_resumable(history), run_id);
  history_close(history);
}

static void what_succeeded_is_never_started_again(void **state) {
  struct fixture *fixture = *state;
  int64_t run_id = leave_run(fixture);
  struct history *history = resume_run(fixture, run_id);
  static const char *const command[] = {"kubectl", "apply", "-f", "a", "-f", "b"};
  const struct history_attempt batch[] = {{5, 1, 6, command}, {1, 2, 6, command}};

  assert_int_equal(start_attempt(history, 1, 2, 0, &fixture->error), -1);
  assert_string_equal(fixture->error.message, "Job 1 was applied already");
  assert_int_equal(history_record_attempts(history, NULL, 0, batch, 2, 0, &fixture->error), -1);
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM attempts"), 4);
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM launches"), 4);
  finish_run(fixture, history, "failed");
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
  finish_run(fixture, resume_run(fixture, run_id), "failed");
  history_close(history);
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
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
