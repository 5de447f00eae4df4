/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin changed is told, each under its subject; what it did not, is not. Each test is a
 * process of its own: it changes what belongs to the process. */
#include "runner/runner_conduct.h"

#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct told {
  char text[1024];
};

static void tell(void *context, enum conduct_subject subject, const char *message) {
  struct told *told = context;
  size_t length = strlen(told->text);

  (void)snprintf(told->text + length, sizeof told->text - length, "%d: %s\n", (int)subject,
                 message);
}

/* Runs `change` between the two looks, in a child, and compares what is told. */
static void assert_told(void (*change)(void), const char *expected) {
  int status;
  pid_t child = fork();

  assert_true(child >= 0);
  if (child == 0) {
    struct runner_conduct conduct;
    struct told told = {""};
    int failed =
        runner_conduct_begin(&conduct) < 0 || runner_conduct_note_descriptors(&conduct) < 0;

    if (change)
      change();
    failed = failed || runner_conduct_end(&conduct, tell, &told) < 0;
    runner_conduct_finish(&conduct);
    if (strcmp(told.text, expected) != 0)
      (void)fprintf(stderr, "told:\n%sexpected:\n%s", told.text, expected);
    _exit(failed || strcmp(told.text, expected) != 0);
  }
  assert_true(waitpid(child, &status, 0) == child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void nothing_is_told_of_nothing(void **state) {
  (void)state;
  assert_told(NULL, "");
}

static void handle(int number) {
  (void)number;
}

static void change_flags_of_an_action(void) {
  struct sigaction action;

  (void)sigaction(SIGCHLD, NULL, &action);
  action.sa_flags |= SA_NOCLDSTOP;
  (void)sigaction(SIGCHLD, &action, NULL);
}

static void change_action_and_mask(void) {
  sigset_t set;

  (void)signal(SIGRTMAX, handle);
  (void)sigemptyset(&set);
  (void)sigaddset(&set, SIGINT);
  (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* The first thing that is wrong with signals stands for all. */
static void signals(void **state) {
  char expected[64];

  (void)state;
  assert_told(change_flags_of_an_action, "0: SIGCHLD has another action\n");
  (void)snprintf(expected, sizeof expected, "0: signal %d has another action\n", SIGRTMAX);
  assert_told(change_action_and_mask, expected);
}

static void change_and_put_back(void) {
  mode_t mask = umask(0);

  (void)umask(mask);
  (void)setenv("CONDUCT", "1", 1);
  (void)unsetenv("CONDUCT");
  (void)close(open("/dev/null", O_RDONLY));
  (void)fcntl(1, F_SETFL, fcntl(1, F_GETFL));
}

static void what_was_put_back_is_as_it_was(void **state) {
  (void)state;
  assert_told(change_and_put_back, "");
}

static void change_environment(void) {
  static char *nothing[] = {NULL};

  environ = nothing;
}

static void a_variable_that_is_gone(void **state) {
  (void)state;
  assert_int_equal(clearenv(), 0);
  assert_int_equal(setenv("CONDUCT", "a=b", 1), 0);
  assert_told(change_environment, "4: CONDUCT is not what it was\n");
}

static void replace_descriptors(void) {
  int fd = open("/dev/zero", O_RDONLY);

  (void)dup2(fd, 0);
  (void)dup2(fd, 77);
}

/* The first of each kind. */
static void descriptors(void **state) {
  char expected[128];
  int next = open("/dev/null", O_RDONLY);

  (void)state;
  assert_true(next > 2);
  (void)close(next);
  assert_true(dup2(next = open("/dev/null", O_RDONLY), 0) == 0);
  (void)close(next);
  (void)snprintf(expected, sizeof expected,
                 "5: descriptor 0 is another file\n6: descriptor %d was left open\n", next);
  assert_told(replace_descriptors, expected);
}

static void *sleep_long(void *unused) {
  (void)sleep(100);
  return unused;
}

static void start_two_threads(void) {
  pthread_t thread;

  for (int i = 0; i < 2; i++)
    (void)pthread_create(&thread, NULL, sleep_long, NULL);
}

static void threads(void **state) {
  (void)state;
  assert_told(start_two_threads, "7: 2 live on after destroy\n");
}

/* One whose parent has ended is found too. */
static void start_orphan(void) {
  pid_t child = fork();

  if (child == 0) {
    if (fork() == 0)
      (void)sleep(2);
    _exit(0);
  }
  (void)waitpid(child, NULL, 0);
}

static void an_orphan(void **state) {
  (void)state;
  assert_told(start_orphan, "8: one lives on after destroy\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_told_of_nothing),
      cmocka_unit_test(signals),
      cmocka_unit_test(what_was_put_back_is_as_it_was),
      cmocka_unit_test(a_variable_that_is_gone),
      cmocka_unit_test(descriptors),
      cmocka_unit_test(threads),
      cmocka_unit_test(an_orphan),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
