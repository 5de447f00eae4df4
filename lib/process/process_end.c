/* SPDX-License-Identifier: Apache-2.0 */
#include "process/process_end.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

bool process_has_ended(pid_t pid, bool wait, enum process_ending *ending, int *status) {
  siginfo_t info;
  int result;

  memset(&info, 0, sizeof info);
  do
    result = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | (wait ? 0 : WNOHANG));
  while (result != 0 && errno == EINTR);
  if (result == 0 && info.si_pid == 0)
    return false;
  *ending = result != 0                  ? PROCESS_LOST
            : info.si_code == CLD_EXITED ? PROCESS_EXITED
                                         : PROCESS_SIGNALED;
  *status = result != 0 ? 0 : info.si_status;
  return true;
}

void process_usage(pid_t pid, struct rusage *usage) {
  siginfo_t info;

  /* The C library's waitid leaves the last parameter out. */
  memset(usage, 0, sizeof *usage);
  if (syscall(SYS_waitid, P_PID, pid, &info, WEXITED | WNOWAIT | WNOHANG, usage) != 0)
    memset(usage, 0, sizeof *usage);
}

void process_terminate(pid_t pid) {
  (void)kill(-pid, SIGTERM);
  /* A stopped process (one that wanted to read from the terminal) must run to obey. */
  (void)kill(-pid, SIGCONT);
}

void process_kill(pid_t pid) {
  (void)kill(-pid, SIGKILL);
  (void)kill(pid, SIGKILL); /* it may have gone to another group */
}

void process_reap(pid_t pid, enum process_ending ending) {
  pid_t reaped;

  if (ending == PROCESS_LOST)
    return;
  (void)kill(-pid, SIGKILL);
  do
    reaped = waitpid(pid, NULL, 0);
  while (reaped < 0 && errno == EINTR);
}

int process_descriptor(pid_t pid) {
  return (int)syscall(SYS_pidfd_open, pid, 0);
}
