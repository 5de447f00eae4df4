/* SPDX-License-Identifier: Apache-2.0 */
#include "process/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_END, WRITE_END, ENDS };

void launched_close(int *fd) {
  if (*fd >= 0)
    (void)close(*fd);
  *fd = -1;
}

/* Where Headgate itself was started with a standard descriptor closed, a new one gets its number,
 * and what Headgate then prints would go to a kubectl. */
static int move_above_standard(int *fd) {
  int moved;

  if (*fd > STDERR_FILENO)
    return 0;
  moved = fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (moved < 0)
    return -1;
  (void)close(*fd);
  *fd = moved;
  return 0;
}

/* A pipe with `ours` as its non-blocking end. */
static int open_pipe(int ends[ENDS], int ours) {
  int flags;

  if (pipe2(ends, O_CLOEXEC) != 0) {
    ends[READ_END] = ends[WRITE_END] = -1;
    return -1;
  }
  if (move_above_standard(&ends[READ_END]) != 0 || move_above_standard(&ends[WRITE_END]) != 0)
    return -1;
  flags = fcntl(ends[ours], F_GETFL);
  return flags < 0 ? -1 : fcntl(ends[ours], F_SETFL, flags | O_NONBLOCK);
}

static int open_null(int *fd) {
  *fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  return *fd < 0 ? -1 : move_above_standard(fd);
}

/* A copy of this process's standard input. */
static int open_own(int *fd) {
  *fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  return *fd < 0 ? -1 : 0;
}

/* Without the address that alerts go to, which is a secret and no child's to know. NULL: no memory.
 */
static const char **without_secret(const char *const *environment) {
  static const char secret[] = "HEADGATE_WEBHOOK_URL=";
  size_t count = 0;
  size_t kept = 0;
  const char **copy;

  while (environment[count])
    count++;
  copy = calloc(count + 1, sizeof *copy);
  for (size_t i = 0; copy && i < count; i++)
    if (strncmp(environment[i], secret, sizeof secret - 1) != 0)
      copy[kept++] = environment[i];
  return copy;
}

/* posix_spawn reports what execve said, copies no page tables and, as the path has a slash, looks
 * nowhere else. Returns an errno value. */
static int spawn(const struct launch *launch, const int given[], int count, pid_t *pid) {
  const char **environment =
      without_secret(launch->environment ? launch->environment : (const char *const *)environ);
  const short flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none;
  sigset_t all;
  int cause;

  if (!environment)
    return ENOMEM;
  (void)sigemptyset(&none);
  (void)sigfillset(&all);
  cause = posix_spawn_file_actions_init(&actions);
  if (cause != 0)
    goto out_environment;
  cause = posix_spawnattr_init(&attributes);
  if (cause != 0)
    goto out_actions;
  /* In rising order: all of `given` are above 2, so none is overwritten before its turn. */
  for (int fd = 0; cause == 0 && fd < count; fd++)
    cause = posix_spawn_file_actions_adddup2(&actions, given[fd], fd);
  if (cause == 0)
    cause = posix_spawn_file_actions_addclosefrom_np(&actions, count);
  if (cause == 0)
    cause = posix_spawnattr_setflags(&attributes, flags);
  if (cause == 0)
    cause = posix_spawnattr_setpgroup(&attributes, 0);
  if (cause == 0)
    cause = posix_spawnattr_setsigmask(&attributes, &none);
  if (cause == 0)
    cause = posix_spawnattr_setsigdefault(&attributes, &all);
  if (cause == 0)
    cause = posix_spawn(pid, launch->program, &actions, &attributes, (char *const *)launch->argv,
                        (char *const *)environment);
  (void)posix_spawnattr_destroy(&attributes);
out_actions:
  (void)posix_spawn_file_actions_destroy(&actions);
out_environment:
  free(environment);
  return cause;
}

int32_t launch_program(const struct launch *launch, struct launched *launched, int *cause) {
  int input[ENDS] = {-1, -1};
  int output[ENDS] = {-1, -1};
  int error[ENDS] = {-1, -1};
  int answers[ENDS] = {-1, -1};
  int32_t result = -1;

  if ((launch->with_input      ? open_pipe(input, WRITE_END)
       : launch->with_terminal ? open_own(&input[READ_END])
                               : open_null(&input[READ_END])) != 0 ||
      open_pipe(output, READ_END) != 0 || open_pipe(error, READ_END) != 0 ||
      (launch->with_answers && open_pipe(answers, READ_END) != 0)) {
    *cause = errno;
    goto out;
  }
  const int given[] = {input[READ_END], output[WRITE_END], error[WRITE_END], answers[WRITE_END]};
  *cause = spawn(launch, given, launch->with_answers ? 4 : 3, &launched->pid);
  if (*cause != 0)
    goto out;
  launched->input = input[WRITE_END];
  launched->output = output[READ_END];
  launched->error = error[READ_END];
  launched->answers = answers[READ_END];
  input[WRITE_END] = output[READ_END] = error[READ_END] = answers[READ_END] = -1;
  result = 0;

out:
  for (int end = 0; end < ENDS; end++) {
    launched_close(&input[end]);
    launched_close(&output[end]);
    launched_close(&error[end]);
    launched_close(&answers[end]);
  }
  return result;
}
