/* SPDX-License-Identifier: Apache-2.0 */
/* One kubectl for several Jobs: outcomes stay one a Job, and nothing is guessed. */
#include "applier_driver.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* The argv that D31 builds for a Job of driver_add. */
static void expect_alone(struct driver *driver, uint64_t index) {
  char command[256];

  (void)snprintf(command, sizeof command, "kubectl apply -f %s/%s.yaml ", driver->directory,
                 driver->items[index]->job_name);
  assert_string_equal(driver->jobs[index].command, command);
}

static void test_all_confirmed(void **state) {
  struct driver *driver = *state;
  char command[512];

  driver->batch = "3";
  driver_script(driver, "job-01.yaml unchanged\njob-02.yaml configured\n");
  driver_add_many(driver, 5);
  assert_int_equal(driver_run(driver), 0);
  assert_int_equal(driver_launches(driver), 2);
  for (uint64_t i = 0; i < 5; i++)
    driver_expect(driver, i, HG_STATUS_SUCCESS, 0, 0, "");
  assert_string_equal(driver->jobs[0].result.stdout_text.data, "job.batch/job-00 created\n");
  assert_string_equal(driver->jobs[1].result.stdout_text.data, "job.batch/job-01 unchanged\n");
  assert_string_equal(driver->jobs[2].result.stdout_text.data, "job.batch/job-02 configured\n");
  (void)snprintf(command, sizeof command,
                 "kubectl apply -f %s/job-00.yaml -f %s/job-01.yaml -f %s/job-02.yaml ",
                 driver->directory, driver->directory, driver->directory);
  assert_string_equal(driver->jobs[2].command, command);
  assert_string_equal(driver->events, "start job-00\nstart job-01\nstart job-02\nfinish job-00\n"
                                      "finish job-01\nfinish job-02\nstart job-03\nstart job-04\n"
                                      "finish job-03\nfinish job-04\n");
}

static void test_one_is_refused(void **state) {
  struct driver *driver = *state;

  driver->batch = "4";
  driver->retries = "5";
  driver_script(driver, "job-02.yaml fail 1 The Job \"job-02\" is invalid: spec: no\n");
  driver_add_many(driver, 4);
  assert_int_equal(driver_run(driver), 0);
  assert_int_equal(driver_launches(driver), 2);
  for (uint64_t i = 0; i < 4; i++)
    if (i != 2)
      driver_expect(driver, i, HG_STATUS_SUCCESS, 1, 0, ""); /* the status is the whole kubectl's */
  driver_expect_after(driver, 2, 2, HG_STATUS_FAILED, "invalid");
  expect_alone(driver, 2);
  assert_string_equal(strstr(driver->events, "finish job-00"),
                      "finish job-00\nfinish job-01\nagain job-02\nfinish job-03\nstart job-02\n"
                      "finish job-02\n");
}

static uint32_t seen_unconfirmed;

static void see_reason(struct driver *driver) {
  const struct driver_job *job = &driver->jobs[1];

  if (job->finishes != 1)
    return;
  seen_unconfirmed++;
  assert_string_equal(job->result.reason, "kubectl exited with status 0, and did not confirm this "
                                          "Job; it is applied again alone");
  assert_string_equal(job->result.failure_class, "unconfirmed");
  assert_string_equal(job->result.stdout_text.data, "");
  assert_int_equal(job->last, 0);
}

/* Exit status 0 alone is no confirmation. */
static void test_silence_is_no_confirmation(void **state) {
  struct driver *driver = *state;

  seen_unconfirmed = 0;
  driver->batch = "3";
  driver->asked = see_reason;
  driver_script(driver, "job-01.yaml first 1 silent\n");
  driver_add_many(driver, 3);
  assert_int_equal(driver_run(driver), 0);
  assert_true(seen_unconfirmed > 0);
  driver_expect(driver, 0, HG_STATUS_SUCCESS, 0, 0, "");
  driver_expect_after(driver, 1, 2, HG_STATUS_SUCCESS, "");
  assert_string_equal(driver->jobs[1].result.stdout_text.data, "job.batch/job-01 created\n");
  driver_expect(driver, 2, HG_STATUS_SUCCESS, 0, 0, "");
  assert_non_null(strstr(driver->log, "warning Not confirmed, next try alone: job-01\n"));
}

