/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "history/history_database.h"
#include "history/history_directory.h"
#include "history/history_error.h"
#include "history/history_migration.h"
#include "history/history_patience.h"
#include "history/history_watch.h"
#include "history/run_lock.h"
#include "memory/no_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct history *create_history(const char *path, struct hg_error *err) {
  struct history *history = calloc(1, sizeof *history);

  if (history) {
    history->lock_file = -1;
    history->measured_ms = -1;
    history->end = &history->first;
    history_checkpoint_init(&history->checkpoint);
    arena_init(&history->arena);
    arena_init(&history->resumed);
    arena_init(&history->answer);
    text_buffer_init(&history->base);
    text_buffer_init(&history->text);
    history->shown_path = history_shown_path(path);
  }
  if (!history || !history->shown_path) {
    history_close(history);
    (void)no_memory(err);
    return NULL;
  }
  return history;
}

static int by_number(const void *left, const void *right) {
  const int64_t a = *(const int64_t *)left;
  const int64_t b = *(const int64_t *)right;

  return (a > b) - (a < b);
}

/* SQL: run_is_dead(run_id), 1 for a run that ended although the database says 'running'. */
static void run_is_dead(sqlite3_context *context, int count, sqlite3_value **values) {
  const struct history *history = sqlite3_user_data(context);
  int64_t run_id = sqlite3_value_int64(values[0]);

  (void)count;
  sqlite3_result_int(context, history->dead_run_count > 0 &&
                                  bsearch(&run_id, history->dead_runs, history->dead_run_count,
                                          sizeof run_id, by_number) != NULL);
}

