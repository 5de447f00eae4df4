/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a program in a process of its own, as a shell would start a background job, but without a
 * shell. */
#ifndef LIB_PROCESS_LAUNCH_H
#define LIB_PROCESS_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What is to be started. */
struct launch {
  const char *program;            /* a path with a slash in it */
  const char *const *argv;        /* NULL-terminated, argv[0] included */
  const char *const *environment; /* NULL-terminated; NULL: this process's own. Without
                                     HEADGATE_WEBHOOK_URL in any case */
  bool with_input;                /* its standard input is a pipe; else /dev/null */
  bool with_answers;              /* descriptor 3 is a pipe that it writes to */
  bool with_terminal;             /* its standard input is this process's own */
};

/* Our side of a process that was started. Every descriptor is close-on-exec, non-blocking and
 * above 2; the pipes' other ends are the child's alone. */
struct launched {
  pid_t pid;   /* also the number of its process group */
  int input;   /* what is written here is the child's standard input; -1: it has /dev/null */
  int output;  /* the child's standard output */
  int error;   /* the child's standard error */
  int answers; /* what the child writes to its descriptor 3; -1: it has none */
};

/* Closes a descriptor where it is open, and sets it to -1. */
void launched_close(int *fd);

/* Starts the program.
 *
 * The child leads a process group of its own, inherits the working directory and descriptors 0, 1
 * and 2 (and 3) only; its signals are unblocked and have their default action. A file that the
 * kernel cannot execute is an error, never a script for a shell.
 *
 * Returns 0 with *launched filled in, or -1 with the system's reason in *cause (an errno value, the
 * one of execve where that was what failed); then nothing is left behind. */
int32_t launch_program(const struct launch *launch, struct launched *launched, int *cause);

#endif
