/* SPDX-License-Identifier: Apache-2.0 */
/* Failures that pass are tried again; no other is. */
#include "applier_driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REFUSED                                                                                    \
  "fail 1 The connection to the server 127.0.0.1:6443 was refused - did you specify the right "    \
  "host or port?"
#define INVALID                                                                                    \
  "fail 1 The Job \"a\" is invalid: spec.backoffLimit: Invalid value: -1: must be greater than "   \
  "or equal to 0"

static void test_until_it_works(void **state) {
  struct driver *driver = *state;

  driver->retries = "2";
  driver_script(driver, "a.yaml first 2 " REFUSED "\n");
  driver_add(driver, "a");
  assert_int_equal(driver_run(driver), 0);
  driver_expect_after(driver, 0, 3, HG_STATUS_SUCCESS, "");
  assert_string_equal(driver->jobs[0].result.reason, "");
  assert_string_equal(driver->events, "start a\nagain a\nstart a\nagain a\nstart a\nfinish a\n");
  assert_non_null(strstr(driver->log, "warning Apply failed (connection-refused), next try in "
                                      "0.0 s: a\n"));
  assert_non_null(strstr(driver->log, "info Applied successfully: a\n"));
  assert_null(strstr(driver->log, "error "));
}

static void test_until_there_are_no_retries_left(void **state) {
  struct driver *driver = *state;

  driver->retries = "2";
  driver_script(driver, "a.yaml " REFUSED "\n");
  driver_add(driver, "a");
  assert_int_equal(driver_run(driver), 0);
  driver_expect_after(driver, 0, 3, HG_STATUS_FAILED, "connection-refused");
  assert_int_equal(driver->jobs[0].last, 1);
  assert_string_equal(
      driver->jobs[0].result.reason,
      "nothing accepts connections at the API server's address: The connection to the "
      "server 127.0.0.1:6443 was refused - did you specify the right host or port?");
  assert_non_null(strstr(driver->jobs[0].result.advice, "resume the run"));
  assert_non_null(strstr(driver->jobs[0].result.stderr_text.data, "was refused"));
  assert_non_null(strstr(driver->log, "error Apply failed: a\n"));
}

static void test_retries_may_be_off(void **state) {
  struct driver *driver = *state;

  driver_script(driver, "a.yaml " REFUSED "\n");
  driver_add(driver, "a");
  assert_int_equal(driver_run(driver), 0);
  driver_expect_after(driver, 0, 1, HG_STATUS_FAILED, "connection-refused");
}

static void test_refusals_are_final(void **state) {
  static const struct {
    const char *name;
    const char *action;
    const char *failure_class;
  } rows[] = {
      {"invalid", INVALID, "invalid"},
      {"forbidden", "fail 1 Error from server (Forbidden): no", "forbidden"},
      {"unknown", "fail 1 something else", "unknown"},
      {"signal", "signal 9", "signal"},
      {"hangs", "hang", "deadline"},
      {"again-later", "fail 1 error: context \"connection refused\" does not exist",
       "no-such-context"},
  };
  struct driver *driver = *state;
  char script[4096] = "";

  driver->retries = "5";
  driver->parallel = "6";
  driver->timeout = "3"; /* room for those that do not hang */
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    (void)snprintf(script + strlen(script), sizeof script - strlen(script), "%s.yaml %s\n",
                   rows[i].name, rows[i].action);
    driver_add(driver, rows[i].name);
  }
  driver_script(driver, script);
  assert_int_equal(driver_run(driver), 0);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    driver_expect_after(driver, i, 1, HG_STATUS_FAILED, rows[i].failure_class);
}

/* A retry that turns into a refusal ends there. */
static void test_another_failure_on_the_way(void **state) {
  struct driver *driver = *state;

  driver->retries = "5";
  driver_script(driver, "a.yaml first 1 " REFUSED "\na.yaml " INVALID "\n");
  driver_add(driver, "a");
  assert_int_equal(driver_run(driver), 0);
  driver_expect_after(driver, 0, 2, HG_STATUS_FAILED, "invalid");
}