static int connect(struct history *history, const char *name, int flags) {
  int code;

  /* Nobody asks how much memory SQLite takes: each allocation would count under a lock. Only the
   * first connection of a process can say so. */
  (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  code = sqlite3_open_v2(name, &history->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
  if (code != SQLITE_OK)
    return code;
  (void)sqlite3_extended_result_codes(history->db, 1);
  (void)sqlite3_busy_handler(history->db, history_patience_wait, history);
  sqlite3_progress_handler(history->db, HISTORY_PATIENCE_STEPS, history_patience_is_over, history);
  (void)sqlite3_db_config(history->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  (void)sqlite3_db_config(history->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  (void)sqlite3_db_config(history->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
  return sqlite3_create_function_v2(history->db, "run_is_dead", 1,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, history,
                                    run_is_dead, NULL, NULL, NULL);
}

/* "file:PATH?immutable=1" with an empty authority where PATH is absolute,
 * https://www.sqlite.org/uri.html; the caller's to free. */
static char *immutable_name(const char *path) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
  struct text_buffer name;

  text_buffer_init(&name);
  text_buffer_append_string(&name, *path == '/' ? "file://" : "file:");
  for (; *path; path++) {
    if (strchr(plain, *path))
      text_buffer_append_char(&name, *path);
    else
      text_buffer_printf(&name, "%%%02X", (unsigned char)*path);
  }
  text_buffer_append_string(&name, "?immutable=1");
  if (!name.failed)
    return name.data;
  text_buffer_finish(&name);
  return NULL;
}

/* A database in WAL mode wants two more files beside it, even to be read. Where they cannot be made
 * (a read-only file system, another user's directory) and no process left any, nobody writes to the
 * file either, and it can be read as it is. */
static int connect_to_read(struct history *history, const char *path) {
  int code = connect(history, path, SQLITE_OPEN_READONLY);
  char *name;

  if (code == SQLITE_OK)
    code = sqlite3_exec(history->db, "PRAGMA schema_version", NULL, NULL, NULL);
  if ((code & 0xff) != SQLITE_CANTOPEN && (code & 0xff) != SQLITE_READONLY)
    return code;
  text_buffer_reset(&history->text);
  text_buffer_printf(&history->text, "%s-wal", path);
  name = immutable_name(path);
  if (name && !history->text.failed && access(text_buffer_string(&history->text), F_OK) < 0 &&
      errno == ENOENT) {
    (void)sqlite3_close(history->db);
    history->db = NULL;
    code = connect(history, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  }
  free(name);
  return code;
}

/* Several processes that make the same history at once stand in each other's way here, and SQLite
 * does not wait by itself. */
static int switch_to_wal(struct history *history) {
  for (int tries = 0;; tries++) {
    int code = sqlite3_exec(history->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);

    if ((code & 0xff) != SQLITE_BUSY || !history_patience_wait(history, tries))
      return code;
  }
}

static int32_t open_lock_file(struct history *history, bool may_create, struct hg_error *err) {
  char *path = run_lock_path(sqlite3_db_filename(history->db, "main"));
  int32_t result = 0;

  if (!path)
    return no_memory(err);
  history->lock_file = run_lock_open(path, may_create);
  if (history->lock_file < 0)
    result = history_refuse(history, errno == ENOENT ? HG_ERROR_NOT_FOUND : HG_ERROR_IO, err,
                            "the file with its name and \"-runs\" after it cannot be opened: %s",
                            strerror(errno));
  free(path);
  return result;
}

/* Whether nobody holds the lock of a run that the database calls 'running'. The file of the locks
 * is older than any such row, so it is looked for after the row was seen. */
static bool is_dead(struct history *history, int64_t run_id) {
  struct hg_error error = HG_ERROR_INIT;

  if (history->lock_file < 0 && open_lock_file(history, false, &error) < 0)
    return error.code == HG_ERROR_NOT_FOUND;
  return !run_lock_is_held(history->lock_file, run_id);
}

bool history_is_watched(struct history *history, int64_t run_id) {
  return !is_dead(history, run_lock_of_watch(run_id));
}

/* The runs that say 'running' and whose lock nobody holds, in ascending order; *runs is the
 * caller's to free. */
static int32_t find_dead_runs(struct history *history, int64_t **runs, size_t *count,
                              struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, STATEMENT_RUNNING_RUNS, err);
  size_t capacity = 0;
  int code;

  *runs = NULL;
  *count = 0;
  if (!statement)
    return -1;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    int64_t run_id = sqlite3_column_int64(statement, 0);

    if (!is_dead(history, run_id))
      continue;
    if (*count == capacity) {
      int64_t *more = realloc(*runs, (capacity = capacity * 2 + 8) * sizeof *more);

      if (!more) {
        code = SQLITE_NOMEM;
        break;
      }
      *runs = more;
    }
    (*runs)[(*count)++] = run_id;
  }
  (void)sqlite3_reset(statement);
  return code == SQLITE_DONE ? 0 : history_fail(history, code, err);
}

/* Inside the transaction nobody can end a run that is still 'running' in it, and a process that is
 * about to do so still holds its lock: what can be locked here is dead. */
static int32_t mark_interrupted_runs(struct history *history, struct hg_error *err) {
  int64_t *runs = NULL;
  size_t count = 0;
  int32_t result;

  result = find_dead_runs(history, &runs, &count, err);
  if (result < 0 || count == 0)
    goto done;
  result = history_begin(history, err);
  for (size_t i = 0; i < count && result == 0; i++) {
    const struct history_value run_id = value_integer(runs[i]);

    if (run_lock_take(history->lock_file, runs[i]) == 0)
      result = history_execute(history, STATEMENT_INTERRUPT_RUN, &run_id, 1, err);
  }
  if (result == 0)
    result = history_end(history, err);
  if (result < 0)
    history_roll_back(history);
  for (size_t i = 0; i < count; i++)
    run_lock_drop(history->lock_file, runs[i]);
done:
  free(runs);
  return result;
}

static int32_t prepare_to_write(struct history *history, struct hg_error *err) {
  int code;

  if (sqlite3_db_readonly(history->db, "main") == 1)
    return history_fail(history, SQLITE_READONLY, err);
  /* Of a new file: a row with a manifest takes some 2,200 bytes, and a page is to be full of them.
   * The pages of a batch are written once, at its end. */
  code = sqlite3_exec(history->db, "PRAGMA page_size = 8192; PRAGMA cache_size = -4096", NULL, NULL,
                      NULL);
  if (code != SQLITE_OK)
    return history_fail(history, code, err);
  if (history_migrate(history, history_migrations, history_migration_count, err) < 0)
    return -1;
  code = switch_to_wal(history);
  if (code == SQLITE_OK)
    code = sqlite3_exec(history->db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
  if (code != SQLITE_OK)
    return history_fail(history, code, err);
  if (open_lock_file(history, true, err) < 0 || mark_interrupted_runs(history, err) < 0)
    return -1;
  history_place_note(history);
  history_checkpoint_follow(history);
  return 0;
}

/* Whether a run lives is asked before the state of the runs is read: a run that ends in between is
 * then seen as ended. */
static int32_t prepare_to_read(struct history *history, struct hg_error *err) {
  int code;

  if (history_check_version(history, history_migrations, history_migration_count, err) < 0 ||
      find_dead_runs(history, &history->dead_runs, &history->dead_run_count, err) < 0)
    return -1;
  code = sqlite3_exec(history->db, "BEGIN", NULL, NULL, NULL);
  return code == SQLITE_OK ? 0 : history_fail(history, code, err);
}

static int32_t open_at(const char *path, bool read_only, const struct history_patience *patience,
                       struct history **result, struct hg_error *err) {
  struct history *history = create_history(path, err);
  bool is_empty = false;
  int code;

  if (!history)
    return -1;
  history->patience = patience;
  if ((!read_only && history_make_file(history, path, err) < 0) ||
      history_check_file(history, path, &is_empty, err) < 0)
    goto failed;
  if (read_only && is_empty) {
    (void)history_refuse(history, HG_ERROR_NOT_FOUND, err, "is empty");
    goto failed;
  }
  code = read_only ? connect_to_read(history, path) : connect(history, path, SQLITE_OPEN_READWRITE);
  if (code != SQLITE_OK) {
    (void)history_fail(history, code, err);
    goto failed;
  }
  if ((read_only ? prepare_to_read : prepare_to_write)(history, err) < 0)
    goto failed;
  *result = history;
  return 0;
failed:
  if (history->db) /* what is refused is left as it is */
    (void)sqlite3_db_config(history->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  history_close(history);
  return -1;
}

int32_t history_open(const char *path, const struct history_patience *patience,
                     struct history **history, struct hg_error *err) {
  return open_at(path, false, patience, history, err);
}

int32_t history_open_read_only(const char *path, const struct history_patience *patience,
                               struct history **history, struct hg_error *err) {
  return open_at(path, true, patience, history, err);
}

/* What waits is worth keeping even of a run that was given up. */
static void abandon_run(struct history *history) {
  const struct history_value run_id = value_integer(history->run_id);
  struct hg_error ignored = HG_ERROR_INIT;

  (void)sqlite3_busy_timeout(history->db, 1000);
  (void)history_flush(history, &ignored);
  (void)history_execute(history, STATEMENT_INTERRUPT_RUN, &run_id, 1, &ignored);
}

void history_close(struct history *history) {
  struct hg_error moved = HG_ERROR_INIT;

  if (!history)
    return;
  if (history->run_id > 0 && !history->is_finished)
    abandon_run(history);
  history_checkpoint_finish(&history->checkpoint);
  /* Whatever has their names now is another's: SQLite would remove it, or write into it. */
  if (history->db && history_place_check(history, &moved) < 0)
    (void)sqlite3_db_config(history->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  for (size_t i = 0; i < HISTORY_STATEMENT_COUNT; i++)
    (void)sqlite3_finalize(history->statements[i]);
  (void)sqlite3_close(history->db);
  if (history->lock_file >= 0)
    (void)close(history->lock_file);
  arena_finish(&history->arena);
  arena_finish(&history->resumed);
  arena_finish(&history->answer);
  text_buffer_finish(&history->base);
  text_buffer_finish(&history->text);
  free(history->dead_runs);
  free(history->shown_path);
  free(history);
}
