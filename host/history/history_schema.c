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

static const char *text_of(sqlite3_stmt *row, int column) {
  const char *text = (const char *)sqlite3_column_text(row, column);

  return text ? text : "";
}

/* Looks for what `wanted`, a row of the model, is in the history. */
static int32_t check_one(const struct history *history, sqlite3_stmt *wanted, sqlite3_stmt *found,
                         struct hg_error *err) {
  const char *type = text_of(wanted, 0);
  const char *name = text_of(wanted, 1);
  bool is_there;
  int code = sqlite3_bind_text(found, 1, name, -1, SQLITE_STATIC);

  if (code == SQLITE_OK)
    code = sqlite3_step(found);
  is_there = code == SQLITE_ROW && strcmp(text_of(found, 0), type) == 0 &&
             strcmp(text_of(found, 2), text_of(wanted, 2)) == 0 &&
             sqlite3_column_int(found, 3) == sqlite3_column_int(wanted, 3) &&
             are_same(text_of(found, 4), text_of(wanted, 4), strcmp(type, "table") == 0);
  (void)sqlite3_reset(found);
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return history_fail(history, code, err);
  if (!is_there)
    return history_refuse(
        history, HG_ERROR_INVALID, err,
        "its %s %s is not as Headgate makes it: move the file away to begin a new "
        "one, or name another with --history",
        type, name);
  return 0;
}

static int32_t check_all(const struct history *history, sqlite3_stmt *wanted, sqlite3_stmt *found,
                         sqlite3_stmt *triggers, struct hg_error *err) {
  int code;

  while ((code = sqlite3_step(wanted)) == SQLITE_ROW)
    if (check_one(history, wanted, found, err) < 0)
      return -1;
  if (code != SQLITE_DONE)
    return history_fail(history, code, err);
  code = sqlite3_step(triggers);
  if (code == SQLITE_ROW)
    return history_refuse(history, HG_ERROR_INVALID, err,
                          "has a trigger, which Headgate did not make: drop it (sqlite3 FILE "
                          ".schema shows it), or name another file with --history");
  return code == SQLITE_DONE ? 0 : history_fail(history, code, err);
}

/* A database in memory, as the migrations make it; the caller's to close, also after a failure. */
static int make_model(const struct history_migration *migrations, int32_t version,
                      sqlite3 **model) {
  int code = sqlite3_open_v2(":memory:", model, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_exec(*model, "PRAGMA legacy_alter_table = ON; BEGIN", NULL, NULL, NULL);
  for (int32_t i = 0; i < version && code == SQLITE_OK; i++)
    code = sqlite3_exec(*model, migrations[i].sql, NULL, NULL, NULL);
  return code;
}

int32_t history_schema_check(const struct history *history,
                             const struct history_migration *migrations, int32_t version,
                             struct hg_error *err) {
  /* SQLite's own tables are its own to make. Neither a view nor a virtual table has a page. */
  static const char all[] = "SELECT type, name, tbl_name, rootpage > 0, sql FROM sqlite_schema"
                            " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
  static const char one[] = "SELECT type, name, tbl_name, rootpage > 0, sql FROM sqlite_schema"
                            " WHERE name = ?1";
  static const char triggers[] = "SELECT 1 FROM sqlite_schema WHERE type = 'trigger'";
  sqlite3_stmt *wanted = NULL;
  sqlite3_stmt *found = NULL;
  sqlite3_stmt *acting = NULL;
  sqlite3 *model = NULL;
  int32_t result;
  int code = make_model(migrations, version, &model);

  if (code == SQLITE_OK)
    code = sqlite3_prepare_v2(model, all, -1, &wanted, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_prepare_v2(history->db, one, -1, &found, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_prepare_v2(history->db, triggers, -1, &acting, NULL);
  result = code == SQLITE_OK ? check_all(history, wanted, found, acting, err)
                             : history_fail(history, code, err);
  (void)sqlite3_finalize(wanted);
  (void)sqlite3_finalize(found);
  (void)sqlite3_finalize(acting);
  (void)sqlite3_close(model);
  return result;
}
