/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a run: what each call leaves in tables and views, and when. */
#include "history/history_database.h"
#include "history/history_manifest.h"
#include "history_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MUST(call) assert_int_equal((call), 0)

/* The columns of a view with commas between them. */
static const char *columns_of(const char *path, const char *view) {
  char sql[128];

  (void)snprintf(sql, sizeof sql, "SELECT group_concat(name, ',') FROM pragma_table_info('%s')",
                 view);
  return ask(path, sql);
}

/* People and programs query these by name and by place: columns are only ever added at the end. */
static void views_have_their_columns(void **state) {
  struct fixture *fixture = *state;

  history_close(open_history(fixture));
  assert_string_equal(columns_of(fixture->path, "run_summary"),
                      "run_id,command,mode,state,started_at,finished_at,duration_ms,total,"
                      "successful,failed,skipped,invalid,exit_code,jobs_dir,context,user,host,"
                      "kubeconfig,working_dir,pid,argv,version,error,resumptions,"
                      "target_context,target_server,target_user,target_namespace,"
                      "target_cluster_uid,git_commit,git_branch,ci_url");
  assert_string_equal(columns_of(fixture->path, "job_outcomes"),
                      "run_id,mode,job_name,namespace,yaml_path,command,status,return_code,"
                      "attempts,stdout,stderr,started_at,finished_at,duration_ms,reason,signal,"
                      "stdout_cut,stderr_cut,position,document,sha256,"
                      "failure_class,advice,verb,warnings,user,target_context,target_server,"
                      "target_user,target_namespace,http_status");
  assert_string_equal(columns_of(fixture->path, "latest_outcomes"),
                      "run_id,mode,job_name,namespace,yaml_path,command,status,return_code,"
                      "attempts,stdout,stderr,started_at,finished_at,duration_ms,reason,signal,"
                      "stdout_cut,stderr_cut,position,document,sha256,"
                      "failure_class,advice,verb,warnings,user,target_context,target_server,"
                      "target_user,target_namespace,http_status");
  assert_string_equal(columns_of(fixture->path, "failures"),
                      "run_id,mode,job_name,namespace,yaml_path,command,return_code,attempts,"
                      "reason,stderr,stdout,started_at,finished_at,duration_ms,signal,position,"
                      "document,failure_class,advice");
}

static void a_run_says_who_where_when_and_how(void **state) {
  struct fixture *fixture = *state;
  const char *path = fixture->path;
  char host[256] = "";
  char *directory = getcwd(NULL, 0);
  int64_t run_id = 0;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  assert_int_equal(run_id, 1);
  assert_string_equal(ask(path, "SELECT state FROM run_summary"), "running");
  assert_null(ask(path, "SELECT finished_at FROM run_summary"));
  assert_null(ask(path, "SELECT duration_ms FROM run_summary"));
  MUST(history_finish_run(history, "failed", 1, INT64_C(1795511108000), "no such directory",
                          &fixture->error));
  history_close(history);

  assert_string_equal(ask(path, "SELECT command || ' ' || mode || ' ' || state || ' ' || exit_code"
                                " || ' ' || error FROM run_summary"),
                      "apply apply failed 1 no such directory");
  assert_string_equal(ask(path, "SELECT started_at FROM run_summary"), "2026-11-24T09:05:07.042Z");
  assert_string_equal(ask(path, "SELECT finished_at FROM run_summary"), "2026-11-24T09:05:08.000Z");
  assert_string_equal(ask(path, "SELECT date(started_at) FROM run_summary"), "2026-11-24");
  assert_string_equal(ask(path, "SELECT argv FROM run_summary"),
                      "headgate apply --jobs-dir 'the jobs'");
  assert_string_equal(ask(path, "SELECT jobs_dir || ' ' || context || ' ' || version FROM"
                                " run_summary"),
                      "the jobs staging 1.0.0");
  assert_null(ask(path, "SELECT kubeconfig FROM run_summary"));
  assert_int_equal(gethostname(host, sizeof host - 1), 0);
  assert_string_equal(ask(path, "SELECT host FROM run_summary"), host);
  assert_string_equal(ask(path, "SELECT working_dir FROM run_summary"), directory);
  assert_int_equal(ask_integer(path, "SELECT pid FROM run_summary"), getpid());
  assert_true(strlen(ask(path, "SELECT user FROM run_summary")) > 0);
  /* Measured, whatever the wall clock said. */
  assert_in_range(ask_integer(path, "SELECT duration_ms FROM run_summary"), 0, 60000);
  free(directory);
}

