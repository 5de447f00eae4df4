/* SPDX-License-Identifier: Apache-2.0 */
/* Opening: what is made, what is taken up, what is refused and left as it is. */
#include "history/history_database.h"
#include "history/history_error.h"
#include "history/history_migration.h"
#include "history_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void write_file(const char *path, const void *bytes, size_t length) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  assert_true(file >= 0);
  assert_int_equal(write(file, bytes, length), (ssize_t)length);
  assert_int_equal(close(file), 0);
}

/* The file's bytes; the caller frees them. */
static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  char *bytes = malloc(1 << 20);

  assert_non_null(file);
  assert_non_null(bytes);
  *length = fread(bytes, 1, 1 << 20, file);
  assert_int_equal(fclose(file), 0);
  return bytes;
}

static mode_t mode_of(const char *path) {
  struct stat status;

  assert_int_equal(stat(path, &status), 0);
  return status.st_mode & 07777;
}

static void assert_refused(struct fixture *fixture, int32_t code, const char *part) {
  struct history *history = NULL;

  assert_int_equal(history_open(fixture->path, NULL, &history, &fixture->error), -1);
  assert_null(history);
  assert_error(fixture, code, part);
}

static void assert_refused_for_reading(struct fixture *fixture, int32_t code, const char *part) {
  struct history *history = NULL;

  assert_int_equal(history_open_read_only(fixture->path, NULL, &history, &fixture->error), -1);
  assert_null(history);
  assert_error(fixture, code, part);
}

static void makes_directory_and_file_for_the_user_alone(void **state) {
  struct fixture *fixture = *state;
  char inner[128];

  (void)snprintf(inner, sizeof inner, "%s/state/headgate", fixture->directory);
  (void)snprintf(fixture->path, sizeof fixture->path, "%s/state/headgate/history.db",
                 fixture->directory);
  mode_t before = umask(0);
  struct history *history = open_history(fixture);
  (void)umask(before);
  assert_int_equal(mode_of(fixture->path), 0600);
  assert_int_equal(mode_of(inner), 0700);
  (void)snprintf(inner, sizeof inner, "%s-wal", fixture->path);
  assert_int_equal(mode_of(inner), 0600);
  (void)snprintf(inner, sizeof inner, "%s-shm", fixture->path);
  assert_int_equal(mode_of(inner), 0600);
  (void)snprintf(inner, sizeof inner, "%s-runs", fixture->path);
  assert_int_equal(mode_of(inner), 0600);
  (void)snprintf(inner, sizeof inner, "%s/state", fixture->directory);
  assert_int_equal(mode_of(inner), 0700);
  history_close(history);
}

