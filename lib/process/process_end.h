/* SPDX-License-Identifier: Apache-2.0 */
/* How a child process ends: by itself, when it is told to, or when it is made to. Each child leads
 * a process group of its own (launch.h), and what it started is ended with it. */
#ifndef LIB_PROCESS_PROCESS_END_H
#define LIB_PROCESS_PROCESS_END_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

enum process_ending {
  PROCESS_EXITED,   /* `status` is its exit status */
  PROCESS_SIGNALED, /* `status` is the signal */
  PROCESS_LOST,     /* the system did not say: SIGCHLD is ignored in this process */
};

/* Looks whether the child has ended, and leaves it unreaped: as long as it is, its number, which is
 * also its group's, cannot become another's. With `wait`, waits for it. True: *ending and *status
 * are set. */
bool process_has_ended(pid_t pid, bool wait, enum process_ending *ending, int *status);

/* What a child that has ended, and was not reaped, has used, with those of its own children that it
 * has waited for. All zero where the system does not say. */
void process_usage(pid_t pid, struct rusage *usage);

/* Asks the child and its group to end (SIGTERM). One that is stopped is woken, so that it can. */
void process_terminate(pid_t pid);

/* Ends the child, wherever it went, and its group (SIGKILL). */
void process_kill(pid_t pid);

/* Ends what is left of the group of a child that has ended, and reaps the child. A lost child was
 * reaped by the kernel: its number may be another's by now and gets no signal. */
void process_reap(pid_t pid, enum process_ending ending);

/* A descriptor that is readable once the child has ended; -1 where there is none: a kernel before
 * 5.3, or no descriptor left. The child must not have been reaped. */
int process_descriptor(pid_t pid);

#endif
