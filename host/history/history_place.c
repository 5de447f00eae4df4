/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_place.h"

#include "history/history_database.h"
#include "history/history_error.h"

#include <stdio.h>
#include <string.h>

/* The file named as the database with `suffix` after it; st_ino 0: there is none. */
static void look(const struct history *history, const char *suffix, struct stat *status) {
  const char *database = sqlite3_db_filename(history->db, "main");
  char *path = sqlite3_mprintf("%s%s", database ? database : "", suffix);

  if (!path || stat(path, status) < 0)
    memset(status, 0, sizeof *status);
  sqlite3_free(path);
}

void history_place_note(struct history *history) {
  look(history, "", &history->place.database);
  look(history, "-wal", &history->place.write_ahead_log);
  look(history, "-shm", &history->place.shared_memory);
}

static int32_t check_beside(const struct history *history, const char *suffix,
                            const struct stat *noted, struct hg_error *err) {
  struct stat found;

  if (noted->st_ino == 0)
    return 0;
  look(history, suffix, &found);
  if (found.st_ino == noted->st_ino && found.st_dev == noted->st_dev)
    return 0;
  return history_refuse(history, HG_ERROR_IO, err,
                        "the file with its name and \"%s\" after it was removed, moved or replaced "
                        "while Headgate wrote to it: nothing more can be recorded",
                        suffix);
}

int32_t history_place_check(const struct history *history, struct hg_error *err) {
  struct stat database;
  struct stat locks;
  int has_moved = 0;

  if (sqlite3_file_control(history->db, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) == SQLITE_OK &&
      has_moved)
    return history_refuse(history, HG_ERROR_IO, err,
                          "was removed, moved or replaced while Headgate wrote to it: nothing more "
                          "can be recorded");
  look(history, "", &database);
  if (database.st_size == 0 && history->place.database.st_size > 0)
    return history_refuse(history, HG_ERROR_IO, err,
                          "was emptied while Headgate wrote to it: nothing more can be recorded");
  if (check_beside(history, "-wal", &history->place.write_ahead_log, err) < 0 ||
      check_beside(history, "-shm", &history->place.shared_memory, err) < 0)
    return -1;
  /* Without it another Headgate would take this run for dead, and go on with it. */
  if (history->lock_file < 0 || fstat(history->lock_file, &locks) < 0)
    return 0;
  return check_beside(history, "-runs", &locks, err);
}