static void sets_up_the_database(void **state) {
  struct fixture *fixture = *state;
  struct history *history = open_history(fixture);

  history_close(history);
  assert_string_equal(ask(fixture->path, "PRAGMA journal_mode"), "wal");
  assert_int_equal(ask_integer(fixture->path, "PRAGMA application_id"), 0x48444754);
  assert_int_equal(ask_integer(fixture->path, "PRAGMA user_version"), history_migration_count);
  assert_int_equal(ask_integer(fixture->path,
                               "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                               " AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '% STRICT%'"),
                   0);
}

static void opens_again_without_a_change(void **state) {
  struct fixture *fixture = *state;
  size_t before_length;
  size_t after_length;
  char *before;
  char *after;

  history_close(open_history(fixture));
  before = read_file(fixture->path, &before_length);
  history_close(open_history(fixture));
  after = read_file(fixture->path, &after_length);
  assert_int_equal(before_length, after_length);
  assert_memory_equal(before, after, before_length);
  free(before);
  free(after);
}

static void the_schema_files_alone_make_the_same(void **state) {
  struct fixture *fixture = *state;
  static const char dump[] = "SELECT group_concat(coalesce(sql, ''), ';') FROM"
                             " (SELECT sql FROM sqlite_schema ORDER BY type, name)";
  char other[128];
  char *ours;

  history_close(open_history(fixture));
  ours = strdup(ask(fixture->path, dump));
  assert_non_null(ours);
  (void)snprintf(other, sizeof other, "%s/other.db", fixture->directory);
  write_file(other, "", 0);
  for (int32_t i = 0; i < history_migration_count; i++)
    tell(other, history_migrations[i].sql);
  assert_string_equal(ask(other, dump), ours);
  free(ours);
}

/* A later version, as a test would have it. */
static const struct history_migration broken[] = {
    {"0001-initial.sql", "PRAGMA user_version = 1;", NULL, 0, NULL},
    {"0002-more.sql", "PRAGMA user_version = 2;", NULL, 0, NULL},
    {"0003-wrong.sql", "CREATE TABLE three (a); PRAGMA user_version = 9;", NULL, 0, NULL},
};
static const struct history_migration later[] = {
    {"0001-initial.sql", "CREATE TABLE one (a INTEGER); PRAGMA user_version = 1;", NULL, 0, NULL},
    {"0002-more.sql", "ALTER TABLE one ADD COLUMN b TEXT; PRAGMA user_version = 2;", NULL, 0, NULL},
    {"0003-broken.sql", "CREATE TABLE three (a); INSERT INTO nowhere VALUES (1);", NULL, 0, NULL},
};

static void a_message_keeps_its_end(void **state) {
  struct fixture *fixture = *state;
  struct history history = {.shown_path = fixture->path};
  char word[601];

  memset(word, 'a', 600);
  word[600] = '\0';
  assert_int_equal(history_refuse(&history, HG_ERROR_IO, &fixture->error, "%s: the end", word), -1);
  assert_error(fixture, HG_ERROR_IO, "aaa: the end");
}

static void migrates_step_by_step(void **state) {
  struct fixture *fixture = *state;
  struct history history = {.shown_path = fixture->path, .lock_file = -1};

  history.end = &history.first;
  fixture->is_spoiled = 1;
  assert_int_equal(sqlite3_open(fixture->path, &history.db), SQLITE_OK);
  assert_int_equal(history_migrate(&history, later, 1, &fixture->error), 0);
  tell(fixture->path, "INSERT INTO one VALUES (5)");
  assert_int_equal(history_migrate(&history, later, 2, &fixture->error), 0);
  assert_int_equal(ask_integer(fixture->path, "SELECT a FROM one WHERE b IS NULL"), 5);
  assert_int_equal(history_migrate(&history, later, 2, &fixture->error), 0);

  /* One that fails leaves nothing behind. */
  assert_int_equal(history_migrate(&history, later, 3, &fixture->error), -1);
  assert_error(fixture, HG_ERROR_FAILED, "nowhere");
  assert_int_equal(ask_integer(fixture->path, "PRAGMA user_version"), 2);
  assert_int_equal(ask_integer(fixture->path, "SELECT count(*) FROM sqlite_schema"), 1);
  assert_int_equal(history_migrate(&history, broken, 3, &fixture->error), -1);
  assert_error(fixture, HG_ERROR_FAILED, "0003-wrong.sql makes version 9");
  assert_int_equal(ask_integer(fixture->path, "PRAGMA user_version"), 2);
  for (size_t i = 0; i < HISTORY_STATEMENT_COUNT; i++)
    (void)sqlite3_finalize(history.statements[i]);
  assert_int_equal(sqlite3_close(history.db), SQLITE_OK);
}

static void refuses_a_directory(void **state) {
  struct fixture *fixture = *state;

  fixture->is_spoiled = 1;
  assert_int_equal(mkdir(fixture->path, 0700), 0);
  assert_refused(fixture, HG_ERROR_INVALID, "is a directory");
  assert_refused_for_reading(fixture, HG_ERROR_INVALID, "is a directory");
}

static void refuses_a_fifo_without_waiting(void **state) {
  struct fixture *fixture = *state;

  fixture->is_spoiled = 1;
  assert_int_equal(mkfifo(fixture->path, 0600), 0);
  assert_refused(fixture, HG_ERROR_INVALID, "is not a file");
}

static void refuses_a_file_below_a_file(void **state) {
  struct fixture *fixture = *state;
  char path[sizeof fixture->path];

  fixture->is_spoiled = 1;
  write_file(fixture->path, "x", 1);
  (void)snprintf(path, sizeof path, "%.80s/history.db", fixture->path);
  memcpy(fixture->path, path, sizeof path);
  assert_refused(fixture, HG_ERROR_IO, "Not a directory");
}

static void refuses_a_text_file_and_leaves_it(void **state) {
  struct fixture *fixture = *state;
  static const char text[] = "this is no database, and long enough to be taken for one: 0123456789"
                             "0123456789012345678901234567890123456789";
  size_t length;
  char *bytes;

  fixture->is_spoiled = 1;
  write_file(fixture->path, text, sizeof text);
  assert_refused(fixture, HG_ERROR_INVALID, "not an SQLite database");
  assert_refused_for_reading(fixture, HG_ERROR_INVALID, "not an SQLite database");
  bytes = read_file(fixture->path, &length);
  assert_int_equal(length, sizeof text);
  assert_memory_equal(bytes, text, sizeof text);
  free(bytes);
  write_file(fixture->path, "SQLite", 6);
  assert_refused(fixture, HG_ERROR_INVALID, "not an SQLite database");
}

static void refuses_the_database_of_another_program_and_leaves_it(void **state) {
  struct fixture *fixture = *state;
  static const char *const pragmas[] = {"PRAGMA application_id = 0", "PRAGMA application_id = 77"};

  fixture->is_spoiled = 1;
  write_file(fixture->path, "", 0);
  tell(fixture->path, "CREATE TABLE mine (a); INSERT INTO mine VALUES (1)");
  for (size_t i = 0; i < 2; i++) {
    size_t before_length;
    size_t after_length;
    char *before;
    char *after;

    tell(fixture->path, pragmas[i]);
    before = read_file(fixture->path, &before_length);
    assert_refused(fixture, HG_ERROR_INVALID, "another program");
    assert_refused_for_reading(fixture, HG_ERROR_INVALID, "another program");
    after = read_file(fixture->path, &after_length);
    assert_int_equal(before_length, after_length);
    assert_memory_equal(before, after, before_length);
    free(before);
    free(after);
  }
}

static void refuses_a_newer_one(void **state) {
  struct fixture *fixture = *state;

  history_close(open_history(fixture));
  tell(fixture->path, "PRAGMA user_version = 7");
  assert_refused(fixture, HG_ERROR_UNSUPPORTED,
                 "was written by a newer Headgate (schema 7, this one knows 6)");
  assert_refused_for_reading(fixture, HG_ERROR_UNSUPPORTED, "newer Headgate");
  assert_int_equal(ask_integer(fixture->path, "PRAGMA user_version"), 7);
}

static void says_that_a_file_is_damaged(void **state) {
  struct fixture *fixture = *state;
  struct history *history = NULL;
  int64_t run_id;
  size_t length;
  char *bytes;
  int32_t result;

  history = begin_run(fixture, HG_MODE_DRY_RUN, &run_id);
  for (uint64_t i = 1; i <= 2000; i++)
    add_job(history, i, 1);
  assert_int_equal(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error), 0);
  history_close(history);

  fixture->is_spoiled = 1;
  bytes = read_file(fixture->path, &length);
  memset(bytes + 16384, 0x5a, length - 16384); /* but for the first page */
  write_file(fixture->path, bytes, length);
  free(bytes);
  history = NULL;
  result = history_open(fixture->path, NULL, &history, &fixture->error);
  if (result == 0) {
    const struct history_run run = {.command = "apply", .mode = HG_MODE_APPLY};

    result = history_begin_run(history, &run, &run_id, &fixture->error);
  }
  history_close(history);
  assert_int_equal(result, -1);
  assert_error(fixture, HG_ERROR_INVALID, "is damaged");

  /* Only the header is left. */
  assert_int_equal(truncate(fixture->path, 1000), 0);
  assert_refused(fixture, HG_ERROR_INVALID, "is damaged");
}

