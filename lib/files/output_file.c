/* SPDX-License-Identifier: Apache-2.0 */
#include "files/output_file.h"

#include "memory/no_memory.h"
#include "text/text_buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int32_t system_error(const struct output_file *file, struct hg_error *err) {
  const char *name = file->is_standard ? "standard output" : file->name;
  int32_t code = errno == EPIPE || errno == ECANCELED ? HG_ERROR_CANCELLED : HG_ERROR_IO;

  if (errno == ECANCELED)
    return hg_error_set(err, code, "%.720s: nobody read it until you asked to stop", name);
  if (errno == EBADF)
    return hg_error_set(err, code, "%.720s: is not open for writing", name);
  if (errno == EMEDIUMTYPE)
    return hg_error_set(err, code, "%.720s: is a socket", name);
  return hg_error_set(err, code, "%.720s: %s", name, strerror(errno));
}

/* Its place is found: opens what is there, waiting for the reader of a FIFO. */
static int32_t open_stream(struct output_file *file) {
  int64_t waited_ms = 0;

  while ((file->fd = output_place_open(&file->place)) < 0) {
    if (S_ISSOCK(file->place.status.st_mode))
      errno = EMEDIUMTYPE;
    if (errno != ENXIO || !S_ISFIFO(file->place.status.st_mode))
      return -1;
    if (write_wait(-1, &file->manner.patience, &waited_ms) < 0)
      return -1;
  }
  return 0;
}

/* Makes the file that will replace the one at its place. Who may not write to a file may not
 * replace it either. */
static int32_t open_replacement(struct output_file *file) {
  const struct output_place *place = &file->place;
  mode_t mode = place->is_there ? place->status.st_mode & 0777 : file->manner.mode;

  if (place->is_there && faccessat(place->directory, place->name, W_OK, AT_EACCESS) < 0)
    return -1;
  if (new_file_open(&file->file, place->directory, place->is_there ? 0600 : mode) < 0)
    return -1;
  file->fd = file->file.fd;
  if (!place->is_there)
    return 0;
  /* Whose it is can be kept by root only, and need not be. */
  if (fchown(file->fd, place->status.st_uid, place->status.st_gid) < 0 &&
      fchown(file->fd, (uid_t)-1, place->status.st_gid) < 0)
    mode &= ~(mode_t)070;
  return fchmod(file->fd, mode);
}

/* Whether it can be written to is known now, before a run begins. */
static int32_t open_standard(struct output_file *file) {
  int mode = fcntl(STDOUT_FILENO, F_GETFL);

  if (mode >= 0 && (mode & O_ACCMODE) == O_RDONLY)
    errno = EBADF;
  if (mode < 0 || (mode & O_ACCMODE) == O_RDONLY)
    return -1;
  file->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  return file->fd < 0 ? -1 : 0;
}

static int32_t open_place(struct output_file *file) {
  return file->place.is_replaced ? open_replacement(file) : open_stream(file);
}

int32_t output_file_open(struct output_file *file, const char *path,
                         const struct output_manner *manner, struct hg_error *err) {
  struct stat status;

  memset(file, 0, offsetof(struct output_file, buffer));
  file->manner = *manner;
  file->name = path;
  file->is_standard = !path || strcmp(path, "-") == 0;
  file->fd = file->file.fd = -1;
  file->place.directory = file->place.stream = -1;
  if ((file->is_standard ? open_standard(file) : output_place_find(&file->place, path)) < 0)
    return system_error(file, err);
  if (manner->taken &&
      taken_places_add(manner->taken, &file->place, path, "written by this run already", err) < 0)
    return -1;
  if (!file->is_standard && open_place(file) < 0)
    return system_error(file, err);
  file->is_stream = fstat(file->fd, &status) < 0 || !S_ISREG(status.st_mode);
  file->is_guarded =
      !file->place.is_replaced && !manner->has_commands && workflow_commands_are_obeyed();
  return 0;
}

static int32_t write_all(struct output_file *file, const char *data, uint64_t length,
                         struct hg_error *err) {
  return write_fully(file->fd, data, length, file->is_stream ? &file->manner.patience : NULL) < 0
             ? system_error(file, err)
             : 0;
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
  workflow_commands_break(&harmless, data, (size_t)length, &file->text);
  result = harmless.failed
               ? no_memory(err)
               : write_buffered(file, text_buffer_string(&harmless), harmless.length, err);
  text_buffer_finish(&harmless);
  return result;
}

/* What came up meanwhile is replaced too, if it is a file. */
static int32_t place_file(struct output_file *file) {
  const struct output_place *place = &file->place;
  struct stat status;

  if (!place->is_there && new_file_place(&file->file, place->name, false) == 0)
    return 0;
  if (!place->is_there && errno != EEXIST)
    return -1;
  if (fstatat(place->directory, place->name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      !S_ISREG(status.st_mode)) {
    errno = EEXIST;
    return -1;
  }
  return new_file_place(&file->file, place->name, true);
}

int32_t output_file_commit(struct output_file *file, struct hg_error *err) {
  int32_t result = output_file_flush(file, err);

  if (result == 0 && file->place.is_replaced) {
    file->fd = -1; /* placing closes it */
    if (place_file(file) < 0)
      result = system_error(file, err);
  } else if (result == 0 && file->fd >= 0) {
    if (close(file->fd) < 0)
      result = system_error(file, err);
    file->fd = -1;
  }
  output_file_abandon(file);
  return result;
}

void output_file_abandon(struct output_file *file) {
  if (file->file.fd >= 0)
    file->fd = -1; /* abandoning the file closes it */
  if (file->fd >= 0)
    (void)close(file->fd);
  file->fd = -1;
  new_file_abandon(&file->file);
  output_place_finish(&file->place);
}
