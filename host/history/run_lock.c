/* SPDX-License-Identifier: Apache-2.0 */
#include "history/run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *run_lock_path(const char *database) {
  static const char suffix[] = "-runs";
  size_t length = strlen(database);
  char *path = malloc(length + sizeof suffix);

  if (path) {
    memcpy(path, database, length);
    memcpy(path + length, suffix, sizeof suffix);
  }
  return path;
}

int run_lock_open(const char *path, bool may_create) {
  int flags = may_create ? O_RDWR | O_CREAT : O_RDONLY;

  return open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
}

static int request(int file, int command, short type, int64_t run_id, struct flock *lock) {
  memset(lock, 0, sizeof *lock);
  lock->l_type = type;
  lock->l_whence = SEEK_SET;
  lock->l_start = (off_t)run_id;
  lock->l_len = 1;
  return fcntl(file, command, lock);
}

int run_lock_take(int file, int64_t run_id) {
  struct flock lock;
  int result = request(file, F_OFD_SETLK, F_WRLCK, run_id, &lock);

  if (result < 0 && errno == EACCES)
    errno = EAGAIN;
  return result;
}

void run_lock_drop(int file, int64_t run_id) {
  struct flock lock;

  (void)request(file, F_OFD_SETLK, F_UNLCK, run_id, &lock);
}

bool run_lock_is_held(int file, int64_t run_id) {
  struct flock lock;

  return request(file, F_OFD_GETLK, F_WRLCK, run_id, &lock) < 0 || lock.l_type != F_UNLCK;
}
