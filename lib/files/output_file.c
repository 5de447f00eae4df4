/* SPDX-License-Identifier: Apache-2.0 */
#include "files/output_file.h"

#include "text/text_buffer.h"
#include "text/workflow_commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *shown_name(const struct output_file *file) {
  return file->name ? file->name : "standard output";
}

static int32_t system_error(const struct output_file *file, struct hg_error *err) {
  return hg_error_set(err, errno == EPIPE ? HG_ERROR_CANCELLED : HG_ERROR_IO, "%.180s: %s",
                      shown_name(file), strerror(errno));
}

/* Makes the temporary file beside the final one, so that the rename stays within a file system. */
static int32_t open_temporary(struct output_file *file, mode_t mode, struct hg_error *err) {
  const char *slash = strrchr(file->path, '/');
  struct text_buffer name;
  int tries;

  text_buffer_init(&name);
  for (tries = 0; tries < 100 && file->fd < 0; tries++) {
    text_buffer_reset(&name);
    text_buffer_append(&name, file->path, slash ? (size_t)(slash - file->path) + 1 : 0);
    text_buffer_printf(&name, ".%s.%ld-%d.tmp", slash ? slash + 1 : file->path, (long)getpid(),
                       tries);
    if (name.failed)
      break;
    file->fd =
        open(name.data, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, mode);
    if (file->fd < 0 && errno != EEXIST)
      break;
  }
  if (file->fd < 0) {
    (void)system_error(file, err);
    text_buffer_finish(&name);
    return -1;
  }
  file->temporary = name.data; /* handed over */
  return 0;
}

/* `path`, whatever the working directory will be when the file is complete. NULL: no memory. */
static char *absolute_path(const char *path) {
  char *here = *path == '/' ? NULL : getcwd(NULL, 0);
  struct text_buffer text;

  text_buffer_init(&text);
  if (here)
    text_buffer_printf(&text, "%s/", here);
  text_buffer_append_string(&text, path);
  free(here);
  if (text.failed) {
    text_buffer_finish(&text);
    return NULL;
  }
  return text.data;
}

int32_t output_file_open(struct output_file *file, const char *path, struct hg_error *err) {
  struct stat status;
  char *target;

  file->fd = -1;
  file->name = path;
  file->path = NULL;
  file->temporary = NULL;
  file->filled = 0;
  file->is_guarded = !path && workflow_commands_are_obeyed();
  file->hashes = 0;
  if (!path) {
    file->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    return file->fd < 0 ? system_error(file, err) : 0;
  }
  target = realpath(path, NULL);
  file->path = target ? target : absolute_path(path);
  if (!file->path)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  if (!target)
    return open_temporary(file, 0666, err);
  if (stat(target, &status) == 0 && S_ISREG(status.st_mode))
    return open_temporary(file, status.st_mode & 0777, err);
  file->fd = open(target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  return file->fd < 0 ? system_error(file, err) : 0;
}

static int32_t write_all(struct output_file *file, const char *data, uint64_t length,
                         struct hg_error *err) {
  while (length > 0) {
    size_t most = length > (1u << 30) ? 1u << 30 : (size_t)length;
    ssize_t written = write(file->fd, data, most);

    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return system_error(file, err);
    data += written;
    length -= (uint64_t)written;
  }
  return 0;
}

int32_t output_file_flush(struct output_file *file, struct hg_error *err) {
  size_t filled = file->filled;

  file->filled = 0;
  return write_all(file, file->buffer, filled, err);
}

static int32_t write_buffered(struct output_file *file, const char *data, uint64_t length,
                              struct hg_error *err) {
  if (length > sizeof file->buffer - file->filled && output_file_flush(file, err) < 0)
    return -1;
  if (length > sizeof file->buffer)
    return write_all(file, data, length, err);
  memcpy(file->buffer + file->filled, data, (size_t)length);
  file->filled += (size_t)length;
  return 0;
}

int32_t output_file_write(struct output_file *file, const char *data, uint64_t length,
                          struct hg_error *err) {
  struct text_buffer harmless;
  int32_t result;

  if (!file->is_guarded)
    return write_buffered(file, data, length, err);
  text_buffer_init(&harmless);
  workflow_commands_break(&harmless, data, (size_t)length, &file->hashes);
  result = harmless.failed
               ? hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory")
               : write_buffered(file, text_buffer_string(&harmless), harmless.length, err);
  text_buffer_finish(&harmless);
  return result;
}

int32_t output_file_commit(struct output_file *file, struct hg_error *err) {
  int32_t result = output_file_flush(file, err);

  if (file->fd >= 0 && close(file->fd) < 0 && result == 0)
    result = system_error(file, err);
  file->fd = -1;
  if (result == 0 && file->temporary && rename(file->temporary, file->path) < 0)
    result = system_error(file, err);
  if (result == 0) {
    free(file->temporary);
    file->temporary = NULL;
  }
  output_file_abandon(file);
  return result;
}

void output_file_abandon(struct output_file *file) {
  if (file->fd >= 0)
    (void)close(file->fd);
  file->fd = -1;
  if (file->temporary)
    (void)unlink(file->temporary);
  free(file->temporary);
  free(file->path);
  file->temporary = NULL;
  file->path = NULL;
}
