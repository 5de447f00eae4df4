/* SPDX-License-Identifier: Apache-2.0 */
#include "file_text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 64 * 1024 };

enum { LOOK_MS = 100 }; /* from question to question whether the user wants to stop */

/* What a file that is no regular one is called. */
static const struct {
  mode_t type;
  const char *name;
} kinds[] = {
    {S_IFDIR, "a directory"},        {S_IFIFO, "a named pipe"},   {S_IFSOCK, "a socket"},
    {S_IFCHR, "a character device"}, {S_IFBLK, "a block device"},
};

void file_text_init(struct file_text *text) {
  memset(text, 0, sizeof *text);
}

void file_text_finish(struct file_text *text) {
  free(text->data);
  file_text_init(text);
}

__attribute__((format(printf, 3, 4))) static int32_t
set_fault(struct file_fault *fault, const char *rule, const char *format, ...) {
  va_list args;

  fault->rule = rule;
  va_start(args, format);
  (void)vsnprintf(fault->message, sizeof fault->message, format, args);
  va_end(args);
  return 1;
}

static int32_t refuse_type(struct file_fault *fault, mode_t mode) {
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if ((mode & S_IFMT) == kinds[i].type)
      return set_fault(fault, "file-type", "this is %s, not a file", kinds[i].name);
  return set_fault(fault, "file-type", "this is not a regular file");
}

static int32_t refuse_size(struct file_fault *fault) {
  return set_fault(fault, "file-too-large",
                   "the file is larger than %d bytes (3 MiB): split it, or read it from a pipe",
                   FILE_TEXT_MAX);
}

/* Why the file could not be opened. */
static int32_t refuse_open(struct file_fault *fault, int directory, const char *name, int error) {
  struct stat status;

  if (error == ENOENT) {
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode))
      return set_fault(fault, "file-unreadable",
                       "this symbolic link points to a file that does not exist");
    return set_fault(fault, "file-unreadable",
                     "the file has vanished since the directory was listed");
  }
  /* Sockets and devices without a driver do not open. */
  if (error == ENXIO && fstatat(directory, name, &status, 0) == 0 && !S_ISREG(status.st_mode))
    return refuse_type(fault, status.st_mode);
  return set_fault(fault, "file-unreadable", "the file cannot be opened: %s", strerror(error));
}

static int32_t make_room(struct file_text *text, size_t wanted) {
  size_t capacity = text->capacity ? text->capacity : FIRST_CAPACITY;
  char *data;

  if (wanted <= text->capacity)
    return 0;
  while (capacity < wanted)
    capacity *= 2;
  data = realloc(text->data, capacity);
  if (!data)
    return -1;
  text->data = data;
  text->capacity = capacity;
  return 0;
}

/* Reads to the end of the file, which `size` says where to expect. */
static int32_t read_all(struct file_text *text, int descriptor, size_t size,
                        struct file_fault *fault) {
  size_t wanted = size + 1; /* one more, to see the end without asking again */

  text->length = 0;
  for (;;) {
    ssize_t count;

    if (make_room(text, wanted) < 0)
      return -1;
    count = read(descriptor, text->data + text->length, wanted - text->length);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return set_fault(fault, "file-unreadable", "the file cannot be read: %s", strerror(errno));
    text->length += (size_t)count;
    if (count == 0 || text->length == size)
      return 0;
    if (text->length > FILE_TEXT_MAX)
      return refuse_size(fault);
    /* It has grown. */
    if (text->length == wanted)
      wanted = wanted < FILE_TEXT_MAX / 2 ? wanted * 2 : FILE_TEXT_MAX + 1;
  }
}

int32_t file_text_read(struct file_text *text, int directory, const char *name,
                       struct file_fault *fault) {
  int descriptor = openat(directory, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  struct stat status;
  int32_t rc;

  if (descriptor < 0)
    return refuse_open(fault, directory, name, errno);
  if (fstat(descriptor, &status) != 0)
    rc = set_fault(fault, "file-unreadable", "the file cannot be read: %s", strerror(errno));
  else if (!S_ISREG(status.st_mode))
    rc = refuse_type(fault, status.st_mode);
  else if (status.st_size > FILE_TEXT_MAX)
    rc = refuse_size(fault);
  else
    rc = read_all(text, descriptor, (size_t)status.st_size, fault);
  (void)close(descriptor);
  return rc;
}

int32_t file_text_read_stream(struct file_text *text, int descriptor, const struct hg_host *host,
                              struct file_fault *fault) {
  struct pollfd ready = {.fd = descriptor, .events = POLLIN};

  memset(fault, 0, sizeof *fault);
  text->length = 0;
  for (;;) {
    ssize_t count;
    size_t wanted = text->length < FILE_TEXT_STREAM_MAX / 2 ? 2 * text->length + FIRST_CAPACITY
                                                            : FILE_TEXT_STREAM_MAX + 1;

    if (host->cancelled(host))
      return FILE_TEXT_STOPPED;
    if (poll(&ready, 1, LOOK_MS) <= 0)
      continue;
    if (text->length == text->capacity && make_room(text, wanted) < 0)
      return -1;
    count = read(descriptor, text->data + text->length, text->capacity - text->length);
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (count < 0)
      return set_fault(fault, "file-unreadable", "the input cannot be read: %s", strerror(errno));
    text->length += (size_t)count;
    if (count == 0)
      return 0;
    if (text->length > FILE_TEXT_STREAM_MAX) {
      file_text_finish(text);
      return set_fault(fault, "file-too-large",
                       "the input is larger than %d bytes (64 MiB): split it",
                       FILE_TEXT_STREAM_MAX);
    }
  }
}
