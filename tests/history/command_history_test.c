/* SPDX-License-Identifier: Apache-2.0 */
/* headgate history: the words on the command line, and what is printed for them. */
#include "history_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MUST(call) assert_int_equal((call), 0)

static void assert_fails(struct fixture *fixture, int exit_code, const char *part,
                         const char *first, const char *second, const char *third) {
  const char *printed;

  assert_int_equal(call_command(fixture, OUTPUT_TEXT, &printed, first, second, third), exit_code);
  if (!strstr(fixture->error.message, part))
    fail_msg("\"%s\" does not hold \"%s\"", fixture->error.message, part);
  assert_string_equal(printed, "");
}

static json_int_t integer_in(const json_t *object, const char *name) {
  assert_true(json_is_integer(json_object_get(object, name)));
  return json_integer_value(json_object_get(object, name));
}

static void wrong_operands_are_told(void **state) {
  struct fixture *fixture = *state;

  assert_fails(fixture, 2, "'lst' is not list, show, diff, report, forget, path or page", "lst",
               NULL, NULL);
  assert_fails(fixture, 2, "takes nothing more", "list", "1", NULL);
  assert_fails(fixture, 2, "takes nothing more", "path", "1", NULL);
  assert_fails(fixture, 2, "takes one RUN", "show", NULL, NULL);
  assert_fails(fixture, 2, "takes one RUN", "show", "1", "2");
  assert_fails(fixture, 2, "takes two RUNs", "diff", "1", NULL);
  static const char *const wrong[] = {"",
                                      "x",
                                      "1x",
                                      "-1",
                                      "latest~",
                                      "latest~x",
                                      "latest1",
                                      "lates",
                                      "latest ~",
                                      "latest~-1",
                                      "12345678901234567890"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_fails(fixture, 2, "is not a run", "diff", wrong[i], "1");
}

static void without_a_history_there_are_no_runs(void **state) {
  struct fixture *fixture = *state;
  json_t *json;

  for (int is_made = 0; is_made < 2; is_made++) {
    if (is_made)
      history_close(open_history(fixture));
    assert_non_null(strstr(print_text(fixture, NULL, NULL, NULL), "No runs yet"));
    json = print_json(fixture, "list", NULL, NULL);
    assert_true(json_is_array(json));
    assert_int_equal(json_array_size(json), 0);
    json_decref(json);
    assert_fails(fixture, 1, is_made ? "the history has no run yet" : "does not exist", "show",
                 "latest", NULL);
  }
}

static void the_path_is_printed_as_it_is(void **state) {
  struct fixture *fixture = *state;
  char expected[128];
  json_t *json;

  (void)snprintf(expected, sizeof expected, "%s\n", fixture->path);
  assert_string_equal(print_text(fixture, "path", NULL, NULL), expected);
  json = print_json(fixture, "path", NULL, NULL);
  assert_string_equal(string_in(json, "path"), fixture->path);
  json_decref(json);
  assert_int_equal(access(fixture->path, F_OK), -1);
}

static void runs_are_listed_newest_first(void **state) {
  struct fixture *fixture = *state;
  static const char expected[] =
      "  RUN  STARTED                   COMMAND   MODE      STATE         TOTAL      OK  FAILED"
      "  SKIPPED  INVALID  COMPLETE     DURATION  TARGET\n"
      "    4  2026-11-24T09:05:07.042Z  run       dry-run   succeeded         3       0       0"
      "        3        0         -       5.00 s  staging (https://10.0.0.1:6443)\n"
      "    3  2026-11-24T09:05:07.042Z  validate  validate  failed            1       0       0"
      "        0        1         -       5.00 s  staging (https://10.0.0.1:6443)\n"
      "    2  2026-11-23T09:05:07.042Z  apply     apply     failed            3       2       1"
      "        0        0         -       5.00 s  staging (https://10.0.0.1:6443)\n"
      "    1  2026-11-14T09:05:07.042Z  apply     apply     failed            2       1       1"
      "        0        0         -       5.00 s  -\n";
  json_t *json;

  write_sample(fixture);
  assert_string_equal(print_text(fixture, NULL, NULL, NULL), expected);
  assert_string_equal(print_text(fixture, "list", NULL, NULL), expected);
  json = print_json(fixture, "list", NULL, NULL);
  assert_int_equal(json_array_size(json), 4);
  assert_int_equal(integer_in(json_array_get(json, 1), "run_id"), 3);
  assert_string_equal(string_in(json_array_get(json, 2), "mode"), "apply");
  assert_int_equal(integer_in(json_array_get(json, 2), "successful"), 2);
  assert_true(json_is_null(json_object_get(json_array_get(json, 2), "kubeconfig")));
  json_decref(json);
}

static void durations_are_readable(void **state) {
  struct fixture *fixture = *state;
  static const struct {
    const char *ms;
    const char *shown;
  } durations[] = {{"NULL", "            -  -\n"},   {"0", "         0 ms  -\n"},
                   {"999", "       999 ms  -\n"},    {"1000", "       1.00 s  -\n"},
                   {"59999", "      59.99 s  -\n"},  {"60000", "   1 min 00 s  -\n"},
                   {"125000", "   2 min 05 s  -\n"}, {"11220000", "   3 h 07 min  -\n"}};
  char sql[96];

  write_sample(fixture);
  for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
    (void)snprintf(sql, sizeof sql, "UPDATE runs SET duration_ms = %s", durations[i].ms);
    tell(fixture->path, sql);
    assert_non_null(strstr(print_text(fixture, NULL, NULL, NULL), durations[i].shown));
  }
}

