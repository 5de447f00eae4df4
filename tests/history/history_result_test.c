/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts of one kubectl or of many, and outcomes that are read back. */
#include "history_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MUST(call) assert_int_equal((call), 0)

static void assert_bytes(const struct hg_bytes *bytes, const char *expected, size_t length) {
  assert_int_equal(bytes->length, length);
  assert_memory_equal(bytes->data, expected, length);
}

static void a_result_comes_back_as_it_was_given(void **state) {
  struct fixture *fixture = *state;
  static const char *const command[] = {"kubectl", "apply", "-f",   "it's",    "",
                                        "a b",     "\\",    "\x80", "\xff'\n", NULL};
  const struct history_attempt started = {1, 1, 9, command};
  struct hg_job_result given = {.status = HG_STATUS_FAILED,
                                .return_code = -1,
                                .signal = 9,
                                .attempt = 1,
                                .flags = HG_RESULT_STDERR_CUT,
                                .reason = "kubectl was ended after 30 s",
                                .duration_ms = 30001,
                                .failure_class = "timeout",
                                .advice = "give it more time: --timeout"};
  struct hg_job_result result;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  given.stdout_text = (struct hg_bytes){"a\0b\xff", 4};
  given.stderr_text = (struct hg_bytes){"\xed\x95\x9c", 3};
  add_job(history, 1, 1);
  MUST(history_record_attempts(history, NULL, 0, &started, 1, 4000, &fixture->error));
  MUST(history_finish_attempt(history, 1, true, 34001, &given, &fixture->error));
  MUST(history_read_result(history, 1, &result, &fixture->error));
  assert_int_equal(result.struct_size, sizeof result);
  assert_int_equal(result.status, HG_STATUS_FAILED);
  assert_int_equal(result.return_code, -1);
  assert_int_equal(result.signal, 9);
  assert_int_equal(result.attempt, 1);
  assert_int_equal(result.flags, HG_RESULT_STDERR_CUT);
  assert_int_equal(result.document_number, 1);
  assert_int_equal(result.duration_ms, 30001);
  assert_string_equal(result.job_name, "job-1");
  assert_string_equal(result.job_namespace, "default");
  assert_string_equal(result.yaml_path, "out/job-1.yaml");
  assert_string_equal(result.timestamp, "1970-01-01T00:00:04.000Z");
  assert_string_equal(result.reason, given.reason);
  assert_string_equal(result.failure_class, "timeout");
  assert_string_equal(result.advice, given.advice);
  assert_bytes(&result.stdout_text, "a\0b\xff", 4);
  assert_bytes(&result.stderr_text, "\xed\x95\x9c", 3);
  assert_int_equal(result.command_count, 9);
  for (size_t i = 0; i < 9; i++)
    assert_string_equal(result.command[i], command[i]);
  assert_null(result.command[9]);
  history_close(history);
}

static void success_has_nothing_to_say(void **state) {
  struct fixture *fixture = *state;
  const struct hg_job_result given = result_of(HG_STATUS_SUCCESS, 1);
  struct hg_job_result result;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  add_job(history, 1, 1);
  MUST(start_attempt(history, 1, 1, 0, &fixture->error));
  MUST(history_finish_attempt(history, 1, true, 0, &given, &fixture->error));
  MUST(history_read_result(history, 1, &result, &fixture->error));
  assert_int_equal(result.status, HG_STATUS_SUCCESS);
  assert_string_equal(result.reason, "");
  assert_string_equal(result.failure_class, "");
  assert_string_equal(result.advice, "");
  assert_int_equal(result.stderr_text.length, 0);
  assert_null(
      ask(fixture->path, "SELECT coalesce(reason, failure_class, advice) FROM job_outcomes"));
  history_close(history);
}

