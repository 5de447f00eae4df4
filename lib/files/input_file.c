/* SPDX-License-Identifier: Apache-2.0 */
#include "files/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads until the end or `size` bytes, of which the last one should not be there: a read that finds
 * all others without it has seen the end. Returns how many, -1 with errno set. */
static ssize_t read_fully(int fd, char *buffer, size_t size) {
  size_t filled = 0;

  for (;;) {
    ssize_t count = read(fd, buffer + filled, size - filled);

    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return -1;
    filled += (size_t)count;
    if (count == 0 || filled + 1 >= size)
      return (ssize_t)filled;
  }
}

int32_t input_file_read(const char *path, size_t most, char **bytes, size_t *length,
                        struct hg_error *err) {
  struct stat status;
  char *buffer = NULL;
  size_t size;
  ssize_t count;
  int32_t result = -1;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    return hg_error_set(err, errno == ENOENT || errno == ENOTDIR ? HG_ERROR_NOT_FOUND : HG_ERROR_IO,
                        "%.720s: %s", path, strerror(errno));
  if (fstat(fd, &status) < 0) {
    (void)hg_error_set(err, HG_ERROR_IO, "%.720s: %s", path, strerror(errno));
    goto out;
  }
  if (!S_ISREG(status.st_mode)) {
    (void)hg_error_set(err, HG_ERROR_IO, "%.720s: not a regular file", path);
    goto out;
  }
  if ((uint64_t)status.st_size > most) {
    (void)hg_error_set(err, HG_ERROR_LIMIT, "%.720s: larger than %zu bytes", path, most);
    goto out;
  }
  size = (size_t)status.st_size + 1; /* one byte more than it should hold shows that it grew */
  buffer = malloc(size);
  if (!buffer) {
    (void)hg_error_set(err, HG_ERROR_NO_MEMORY, "%.720s: out of memory", path);
    goto out;
  }
  count = read_fully(fd, buffer, size);
  if (count < 0) {
    (void)hg_error_set(err, HG_ERROR_IO, "%.720s: %s", path, strerror(errno));
    goto out;
  }
  if ((size_t)count == size) {
    (void)hg_error_set(err, HG_ERROR_IO, "%.720s: changed while it was read", path);
    goto out;
  }
  buffer[count] = '\0';
  *bytes = buffer;
  *length = (size_t)count;
  buffer = NULL;
  result = 0;
out:
  free(buffer);
  (void)close(fd);
  return result;
}
