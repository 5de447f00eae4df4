/* SPDX-License-Identifier: Apache-2.0 */
#include "files/new_file.h"
#include "files/write_fully.h"
#include "history/history_database.h"
#include "history/history_error.h"
#include "history/history_manifest.h"
#include "memory/no_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* 0: it is read; 1: there is none. */
static int32_t read_key(int directory, const char *name, uint8_t key[HISTORY_KEY_SIZE]) {
  int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  ssize_t length;

  if (fd < 0)
    return errno == ENOENT ? 1 : -1;
  length = read(fd, key, HISTORY_KEY_SIZE);
  (void)close(fd);
  if (length >= 0 && length != HISTORY_KEY_SIZE)
    errno = EBADMSG;
  return length == HISTORY_KEY_SIZE ? 0 : -1;
}

/* Makes one, unless another process is faster. */
static int32_t make_key(int directory, const char *name, uint8_t key[HISTORY_KEY_SIZE]) {
  struct new_file file;
  int32_t result = -1;

  if (getrandom(key, HISTORY_KEY_SIZE, 0) != HISTORY_KEY_SIZE ||
      new_file_open(&file, directory, 0600) < 0)
    return -1;
  /* On disk before its name is: an empty one would stay for ever. */
  if (write_fully(file.fd, (const char *)key, HISTORY_KEY_SIZE, NULL) == 0 && fsync(file.fd) == 0)
    result = new_file_place(&file, name, false);
  if (result < 0 && errno == EEXIST)
    result = read_key(directory, name, key) == 0 ? 0 : -1;
  new_file_abandon(&file);
  return result;
}

int32_t history_read_key(const struct history *history, uint8_t key[HISTORY_KEY_SIZE],
                         struct hg_error *err) {
  char *path = sqlite3_mprintf("%s-key", sqlite3_db_filename(history->db, "main"));
  char *slash = path ? strrchr(path, '/') : NULL;
  int32_t found = -1;
  int directory;

  if (!path)
    return no_memory(err);
  if (slash)
    *slash = '\0';
  directory = open(!slash ? "." : *path ? path : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    const char *name = slash ? slash + 1 : path;

    found = read_key(directory, name, key);
    if (found > 0)
      found = make_key(directory, name, key);
  }
  if (found < 0)
    (void)history_refuse(
        history, HG_ERROR_IO, err,
        "the key of its hidden values, in the file with its name and \"-key\" after "
        "it, cannot be read or made: %s",
        strerror(errno));
  if (directory >= 0)
    (void)close(directory);
  sqlite3_free(path);
  return found;
}