static void modes_have_names(void **state) {
  struct fixture *fixture = *state;
  static const struct {
    uint32_t mode;
    const char *name;
  } modes[] = {{HG_MODE_VALIDATE, "validate"},
               {HG_MODE_DRY_RUN, "dry-run"},
               {HG_MODE_APPLY, "apply"},
               {0, "none"}};

  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    int64_t run_id;
    struct history *history = begin_run(fixture, modes[i].mode, &run_id);

    assert_int_equal(run_id, (int64_t)i + 1);
    MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
    history_close(history);
    assert_string_equal(
        ask(fixture->path, "SELECT coalesce(mode, 'none') FROM run_summary ORDER BY run_id DESC"),
        modes[i].name);
  }
}

static void add_invalid_job(struct history *history, uint64_t position) {
  const struct history_job job = {.job.name = "",
                                  .job.namespace = "default",
                                  .job.path = "out/bad.yaml",
                                  .job.document_number = 2};
  const struct hg_diagnostic diagnostic = {sizeof diagnostic, HG_SEVERITY_ERROR, 7,   3, "required",
                                           "metadata.name",   "Required value",  NULL};
  struct hg_error error = HG_ERROR_INIT;

  MUST(history_add_job(history, position, &job, &error));
  MUST(history_add_diagnostic(history, position, &diagnostic, &error));
}

static void a_dry_run_skips_every_valid_job(void **state) {
  struct fixture *fixture = *state;
  const char *path = fixture->path;
  const struct history_plugin plugin = {"scan-directory", "scanner", "1.0.0", "/lib/x.so", 3};
  const struct history_reporter_outcome told = {"report-text", NULL, "ok", ""};
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_DRY_RUN, &run_id);

  MUST(history_add_plugin(history, &plugin, &fixture->error));
  add_job(history, 1, 0xab);
  add_invalid_job(history, 2);
  add_job(history, 3, 0xcd);
  MUST(history_commit(history, &fixture->error));
  assert_int_equal(ask_integer(path, "SELECT count(*) FROM job_outcomes WHERE status = 'PENDING'"),
                   2);
  assert_string_equal(
      ask(path, "SELECT total || ' ' || skipped || ' ' || invalid FROM run_summary"), "3 0 1");
  MUST(history_skip_jobs(history, INT64_C(1795511107500), "dry run", &fixture->error));
  MUST(history_commit(history, &fixture->error));
  MUST(history_skip_jobs(history, INT64_C(1795511109999), "too late", &fixture->error));
  MUST(history_add_reporter_outcome(history, &told, &fixture->error));
  assert_string_equal(
      ask(path, "SELECT total || ' ' || skipped || ' ' || invalid FROM run_summary"), "3 2 1");
  MUST(history_finish_run(history, "succeeded", 0, INT64_C(1795511108000), NULL, &fixture->error));
  history_close(history);

  assert_string_equal(ask(path, "SELECT total || ' ' || successful || ' ' || failed || ' ' ||"
                                " skipped || ' ' || invalid FROM run_summary"),
                      "3 0 0 2 1");
  assert_string_equal(ask(path, "SELECT group_concat(status) FROM job_outcomes"),
                      "SKIPPED,INVALID,SKIPPED");
  assert_string_equal(ask(path,
                          "SELECT run_id || mode || job_name || namespace || yaml_path ||"
                          " command || attempts || finished_at || reason || position || document"
                          " FROM job_outcomes"),
                      "1dry-runjob-1defaultout/job-1.yamlkubectl apply -f out/job-1.yaml0"
                      "2026-11-24T09:05:07.500Zdry run11");
  assert_null(ask(path, "SELECT coalesce(started_at, duration_ms, return_code, stdout, stderr)"
                        " FROM job_outcomes"));
  assert_string_equal(ask(path, "SELECT sha256 FROM job_outcomes"),
                      "abababababababababababababababababababababababababababababababab");
  assert_null(ask(path, "SELECT coalesce(command, reason, finished_at, sha256) FROM job_outcomes"
                        " WHERE position = 2"));
  assert_string_equal(ask(path, "SELECT severity || rule || field || line || \"column\" || message"
                                " FROM diagnostics WHERE position = 2 AND advice IS NULL"),
                      "errorrequiredmetadata.name73Required value");
  assert_string_equal(
      ask(path, "SELECT name || stage || version || path || abi_minor FROM plugins"),
      "scan-directoryscanner1.0.0/lib/x.so3");
  assert_string_equal(ask(path, "SELECT reporter || outcome || message FROM reporter_outcomes"
                                " WHERE target IS NULL"),
                      "report-textok");
  assert_int_equal(ask_integer(path, "SELECT count(*) FROM latest_outcomes"), 0);
  assert_int_equal(ask_integer(path, "SELECT count(*) FROM failures"), 0);
}