static void a_run_is_shown_whole(void **state) {
  struct fixture *fixture = *state;
  static const char header[] =
      "[RUN 2]\n"
      "Command:     apply\n"
      "Mode:        apply\n"
      "State:       failed\n"
      "Exit code:   1\n"
      "Started:     2026-11-23T09:05:07.042Z\n"
      "Finished:    2026-11-23T09:05:12.042Z\n"
      "Duration:    5.00 s\n"
      "Called as:   headgate --jobs-dir out\n"
      "In:          /home/ann\n"
      "Jobs from:   out\n"
      "Context:     staging\n"
      "Target:      staging (https://10.0.0.1:6443)\n"
      "As user:     ann\n"
      "Namespace:   tuning\n"
      "User:        ann\n"
      "Host:        box\n"
      "Process:     42\n"
      "Headgate:    1.0.0\n"
      "Jobs:        3 total, 2 successful, 1 failed, 0 skipped, 0 invalid\n"
      "\n"
      "[PLUGINS]\n"
      "  scan-directory 1.0.0 (scanner): "
      "/usr/lib/headgate/headgate-scan-directory.so\n"
      "\n"
      "[JOBS]\n"
      "  ✓ SUCCESS  tuning/a  1.25 s\n"
      "  ✗ FAILED   tuning/b  1.25 s  2 attempts\n"
      "      Error: kubectl ended with status 1\n"
      "      Error from server: etcdserver: leader changed\n"
      "      second line\n"
      "  ✓ SUCCESS  tuning/c  1.25 s  2 attempts\n"
      "\n"
      "[REPORTERS]\n"
      "  report-json to report.json: failed: the disk is full\n";

  write_sample(fixture);
  assert_string_equal(print_text(fixture, "show", "2", NULL), header);
  assert_string_equal(print_text(fixture, "show", "latest~2", NULL), header);
  assert_non_null(
      strstr(print_text(fixture, "show", "3", NULL),
             "[JOBS]\n"
             "  ✗ INVALID  tuning/d\n"
             "\n"
             "[DIAGNOSTICS]\n"
             "  out/d.yaml:7:3: error: spec.template.spec.containers[0].image: "
             "Required value\n"
             "  out/d.yaml:5:1: warning: spec.backoffLimit: is missing; set it to 0\n"));
  assert_non_null(strstr(print_text(fixture, "show", "latest", NULL),
                         "[RUN 4]\nCommand:     run\nMode:        dry-run\n"));
  assert_non_null(strstr(print_text(fixture, "show", "latest", NULL),
                         "  ⊘ SKIPPED  tuning/e\n      dry run\n"));
}