/* While one waits the others go on; then what comes first in the plan goes first. */
static void test_others_go_on(void **state) {
  struct driver *driver = *state;

  driver->retries = "1";
  driver->retry_delay = "1";
  driver_script(driver,
                "a.yaml first 1 " REFUSED "\nb.yaml first 1 " REFUSED "\nc.yaml sleep 50\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  driver_add(driver, "c");
  driver_add(driver, "d");
  assert_int_equal(driver_run(driver), 0);
  for (uint64_t i = 0; i < 4; i++)
    assert_int_equal(driver->jobs[i].result.status, HG_STATUS_SUCCESS);
  /* Whether a is due before b or c start is chance; d starts after a and b were due. */
  assert_true(strstr(driver->events, "finish a\n") < strstr(driver->events, "start d\n"));
  assert_true(strstr(driver->events, "finish b\n") < strstr(driver->events, "start d\n"));
}

static void test_standard_input_is_given_again(void **state) {
  static const char *const from_input[] = {"kubectl", "apply", "-f", "-", NULL};
  const char document[] = "metadata:\n  name: one\n";
  struct driver *driver = *state;

  driver->retries = "1";
  driver_script(driver, "one first 1 " REFUSED "\none print-input\n");
  driver_add_command(driver, "one", from_input);
  driver->jobs[0].input = (struct hg_bytes){document, strlen(document)};
  assert_int_equal(driver_run(driver), 0);
  driver_expect_after(driver, 0, 2, HG_STATUS_SUCCESS, "");
  assert_int_equal(strncmp(driver->jobs[0].result.stdout_text.data, document, sizeof document - 1),
                   0);
}

/* The host closes the run, or settles the Job itself, between two tries. */
static void test_host_has_the_last_word(void **state) {
  struct driver *driver = *state;

  driver->retries = "3";
  driver_script(driver, "* " REFUSED "\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  driver->jobs[0].stop_after = -1;
  assert_int_equal(driver_run(driver), 0);
  assert_string_equal(driver->events, "start a\nagain a\n");
}

static void skip_after_the_first(struct driver *driver) {
  if (driver->jobs[0].finishes > 0)
    driver->jobs[0].answer = HG_LAUNCH_SKIP;
}

static void test_host_settles_it_itself(void **state) {
  struct driver *driver = *state;

  driver->retries = "3";
  driver->asked = skip_after_the_first;
  driver_script(driver, "* " REFUSED "\n");
  driver_add(driver, "a");
  assert_int_equal(driver_run(driver), 0);
  assert_string_equal(driver->events, "start a\nagain a\nask a\n");
}

/* A wish to stop drops what waits; the host makes the newest attempt the outcome. */
static void test_cancel_drops_what_waits(void **state) {
  struct driver *driver = *state;

  driver->retries = "20";
  driver->retry_delay = "30000";
  driver->parallel = "2";
  driver->cancel_after_finish = 1; /* while b runs */
  driver_script(driver, "a.yaml " REFUSED "\nb.yaml sleep 500\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  assert_int_equal(driver_run(driver), -1);
  assert_int_equal(driver->error.code, HG_ERROR_CANCELLED);
  driver_expect_after(driver, 0, 1, HG_STATUS_FAILED, "connection-refused");
  assert_int_equal(driver->jobs[0].last, 0);
  driver_expect(driver, 1, HG_STATUS_SUCCESS, 0, 0, "");
}

/* Once the user wants to stop no retry is promised. */
static void test_no_promise_after_cancel(void **state) {
  struct driver *driver = *state;

  driver->retries = "20";
  driver->cancel_after = 1;
  driver_script(driver, "a.yaml exit-on-term 1\n");
  driver->timeout = "1";
  driver_add(driver, "a");
  assert_int_equal(driver_run(driver), 0);
  driver_expect_after(driver, 0, 1, HG_STATUS_FAILED, "deadline");
  assert_int_equal(driver->jobs[0].last, 1);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, driver_setup, driver_teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_until_it_works),
      TEST(test_until_there_are_no_retries_left),
      TEST(test_retries_may_be_off),
      TEST(test_refusals_are_final),
      TEST(test_another_failure_on_the_way),
      TEST(test_others_go_on),
      TEST(test_standard_input_is_given_again),
      TEST(test_host_has_the_last_word),
      TEST(test_host_settles_it_itself),
      TEST(test_cancel_drops_what_waits),
      TEST(test_no_promise_after_cancel),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
