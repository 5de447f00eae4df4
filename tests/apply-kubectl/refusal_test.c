/* SPDX-License-Identifier: Apache-2.0 */
/* What happens where the system refuses: kubectl cannot be started, or not be waited for. */
#include "applier_driver.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A text file without "#!": a shell would run it, execve does not, and neither do we. */
static void test_not_a_program(void **state) {
  struct driver *driver = *state;
  const char *marker = driver_path(driver, "marker");
  char script[128];
  char reason[256];

  (void)snprintf(script, sizeof script, "touch %s\n", marker);
  driver->kubectl = driver_write(driver, "kubectl", script, 0700);
  (void)snprintf(reason, sizeof reason,
                 "%s could not be started: it is no program for this machine: give the right "
                 "kubectl with --kubectl PATH",
                 driver->kubectl);
  driver_add(driver, "a");
  driver_add(driver, "b");
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, 0, reason);
  driver_expect(driver, 1, HG_STATUS_FAILED, -1, 0, reason);
  assert_int_not_equal(access(marker, F_OK), 0);
  assert_non_null(strstr(driver->log, "error Apply failed: a\n"));
}

static void test_interpreter_is_missing(void **state) {
  struct driver *driver = *state;

  driver->kubectl = driver_write(driver, "kubectl", "#!/no/such/interpreter\n", 0700);
  driver_add(driver, "a");
  assert_int_equal(driver_run(driver), 0);
  assert_int_equal(driver->jobs[0].result.status, HG_STATUS_FAILED);
  assert_non_null(strstr(driver->jobs[0].result.reason,
                         "could not be started: it, or the interpreter named in its first line, "
                         "is gone: give --kubectl PATH"));
}

static void remove_kubectl(struct driver *driver) {
  if (driver->jobs[0].finishes == 1)
    (void)unlink(driver->kubectl);
}

/* Found once, gone later: each Job says so. */
static void test_kubectl_vanishes(void **state) {
  struct driver *driver = *state;

  driver->kubectl = driver_write(driver, "kubectl", "#!/bin/sh\necho job.batch/a created\n", 0700);
  driver->asked = remove_kubectl;
  driver_add(driver, "a");
  driver_add(driver, "b");
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_SUCCESS, 0, 0, "");
  assert_int_equal(driver->jobs[1].result.status, HG_STATUS_FAILED);
  assert_non_null(strstr(driver->jobs[1].result.reason, "could not be started"));
}

/* Descriptors run out at every possible place in turn: a plain reason, nothing leaked (the
 * tear-down counts), and once there are enough it works. */
static void test_descriptors_exhausted(void **state) {
  struct driver *driver = *state;
  struct rlimit before;
  struct rlimit few;
  int used = dup(0);
  int successes = 0;

  assert_true(used > 2);
  (void)close(used);
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
  few = before;
  driver_add(driver, "a");
  for (rlim_t more = 0; more <= 7; more++) {
    struct driver_job *job = &driver->jobs[0];

    memset(job, 0, sizeof *job);
    few.rlim_cur = (rlim_t)used + more;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    /* The plugin is loaded already; the loop needs no descriptor of its own. */
    assert_int_equal(driver_run(driver), 0);
    (void)setrlimit(RLIMIT_NOFILE, &before);
    assert_int_equal(job->finishes, 1);
    if (job->result.status == HG_STATUS_SUCCESS) {
      successes++;
      continue;
    }
    assert_int_equal(successes, 0);
    assert_string_equal(job->result.reason,
                        FAKE_KUBECTL " could not be started: this process has too many open "
                                     "files: raise the limit (ulimit -n)");
  }
  assert_true(successes >= 2); /* with, and without a descriptor left for a pidfd */
}

/* With descriptors for fewer kubectls than it may run, it runs fewer: no Job fails for that, and
 * its tries wait for those that run. */
static void test_descriptors_for_few(void **state) {
  enum { JOBS = 12 };
  struct driver *driver = *state;
  struct rlimit before;
  struct rlimit few;
  int used = dup(0);

  assert_true(used > 2);
  (void)close(used);
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
  few = before;
  few.rlim_cur = (rlim_t)used + 10; /* one takes 3 for good and 6 while it is started */
  driver->parallel = "64";
  driver_script(driver, "* sleep 50\n");
  driver_add_many(driver, JOBS);
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
  assert_int_equal(driver_run(driver), 0);
  (void)setrlimit(RLIMIT_NOFILE, &before);
  for (uint64_t i = 0; i < JOBS; i++) {
    assert_int_equal(driver->jobs[i].result.status, HG_STATUS_SUCCESS);
    assert_in_range(driver->jobs[i].starts, 1, 3);
  }
  assert_in_range(driver->most_running, 2, 4);
  assert_non_null(strstr(driver->log, "warning No room for one more kubectl, waits until one has "
                                      "ended: job-0"));
}