static void validating_gives_no_outcome(void **state) {
  struct fixture *fixture = *state;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_VALIDATE, &run_id);

  add_job(history, 1, 1);
  add_invalid_job(history, 2);
  MUST(history_finish_run(history, "failed", 1, 0, NULL, &fixture->error));
  history_close(history);
  assert_string_equal(ask(fixture->path, "SELECT group_concat(status) FROM job_outcomes"),
                      "VALID,INVALID");
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM latest_outcomes"), 0);
}

/* One of a batch, one whose earlier attempt failed, one that was the first. */
static void an_attempt_that_was_never_made_is_taken_out(void **state) {
  struct fixture *fixture = *state;
  const char *path = fixture->path;
  struct hg_error *err = &fixture->error;
  const struct hg_job_result success = result_of(HG_STATUS_SUCCESS, 1);
  const struct hg_job_result failure = result_of(HG_STATUS_FAILED, 1);
  static const char *const command[] = {"kubectl", NULL};
  const struct history_attempt batch[] = {{1, 1, 1, command}, {2, 1, 1, command}};
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  for (uint64_t i = 1; i <= 4; i++)
    add_job(history, i, (int)i);
  MUST(history_record_attempts(history, NULL, 0, batch, 2, 1000, err));
  MUST(start_attempt(history, 3, 1, 2000, err));
  MUST(history_finish_attempt(history, 3, false, 2085, &failure, err));
  MUST(start_attempt(history, 3, 2, 3000, err));
  MUST(start_attempt(history, 4, 1, 4000, err));
  MUST(history_withdraw_attempt(history, 2, 1, err));
  MUST(history_withdraw_attempt(history, 3, 2, err));
  MUST(history_withdraw_attempt(history, 4, 1, err));
  MUST(history_finish_attempt(history, 1, true, 5000, &success, err));
  MUST(start_attempt(history, 4, 1, 6000, err));
  MUST(history_withdraw_attempt(history, 4, 1, err));
  MUST(history_skip_jobs(history, 7000, "the run was stopped", err));
  MUST(history_finish_run(history, "cancelled", 130, 8000, NULL, err));
  history_close(history);

  assert_string_equal(ask(path, "SELECT group_concat(status) FROM job_outcomes"),
                      "SUCCESS,SKIPPED,STARTED,SKIPPED");
  assert_string_equal(ask(path, "SELECT group_concat(position || ':' || attempt) FROM attempts"),
                      "1:1,3:1");
  assert_int_equal(ask_integer(path, "SELECT count(*) FROM launches"), 2);
}

/* Success, a failure, a failure that passes, a refusal without kubectl, one that never ended, one
 * whose turn never came. */
