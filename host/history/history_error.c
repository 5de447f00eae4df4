/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_error.h"

#include "history/history_database.h"
#include "text/shown_text.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

/* Bytes of a path in a message; the message holds 1,023 and has more to say. */
enum { MOST_OF_A_PATH = 440 };

static const struct {
  int sqlite_code; /* an extended or a primary one */
  int32_t code;
  const char *reason;
} reasons[] = {
    {SQLITE_READONLY_ROLLBACK, HG_ERROR_IO,
     "a process died while it made the file: the next run that is recorded mends it"},
    {SQLITE_BUSY, HG_ERROR_IO, "another process keeps it locked: let that one end, then try again"},
    {SQLITE_LOCKED, HG_ERROR_IO,
     "another process keeps it locked: let that one end, then try again"},
    {SQLITE_FULL, HG_ERROR_IO,
     "the disk is full: free some space, or name another file with --history"},
    {SQLITE_CORRUPT, HG_ERROR_INVALID,
     "the file is damaged: move it away to begin a new one (sqlite3 FILE .recover may save it)"},
    {SQLITE_NOTADB, HG_ERROR_INVALID,
     "not an SQLite database: name another file with --history, or move this one away"},
    {SQLITE_READONLY, HG_ERROR_IO,
     "must not be written: check the permissions of the file and of its directory"},
    {SQLITE_INTERRUPT, HG_ERROR_CANCELLED, "stopped by the user before it had answered"},
    {SQLITE_NOMEM, HG_ERROR_NO_MEMORY, "out of memory"},
};

char *history_shown_path(const char *path) {
  struct text_buffer shown;

  text_buffer_init(&shown);
  shown_path_append(&shown, path, MOST_OF_A_PATH);
  if (shown.failed) {
    text_buffer_finish(&shown);
    shown.data = NULL;
  }
  return shown.data;
}

int32_t history_fail(const struct history *history, int sqlite_code, struct hg_error *err) {
  const char *path = history->shown_path ? history->shown_path : "history";
  int system = errno; /* SQLite keeps it only where a file could not be opened */
  int primary = sqlite_code & 0xff;

  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
    if (reasons[i].sqlite_code == sqlite_code || reasons[i].sqlite_code == primary)
      return hg_error_set(err, reasons[i].code, "%s: %s", path, reasons[i].reason);
  if (primary == SQLITE_CANTOPEN && history->db && sqlite3_system_errno(history->db) != 0)
    system = sqlite3_system_errno(history->db);
  if ((primary == SQLITE_CANTOPEN || primary == SQLITE_IOERR) && system != 0)
    return hg_error_set(err, HG_ERROR_IO, "%s: cannot be %s: %s", path,
                        primary == SQLITE_IOERR ? "read or written" : "opened", strerror(system));
  return hg_error_set(err, HG_ERROR_FAILED, "%s: %.480s", path,
                      history->db ? sqlite3_errmsg(history->db) : sqlite3_errstr(sqlite_code));
}

int32_t history_refuse(const struct history *history, int32_t code, struct hg_error *err,
                       const char *format, ...) {
  const char *path = history->shown_path ? history->shown_path : "history";
  char reason[800];
  va_list args;

  va_start(args, format);
  (void)vsnprintf(reason, sizeof reason, format, args);
  va_end(args);
  return hg_error_set(err, code, "%s: %s", path, reason);
}