static void test_arguments_too_long(void **state) {
  struct driver *driver = *state;
  char *word = malloc(256 * 1024); /* Linux takes 128 KiB in one */
  const char *command[] = {"kubectl", "apply", "-f", word, NULL};

  assert_non_null(word);
  memset(word, 'x', 256 * 1024);
  word[256 * 1024 - 1] = '\0';
  driver_add_command(driver, "a", command);
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, 0,
                FAKE_KUBECTL " could not be started: the environment and the arguments are too "
                             "long: unset what is not needed");
  free(word);
}

static void look_at_standard_descriptors(struct driver *driver) {
  (void)driver;
  for (int fd = 0; fd < 3; fd++) {
    struct stat status;

    if (fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode))
      _exit(14);
  }
}

/* With standard descriptors closed, new ones get their numbers. Still the child has the right ones
 * in the right places, and what the host prints meanwhile goes to no child. */
static void test_started_with_standard_descriptors_closed(void **state) {
  static char document[1024 * 1024] = "metadata:\n  name: two\n# ";
  static const char *const from_input[] = {"kubectl", "apply", "-f", "-", NULL};
  struct driver *driver = *state;
  const struct hg_job_result *one = &driver->jobs[0].result;
  const struct hg_job_result *two = &driver->jobs[1].result;
  int status = 0;
  pid_t pid;

  memset(document + strlen(document), 'x', sizeof document - strlen(document));
  driver_script(driver, "one.yaml print-descriptors\ntwo print-input\n");
  driver_add(driver, "one");
  driver_add_command(driver, "two", from_input);
  driver->jobs[1].input = (struct hg_bytes){document, sizeof document};
  driver->asked = look_at_standard_descriptors;
  pid = fork();
  if (pid == 0) {
    char text[3][32];

    for (int fd = 0; fd < 3; fd++)
      (void)close(fd);
    if (driver_run(driver) != 0 || one->return_code != 0)
      _exit(10);
    if (sscanf(one->stdout_text.data, "0 %31s 1 %31s 2 %31s", text[0], text[1], text[2]) != 3)
      _exit(11);
    if (strcmp(text[0], "/dev/null") != 0 || strncmp(text[1], "pipe:", 5) != 0 ||
        strncmp(text[2], "pipe:", 5) != 0 || strcmp(text[1], text[2]) == 0)
      _exit(12);
    _exit(two->stdout_text.length == sizeof document &&
                  memcmp(two->stdout_text.data, document, sizeof document) == 0
              ? 0
              : 13);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
}

static void take_descriptors_away(struct driver *driver) {
  struct rlimit few;

  if (driver->running == 0)
    return;
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &few), 0);
  few.rlim_cur = 2;
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
}

/* poll itself fails (more rows than descriptors are allowed): an error, but still no child stays
 * and what was started is finished. */
static void test_event_loop_that_cannot_wait(void **state) {
  struct driver *driver = *state;
  struct rlimit before;

  assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
  driver->asked = take_descriptors_away;
  driver_script(driver, "* ignore-term\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  assert_int_equal(driver_run(driver), -1);
  (void)setrlimit(RLIMIT_NOFILE, &before);
  assert_int_equal(driver->error.code, HG_ERROR_IO);
  assert_string_equal(driver->error.message, "cannot wait for kubectl: Invalid argument");
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, SIGKILL, "kubectl was ended by signal 9 (Killed)");
  assert_int_equal(driver->jobs[1].starts, 0);
}

/* In a process of its own, as there is no way back: makes pidfd_open fail as on Linux before 5.3.
 */
static void forbid_pidfd(void) {
  struct sock_filter rows[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 38 /* ENOSYS */),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {sizeof rows / sizeof *rows, rows};

  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0 ||
      syscall(SYS_pidfd_open, getpid(), 0) >= 0)
    _exit(10);
}

static void test_kernel_without_pidfd(void **state) {
  struct driver *driver = *state;
  int status = 0;
  pid_t pid;

  driver->timeout = "3"; /* room for those that do not hang */
  driver_script(driver, "b.yaml hang\nc.yaml fail 3 no\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  driver_add(driver, "c");
  pid = fork();
  if (pid == 0) {
    forbid_pidfd();
    if (driver_run(driver) != 0 || driver->jobs[0].result.status != HG_STATUS_SUCCESS)
      _exit(11);
    if (strcmp(driver->jobs[1].result.reason,
               "kubectl did not finish within 3 s and was terminated") != 0)
      _exit(12);
    _exit(driver->jobs[2].result.return_code == 3 ? 0 : 13);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, driver_setup, driver_teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_not_a_program),
      TEST(test_interpreter_is_missing),
      TEST(test_kubectl_vanishes),
      TEST(test_descriptors_exhausted),
      TEST(test_descriptors_for_few),
      TEST(test_arguments_too_long),
      TEST(test_started_with_standard_descriptors_closed),
      TEST(test_event_loop_that_cannot_wait),
      TEST(test_kernel_without_pidfd),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
