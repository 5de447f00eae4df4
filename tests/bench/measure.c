/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a command and prints what it cost, on one line of standard output:
 *
 *   EXIT-CODE WALL-SECONDS PROCESSOR-SECONDS PEAK-KIB
 *
 *   measure COMMAND [ARGUMENT]...
 *
 * A program of its own because a child's peak memory starts from its parent's, and an interpreter's
 * is larger than what is measured. The command's standard output goes to /dev/null, as does its
 * standard error.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_now(void) {
  struct timespec now;

  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_of(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void run(char **argv) {
  int null = open("/dev/null", O_RDWR);

  if (null >= 0 && dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0)
    (void)execvp(argv[0], argv);
  _exit(127);
}

int main(int argc, char **argv) {
  struct rusage usage;
  double start;
  int status;
  pid_t child;

  if (argc < 2)
    return 2;
  start = seconds_now();
  child = fork();
  if (child == 0)
    run(argv + 1);
  if (child < 0 || wait4(child, &status, 0, &usage) != child)
    return 1;
  printf("%d %.6f %.6f %ld\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
         seconds_now() - start, seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
         usage.ru_maxrss);
  return 0;
}