static void an_apply_keeps_every_attempt(void **state) {
  struct fixture *fixture = *state;
  const char *path = fixture->path;
  struct hg_error *err = &fixture->error;
  const struct hg_job_result success = result_of(HG_STATUS_SUCCESS, 1);
  const struct hg_job_result failure = result_of(HG_STATUS_FAILED, 1);
  const struct hg_job_result second = result_of(HG_STATUS_SUCCESS, 2);
  struct hg_job_result refusal = result_of(HG_STATUS_FAILED, 0);
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  for (uint64_t i = 1; i <= 6; i++)
    add_job(history, i, (int)i);
  MUST(start_attempt(history, 1, 1, 1000, err));
  MUST(history_finish_attempt(history, 1, true, 1085, &success, err));
  MUST(start_attempt(history, 2, 1, 2000, err));
  MUST(history_finish_attempt(history, 2, true, 2085, &failure, err));
  MUST(start_attempt(history, 3, 1, 3000, err));
  MUST(history_finish_attempt(history, 3, false, 3085, &failure, err));
  assert_string_equal(ask(path, "SELECT status FROM job_outcomes WHERE position = 3"), "STARTED");
  MUST(start_attempt(history, 3, 2, 4000, err));
  MUST(history_finish_attempt(history, 3, true, 4085, &second, err));
  refusal.reason = "not applied: changed after it was validated";
  MUST(history_finish_attempt(history, 4, true, 5000, &refusal, err));
  MUST(start_attempt(history, 5, 1, 6000, err));
  MUST(history_skip_jobs(history, 7000, "the run was stopped", err));
  MUST(history_finish_run(history, "cancelled", 130, 8000, NULL, err));
  history_close(history);

  assert_string_equal(ask(path, "SELECT group_concat(status) FROM job_outcomes"),
                      "SUCCESS,FAILED,SUCCESS,FAILED,STARTED,SKIPPED");
  assert_string_equal(ask(path, "SELECT total || ' ' || successful || ' ' || failed || ' ' ||"
                                " skipped || ' ' || invalid FROM run_summary"),
                      "6 2 2 1 0");
  assert_string_equal(ask(path, "SELECT group_concat(attempts) FROM job_outcomes"), "1,1,2,0,1,0");
  assert_string_equal(ask(path, "SELECT return_code || stdout || stderr || started_at ||"
                                " finished_at || duration_ms FROM job_outcomes WHERE position = 3"),
                      "0job.batch/job created\n1970-01-01T00:00:04.000Z1970-01-01T00:00:04.085Z85");
  assert_null(ask(path, "SELECT reason FROM job_outcomes WHERE position = 3"));
  assert_int_equal(ask_integer(path, "SELECT count(*) FROM attempts WHERE finished_at IS NULL"), 1);
  assert_int_equal(ask_integer(path, "SELECT count(*) FROM attempts"), 5);
  assert_string_equal(ask(path, "SELECT started_at FROM job_outcomes WHERE position = 5"),
                      "1970-01-01T00:00:06.000Z");
  assert_null(ask(path, "SELECT coalesce(finished_at, reason) FROM job_outcomes"
                        " WHERE position = 5"));
  assert_string_equal(ask(path, "SELECT job_name || return_code || reason || stderr FROM failures"
                                " WHERE position = 2"),
                      "job-21kubectl ended with status 1Error from server (Forbidden): no\n"
                      "ask somebody\n");
  assert_string_equal(ask(path, "SELECT reason || finished_at FROM failures WHERE attempts = 0"),
                      "not applied: changed after it was validated1970-01-01T00:00:05.000Z");
  assert_int_equal(ask_integer(path, "SELECT count(*) FROM failures"), 2);
}

