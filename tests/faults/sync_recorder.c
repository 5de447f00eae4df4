/* SPDX-License-Identifier: Apache-2.0 */
/* Put before a program with LD_PRELOAD, it writes what the program syncs to the file that
 * SYNC_RECORDER_LOG names: a path a line.
 *
 * Thread: any. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static void record(int file) {
  const char *log_path = getenv("SYNC_RECORDER_LOG");
  char link[64];
  char path[4096];
  ssize_t length;
  int log;

  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  length = readlink(link, path, sizeof path - 1);
  log = log_path ? open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
  if (length > 0 && log >= 0) {
    path[length] = '\n';
    (void)!write(log, path, (size_t)length + 1);
  }
  if (log >= 0)
    (void)close(log);
}

EXPORT int fsync(int file) {
  record(file);
  return (int)syscall(SYS_fsync, file);
}

EXPORT int fdatasync(int file) {
  record(file);
  return (int)syscall(SYS_fdatasync, file);
}
