/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_migration.h"

#include "history/history_database.h"
#include "history/history_error.h"
#include "history/run_lock.h"
#include "memory/no_memory.h"

#include <stdlib.h>
#include <unistd.h>

static int32_t read_version(struct history *history, int32_t *version, struct hg_error *err) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(history->db, "PRAGMA user_version", -1, &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  if (code == SQLITE_ROW)
    *version = sqlite3_column_int(statement, 0);
  (void)sqlite3_finalize(statement);
  return code == SQLITE_ROW ? 0 : history_fail(history, code, err);
}

static int32_t refuse_version(const struct history *history, int32_t version, int32_t count,
                              struct hg_error *err) {
  if (version < 0)
    return history_refuse(
        history, HG_ERROR_INVALID, err,
        "has the schema %d, which no Headgate makes: move the file away to begin a "
        "new one, or name another with --history",
        (int)version);
  return history_refuse(history, HG_ERROR_UNSUPPORTED, err,
                        "was written by a newer Headgate (schema %d, this one knows %d): use that "
                        "one, or name another file with --history",
                        (int)version, (int)count);
}

static int32_t check_schema(const struct history *history,
                            const struct history_migration *migrations, int32_t version,
                            struct hg_error *err) {
  const struct history_migration none = {0};
  const struct history_migration *made = version > 0 ? &migrations[version - 1] : &none;

  return history_schema_check(history, made->rows, made->row_count, err);
}

/* Locks of a history that once stood here say nothing of the new one's runs. */
static int32_t remove_old_locks(const struct history *history, struct hg_error *err) {
  char *path = run_lock_path(sqlite3_db_filename(history->db, "main"));

  if (!path)
    return no_memory(err);
  (void)unlink(path);
  free(path);
  return 0;
}

static int32_t apply_migration(struct history *history, const struct history_migration *migration,
                               const char *sql, int32_t makes, struct hg_error *err) {
  int code = sqlite3_exec(history->db, sql, NULL, NULL, NULL);
  int32_t version = 0;

  if (code != SQLITE_OK)
    return history_fail(history, code, err);
  if (read_version(history, &version, err) < 0)
    return -1;
  if (version != makes)
    return history_refuse(history, HG_ERROR_FAILED, err, "%s makes version %d and not %d",
                          migration->name, (int)version, (int)makes);
  return 0;
}

static int32_t migrate(struct history *history, const struct history_migration *migrations,
                       int32_t count, struct hg_error *err) {
  const struct history_migration *newest = &migrations[count - 1];
  int32_t version = 0;

  /* Once more under the lock: another process may have been faster. */
  if (history_begin(history, err) < 0 || read_version(history, &version, err) < 0)
    goto failed;
  if (version < 0 || version > count) {
    (void)refuse_version(history, version, count, err);
    goto failed;
  }
  if (check_schema(history, migrations, version, err) < 0)
    goto failed;
  if (version == 0 && remove_old_locks(history, err) < 0)
    goto failed;
  if (version == 0 && newest->whole) {
    if (apply_migration(history, newest, newest->whole, count, err) < 0)
      goto failed;
    version = count;
  }
  for (; version < count; version++)
    if (apply_migration(history, &migrations[version], migrations[version].sql, version + 1, err) <
        0)
      goto failed;
  if (history_end(history, err) == 0)
    return 0;
failed:
  history_roll_back(history);
  return -1;
}

int32_t history_migrate(struct history *history, const struct history_migration *migrations,
                        int32_t count, struct hg_error *err) {
  int32_t version = 0;
  int32_t result;

  if (read_version(history, &version, err) < 0)
    return -1;
  if (version < 0 || version > count)
    return refuse_version(history, version, count, err);
  if (version == count)
    return check_schema(history, migrations, version, err);
  /* A table that is made anew is dropped in between, and what refers to it must not go with it.
   * Nothing can be changed here inside a transaction. */
  (void)sqlite3_db_config(history->db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
  result = migrate(history, migrations, count, err);
  (void)sqlite3_db_config(history->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
  return result;
}

int32_t history_check_version(struct history *history, const struct history_migration *migrations,
                              int32_t count, struct hg_error *err) {
  int32_t version = 0;

  if (read_version(history, &version, err) < 0)
    return -1;
  if (version < 0 || version > count)
    return refuse_version(history, version, count, err);
  if (version < count)
    return history_refuse(
        history, HG_ERROR_UNSUPPORTED, err,
        "was written by an older Headgate (schema %d, this one reads %d): the next "
        "recorded run brings it up to date",
        (int)version, (int)count);
  return check_schema(history, migrations, version, err);
}
