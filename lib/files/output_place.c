/* SPDX-License-Identifier: Apache-2.0 */
#include "files/output_place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { MOST_LINKS = 40 }; /* as the kernel has it */

static int32_t fail(int number) {
  errno = number;
  return -1;
}

/* Opens the directory of `path`, seen from place->directory, and keeps the name behind it. */
static int32_t enter(struct output_place *place, const char *path) {
  const char *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  char *parent = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
  int before = place->directory;
  int number;

  if (!parent)
    return fail(ENOMEM);
  place->directory =
      openat(before < 0 ? AT_FDCWD : before, parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
  number = errno;
  free(parent);
  if (before >= 0)
    (void)close(before);
  if (place->directory < 0)
    return fail(number);
  if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
    return fail(EISDIR);
  free(place->name);
  place->name = strdup(name);
  return place->name ? 0 : fail(ENOMEM);
}

/* The number of one of the process's own descriptors; -1: it is none. */
static int own_descriptor(const struct output_place *place) {
  struct stat directory;
  struct stat own;
  char *end;
  long number = strtol(place->name, &end, 10);

  if (fstat(place->directory, &directory) < 0 || stat("/proc/self/fd", &own) < 0 ||
      directory.st_dev != own.st_dev || directory.st_ino != own.st_ino || *end || number < 0 ||
      number > INT_MAX)
    return -1;
  return (int)number;
}

/* Those that Headgate opened itself close when a program is started: nobody may write there. */
static int32_t take_descriptor(struct output_place *place, int number) {
  int flags = fcntl(number, F_GETFD);
  int mode = fcntl(number, F_GETFL);

  if (flags < 0 || (flags & FD_CLOEXEC) || (mode & O_ACCMODE) == O_RDONLY)
    return fail(EBADF);
  place->stream = fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  return place->stream < 0 ? -1 : 0;
}

/* The path that the link `name` holds, which the caller frees. NULL: errno. */
static char *follow(const struct output_place *place) {
  char target[PATH_MAX];
  struct stat directory;
  ssize_t length;

  if (fstat(place->directory, &directory) < 0)
    return NULL;
  if ((directory.st_mode & S_ISVTX) && (directory.st_mode & S_IWOTH) &&
      place->status.st_uid != geteuid() && place->status.st_uid != directory.st_uid) {
    errno = EACCES;
    return NULL;
  }
  length = readlinkat(place->directory, place->name, target, sizeof target);
  if (length >= (ssize_t)sizeof target)
    errno = ENAMETOOLONG;
  return length < 0 || length >= (ssize_t)sizeof target ? NULL : strndup(target, (size_t)length);
}

static bool is_in_proc(const struct output_place *place) {
  struct statfs system;

  return fstatfs(place->directory, &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
}

int32_t output_place_find(struct output_place *place, const char *path) {
  char *target = NULL;

  memset(place, 0, sizeof *place);
  place->directory = place->stream = -1;
  for (int links = 0; links <= MOST_LINKS; links++) {
    int32_t result = enter(place, target ? target : path);
    bool is_final = result == 0 && is_in_proc(place);

    free(target);
    if (result < 0)
      return -1;
    if (is_final && own_descriptor(place) >= 0)
      return take_descriptor(place, own_descriptor(place));
    if (fstatat(place->directory, place->name, &place->status, is_final ? 0 : AT_SYMLINK_NOFOLLOW) <
        0) {
      place->is_replaced = !is_final;
      return errno == ENOENT && !is_final ? 0 : -1;
    }
    if (is_final || !S_ISLNK(place->status.st_mode)) {
      place->is_there = true;
      place->is_replaced = S_ISREG(place->status.st_mode) && !is_final;
      return S_ISDIR(place->status.st_mode) ? fail(EISDIR) : 0;
    }
    target = follow(place);
    if (!target)
      return -1;
  }
  free(target);
  return fail(ELOOP);
}

int output_place_open(struct output_place *place) {
  int fd = place->stream;

  if (fd < 0)
    return openat(place->directory, place->name,
                  O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  place->stream = -1;
  return fd;
}

void output_place_finish(struct output_place *place) {
  if (place->directory >= 0)
    (void)close(place->directory);
  if (place->stream >= 0)
    (void)close(place->stream);
  free(place->name);
  place->name = NULL;
  place->directory = place->stream = -1;
}