static void a_missing_one_is_not_made_for_reading(void **state) {
  struct fixture *fixture = *state;

  assert_refused_for_reading(fixture, HG_ERROR_NOT_FOUND, "does not exist");
  assert_int_equal(access(fixture->path, F_OK), -1);
  write_file(fixture->path, "", 0);
  assert_refused_for_reading(fixture, HG_ERROR_NOT_FOUND, "is empty");
  /* An empty file is nobody's: a process may have died before its first byte. */
  history_close(open_history(fixture));
}

static void a_long_path_leaves_room_for_the_reason(void **state) {
  struct fixture *fixture = *state;
  struct history *history = NULL;
  char path[2048];

  (void)fixture;
  memset(path, 'x', sizeof path - 1);
  path[0] = '/';
  path[3] = '\033';
  path[sizeof path - 1] = '\0';
  assert_int_equal(history_open(path, NULL, &history, &fixture->error), -1);
  assert_non_null(strstr(fixture->error.message, strerror(ENAMETOOLONG)));
  assert_null(strchr(fixture->error.message, '\033'));
}

/* Runs `check` as somebody whom permissions bind. */
static void as_nobody(struct fixture *fixture, int (*check)(struct fixture *fixture)) {
  pid_t child = fork();

  if (child == 0) {
    if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setgid(65534) < 0 || setuid(65534) < 0))
      _exit(99);
    _exit(check(fixture));
  }
  assert_child_succeeds(child);
}

