/* SPDX-License-Identifier: Apache-2.0 */
#include "files/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* How often a temporary name that is taken is tried anew. */
enum { NAME_TRIES = 100 };

int32_t new_file_open(struct new_file *file, int directory, mode_t mode) {
  static _Thread_local uint64_t chance; /* the name of the file before is free again, mostly */

  file->directory = directory;
  file->fd = -1;
  for (int i = 0; i < NAME_TRIES; i++) {
    if ((i > 0 || chance == 0) && getrandom(&chance, sizeof chance, 0) != (ssize_t)sizeof chance)
      break;
    (void)snprintf(file->temporary, sizeof file->temporary, ".headgate-%016" PRIx64 ".tmp", chance);
    /* O_EXCL follows no link either. */
    file->fd = openat(directory, file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file->fd >= 0)
      return 0;
    if (errno != EEXIST)
      break;
  }
  *file->temporary = '\0';
  return -1;
}

/* RENAME_NOREPLACE keeps a file that came up meanwhile; a file system without it leaves a gap of a
 * few instructions. */
static int32_t rename_new(const struct new_file *file, const char *name) {
  struct stat status;

  if (renameat2(file->directory, file->temporary, file->directory, name, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return -1;
  if (fstatat(file->directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
    errno = EEXIST;
    return -1;
  }
  return renameat(file->directory, file->temporary, file->directory, name);
}

int32_t new_file_place(struct new_file *file, const char *name, bool replaces) {
  int fd = file->fd;

  file->fd = -1;
  if (fd >= 0 && close(fd) < 0)
    return -1;
  if ((replaces ? renameat(file->directory, file->temporary, file->directory, name)
                : rename_new(file, name)) < 0)
    return -1;
  *file->temporary = '\0';
  return 0;
}

void new_file_abandon(struct new_file *file) {
  if (file->fd >= 0)
    (void)close(file->fd);
  file->fd = -1;
  if (*file->temporary)
    (void)unlinkat(file->directory, file->temporary, 0);
  *file->temporary = '\0';
}
