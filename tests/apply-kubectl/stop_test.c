/* SPDX-License-Identifier: Apache-2.0 */
/* A user who asks twice: what runs is ended. */
#include "applier_driver.h"

#include <signal.h>
#include <string.h>

static const char stopped[] = "ended because the user asked to stop";

static void test_running_ones_are_ended(void **state) {
  struct driver *driver = *state;

  driver->parallel = "3";
  driver->retries = "5";
  driver->end_after = 3;
  driver_script(driver, "* hang\n");
  driver_add_many(driver, 5);
  assert_int_equal(driver_run(driver), -1);
  assert_int_equal(driver->error.code, HG_ERROR_CANCELLED);
  for (uint64_t i = 0; i < 3; i++) {
    driver_expect(driver, i, HG_STATUS_FAILED, -1, SIGTERM, stopped);
    assert_string_equal(driver->jobs[i].result.failure_class, "cancelled");
    assert_string_equal(driver->jobs[i].result.advice, "resume the run");
    assert_true(driver->jobs[i].result.duration_ms < 25000); /* not its deadline */
  }
  assert_int_equal(driver->jobs[3].asked, 0);
}

/* Not sooner: a kubectl that is only starting has not said yet what a SIGTERM is to it. */
static void end_when_ready(struct driver *driver) {
  if (access(driver_path(driver, "script.ready"), F_OK) == 0)
    driver->end_after = 1;
}

static void test_deaf_ones_are_killed(void **state) {
  struct driver *driver = *state;

  driver->grace = "1";
  driver->asked = end_when_ready;
  driver_script(driver, "* ignore-term\n");
  driver_add(driver, "a");
  assert_int_equal(driver_run(driver), 0); /* nothing was left out */
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, SIGKILL, stopped);
  assert_true(driver->jobs[0].result.duration_ms >= 1000);
}

/* One that makes exit status 0 of the signal has confirmed nothing. */
static void test_obedient_ones_have_failed(void **state) {
  struct driver *driver = *state;

  driver->asked = end_when_ready;
  driver_script(driver, "* exit-on-term 0\n");
  driver_add(driver, "a");
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, SIGTERM, stopped);
}

static void end_a_second_later(struct driver *driver) {
  if (driver->times_asked > 5)
    driver->end_after = 1;
}

/* Asked once, they may go on; asked again, they are ended. */
static void test_first_once_then_again(void **state) {
  struct driver *driver = *state;

  driver->cancel_after = 1;
  driver->asked = end_a_second_later;
  driver_script(driver, "* hang\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  assert_int_equal(driver_run(driver), -1);
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, SIGTERM, stopped);
  assert_true(driver->times_asked > 5);
  assert_int_equal(driver->jobs[1].asked, 0);
}

/* What a batch confirmed before it was ended is SUCCESS; nothing of it is promised another try. */
static void test_batch(void **state) {
  struct driver *driver = *state;

  driver->batch = "3";
  driver->cancel_after = 3;
  driver->asked = end_a_second_later;
  driver_script(driver, "job-01.yaml hang\n");
  driver_add_many(driver, 3);
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_SUCCESS, -1, SIGTERM, "");
  driver_expect(driver, 1, HG_STATUS_FAILED, -1, SIGTERM, stopped);
  driver_expect(driver, 2, HG_STATUS_FAILED, -1, SIGTERM, stopped);
  assert_string_equal(driver->jobs[2].result.failure_class, "cancelled");
}

static void test_preflight(void **state) {
  struct driver *driver = *state;

  driver->parallel = "2";
  driver->end_after_verdict = 1;
  driver_script(driver, "job-01.yaml hang\n");
  driver_add_many(driver, 2);
  assert_int_equal(driver_preflight(driver), 0);
  assert_int_equal(driver->jobs[0].verdict.verdict, HG_PREFLIGHT_CREATE);
  assert_int_equal(driver->jobs[1].verdict.verdict, HG_PREFLIGHT_REFUSED);
  assert_string_equal(driver->jobs[1].verdict.failure_class, "cancelled");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, driver_setup, driver_teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_running_ones_are_ended),
      TEST(test_deaf_ones_are_killed),
      TEST(test_obedient_ones_have_failed),
      TEST(test_first_once_then_again),
      TEST(test_batch),
      TEST(test_preflight),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