static void the_newest_outcome_is_that_of_the_latest_time(void **state) {
  struct fixture *fixture = *state;
  const struct hg_job_result success = result_of(HG_STATUS_SUCCESS, 1);
  const struct hg_job_result failure = result_of(HG_STATUS_FAILED, 1);
  int64_t run_id;

  for (int i = 0; i < 2; i++) {
    struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

    for (uint64_t position = 1; position <= 2; position++) {
      add_job(history, position, 1);
      MUST(start_attempt(history, position, 1, 0, &fixture->error));
      MUST(history_finish_attempt(history, position, true, position == 1 ? 1000 + i : 2000 - i,
                                  i == 0 ? &failure : &success, &fixture->error));
    }
    MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
    history_close(history);
  }
  assert_string_equal(ask(fixture->path, "SELECT group_concat(run_id || status) FROM"
                                         " (SELECT * FROM latest_outcomes ORDER BY job_name)"),
                      "2SUCCESS,1FAILED");
}

static void nothing_ends_that_was_not_started(void **state) {
  struct fixture *fixture = *state;
  const struct hg_job_result success = result_of(HG_STATUS_SUCCESS, 1);
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  add_job(history, 1, 1);
  assert_int_equal(history_finish_attempt(history, 1, true, 0, &success, &fixture->error), -1);
  assert_non_null(strstr(fixture->error.message, "without having been started"));
  assert_int_equal(start_attempt(history, 9, 1, 0, &fixture->error), -1);
  /* The rest of the run is none the worse for it. */
  MUST(start_attempt(history, 1, 1, 0, &fixture->error));
  assert_int_equal(start_attempt(history, 1, 1, 0, &fixture->error), -1);
  MUST(history_finish_attempt(history, 1, true, 0, &success, &fixture->error));
  MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
  history_close(history);
  assert_string_equal(ask(fixture->path, "SELECT group_concat(status) FROM job_outcomes"),
                      "SUCCESS");
}

static void an_invalid_job_has_no_outcome(void **state) {
  struct fixture *fixture = *state;
  const struct hg_job_result success = result_of(HG_STATUS_SUCCESS, 1);
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  add_invalid_job(history, 1);
  MUST(start_attempt(history, 1, 1, 0, &fixture->error));
  assert_int_equal(history_finish_attempt(history, 1, true, 0, &success, &fixture->error), -1);
  MUST(history_finish_run(history, "failed", 1, 0, NULL, &fixture->error));
  history_close(history);
}

/* What has to be on disk before kubectl starts is there when the call returns. */
static void attempts_are_written_at_once(void **state) {
  struct fixture *fixture = *state;
  const struct hg_job_result success = result_of(HG_STATUS_SUCCESS, 1);
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  for (uint64_t i = 1; i <= 3; i++)
    add_job(history, i, 1);
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM jobs"), 0);
  MUST(start_attempt(history, 2, 1, 0, &fixture->error));
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM jobs"), 3);
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM attempts"), 1);
  MUST(history_finish_attempt(history, 2, true, 0, &success, &fixture->error));
  assert_string_equal(ask(fixture->path, "SELECT status FROM jobs WHERE position = 2"), "SUCCESS");
  MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
  history_close(history);
}

static void only_an_apply_waits_for_the_disk(void **state) {
  struct fixture *fixture = *state;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  assert_int_equal(synchronous(history), 2); /* FULL */
  history_close(history);
  history = begin_run(fixture, HG_MODE_DRY_RUN, &run_id);
  assert_int_equal(synchronous(history), 1); /* NORMAL */
  history_close(history);
}

/* A manifest of `words` that is nearly the one before; its digest is 32 times `content`. */
static void add_manifest(struct history *history, const char *words, int content,
                         struct hg_error *err) {
  char text[128];
  uint8_t sha256[32];
  const struct history_manifest manifest = {
      .sha256 = sha256, .text = text, .image = "", .labels = "{}", .pods = -1};

  memset(sha256, content, sizeof sha256);
  (void)snprintf(text, sizeof text, "text: %s %s %s\nnumber: %d\n", words, words, words, content);
  MUST(history_add_manifest(history, &manifest, err));
}