/* Its retry never came: the failed attempt is read, and becomes the Job's outcome. */
static void a_failed_attempt_becomes_the_outcome(void **state) {
  struct fixture *fixture = *state;
  struct hg_job_result given = result_of(HG_STATUS_FAILED, 1);
  struct hg_job_result result;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  given.failure_class = "connection-refused";
  given.advice = "see whether the server lives";
  add_job(history, 1, 1);
  MUST(start_attempt(history, 1, 1, 0, &fixture->error));
  MUST(history_finish_attempt(history, 1, false, 0, &given, &fixture->error));
  MUST(history_read_result(history, 1, &result, &fixture->error));
  assert_int_equal(result.attempt, 1);
  result.attempt = 0;
  MUST(history_finish_attempt(history, 1, true, 9000, &result, &fixture->error));
  MUST(history_read_result(history, 1, &result, &fixture->error));
  assert_int_equal(result.status, HG_STATUS_FAILED);
  assert_string_equal(result.failure_class, "connection-refused");
  assert_bytes(&result.stderr_text, given.stderr_text.data, given.stderr_text.length);
  MUST(history_finish_run(history, "failed", 1, 0, NULL, &fixture->error));
  history_close(history);
  assert_string_equal(ask(fixture->path, "SELECT status || attempts || finished_at || reason ||"
                                         " failure_class || advice FROM job_outcomes"),
                      "FAILED11970-01-01T00:00:09.000Zkubectl ended with status 1"
                      "connection-refusedsee whether the server lives");
  assert_string_equal(ask(fixture->path, "SELECT failure_class || advice FROM failures"),
                      "connection-refusedsee whether the server lives");
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM attempts"), 1);
}

/* A manifest that changed: kubectl was never started. */
static void an_outcome_without_an_attempt_comes_back(void **state) {
  struct fixture *fixture = *state;
  const struct hg_job_result given = {.status = HG_STATUS_FAILED,
                                      .return_code = -1,
                                      .reason = "not applied: changed",
                                      .failure_class = "manifest-changed",
                                      .advice = "validate it again"};
  struct hg_job_result result;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  add_job(history, 1, 1);
  MUST(history_finish_attempt(history, 1, true, 5000, &given, &fixture->error));
  MUST(history_read_result(history, 1, &result, &fixture->error));
  assert_int_equal(result.attempt, 0);
  assert_int_equal(result.return_code, -1);
  assert_string_equal(result.timestamp, "1970-01-01T00:00:05.000Z");
  assert_string_equal(result.failure_class, "manifest-changed");
  assert_int_equal(result.command_count, 4);
  assert_string_equal(result.command[3], "out/job-1.yaml"); /* as planned */
  history_close(history);
}

static void without_an_outcome_there_is_none_to_read(void **state) {
  struct fixture *fixture = *state;
  struct hg_job_result result;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  add_job(history, 1, 1);
  add_job(history, 2, 1);
  MUST(start_attempt(history, 2, 1, 0, &fixture->error));
  for (uint64_t position = 1; position <= 3; position++) {
    assert_int_equal(history_read_result(history, position, &result, &fixture->error), -1);
    assert_int_equal(fixture->error.code, HG_ERROR_NOT_FOUND);
  }
  history_close(history);
}

static void a_mebibyte_comes_back(void **state) {
  struct fixture *fixture = *state;
  const size_t size = 1 << 20;
  char *large = malloc(size);
  struct hg_job_result given = result_of(HG_STATUS_SUCCESS, 1);
  struct hg_job_result result;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  assert_non_null(large);
  for (size_t i = 0; i < size; i++)
    large[i] = (char)(i * 31 >> 3);
  given.stdout_text = given.stderr_text = (struct hg_bytes){large, size};
  for (uint64_t i = 1; i <= 3; i++) {
    add_job(history, i, 1);
    MUST(start_attempt(history, i, 1, 0, &fixture->error));
    MUST(history_finish_attempt(history, i, true, 0, &given, &fixture->error));
    MUST(history_read_result(history, i, &result, &fixture->error));
    assert_bytes(&result.stdout_text, large, size);
    assert_bytes(&result.stderr_text, large, size);
  }
  history_close(history);
  free(large);
}