static void a_run_is_shown_as_json(void **state) {
  struct fixture *fixture = *state;
  const json_t *job;
  json_t *json;

  write_sample(fixture);
  json = print_json(fixture, "show", "2", NULL);
  assert_int_equal(integer_in(json_object_get(json, "run"), "run_id"), 2);
  assert_string_equal(string_in(json_object_get(json, "run"), "user"), "ann");
  assert_int_equal(json_array_size(json_object_get(json, "plugins")), 1);
  assert_int_equal(json_array_size(json_object_get(json, "jobs")), 3);
  assert_int_equal(json_array_size(json_object_get(json, "diagnostics")), 0);
  assert_int_equal(json_array_size(json_object_get(json, "reporter_outcomes")), 1);
  job = json_array_get(json_object_get(json, "jobs"), 1);
  assert_string_equal(string_in(job, "job_name"), "b");
  assert_string_equal(string_in(job, "command"), "kubectl apply -f out/b.yaml");
  assert_string_equal(string_in(job, "status"), "FAILED");
  assert_int_equal(integer_in(job, "attempts"), 2);
  assert_int_equal(integer_in(job, "return_code"), 1);
  assert_string_equal(string_in(job, "stderr"),
                      "Error from server: etcdserver: leader changed\nsecond line\n");
  json_decref(json);
}

static void two_runs_are_compared(void **state) {
  struct fixture *fixture = *state;
  json_t *json;

  write_sample(fixture);
  assert_string_equal(print_text(fixture, "diff", "2", "4"),
                      "~ tuning/a: SUCCESS -> SKIPPED\n"
                      "~ tuning/b: FAILED -> SKIPPED, manifest changed\n"
                      "- tuning/c: only in the first run, SUCCESS\n"
                      "+ tuning/e: only in the second run, SKIPPED\n");
  assert_string_equal(print_text(fixture, "diff", "latest~3", "2"),
                      "+ tuning/c: only in the second run, SUCCESS\n");
  assert_string_equal(print_text(fixture, "diff", "1", "1"),
                      "Runs 1 and 1 have the same Jobs with the same manifests and outcomes.\n");
  json = print_json(fixture, "diff", "2", "4");
  assert_int_equal(json_array_size(json), 4);
  assert_string_equal(string_in(json_array_get(json, 1), "change"), "changed");
  assert_int_equal(integer_in(json_array_get(json, 1), "manifest_changed"), 1);
  assert_string_equal(string_in(json_array_get(json, 2), "change"), "only-in-first");
  assert_string_equal(string_in(json_array_get(json, 3), "change"), "only-in-second");
  json_decref(json);
  json = print_json(fixture, "diff", "1", "1");
  assert_int_equal(json_array_size(json), 0);
  json_decref(json);
}

/* A run that two processes worked on, and what to do about a failure. */
static void resumptions_and_advice_are_shown(void **state) {
  struct fixture *fixture = *state;
  static const char *const argv[] = {"headgate", "resume"};
  const struct history_run call = {
      .started_at_ms = INT64_C(1795511107042), .argv = argv, .argv_count = 2, .version = "1.0.0"};
  struct hg_job_result result = result_of(HG_STATUS_FAILED, 1);
  struct history_resumed_run run;
  const char *printed;
  const json_t *row;
  json_t *json;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  add_job(history, 1, 1);
  MUST(history_commit(history, &fixture->error));
  history_close(history);
  history = open_history(fixture);
  MUST(history_resume_run(history, run_id, &call, &run, &fixture->error));
  result.failure_class = "immutable";
  result.advice = "delete it or generate under a new name";
  MUST(start_attempt(history, 1, 1, 0, &fixture->error));
  MUST(history_finish_attempt(history, 1, true, 0, &result, &fixture->error));
  MUST(history_finish_run(history, "failed", 1, 0, NULL, &fixture->error));
  history_close(history);
  tell(fixture->path, "UPDATE resumptions SET user = 'ann' || char(27), host = 'box', pid = 42");

  printed = print_text(fixture, "show", "1", NULL);
  assert_non_null(strstr(printed,
                         "\n[RESUMED]\n"
                         "  2026-11-24T09:05:07.042Z by ann\\x1b on box (process 42, headgate"
                         " 1.0.0): headgate resume\n"
                         "\n[JOBS]\n"));
  assert_non_null(strstr(printed, "      Error: kubectl ended with status 1\n"
                                  "      Advice: delete it or generate under a new name\n"));
  json = print_json(fixture, "show", "1", NULL);
  row = json_array_get(json_object_get(json, "resumptions"), 0);
  assert_string_equal(string_in(row, "argv"), "headgate resume");
  assert_int_equal(integer_in(row, "pid"), 42);
  assert_int_equal(integer_in(json_object_get(json, "run"), "resumptions"), 1);
  row = json_array_get(json_object_get(json, "jobs"), 0);
  assert_string_equal(string_in(row, "failure_class"), "immutable");
  assert_string_equal(string_in(row, "advice"), result.advice);
  json_decref(json);
}

