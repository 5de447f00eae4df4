/* SPDX-License-Identifier: Apache-2.0 */
#include "reporters/reporter_program.h"

#include "memory/no_memory.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SELF "/proc/self/exe"

const char *reporter_program_self(struct arena *arena, struct hg_error *err) {
  char path[4096];
  ssize_t length = readlink(SELF, path, sizeof path - 1);
  const char *self = SELF;

  if (length < 0) {
    (void)hg_error_set(err, HG_ERROR_IO, SELF ": %s", strerror(errno));
    return NULL;
  }
  path[length] = '\0';
  /* A link to a file that has no name any more still opens it. */
  if ((size_t)length < sizeof path - 1 && access(path, X_OK) == 0)
    self = path;
  self = arena_copy(arena, self, strlen(self));
  if (!self)
    (void)no_memory(err);
  return self;
}

int32_t reporter_program_check(const char *path, struct hg_error *err) {
  struct stat status;

  if (*path != '/')
    return hg_error_set(err, HG_ERROR_INVALID,
                        "--reporter exec:%.400s: a program is named by its absolute path", path);
  if (stat(path, &status) < 0)
    return hg_error_set(err, HG_ERROR_IO, "reporter %.720s: %s", path, strerror(errno));
  if (!S_ISREG(status.st_mode) || access(path, X_OK) < 0)
    return hg_error_set(err, HG_ERROR_INVALID, "reporter %.720s: is no program", path);
  if (status.st_uid != 0 && status.st_uid != geteuid())
    return hg_error_set(err, HG_ERROR_INVALID,
                        "reporter %.640s: belongs to user %u, not to you or root", path,
                        (unsigned)status.st_uid);
  if (status.st_mode & (S_IWGRP | S_IWOTH))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "reporter %.640s: is writable by group or others: chmod go-w it", path);
  return 0;
}

const char *const *reporter_program_environment(struct arena *arena) {
  size_t count = 0;
  size_t kept = 0;
  const char **copy;

  while (environ[count])
    count++;
  copy = arena_alloc(arena, (count + 1) * sizeof *copy);
  if (!copy)
    return NULL;
  for (size_t i = 0; i < count; i++)
    if (strncmp(environ[i], "KUBECONFIG=", 11) != 0)
      copy[kept++] = environ[i];
  copy[kept] = NULL;
  return copy;
}
