/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_schema.h"

#include "history/history_database.h"
#include "history/history_error.h"

#include <string.h>

/* Neither has a NULL. The blanks and the quotes of a table's text are those of the SQLite that
 * altered it last. */
static bool are_same(const char *left, const char *right, bool is_table) {
  static const char passed_over[] = " \"";

  if (!is_table)
    return strcmp(left, right) == 0;
  for (;; left++, right++) {
    left += strspn(left, passed_over);
    right += strspn(right, passed_over);
    if (*left != *right)
      return false;
    if (!*left)
      return true;
  }
}

/* Looks for what `wanted` says. */
static int32_t check_one(const struct history *history, const struct history_schema_row *wanted,
                         sqlite3_stmt *found, struct hg_error *err) {
  bool is_there;
  int code = sqlite3_bind_text(found, 1, wanted->name, -1, SQLITE_STATIC);

  if (code == SQLITE_OK)
    code = sqlite3_step(found);
  is_there = code == SQLITE_ROW && strcmp(history_text_of(found, 0), wanted->type) == 0 &&
             strcmp(history_text_of(found, 2), wanted->table) == 0 &&
             strcmp(history_text_of(found, 3), wanted->has_page) == 0 &&
             are_same(history_text_of(found, 4), wanted->sql, strcmp(wanted->type, "table") == 0);
  (void)sqlite3_reset(found);
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return history_fail(history, code, err);
  if (!is_there)
    return history_refuse(
        history, HG_ERROR_INVALID, err,
        "its %s %s is not as Headgate makes it: move the file away to begin a new "
        "one, or name another with --history",
        wanted->type, wanted->name);
  return 0;
}

static int32_t check_triggers(const struct history *history, sqlite3_stmt *triggers,
                              struct hg_error *err) {
  int code = sqlite3_step(triggers);

  if (code == SQLITE_ROW)
    return history_refuse(history, HG_ERROR_INVALID, err,
                          "has a trigger, which Headgate did not make: drop it (sqlite3 FILE "
                          ".schema shows it), or name another file with --history");
  return code == SQLITE_DONE ? 0 : history_fail(history, code, err);
}

int32_t history_schema_check(const struct history *history, const struct history_schema_row *rows,
                             size_t count, struct hg_error *err) {
  static const char triggers[] = "SELECT 1 FROM sqlite_schema WHERE type = 'trigger'";
  sqlite3_stmt *found = NULL;
  sqlite3_stmt *acting = NULL;
  int32_t result;
  int code =
      sqlite3_prepare_v2(history->db, HISTORY_SCHEMA_ROWS " AND name = ?1", -1, &found, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_prepare_v2(history->db, triggers, -1, &acting, NULL);
  result =
      code == SQLITE_OK ? check_triggers(history, acting, err) : history_fail(history, code, err);
  for (size_t i = 0; i < count && result == 0; i++)
    result = check_one(history, &rows[i], found, err);
  (void)sqlite3_finalize(found);
  (void)sqlite3_finalize(acting);
  return result;
}
