/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the server: what it would do, and that nothing else is ever asked. */
#include "applier_driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each kubectl that was started was told to change nothing, right behind "apply". */
static void expect_dry_runs_only(struct driver *driver, uint32_t count) {
  static const char argv[] = "\"argv\": [\"kubectl\", \"apply\", \"--dry-run=server\", \"-f\", ";
  const char *starts = driver_read(driver, driver_path(driver, "starts"));
  uint32_t lines = 0;

  for (const char *line = starts; *line; line = strchr(line, '\n') + 1, lines++) {
    const char *found = strstr(line, argv);

    assert_non_null(found);
    assert_true(found < strchr(line, '\n'));
  }
  assert_int_equal(lines, count);
}

static void expect_verdict(struct driver *driver, uint64_t index, uint32_t verdict,
                           const char *failure_class, const char *reason) {
  const struct driver_job *job = &driver->jobs[index];

  assert_int_equal(job->verdicts, 1);
  assert_int_equal(job->verdict.verdict, verdict);
  assert_string_equal(job->verdict.failure_class, failure_class);
  assert_string_equal(job->verdict.reason, reason);
  assert_int_equal(job->starts, 0); /* the other sink is not touched */
}

static void test_verdicts(void **state) {
  struct driver *driver = *state;

  driver_script(driver, "b.yaml unchanged\nc.yaml configured\nd.yaml say job.batch/d "
                        "serverside-applied (server dry run)\ne.yaml fail 1 The Job \"e\" is "
                        "invalid: spec.template: Invalid value: core.PodTemplateSpec{}: field is "
                        "immutable\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  driver_add(driver, "c");
  driver_add(driver, "d");
  driver_add(driver, "e");
  assert_int_equal(driver_preflight(driver), 0);
  expect_verdict(driver, 0, HG_PREFLIGHT_CREATE, "", "");
  expect_verdict(driver, 1, HG_PREFLIGHT_UNCHANGED, "", "");
  expect_verdict(driver, 2, HG_PREFLIGHT_UPDATE, "", "");
  expect_verdict(driver, 3, HG_PREFLIGHT_UPDATE, "", "");
  expect_verdict(driver, 4, HG_PREFLIGHT_REFUSED, "immutable",
                 "the Job exists with another template");
  assert_non_null(strstr(driver->jobs[4].verdict.advice, "kubectl delete job"));
  expect_dry_runs_only(driver, 5);
  /* It shows at -v only: the verdicts are the host's to print. */
  assert_null(strstr(driver->log, "info "));
  assert_null(strstr(driver->log, "error "));
}

static void test_tail_of_the_command_stays(void **state) {
  static const char *const command[] = {"kubectl", "apply",     "-f", "jobs/a.yaml", "--kubeconfig",
                                        "k",       "--context", "c",  NULL};
  struct driver *driver = *state;
  const char *starts;

  driver_add_command(driver, "a", command);
  assert_int_equal(driver_preflight(driver), 0);
  starts = driver_read(driver, driver_path(driver, "starts"));
  assert_non_null(strstr(starts, "\"apply\", \"--dry-run=server\", \"-f\", \"jobs/a.yaml\", "
                                 "\"--kubeconfig\", \"k\", \"--context\", \"c\"]"));
}

static void test_parallel_and_in_batches(void **state) {
  struct driver *driver = *state;

  driver->parallel = "3";
  driver->batch = "4";
  driver_script(driver, "job-05.yaml fail 1 Error from server (Forbidden): no\n"
                        "job-10.yaml first 1 silent\n");
  driver_add_many(driver, 12);
  assert_int_equal(driver_preflight(driver), 0);
  for (uint64_t i = 0; i < 12; i++)
    if (i == 5)
      expect_verdict(driver, i, HG_PREFLIGHT_REFUSED, "forbidden", "the API server forbids it: no");
    else
      expect_verdict(driver, i, HG_PREFLIGHT_CREATE, "", "");
  expect_dry_runs_only(driver, 5);
}

static void test_failures_that_pass(void **state) {
  struct driver *driver = *state;

  driver->retries = "2";
  driver_script(driver, "a.yaml first 2 fail 1 Error from server (TooManyRequests): no\n"
                        "b.yaml fail 1 Error from server (TooManyRequests): no\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  assert_int_equal(driver_preflight(driver), 0);
  expect_verdict(driver, 0, HG_PREFLIGHT_CREATE, "", "");
  expect_verdict(driver, 1, HG_PREFLIGHT_REFUSED, "too-many-requests",
                 "the API server has too many requests to answer: no");
  expect_dry_runs_only(driver, 6);
}

static void test_deadline(void **state) {
  struct driver *driver = *state;

  driver->timeout = "1";
  driver_script(driver, "a.yaml hang\n");
  driver_add(driver, "a");
  assert_int_equal(driver_preflight(driver), 0);
  expect_verdict(driver, 0, HG_PREFLIGHT_REFUSED, "deadline",
                 "kubectl did not finish within 1 s and was terminated");
}

/* Exit status 0 says nothing of what the server would do; neither does a line without "(server dry
 * run)", which would mean that it was done. */
static void test_no_answer_is_no_yes(void **state) {
  struct driver *driver = *state;

  driver_script(driver, "a.yaml silent\nb.yaml say job.batch/b created\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  assert_int_equal(driver_preflight(driver), 0);
  expect_verdict(driver, 0, HG_PREFLIGHT_REFUSED, "unconfirmed",
                 "kubectl exited with status 0, and did not confirm this Job: it said nothing");
  expect_verdict(driver, 1, HG_PREFLIGHT_REFUSED, "unconfirmed",
                 "kubectl exited with status 0, and did not confirm this Job: it said "
                 "job.batch/b created");
}

static void test_document_on_standard_input(void **state) {
  static const char *const from_input[] = {"kubectl", "apply", "-f", "-", NULL};
  const char document[] = "metadata:\n  name: one\n";
  struct driver *driver = *state;

  driver->retries = "1";
  driver_script(driver, "one first 1 fail 1 Unable to connect to the server: EOF\n");
  driver_add_command(driver, "one", from_input);
  ((struct hg_plan_item *)(uintptr_t)driver->items[0])->reads_standard_input = 1;
  driver->jobs[0].input = (struct hg_bytes){document, strlen(document)};
  assert_int_equal(driver_preflight(driver), 0);
  expect_verdict(driver, 0, HG_PREFLIGHT_CREATE, "", "");
  expect_dry_runs_only(driver, 2);
}

static void test_changed_manifests(void **state) {
  struct driver *driver = *state;

  driver->batch = "3";
  driver_add_many(driver, 3);
  driver->jobs[1].changed = "job-01.yaml: changed after it was validated";
  assert_int_equal(driver_preflight(driver), 0);
  expect_verdict(driver, 0, HG_PREFLIGHT_CREATE, "", "");
  expect_verdict(driver, 1, HG_PREFLIGHT_REFUSED, "manifest-changed",
                 "job-01.yaml: changed after it was validated");
  expect_verdict(driver, 2, HG_PREFLIGHT_CREATE, "", "");
  expect_dry_runs_only(driver, 1);
}

static void test_host_stops(void **state) {
  struct driver *driver = *state;

  driver_add_many(driver, 3);
  driver->jobs[0].stop_after = -1;
  assert_int_equal(driver_preflight(driver), 0);
  assert_int_equal(driver->jobs[1].asked, 0);
  expect_dry_runs_only(driver, 1);
}

/* What is no "kubectl apply" is not asked for at all. */
static void test_command_of_another_kind(void **state) {
  static const char *const command[] = {"kubectl", "create", "-f", "a.yaml", NULL};
  struct driver *driver = *state;

  driver_add_command(driver, "a", command);
  assert_int_equal(driver_preflight(driver), -1);
  assert_int_equal(driver->error.code, HG_ERROR_FAILED);
  expect_dry_runs_only(driver, 0);
}

static void test_no_kubectl(void **state) {
  struct driver *driver = *state;

  driver->kubectl = "/nonexistent/kubectl";
  driver_add(driver, "a");
  assert_int_equal(driver_preflight(driver), 0);
  expect_verdict(driver, 0, HG_PREFLIGHT_REFUSED, "kubectl-missing",
                 "/nonexistent/kubectl does not exist: give the path of kubectl with --kubectl "
                 "PATH");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, driver_setup, driver_teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_verdicts),
      TEST(test_tail_of_the_command_stays),
      TEST(test_parallel_and_in_batches),
      TEST(test_failures_that_pass),
      TEST(test_deadline),
      TEST(test_no_answer_is_no_yes),
      TEST(test_document_on_standard_input),
      TEST(test_changed_manifests),
      TEST(test_host_stops),
      TEST(test_command_of_another_kind),
      TEST(test_no_kubectl),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
