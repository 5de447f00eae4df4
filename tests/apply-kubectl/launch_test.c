/* SPDX-License-Identifier: Apache-2.0 */
/* What a child inherits. */
#include "applier_driver.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *output(const struct driver *driver) {
  return driver->jobs[0].result.stdout_text.data;
}

static void test_child_has_three_descriptors(void **state) {
  struct driver *driver = *state;
  int leaky = open("/dev/zero", O_RDONLY); /* not close-on-exec, as of a careless library */
  int high = fcntl(leaky, F_DUPFD, 200);
  char text[3][32];

  assert_true(leaky > 2 && high >= 200);
  driver_script(driver, "* print-descriptors\n");
  driver_add(driver, "one");
  assert_int_equal(driver_run(driver), 0);
  (void)close(leaky);
  (void)close(high);
  driver_expect_unconfirmed(driver, 0);
  assert_int_equal(sscanf(output(driver), "0 %31s 1 %31s 2 %31s %*s", text[0], text[1], text[2]),
                   3);
  assert_string_equal(text[0], "/dev/null");
  assert_memory_equal(text[1], "pipe:", 5);
  assert_memory_equal(text[2], "pipe:", 5);
  assert_string_not_equal(text[1], text[2]);
  assert_null(strstr(output(driver), "/dev/zero"));
  assert_int_equal(strchr(strstr(output(driver), "\n2 ") + 1, '\n')[1], '\0');
}

static void test_child_has_a_group_of_its_own(void **state) {
  struct driver *driver = *state;
  long pid = 0;
  long group = 0;

  driver_script(driver, "* print-group\n");
  driver_add(driver, "one");
  assert_int_equal(driver_run(driver), 0);
  assert_int_equal(sscanf(output(driver), "pid=%ld pgid=%ld", &pid, &group), 2);
  assert_int_equal(pid, group);
  assert_int_not_equal(group, (long)getpgrp());
}

/* What the host blocks and ignores is the host's. Its own dispositions and mask are not touched. */
static void test_child_has_default_signals(void **state) {
  struct driver *driver = *state;
  struct sigaction action;
  unsigned long long blocked = 1;
  unsigned long long ignored = 1;
  sigset_t some;
  sigset_t before;
  sigset_t after;

  (void)signal(SIGPIPE, SIG_IGN);
  (void)signal(SIGHUP, SIG_IGN);
  (void)sigemptyset(&some);
  (void)sigaddset(&some, SIGUSR1);
  (void)sigaddset(&some, SIGTERM);
  (void)pthread_sigmask(SIG_BLOCK, &some, &before);
  driver_script(driver, "* print-signals\n");
  driver_add(driver, "one");
  assert_int_equal(driver_run(driver), 0);
  (void)pthread_sigmask(SIG_SETMASK, &before, &after);
  assert_int_equal(sscanf(output(driver), "SigBlk: %llx SigIgn: %llx", &blocked, &ignored), 2);
  assert_int_equal(blocked, 0);
  /* Bits 31 and 32 are signals 32 and 33, which the C library keeps to itself. */
  assert_int_equal(ignored & ~0x180000000ull, 0);
  assert_int_equal(sigismember(&after, SIGUSR1), 1);
  assert_int_equal(sigismember(&after, SIGTERM), 1);
  assert_int_equal(sigismember(&after, SIGPIPE), sigismember(&before, SIGPIPE));
  assert_int_equal(sigaction(SIGCHLD, NULL, &action), 0);
  assert_ptr_equal(action.sa_handler, SIG_DFL);
  assert_ptr_equal(signal(SIGPIPE, SIG_DFL), SIG_IGN);
  assert_ptr_equal(signal(SIGHUP, SIG_DFL), SIG_IGN);
}

/* But for the address of alerts: whoever has it can send them. */
static void test_child_has_the_environment(void **state) {
  struct driver *driver = *state;

  (void)setenv("HEADGATE_TEST_VARIABLE", "some value", 1);
  (void)setenv("HEADGATE_WEBHOOK_URL", "https://hooks.example/secret", 1);
  driver_script(driver, "* print-environment\n");
  driver_add(driver, "one");
  assert_int_equal(driver_run(driver), 0);
  (void)unsetenv("HEADGATE_TEST_VARIABLE");
  (void)unsetenv("HEADGATE_WEBHOOK_URL");
  assert_non_null(strstr(output(driver), "\nHEADGATE_TEST_VARIABLE=some value\n"));
  assert_null(strstr(output(driver), "hooks.example"));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, driver_setup, driver_teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_child_has_three_descriptors),
      TEST(test_child_has_a_group_of_its_own),
      TEST(test_child_has_default_signals),
      TEST(test_child_has_the_environment),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