/* Neither are other words, another kind, a dry run, or a name that begins alike. */
static void test_other_words_are_no_confirmation(void **state) {
  struct driver *driver = *state;

  driver->batch = "5";
  driver_script(driver, "job-00.yaml first 1 say job.batch/job-000 created\n"
                        "job-01.yaml first 1 say pod/job-01 created\n"
                        "job-02.yaml first 1 say job.batch/job-02 created (server dry run)\n"
                        "job-03.yaml first 1 say job.batch/job-03 pruned\n");
  driver_add_many(driver, 5);
  assert_int_equal(driver_run(driver), 0);
  for (uint64_t i = 0; i < 4; i++) {
    driver_expect_after(driver, i, 2, HG_STATUS_SUCCESS, "");
    expect_alone(driver, i);
  }
  driver_expect(driver, 4, HG_STATUS_SUCCESS, 0, 0, "");
  assert_int_equal(driver_launches(driver), 5);
}

/* What was said counts, however kubectl ended. */
static void test_kubectl_dies_half_way(void **state) {
  struct driver *driver = *state;

  driver->batch = "4";
  driver_script(driver, "job-02.yaml first 1 signal 9\n");
  driver_add_many(driver, 4);
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_SUCCESS, -1, SIGKILL, "");
  driver_expect(driver, 1, HG_STATUS_SUCCESS, -1, SIGKILL, "");
  driver_expect_after(driver, 2, 2, HG_STATUS_SUCCESS, "");
  driver_expect_after(driver, 3, 2, HG_STATUS_SUCCESS, "");
}

/* The deadline is the timeout, and a tenth of it for each further Job. */
static void test_deadline_of_a_batch(void **state) {
  struct driver *driver = *state;

  driver->batch = "3";
  driver->timeout = "3"; /* room for those that do not hang */
  driver_script(driver, "job-01.yaml hang\n");
  driver_add_many(driver, 3);
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_SUCCESS, -1, SIGTERM, "");
  assert_true(driver->jobs[0].result.duration_ms >= 3600);
  driver_expect_after(driver, 1, 2, HG_STATUS_FAILED, "deadline");
  assert_string_equal(driver->jobs[1].result.reason,
                      "kubectl did not finish within 3 s and was terminated");
  driver_expect_after(driver, 2, 2, HG_STATUS_SUCCESS, "");
}

/* Each of them alone may pass, and the attempt in the batch is no retry. */
static void test_server_is_away(void **state) {
  struct driver *driver = *state;

  driver->batch = "2";
  driver->retries = "1";
  driver_script(driver, "* first 2 fail 1 Unable to connect to the server: net/http: TLS handshake "
                        "timeout\n");
  driver_add_many(driver, 4);
  assert_int_equal(driver_run(driver), 0);
  for (uint64_t i = 0; i < 4; i++)
    driver_expect_after(driver, i, 3, HG_STATUS_SUCCESS, "");
  assert_int_equal(driver_launches(driver), 2 + 4 + 4);
}

/* The same name in two namespaces: never in one kubectl, as names are what it confirms. */
static void test_same_name_is_never_in_one_batch(void **state) {
  struct driver *driver = *state;

  driver->batch = "10";
  driver_add(driver, "a");
  driver_add(driver, "b");
  driver_add(driver, "a");
  driver_add(driver, "c");
  assert_int_equal(driver_run(driver), 0);
  assert_int_equal(driver_launches(driver), 2);
  assert_non_null(strstr(driver->events, "start a\nstart b\nfinish a\n"));
}

/* What comes on standard input comes alone, and does not keep the others from sharing. */
static void test_documents_on_standard_input_are_alone(void **state) {
  static const char *const from_input[] = {"kubectl", "apply", "-f", "-", NULL};
  const char document[] = "metadata:\n  name: one\n";
  struct driver *driver = *state;

  driver->batch = "10";
  driver_add(driver, "a");
  driver_add(driver, "b");
  driver_add_command(driver, "one", from_input);
  driver->jobs[2].input = (struct hg_bytes){document, strlen(document)};
  driver_add(driver, "c");
  driver_add(driver, "d");
  assert_int_equal(driver_run(driver), 0);
  for (uint64_t i = 0; i < 5; i++)
    driver_expect(driver, i, HG_STATUS_SUCCESS, 0, 0, "");
  assert_int_equal(driver_launches(driver), 3);
  assert_string_equal(driver->jobs[2].command, "kubectl apply -f - ");
}