/* Two kubectls: a batch of three, and then what it left unconfirmed alone. */
static void a_batch_is_one_launch(void **state) {
  struct fixture *fixture = *state;
  const char *path = fixture->path;
  static const char *const batch[] = {"kubectl", "apply", "-f", "a", "-f", "b", "-f", "c"};
  const struct history_attempt started[] = {{1, 1, 8, batch}, {2, 1, 8, batch}, {3, 1, 8, batch}};
  const struct hg_job_result success = result_of(HG_STATUS_SUCCESS, 1);
  const struct hg_job_result failure = result_of(HG_STATUS_FAILED, 1);
  const struct hg_job_result second = result_of(HG_STATUS_SUCCESS, 2);
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  for (uint64_t i = 1; i <= 3; i++)
    add_job(history, i, 1);
  MUST(history_record_attempts(history, NULL, 0, started, 3, 1000, &fixture->error));
  MUST(history_finish_attempt(history, 1, true, 2000, &success, &fixture->error));
  MUST(history_finish_attempt(history, 2, false, 2000, &failure, &fixture->error));
  MUST(history_finish_attempt(history, 3, true, 2000, &success, &fixture->error));
  MUST(start_attempt(history, 2, 2, 3000, &fixture->error));
  MUST(history_finish_attempt(history, 2, true, 4000, &second, &fixture->error));
  MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
  history_close(history);
  assert_int_equal(ask_integer(path, "SELECT count(*) FROM launches"), 2);
  assert_string_equal(ask(path,
                          "SELECT group_concat(position || ':' || attempt || ' ' || status ||"
                          " ' ' || started_at || ' ' || command || ' ' || launch_id, char(10))"
                          " FROM (SELECT * FROM attempts ORDER BY position, attempt)"),
                      "1:1 SUCCESS 1970-01-01T00:00:01.000Z kubectl apply -f a -f b -f c 1\n"
                      "2:1 FAILED 1970-01-01T00:00:01.000Z kubectl apply -f a -f b -f c 1\n"
                      "2:2 SUCCESS 1970-01-01T00:00:03.000Z kubectl apply -f out/job-2.yaml 2\n"
                      "3:1 SUCCESS 1970-01-01T00:00:01.000Z kubectl apply -f a -f b -f c 1");
  assert_string_equal(ask(path, "SELECT group_concat(command, char(10)) FROM job_outcomes"),
                      "kubectl apply -f a -f b -f c\nkubectl apply -f out/job-2.yaml\n"
                      "kubectl apply -f a -f b -f c");
  tell(path, "PRAGMA foreign_keys = ON; DELETE FROM runs");
  assert_int_equal(ask_integer(path, "SELECT (SELECT count(*) FROM launches) +"
                                     " (SELECT count(*) FROM launched_jobs)"),
                   0);
}

/* One that cannot be started: none is. */
static void a_launch_is_recorded_whole_or_not(void **state) {
  struct fixture *fixture = *state;
  static const char *const batch[] = {"kubectl", "apply"};
  const struct history_attempt unknown[] = {{1, 1, 2, batch}, {9, 1, 2, batch}};
  const struct history_attempt twice[] = {{1, 1, 2, batch}, {1, 1, 2, batch}};
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  add_job(history, 1, 1);
  assert_int_equal(history_record_attempts(history, NULL, 0, unknown, 2, 0, &fixture->error), -1);
  assert_int_equal(history_record_attempts(history, NULL, 0, twice, 2, 0, &fixture->error), -1);
  MUST(history_commit(history, &fixture->error));
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM launches"), 0);
  MUST(history_record_attempts(history, NULL, 0, unknown, 1, 0, &fixture->error));
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM attempts"), 1);
  history_close(history);
}

int main(void) {
#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      CASE(a_result_comes_back_as_it_was_given),
      CASE(success_has_nothing_to_say),
      CASE(a_failed_attempt_becomes_the_outcome),
      CASE(an_outcome_without_an_attempt_comes_back),
      CASE(without_an_outcome_there_is_none_to_read),
      CASE(a_mebibyte_comes_back),
      CASE(a_batch_is_one_launch),
      CASE(a_launch_is_recorded_whole_or_not),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
