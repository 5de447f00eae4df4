/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_directory.h"

#include "history/history_error.h"
#include "memory/no_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "HDGT", as in schemas/history/0001-initial.sql. */
enum { APPLICATION_ID = 0x48444754 };

/* https://www.sqlite.org/fileformat.html#the_database_header */
enum { HEADER_SIZE = 100, APPLICATION_ID_OFFSET = 68 };
static const char header_magic[16] = "SQLite format 3";

/* A new directory lasts once the one above it is on disk. */
static void sync_directory(const char *path) {
  int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (directory < 0)
    return;
  (void)fsync(directory);
  (void)close(directory);
}

/* Makes one directory of `path`, which ends before `end`. */
static int32_t make_directory(const struct history *history, char *path, char *end,
                              struct hg_error *err) {
  int32_t result = 0;
  char *above;

  *end = '\0';
  if (mkdir(path, 0700) == 0) {
    above = strrchr(path, '/');
    if (above && above != path) {
      *above = '\0';
      sync_directory(path);
      *above = '/';
    }
  } else if (errno != EEXIST) {
    result = history_refuse(history, HG_ERROR_IO, err, "its directory cannot be made: %s",
                            strerror(errno));
  }
  *end = '/';
  return result;
}

static int32_t make_directories(const struct history *history, const char *path,
                                struct hg_error *err) {
  struct stat status;
  char *copy = strdup(path);
  char *last;
  int32_t result = 0;

  if (!copy)
    return no_memory(err);
  last = strrchr(copy, '/');
  if (last && last != copy) {
    *last = '\0';
    if (stat(copy, &status) == 0 && S_ISDIR(status.st_mode))
      last = NULL;
    else
      *last = '/';
  }
  for (char *slash = last ? strchr(copy + 1, '/') : NULL; slash && result == 0;
       slash = strchr(slash + 1, '/'))
    result = make_directory(history, copy, slash, err);
  free(copy);
  return result;
}

int32_t history_make_file(const struct history *history, const char *path, struct hg_error *err) {
  struct stat status;
  int file;

  if (stat(path, &status) == 0)
    return 0;
  if (make_directories(history, path, err) < 0)
    return -1;
  file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
  if (file >= 0)
    (void)close(file);
  else if (errno != EEXIST)
    return history_refuse(history, HG_ERROR_IO, err, "cannot be made: %s", strerror(errno));
  return 0;
}

/* Reads the header through SQLite's own file functions: POSIX locks go when any descriptor of the
 * file is closed, and these know of the locks that another connection of this process holds. */
static int read_header(const char *path, unsigned char header[HEADER_SIZE]) {
  sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
  sqlite3_file *file = calloc(1, (size_t)vfs->szOsFile);
  sqlite3_filename name = sqlite3_create_filename(path, "", "", 0, NULL);
  int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
  int code = SQLITE_NOMEM;

  if (file && name)
    code = vfs->xOpen(vfs, name, file, flags, &flags);
  if (code == SQLITE_OK)
    code = file->pMethods->xRead(file, header, HEADER_SIZE, 0);
  if (file && file->pMethods)
    (void)file->pMethods->xClose(file);
  sqlite3_free_filename(name);
  free(file);
  return code;
}

int32_t history_check_file(const struct history *history, const char *path, bool *is_empty,
                           struct hg_error *err) {
  unsigned char header[HEADER_SIZE] = {0};
  const unsigned char *id = header + APPLICATION_ID_OFFSET;
  uint32_t application_id;
  struct stat status;
  int code;

  if (stat(path, &status) < 0)
    return errno == ENOENT ? history_refuse(history, HG_ERROR_NOT_FOUND, err,
                                            "does not exist: no run has been recorded there")
                           : history_refuse(history, HG_ERROR_IO, err, "%s", strerror(errno));
  if (S_ISDIR(status.st_mode))
    return history_refuse(history, HG_ERROR_INVALID, err,
                          "is a directory: name a file with --history");
  if (!S_ISREG(status.st_mode))
    return history_refuse(history, HG_ERROR_INVALID, err,
                          "is not a file: name another one with --history");
  *is_empty = status.st_size == 0;
  if (*is_empty)
    return 0;
  code = read_header(path, header);
  if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ)
    return access(path, R_OK) < 0
               ? history_refuse(history, HG_ERROR_IO, err,
                                "cannot be read: %s: name another file with --history",
                                strerror(errno))
               : history_fail(history, code, err);
  if (memcmp(header, header_magic, sizeof header_magic) != 0)
    return history_fail(history, SQLITE_NOTADB, err);
  application_id =
      (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | (uint32_t)id[3];
  if (application_id != APPLICATION_ID)
    return history_refuse(history, HG_ERROR_INVALID, err,
                          "is a database of another program, and stays as it is: name another file "
                          "with --history");
  return 0;
}