/* Where the host settles some itself, it is asked again for the others, with their argv. */
static void test_host_skips_some(void **state) {
  struct driver *driver = *state;
  char command[512];

  driver->batch = "4";
  driver_add_many(driver, 4);
  driver->jobs[0].answer = HG_LAUNCH_SKIP;
  driver->jobs[2].answer = HG_LAUNCH_SKIP;
  assert_int_equal(driver_run(driver), 0);
  assert_string_equal(driver->events,
                      "ask job-00\nask job-01\nask job-02\nask job-03\nstart job-01\nstart job-03\n"
                      "finish job-01\nfinish job-03\n");
  (void)snprintf(command, sizeof command, "kubectl apply -f %s/job-01.yaml -f %s/job-03.yaml ",
                 driver->directory, driver->directory);
  assert_string_equal(driver->jobs[1].command, command);
  assert_int_equal(driver_launches(driver), 1);
}

static void test_host_skips_all(void **state) {
  struct driver *driver = *state;

  driver->batch = "2";
  driver_add_many(driver, 4);
  driver->jobs[0].answer = driver->jobs[1].answer = HG_LAUNCH_SKIP;
  assert_int_equal(driver_run(driver), 0);
  assert_string_equal(driver->events, "ask job-00\nask job-01\nstart job-02\nstart job-03\n"
                                      "finish job-02\nfinish job-03\n");
}

static void test_host_stops(void **state) {
  struct driver *driver = *state;

  driver->batch = "2";
  driver_add_many(driver, 4);
  driver->jobs[3].answer = HG_START_STOP;
  assert_int_equal(driver_run(driver), 0);
  assert_int_equal(driver_launches(driver), 1);
  assert_int_equal(driver->jobs[2].starts, 0);
}

static uint32_t say_again(const struct hg_apply_sink *sink, struct hg_launch *launches,
                          uint32_t count) {
  (void)sink;
  for (uint32_t i = 0; i < count; i++)
    launches[i].answer = HG_LAUNCH_AGAIN;
  return HG_START_GO;
}

static uint32_t say_nothing(const struct hg_apply_sink *sink, struct hg_launch *launches,
                            uint32_t count) {
  (void)sink;
  (void)launches;
  (void)count;
  return HG_START_GO;
}

/* A host that answers what makes no sense gets no launch, and no endless questions. */
static void test_senseless_answers(void **state) {
  struct driver *driver = *state;

  driver->batch = "2";
  driver_add_many(driver, 4);
  driver->sink.start = say_again;
  assert_int_equal(driver_run(driver), 0);
  driver->sink.start = say_nothing;
  assert_int_equal(driver_run(driver), 0);
  assert_int_equal(driver_launches(driver), 0);
}

/* Nothing more may be started: then what is not confirmed has failed. */
static void test_no_next_try_after_a_stop(void **state) {
  struct driver *driver = *state;

  driver->batch = "3";
  driver_script(driver, "job-01.yaml silent\n");
  driver_add_many(driver, 6);
  driver->jobs[0].stop_after = -1;
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 1, HG_STATUS_FAILED, 0, 0,
                "kubectl exited with status 0, and did not confirm this Job: it said "
                "job.batch/job-00 created");
  assert_string_equal(driver->jobs[1].result.failure_class, "unconfirmed");
  driver_expect(driver, 2, HG_STATUS_SUCCESS, 0, 0, "");
  assert_int_equal(driver->jobs[3].asked, 0);
}

/* The first Job keeps all of a batch's standard error, the others the beginning. */
static void test_standard_error_is_shared(void **state) {
  struct driver *driver = *state;

  driver->batch = "3";
  driver->kubectl = driver_write(driver, "noisy",
                                 "#!/bin/sh\nhead -c 10000 /dev/zero | tr '\\0' x >&2\n"
                                 "printf 'job.batch/job-0%d created\\n' 0 1 2\n",
                                 0700);
  driver_add_many(driver, 3);
  assert_int_equal(driver_run(driver), 0);
  for (uint64_t i = 0; i < 3; i++) {
    const struct hg_job_result *result = &driver->jobs[i].result;

    driver_expect(driver, i, HG_STATUS_SUCCESS, 0, 0, "");
    assert_int_equal(result->stderr_text.length, i == 0 ? 10000 : 4096);
    assert_int_equal(result->flags, i == 0 ? 0 : HG_RESULT_STDERR_CUT);
  }
}