/* Documents without a name are known by their place, and twins do not multiply. */
static void jobs_without_a_name_are_compared_by_place(void **state) {
  struct fixture *fixture = *state;
  static const struct {
    const char *name;
    uint32_t document;
    uint8_t content;
  } jobs[2][4] = {{{"", 1, 1}, {"", 2, 2}, {"twin", 3, 3}, {"twin", 4, 4}},
                  {{"", 1, 1}, {"", 5, 2}, {"twin", 3, 3}, {"twin", 4, 9}}};

  for (size_t run = 0; run < 2; run++) {
    int64_t run_id;
    struct history *history = begin_run(fixture, HG_MODE_VALIDATE, &run_id);

    for (size_t i = 0; i < 4; i++) {
      uint8_t sha256[32];
      const struct history_job job = {.job.name = jobs[run][i].name,
                                      .job.namespace = "default",
                                      .job.path = "many.yaml",
                                      .job.document_number = jobs[run][i].document,
                                      .sha256 = sha256};

      memset(sha256, jobs[run][i].content, sizeof sha256);
      MUST(history_add_job(history, i + 1, &job, &fixture->error));
    }
    MUST(history_finish_run(history, "failed", 1, 0, NULL, &fixture->error));
    history_close(history);
  }
  assert_string_equal(print_text(fixture, "diff", "1", "2"),
                      "- many.yaml, document 2: only in the first run, INVALID\n"
                      "+ many.yaml, document 5: only in the second run, INVALID\n"
                      "~ default/twin: manifest changed\n");
}

static void unknown_runs_are_told(void **state) {
  struct fixture *fixture = *state;

  write_sample(fixture);
  assert_fails(fixture, 1, "there is no run 5 ", "show", "5", NULL);
  assert_fails(fixture, 1, "there is no run 0 ", "show", "0", NULL);
  assert_fails(fixture, 1, "there is no run 999999999999999999 ", "diff", "1",
               "999999999999999999");
  assert_fails(fixture, 1, "there is no run latest~4 ", "show", "latest~4", NULL);
}

static void what_is_no_history_is_told(void **state) {
  struct fixture *fixture = *state;

  fixture->is_spoiled = 1;
  (void)snprintf(fixture->path, sizeof fixture->path, "%s", fixture->directory);
  assert_fails(fixture, 1, "is a directory", NULL, NULL, NULL);
  assert_fails(fixture, 1, "is a directory", "show", "1", NULL);
}

int main(void) {
#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      CASE(wrong_operands_are_told),
      CASE(without_a_history_there_are_no_runs),
      CASE(the_path_is_printed_as_it_is),
      CASE(runs_are_listed_newest_first),
      CASE(durations_are_readable),
      CASE(a_run_is_shown_whole),
      CASE(a_run_is_shown_as_json),
      CASE(two_runs_are_compared),
      CASE(resumptions_and_advice_are_shown),
      CASE(jobs_without_a_name_are_compared_by_place),
      CASE(unknown_runs_are_told),
      CASE(what_is_no_history_is_told),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