/* Two processes that write in turn: each text is told by its own run's. */
static void manifests_of_two_runs_are_told_apart(void **state) {
  struct fixture *fixture = *state;
  struct hg_error *err = &fixture->error;
  int64_t run_id;
  struct history *first = begin_run(fixture, HG_MODE_VALIDATE, &run_id);
  struct history *second = begin_run(fixture, HG_MODE_VALIDATE, &run_id);

  for (int i = 1; i <= 3; i++) {
    add_manifest(first, "a batch of tunings", i, err);
    MUST(history_commit(first, err));
    add_manifest(second, "another that trains", 10 + i, err);
    MUST(history_commit(second, err));
  }
  history_close(first);
  history_close(second);
  for (int i = 1; i <= 3; i++) {
    char sql[128];
    char text[128];

    (void)snprintf(sql, sizeof sql, "SELECT text FROM manifests WHERE hex(sha256) LIKE '%02X%%'",
                   i);
    (void)snprintf(text, sizeof text,
                   "text: a batch of tunings a batch of tunings a batch of tunings\nnumber: %d\n",
                   i);
    assert_string_equal(ask(fixture->path, sql), text);
  }
  assert_int_equal(
      ask_integer(fixture->path, "SELECT count(*) FROM kept_manifests WHERE base_id IS NOT NULL"),
      4);
}

static void a_large_run_needs_little_memory(void **state) {
  struct fixture *fixture = *state;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_DRY_RUN, &run_id);

  for (uint64_t i = 1; i <= 20000; i++) {
    add_job(history, i, 1);
    assert_true(history->arena.used <= HISTORY_BATCH_SIZE + 4096);
  }
  assert_true(ask_integer(fixture->path, "SELECT count(*) FROM jobs") > 18000);
  MUST(history_skip_jobs(history, 0, "dry run", &fixture->error));
  MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
  history_close(history);
  assert_int_equal(ask_integer(fixture->path, "SELECT skipped FROM run_summary"), 20000);
}

/* Deleting runs, as the schema's comment says. */
static void a_run_goes_with_all_that_is_its_own(void **state) {
  struct fixture *fixture = *state;
  const struct hg_job_result success = result_of(HG_STATUS_SUCCESS, 1);
  const struct history_plugin plugin = {"p", "scanner", "1", "/p.so", 0};
  const struct history_reporter_outcome told = {"r", "f", "failed", "why"};
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  MUST(history_add_plugin(history, &plugin, &fixture->error));
  MUST(history_add_reporter_outcome(history, &told, &fixture->error));
  add_job(history, 1, 1);
  add_invalid_job(history, 2);
  MUST(start_attempt(history, 1, 1, 0, &fixture->error));
  MUST(history_finish_attempt(history, 1, true, 0, &success, &fixture->error));
  MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
  history_close(history);
  tell(fixture->path, "PRAGMA foreign_keys = ON; DELETE FROM runs");
  assert_int_equal(
      ask_integer(fixture->path,
                  "SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM attempts)"
                  " + (SELECT count(*) FROM diagnostics) + (SELECT count(*) FROM"
                  " plugins) + (SELECT count(*) FROM reporter_outcomes)"),
      0);
  /* Its number is not given again. */
  history = begin_run(fixture, HG_MODE_DRY_RUN, &run_id);
  assert_int_equal(run_id, 2);
  MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
  history_close(history);
}

int main(void) {
#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      CASE(views_have_their_columns),
      CASE(a_run_says_who_where_when_and_how),
      CASE(modes_have_names),
      CASE(a_dry_run_skips_every_valid_job),
      CASE(validating_gives_no_outcome),
      CASE(an_apply_keeps_every_attempt),
      CASE(an_attempt_that_was_never_made_is_taken_out),
      CASE(the_newest_outcome_is_that_of_the_latest_time),
      CASE(nothing_ends_that_was_not_started),
      CASE(an_invalid_job_has_no_outcome),
      CASE(attempts_are_written_at_once),
      CASE(only_an_apply_waits_for_the_disk),
      CASE(manifests_of_two_runs_are_told_apart),
      CASE(a_large_run_needs_little_memory),
      CASE(a_run_goes_with_all_that_is_its_own),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