/* A confirmation beyond what is kept was not seen. */
static void test_confirmation_behind_a_flood(void **state) {
  struct driver *driver = *state;

  driver->batch = "2";
  driver->kubectl = driver_write(driver, "flood",
                                 "#!/bin/sh\n[ $# -gt 3 ] && head -c 2000000 /dev/zero\n"
                                 "printf 'job.batch/job-0%d created\\n' 0 1\n",
                                 0700);
  driver_add_many(driver, 2);
  assert_int_equal(driver_run(driver), 0);
  driver_expect_after(driver, 0, 2, HG_STATUS_SUCCESS, "");
  driver_expect_after(driver, 1, 2, HG_STATUS_SUCCESS, "");
}

/* Without a kubectl there is nothing to batch, and nothing to try again. */
static void test_no_kubectl(void **state) {
  struct driver *driver = *state;

  driver->batch = "3";
  driver->retries = "3";
  driver->kubectl = "/nonexistent/kubectl";
  driver_add_many(driver, 3);
  assert_int_equal(driver_run(driver), 0);
  for (uint64_t i = 0; i < 3; i++)
    driver_expect_after(driver, i, 1, HG_STATUS_FAILED, "kubectl-missing");
}

/* Words that are too long together may do alone. */
static void test_arguments_that_are_too_long_together(void **state) {
  enum { JOBS = 20, LENGTH = 120 * 1024 };
  static char paths[JOBS][LENGTH];
  static const char *commands[JOBS][5];
  struct driver *driver = *state;
  struct rlimit before;
  struct rlimit usual;

  /* Linux allows a quarter of this: 2 MiB. */
  assert_int_equal(getrlimit(RLIMIT_STACK, &before), 0);
  usual = before;
  usual.rlim_cur = 8 * 1024 * 1024;
  assert_int_equal(setrlimit(RLIMIT_STACK, &usual), 0);
  driver->batch = "20";
  driver->kubectl = driver_write(driver, "short", "#!/bin/sh\nexit 3\n", 0700);
  for (int i = 0; i < JOBS; i++) {
    char name[16];

    (void)snprintf(name, sizeof name, "job-%02d", i);
    memset(paths[i], 'x', LENGTH - 1);
    commands[i][0] = "kubectl";
    commands[i][1] = "apply";
    commands[i][2] = "-f";
    commands[i][3] = paths[i];
    driver_add_command(driver, name, commands[i]);
  }
  assert_int_equal(driver_run(driver), 0);
  (void)setrlimit(RLIMIT_STACK, &before);
  for (uint64_t i = 0; i < JOBS; i++)
    driver_expect_after(driver, i, 2, HG_STATUS_FAILED, "unknown"); /* it ran */
}

/* All the largest numbers at once. */
static void test_parallel_batches(void **state) {
  struct driver *driver = *state;

  driver->batch = "5";
  driver->parallel = "4";
  driver->retries = "1";
  driver_script(driver, "job-*3.yaml first 1 silent\n"
                        "job-*7.yaml first 2 fail 1 Error from server: etcdserver: leader changed\n"
                        "job-*9.yaml fail 1 Error from server (Forbidden): no\n");
  driver_add_many(driver, 60);
  assert_int_equal(driver_run(driver), 0);
  assert_int_equal(driver->most_running, 4);
  for (uint64_t i = 0; i < 60; i++)
    if (i % 10 == 9)
      driver_expect_after(driver, i, 2, HG_STATUS_FAILED, "forbidden");
    else
      driver_expect_after(driver, i, i % 10 == 3 ? 2 : i % 10 == 7 ? 3 : 1, HG_STATUS_SUCCESS, "");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, driver_setup, driver_teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_all_confirmed),
      TEST(test_one_is_refused),
      TEST(test_silence_is_no_confirmation),
      TEST(test_other_words_are_no_confirmation),
      TEST(test_kubectl_dies_half_way),
      TEST(test_deadline_of_a_batch),
      TEST(test_server_is_away),
      TEST(test_same_name_is_never_in_one_batch),
      TEST(test_documents_on_standard_input_are_alone),
      TEST(test_host_skips_some),
      TEST(test_host_skips_all),
      TEST(test_host_stops),
      TEST(test_senseless_answers),
      TEST(test_no_next_try_after_a_stop),
      TEST(test_standard_error_is_shared),
      TEST(test_confirmation_behind_a_flood),
      TEST(test_no_kubectl),
      TEST(test_arguments_that_are_too_long_together),
      TEST(test_parallel_batches),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
