/* SPDX-License-Identifier: Apache-2.0 */
#include "history_fixture.h"

#include "history/history_database.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

int fixture_setup(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);

  if (!fixture)
    return -1;
  (void)snprintf(fixture->directory, sizeof fixture->directory, "/tmp/headgate-history-XXXXXX");
  if (!mkdtemp(fixture->directory)) {
    free(fixture);
    return -1;
  }
  (void)snprintf(fixture->path, sizeof fixture->path, "%s/history.db", fixture->directory);
  fixture->error.struct_size = sizeof fixture->error;
  *state = fixture;
  return 0;
}

static void remove_tree(const char *path) {
  DIR *directory = opendir(path);
  const struct dirent *entry;
  char inner[512];

  while (directory && (entry = readdir(directory))) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    (void)snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
    if (entry->d_type == DT_DIR)
      remove_tree(inner);
    else
      (void)unlink(inner);
  }
  if (directory)
    (void)closedir(directory);
  (void)rmdir(path);
}

int fixture_teardown(void **state) {
  struct fixture *fixture = *state;
  int is_sound = 1;

  if (!fixture->is_spoiled && access(fixture->path, F_OK) == 0) {
    const char *answer = ask(fixture->path, "PRAGMA integrity_check");

    is_sound = answer && strcmp(answer, "ok") == 0;
    is_sound = is_sound && !ask(fixture->path, "PRAGMA foreign_key_check");
  }
  remove_tree(fixture->directory);
  free(fixture);
  return is_sound ? 0 : -1;
}

struct history *open_history(const struct fixture *fixture) {
  struct hg_error error = HG_ERROR_INIT;
  struct history *history = NULL;

  if (history_open(fixture->path, NULL, &history, &error) < 0)
    fail_msg("%s", error.message);
  return history;
}

struct history *begin_run(const struct fixture *fixture, uint32_t mode, int64_t *run_id) {
  static const char *const argv[] = {"headgate", "apply", "--jobs-dir", "the jobs"};
  const struct history_run run = {
      .command = "apply",
      .mode = mode,
      .started_at_ms = INT64_C(1795511107042),
      .argv = argv,
      .argv_count = 4,
      .version = "1.0.0",
      .jobs_dir = "the jobs",
      .context = "staging",
  };
  struct history *history = open_history(fixture);
  struct hg_error error = HG_ERROR_INIT;

  if (history_begin_run(history, &run, run_id, &error) < 0)
    fail_msg("%s", error.message);
  return history;
}

int32_t add_named_job(struct history *history, uint64_t position, const char *name,
                      const char *path, int content, struct hg_error *err) {
  const char *const command[] = {"kubectl", "apply", "-f", path};
  uint8_t sha256[32];
  const struct history_job job = {.job.name = name,
                                  .job.namespace = "default",
                                  .job.path = path,
                                  .job.document_number = 1,
                                  .valid = true,
                                  .sha256 = sha256,
                                  .kubectl_command = command,
                                  .kubectl_command_count = 4};

  memset(sha256, content, sizeof sha256);
  return history_add_job(history, position, &job, err);
}

void add_job(struct history *history, uint64_t position, int content) {
  char name[32];
  char path[64];
  struct hg_error error = HG_ERROR_INIT;

  (void)snprintf(name, sizeof name, "job-%llu", (unsigned long long)position);
  (void)snprintf(path, sizeof path, "out/job-%llu.yaml", (unsigned long long)position);
  if (add_named_job(history, position, name, path, content, &error) < 0)
    fail_msg("%s", error.message);
}

int32_t start_attempt(struct history *history, uint64_t position, uint32_t attempt,
                      int64_t started_at_ms, struct hg_error *err) {
  char path[64];
  const char *const command[] = {"kubectl", "apply", "-f", path};
  const struct history_attempt started = {position, attempt, 4, command};

  (void)snprintf(path, sizeof path, "out/job-%llu.yaml", (unsigned long long)position);
  return history_record_attempts(history, NULL, 0, &started, 1, started_at_ms, err);
}

struct hg_job_result result_of(uint32_t status, uint32_t attempt) {
  static const char created[] = "job.batch/job created\n";
  static const char refused[] = "Error from server (Forbidden): no\nask somebody\n";
  struct hg_job_result result = {.struct_size = sizeof result, .status = status};

  result.attempt = attempt;
  result.return_code = status == HG_STATUS_SUCCESS ? 0 : 1;
  result.duration_ms = 85;
  result.stdout_text.data = created;
  result.stdout_text.length = status == HG_STATUS_SUCCESS ? sizeof created - 1 : 0;
  result.stderr_text.data = refused;
  result.stderr_text.length = status == HG_STATUS_SUCCESS ? 0 : sizeof refused - 1;
  result.reason = status == HG_STATUS_SUCCESS ? "" : "kubectl ended with status 1";
  return result;
}

static sqlite3 *connect_to(const char *path) {
  sqlite3 *db = NULL;

  assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
  (void)sqlite3_busy_timeout(db, 10000);
  return db;
}

const char *ask(const char *path, const char *sql) {
  static char answer[4096];
  const char *result = NULL;
  sqlite3_stmt *statement = NULL;
  sqlite3 *db = connect_to(path);

  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(db));
  if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL) {
    (void)snprintf(answer, sizeof answer, "%s", (const char *)sqlite3_column_text(statement, 0));
    result = answer;
  }
  (void)sqlite3_finalize(statement);
  (void)sqlite3_close(db);
  return result;
}

int64_t ask_integer(const char *path, const char *sql) {
  const char *answer = ask(path, sql);

  if (!answer)
    fail_msg("%s: no answer", sql);
  return strtoll(answer, NULL, 10);
}

void tell(const char *path, const char *sql) {
  sqlite3 *db = connect_to(path);

  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(db));
  (void)sqlite3_close(db);
}

void assert_error(const struct fixture *fixture, int32_t code, const char *part) {
  assert_int_equal(fixture->error.code, code);
  if (!strstr(fixture->error.message, part) || !strstr(fixture->error.message, fixture->path))
    fail_msg("\"%s\" does not hold \"%s\" and the path", fixture->error.message, part);
}

void assert_child_succeeds(pid_t child) {
  int status = -1;

  assert_true(child > 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

int64_t synchronous(struct history *history) {
  sqlite3_stmt *statement = NULL;
  int64_t value;

  assert_int_equal(sqlite3_prepare_v2(history->db, "PRAGMA synchronous", -1, &statement, NULL),
                   SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  value = sqlite3_column_int64(statement, 0);
  (void)sqlite3_finalize(statement);
  return value;
}
