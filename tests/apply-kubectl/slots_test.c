/* SPDX-License-Identifier: Apache-2.0 */
/* Several kubectls at one time. */
#include "applier_driver.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { SLOTS = 4, JOBS = 12 };

static void run(struct driver *driver) {
  driver->parallel = "4";
  driver->grace = "1";
  assert_int_equal(driver_run(driver), 0);
}

static void expect_starts_in_order(const struct driver *driver) {
  const char *at = driver->events;

  for (int i = 0; i < JOBS; i++) {
    char event[32];

    (void)snprintf(event, sizeof event, "start job-%02d\n", i);
    at = strstr(at, event);
    assert_non_null(at);
  }
}

static void test_as_many_as_there_are_slots(void **state) {
  struct driver *driver = *state;

  driver_script(driver, "job-00.yaml sleep 400\njob-01.yaml sleep 400\njob-02.yaml sleep 400\n"
                        "job-03.yaml sleep 400\njob-05.yaml fail 7 no\njob-06.yaml signal 9\n"
                        "job-07.yaml flood stderr 5000000\n");
  driver_add_many(driver, JOBS);
  run(driver);
  assert_int_equal(driver->most_running, SLOTS);
  expect_starts_in_order(driver);
  for (uint64_t i = 0; i < JOBS; i++) {
    char expected[64];

    if (i == 5)
      driver_expect(driver, i, HG_STATUS_FAILED, 7, 0, "kubectl exited with status 7: no");
    else if (i == 6)
      driver_expect(driver, i, HG_STATUS_FAILED, -1, 9, "kubectl was ended by signal 9 (Killed)");
    else if (i == 7)
      driver_expect_unconfirmed(driver, i);
    else
      driver_expect(driver, i, HG_STATUS_SUCCESS, 0, 0, "");
    (void)snprintf(expected, sizeof expected, "job.batch/job-%02d created\n", (int)i);
    if (i < 5 || i > 7)
      assert_string_equal(driver->jobs[i].result.stdout_text.data, expected);
  }
  assert_int_equal(driver->jobs[7].result.flags, HG_RESULT_STDERR_CUT);
}

/* Whether the machine was too slow for what the test wants to see: at its deadline job-01 was not
 * waiting yet, one that does not hang was at work, or one that was told to end had no time to. */
static bool was_too_slow(const struct driver *driver) {
  bool is_slow = !strstr(driver->jobs[1].result.stdout_text.data, "waiting\n") ||
                 driver->jobs[0].result.signal == SIGKILL ||
                 driver->jobs[2].result.signal == SIGKILL;

  for (uint64_t i = 3; i < JOBS; i++)
    is_slow = is_slow || strcmp(driver->jobs[i].result.failure_class, "deadline") == 0;
  return is_slow;
}

static void hang_at_three(struct driver *driver, const char *seconds) {
  /* 00: a wrapper that makes exit status 0 of SIGTERM has confirmed nothing. 01: is not reached by
   * what is sent to its group. 02: has to be woken up to obey SIGTERM, as one in the background
   * that wants a password from the terminal. */
  driver_script(driver, "job-00.yaml exit-on-term 0\njob-01.yaml leave-group\njob-02.yaml stop\n");
  driver_add_many(driver, JOBS);
  driver->parallel = "4";
  driver->timeout = driver->grace = seconds;
  assert_int_equal(driver_run(driver), 0);
}

/* One that hangs takes its own slot and no other's time. */
static void test_deadlines_are_each_slot_s_own(void **state) {
  static const char *const seconds[] = {"1", "2", "4", "8", "16", "32", "64"};
  struct driver *driver;
  char terminated[64];
  char killed[128];
  size_t i = 0;

  for (;;) {
    driver = *state;
    hang_at_three(driver, seconds[i]);
    if (!was_too_slow(driver) || i + 1 == sizeof seconds / sizeof *seconds)
      break;
    assert_int_equal(driver_teardown(state), 0);
    assert_int_equal(driver_setup(state), 0);
    i++;
  }
  (void)snprintf(terminated, sizeof terminated,
                 "kubectl did not finish within %s s and was terminated", seconds[i]);
  (void)snprintf(killed, sizeof killed,
                 "kubectl did not finish within %s s and was killed, as it did not obey SIGTERM",
                 seconds[i]);
  expect_starts_in_order(driver);
  assert_true(strstr(driver->events, "finish job-03") < strstr(driver->events, "finish job-00"));
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, SIGTERM, terminated);
  driver_expect(driver, 1, HG_STATUS_FAILED, -1, SIGKILL, killed);
  driver_expect(driver, 2, HG_STATUS_FAILED, -1, SIGTERM, terminated);
  for (uint64_t job = 3; job < JOBS; job++)
    driver_expect(driver, job, HG_STATUS_SUCCESS, 0, 0, "");
}

/* What the host says stops at one slot holds for all. */
static void test_stop_lets_the_others_end(void **state) {
  struct driver *driver = *state;

  driver_script(driver, "job-00.yaml sleep 300\n");
  driver_add_many(driver, JOBS);
  driver->jobs[1].stop_after = -1;
  driver->jobs[2].answer = HG_START_STOP;
  run(driver);
  driver_expect(driver, 0, HG_STATUS_SUCCESS, 0, 0, "");
  driver_expect(driver, 1, HG_STATUS_SUCCESS, 0, 0, "");
  assert_int_equal(driver->jobs[2].asked, 1);
  assert_int_equal(driver->jobs[2].starts, 0);
  for (uint64_t i = 3; i < JOBS; i++)
    assert_int_equal(driver->jobs[i].asked, 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, driver_setup, driver_teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_as_many_as_there_are_slots),
      TEST(test_deadlines_are_each_slot_s_own),
      TEST(test_stop_lets_the_others_end),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
