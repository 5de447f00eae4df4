/* SPDX-License-Identifier: Apache-2.0 */
/* kubectls that do not end when they should, and users who want to stop. */
#include "applier_driver.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static const char terminated[] = "kubectl did not finish within 1 s and was terminated";
static const char killed[] = "kubectl did not finish within 1 s and was killed, as it did not obey "
                             "SIGTERM";

/* It does not even read its input, which is more than a pipe holds. */
static void test_hanging_kubectl_is_terminated(void **state) {
  struct driver *driver = *state;
  char *document = calloc(1, 1024 * 1024);

  assert_non_null(document);
  driver->timeout = "1";
  driver_script(driver, "a.yaml hang\n");
  driver_add(driver, "a");
  driver->jobs[0].input = (struct hg_bytes){document, 1024 * 1024};
  assert_int_equal(driver_run(driver), 0);
  free(document);
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, SIGTERM, terminated);
  assert_true(driver->jobs[0].result.duration_ms >= 1000);
  /* It was asked for while waiting, not only between Jobs. */
  assert_true(driver->times_asked >= 3);
}

static void test_deaf_kubectl_is_killed_after_the_grace(void **state) {
  struct driver *driver = *state;

  driver->timeout = "1";
  driver->grace = "1";
  driver_script(driver, "* ignore-term\n");
  driver_add(driver, "a");
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, SIGKILL, killed);
  assert_true(driver->jobs[0].result.duration_ms >= 2000);
}

/* The whole group gets the signal: a shell script's children do not stay behind. */
static void test_wrapper_ends_with_its_children(void **state) {
  struct driver *driver = *state;
  pid_t inner;

  driver->timeout = "1";
  driver->kubectl = driver_write(driver, "wrapper", "#!/bin/sh\nsleep 60 &\necho $!\nwait\n", 0700);
  driver_add(driver, "a");
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, SIGTERM, terminated);
  inner = atoi(driver->jobs[0].result.stdout_text.data);
  assert_true(inner > 0);
  /* Its parent is gone, so it is ours now. */
  {
    siginfo_t info;

    assert_int_equal(waitid(P_PID, (id_t)inner, &info, WEXITED), 0);
    assert_int_equal(info.si_status, SIGTERM);
  }
}

/* kubectl is done, something that it left behind holds its streams: not waited for, and ended. The
 * tear-down finds the grandchild killed. */
static void test_grandchild_is_not_waited_for(void **state) {
  struct driver *driver = *state;

  driver_script(driver, "a.yaml grandchild\nb.yaml flooding-grandchild\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  driver_add(driver, "c");
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_SUCCESS, 0, 0, "");
  assert_string_equal(driver->jobs[0].result.stdout_text.data, "job.batch/a created\n");
  driver_expect(driver, 1, HG_STATUS_SUCCESS, 0, 0, "");
  assert_int_equal(driver->jobs[1].result.flags, HG_RESULT_STDOUT_CUT);
  driver_expect(driver, 2, HG_STATUS_SUCCESS, 0, 0, "");
}

/* A stopped user: what runs may finish, nothing more is started. */
static void test_cancel(void **state) {
  struct driver *driver = *state;

  driver->cancel_after = 2;
  driver_script(driver, "b.yaml sleep 300\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  driver_add(driver, "c");
  assert_int_equal(driver_run(driver), -1);
  assert_int_equal(driver->error.code, HG_ERROR_CANCELLED);
  driver_expect(driver, 1, HG_STATUS_SUCCESS, 0, 0, "");
  assert_string_equal(driver->events, "start a\nfinish a\nstart b\nfinish b\n");
}

/* Where no kubectl can be started, there is never anything to wait for. */
static void test_cancel_between_failures(void **state) {
  struct driver *driver = *state;

  driver->cancel_after = 1;
  driver->kubectl = "/nonexistent/kubectl";
  driver_add(driver, "a");
  driver_add(driver, "b");
  assert_int_equal(driver_run(driver), -1);
  assert_int_equal(driver->error.code, HG_ERROR_CANCELLED);
  assert_string_equal(driver->events, "start a\nfinish a\n");
}

static void test_cancel_that_leaves_nothing_out(void **state) {
  struct driver *driver = *state;

  driver->cancel_after = 1;
  driver_add(driver, "a");
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_SUCCESS, 0, 0, "");
}

/* Cancelled or not, the deadline holds. */
static void test_deadline_after_cancel(void **state) {
  struct driver *driver = *state;

  driver->timeout = "1";
  driver->cancel_after = 1;
  driver_script(driver, "* hang\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  assert_int_equal(driver_run(driver), -1);
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, SIGTERM, terminated);
  assert_int_equal(driver->jobs[1].starts, 0);
}

/* Inherited from a careless parent. The kernel then reaps the child and forgets how it ended; that
 * is no success, and no reason to hang. */
static void test_sigchld_ignored(void **state) {
  struct driver *driver = *state;
  const char reason[] = "kubectl ended, but the system did not say how: Headgate was started with "
                        "SIGCHLD ignored, start it without";

  (void)signal(SIGCHLD, SIG_IGN);
  driver_script(driver, "b.yaml sleep 100\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  assert_int_equal(driver_run(driver), 0);
  assert_ptr_equal(signal(SIGCHLD, SIG_DFL), SIG_IGN);
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, 0, reason);
  driver_expect(driver, 1, HG_STATUS_FAILED, -1, 0, reason);
  assert_string_equal(driver->jobs[1].result.stdout_text.data, "job.batch/b created\n");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, driver_setup, driver_teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_hanging_kubectl_is_terminated),
      TEST(test_deaf_kubectl_is_killed_after_the_grace),
      TEST(test_wrapper_ends_with_its_children),
      TEST(test_grandchild_is_not_waited_for),
      TEST(test_cancel),
      TEST(test_cancel_between_failures),
      TEST(test_cancel_that_leaves_nothing_out),
      TEST(test_deadline_after_cancel),
      TEST(test_sigchld_ignored),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