static int check_unwritable(struct fixture *fixture) {
  struct history *history = NULL;

  if (history_open(fixture->path, NULL, &history, &fixture->error) == 0)
    return 1;
  if (!strstr(fixture->error.message, "must not be written"))
    return 2;
  /* Reading is another matter, even where SQLite's own files cannot be made. */
  if (history_open_read_only(fixture->path, NULL, &history, &fixture->error) < 0)
    return 3;
  history_close(history);
  return 0;
}

static int check_unmakeable(struct fixture *fixture) {
  struct history *history = NULL;

  if (history_open(fixture->path, NULL, &history, &fixture->error) == 0)
    return 1;
  return strstr(fixture->error.message, "Permission denied") ? 0 : 2;
}

static void says_that_a_place_is_read_only(void **state) {
  struct fixture *fixture = *state;

  history_close(open_history(fixture));
  assert_int_equal(chmod(fixture->path, 0444), 0);
  assert_int_equal(chmod(fixture->directory, 0555), 0);
  as_nobody(fixture, check_unwritable);
  assert_int_equal(chmod(fixture->directory, 0755), 0);
  assert_int_equal(unlink(fixture->path), 0);
  assert_int_equal(chmod(fixture->directory, 0555), 0);
  as_nobody(fixture, check_unmakeable);
  assert_int_equal(chmod(fixture->directory, 0755), 0);
  write_file(fixture->path, "secret", 6);
  assert_int_equal(chmod(fixture->path, 0), 0);
  as_nobody(fixture, check_unmakeable);
  assert_int_equal(unlink(fixture->path), 0);
  assert_int_equal(chmod(fixture->directory, 0700), 0);
}

/* Fills a small file system with the history, in a process of its own. */
static int check_full_disk(struct fixture *fixture) {
  const struct history_run run = {.command = "apply", .mode = HG_MODE_APPLY};
  struct history *history = NULL;
  int32_t result = 0;
  int64_t run_id;

  if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, "") < 0 ||
      mount("tmpfs", fixture->directory, "tmpfs", 0, "size=1m") < 0)
    return 77;
  if (history_open(fixture->path, NULL, &history, &fixture->error) < 0 ||
      history_begin_run(history, &run, &run_id, &fixture->error) < 0)
    return 1;
  for (uint64_t i = 1; i <= 20000 && result == 0; i++) {
    const struct history_job job = {
        .job.name = "job", .job.namespace = "default", .job.path = "job.yaml", .valid = true};

    result = history_add_job(history, i, &job, &fixture->error);
  }
  history_close(history);
  if (result == 0)
    return 2;
  return strstr(fixture->error.message, "the disk is full: free some space") ? 0 : 3;
}

static void says_that_the_disk_is_full(void **state) {
  struct fixture *fixture = *state;
  int status = -1;
  pid_t child = fork();

  if (child == 0)
    _exit(check_full_disk(fixture));
  assert_int_equal(waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
    skip(); /* file systems cannot be mounted here */
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_file_size_limit_is_told(void **state) {
  struct fixture *fixture = *state;
  pid_t child = fork();

  if (child == 0) {
    const struct rlimit limit = {16384, 16384};
    struct history *history = NULL;

    (void)signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
      _exit(1);
    if (history_open(fixture->path, NULL, &history, &fixture->error) == 0)
      _exit(2);
    _exit(strstr(fixture->error.message, strerror(EFBIG)) ? 0 : 3);
  }
  assert_child_succeeds(child);
  /* What is left of it is no obstacle. */
  history_close(open_history(fixture));
}

int main(void) {
#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      CASE(makes_directory_and_file_for_the_user_alone),
      CASE(sets_up_the_database),
      CASE(opens_again_without_a_change),
      CASE(the_schema_files_alone_make_the_same),
      CASE(a_message_keeps_its_end),
      CASE(migrates_step_by_step),
      CASE(refuses_a_directory),
      CASE(refuses_a_fifo_without_waiting),
      CASE(refuses_a_file_below_a_file),
      CASE(refuses_a_text_file_and_leaves_it),
      CASE(refuses_the_database_of_another_program_and_leaves_it),
      CASE(refuses_a_newer_one),
      CASE(says_that_a_file_is_damaged),
      CASE(a_missing_one_is_not_made_for_reading),
      CASE(a_long_path_leaves_room_for_the_reason),
      CASE(says_that_a_place_is_read_only),
      CASE(says_that_the_disk_is_full),
      CASE(a_file_size_limit_is_told),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
