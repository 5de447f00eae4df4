/* SPDX-License-Identifier: Apache-2.0 */
/* Which files are manifests, in which order, and what is wrong with a directory. */
#include "scanner_fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void write_all(const char *const *names) {
  for (; *names; names++)
    scanner_harness_write_text(&harness, *names, "a: b\n");
}

/* Fails the test unless the list is `names`, each after `prefix` and a slash. */
static void expect_paths(const char *prefix, const char *const *names) {
  uint64_t count = harness.ops->count(harness.self);
  uint64_t i = 0;

  for (; names[i]; i++) {
    char path[8192];

    (void)snprintf(path, sizeof path, "%s/%s", prefix, names[i]);
    assert_true(i < count);
    assert_string_equal(harness.ops->path(harness.self, i), path);
  }
  assert_int_equal(count, i);
}

static void expect_failure(const char *path, int32_t code, const char *format) {
  char message[4096];

  assert_int_equal(scanner_harness_list(&harness, path), -1);
  (void)snprintf(message, sizeof harness.err.message, "%s%s", format, path);
  assert_string_equal(harness.err.message, message);
  assert_int_equal(harness.err.code, code);
}

static void takes_three_suffixes_in_byte_order(void **state) {
  const char *const files[] = {
      "b.yaml",   "a.yml",  "c.json",   "B.yaml",   "a.yaml.bak", "d.YAML",     ".hidden.yaml",
      ".yaml",    "yaml",   "x.yam",    "é.yaml",   "a b.yaml",   "a-b.yaml",   "\xff\x01.yaml",
      "a\nb.yml", "10.yml", "9.yaml",   "x.jsonl",  "-.json",     "sub/x.yaml", "y.yaml~",
      "Job.Yaml", "_.yml",  "a.b.json", "c.json.d", NULL,
  };
  const char *const taken[] = {
      "-.json",   "10.yml", "9.yaml", "B.yaml", "_.yml",  "a\nb.yml",      "a b.yaml", "a-b.yaml",
      "a.b.json", "a.yml",  "b.yaml", "c.json", "é.yaml", "\xff\x01.yaml", NULL,
  };

  (void)state;
  write_all(files);
  assert_int_equal(scanner_harness_list(&harness, NULL), 0);
  expect_paths(harness.directory, taken);
}

static void goes_into_subdirectories_when_told(void **state) {
  const char *const files[] = {
      "b.yaml",      "a/z.yaml", "a/b/c/d.yml", "a-b.yaml",       "a/.hidden/x.yaml",
      ".git/x.yaml", "a.yaml",   "c/x.txt",     "d.yaml/in.yaml", NULL,
  };
  const char *const flat[] = {"a-b.yaml", "a.yaml", "b.yaml", "d.yaml", NULL};
  const char *const deep[] = {"a-b.yaml", "a.yaml",         "a/b/c/d.yml", "a/z.yaml",
                              "b.yaml",   "d.yaml/in.yaml", NULL};

  (void)state;
  write_all(files);
  assert_int_equal(symlink(".", scanner_harness_path(&harness, "loop")), 0);
  assert_int_equal(symlink("a", scanner_harness_path(&harness, "link")), 0);
  assert_int_equal(scanner_harness_list(&harness, NULL), 0);
  expect_paths(harness.directory, flat);
  harness.recursive = "true";
  assert_int_equal(scanner_harness_list(&harness, NULL), 0);
  expect_paths(harness.directory, deep);
}

static void names_the_directory_without_its_last_slashes(void **state) {
  const char *const files[] = {"a.yaml", NULL};
  char path[128];

  (void)state;
  write_all(files);
  (void)snprintf(path, sizeof path, "%s///", harness.directory);
  assert_int_equal(scanner_harness_list(&harness, path), 0);
  expect_paths(harness.directory, files);
  assert_int_equal(symlink(harness.directory, scanner_harness_path(&harness, "link")), 0);
  assert_int_equal(scanner_harness_list(&harness, scanner_harness_path(&harness, "link/")), 0);
  (void)snprintf(path, sizeof path, "%s/link", harness.directory);
  expect_paths(path, files);
}

/* Operands keep their order; within a directory the names decide. A file needs no ending. */
static void takes_files_and_directories(void **state) {
  char one[128];
  char two[128];
  char file[128];
  const char *const operands[] = {two, file, one};

  (void)state;
  scanner_harness_write_text(&harness, "one/b.yaml", "");
  scanner_harness_write_text(&harness, "one/a.yaml", "");
  scanner_harness_write_text(&harness, "two/c.yaml", "");
  scanner_harness_write_text(&harness, "file", "kind: Job\n");
  (void)snprintf(one, sizeof one, "%s/one", harness.directory);
  (void)snprintf(two, sizeof two, "%s/two/", harness.directory);
  (void)snprintf(file, sizeof file, "%s/file", harness.directory);
  assert_int_equal(scanner_harness_list_all(&harness, 3, operands), 0);
  assert_int_equal(harness.ops->count(harness.self), 4);
  for (uint64_t i = 0; i < 4; i++) {
    static const char *const names[] = {"two/c.yaml", "file", "one/a.yaml", "one/b.yaml"};
    struct scanner_record record;
    struct hg_document_sink sink;
    void *reader;

    assert_string_equal(harness.ops->path(harness.self, i),
                        scanner_harness_path(&harness, names[i]));
    scanner_record_init(&record);
    scanner_record_sink(&record, &harness, i, &sink);
    assert_int_equal(harness.ops->reader_create(harness.self, &reader, &harness.err), 0);
    assert_int_equal(harness.ops->read(reader, i, &sink, &harness.err), 0);
    if (i == 1)
      assert_string_equal(text_buffer_string(&record.text), "add file 1/1 0+10\n");
    harness.ops->reader_destroy(reader);
    scanner_record_finish(&record);
  }
}

/* By name wherever it is, by path from the directory; what is an operand itself is taken. */
static void leaves_out_what_is_excluded(void **state) {
  const char *const files[] = {"a.yaml", "b.yaml", "old/c.yaml", "new/c.yaml", "new/b.yaml", NULL};
  const char *const globs[] = {"b.*", "new/c*"};
  const char *const taken[] = {"a.yaml", "old/c.yaml", NULL};
  const char *const folders[] = {"old", "new"};
  const char *const rest[] = {"a.yaml", "b.yaml", NULL};
  const char *const all[] = {"*"};
  char file[128];

  (void)state;
  write_all(files);
  harness.recursive = "true";
  harness.excludes = globs;
  harness.exclude_count = 2;
  assert_int_equal(scanner_harness_list(&harness, NULL), 0);
  expect_paths(harness.directory, taken);
  harness.excludes = folders;
  assert_int_equal(scanner_harness_list(&harness, NULL), 0);
  expect_paths(harness.directory, rest);
  harness.excludes = all;
  harness.exclude_count = 1;
  assert_int_equal(scanner_harness_list(&harness, NULL), -1);
  assert_int_equal(harness.err.code, HG_ERROR_NOT_FOUND);
  assert_non_null(strstr(harness.err.message, ": all that is in it is excluded"));
  (void)snprintf(file, sizeof file, "%s/a.yaml", harness.directory);
  assert_int_equal(scanner_harness_list(&harness, file), 0);
  assert_int_equal(harness.ops->count(harness.self), 1);
  harness.excludes = NULL;
  harness.exclude_count = 0;
}

static void refuses_what_is_no_directory(void **state) {
  char path[128];

  (void)state;
  scanner_harness_write_text(&harness, "file", "");
  (void)snprintf(path, sizeof path, "%s/nothing", harness.directory);
  expect_failure(path, HG_ERROR_NOT_FOUND, "directory not found: ");
  expect_failure("", HG_ERROR_NOT_FOUND, "directory not found: ");
  (void)snprintf(path, sizeof path, "%s/file/", harness.directory);
  expect_failure(path, HG_ERROR_NOT_FOUND, "not a directory: ");
  (void)snprintf(path, sizeof path, "%s/file/x", harness.directory);
  expect_failure(path, HG_ERROR_NOT_FOUND, "not a directory: ");
}

static void refuses_a_directory_without_manifests(void **state) {
  const char *const files[] = {"a.txt", ".b.yaml", "sub/.c.yaml", NULL};

  (void)state;
  expect_failure(harness.directory, HG_ERROR_NOT_FOUND,
                 "no manifest files (*.yaml, *.yml, *.json) in ");
  write_all(files);
  harness.recursive = "true";
  expect_failure(harness.directory, HG_ERROR_NOT_FOUND,
                 "no manifest files (*.yaml, *.yml, *.json) in ");
}

/* A long list goes through every growth of its arrays, and is where the user may lose patience. */
static void lists_many_files_and_stops_when_told(void **state) {
  enum { FILES = 5000 };
  char name[32];

  (void)state;
  for (int i = 0; i < FILES; i++) {
    (void)snprintf(name, sizeof name, "job-%05d.yaml", i * 7 % FILES);
    scanner_harness_write_text(&harness, name, "");
  }
  assert_int_equal(scanner_harness_list(&harness, NULL), 0);
  assert_int_equal(harness.ops->count(harness.self), FILES);
  for (int i = 0; i < FILES; i++) {
    (void)snprintf(name, sizeof name, "job-%05d.yaml", i);
    assert_string_equal(
        harness.ops->path(harness.self, (uint64_t)i) + strlen(harness.directory) + 1, name);
  }
  harness.cancelled = 1;
  assert_int_equal(scanner_harness_list(&harness, NULL), -1);
  assert_int_equal(harness.err.code, HG_ERROR_CANCELLED);
}

/* What a user without rights sees, in a child that gives its own up where it has them. */
static void refuses_directories_that_cannot_be_read(void **state) {
  const char *const files[] = {"a.yaml", "closed/b.yaml", NULL};
  char closed[128];
  int status;
  pid_t child;

  (void)state;
  write_all(files);
  (void)snprintf(closed, sizeof closed, "%s/closed", harness.directory);
  assert_int_equal(chmod(harness.directory, 0755), 0);
  assert_int_equal(chmod(closed, 0), 0);
  child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
      _exit(77);
    if (scanner_harness_list(&harness, closed) == 0 || harness.err.code != HG_ERROR_IO ||
        !strstr(harness.err.message, "Permission denied"))
      _exit(1);
    if (scanner_harness_list(&harness, NULL) != 0)
      _exit(2);
    harness.recursive = "true";
    if (scanner_harness_list(&harness, NULL) == 0 || harness.err.code != HG_ERROR_IO ||
        !strstr(harness.err.message, "closed/"))
      _exit(3);
    _exit(0);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(chmod(closed, 0755), 0);
  assert_true(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77)
    skip();
  assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(takes_three_suffixes_in_byte_order, set_up, tear_down),
      cmocka_unit_test_setup_teardown(goes_into_subdirectories_when_told, set_up, tear_down),
      cmocka_unit_test_setup_teardown(names_the_directory_without_its_last_slashes, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(takes_files_and_directories, set_up, tear_down),
      cmocka_unit_test_setup_teardown(leaves_out_what_is_excluded, set_up, tear_down),
      cmocka_unit_test_setup_teardown(refuses_what_is_no_directory, set_up, tear_down),
      cmocka_unit_test_setup_teardown(refuses_a_directory_without_manifests, set_up, tear_down),
      cmocka_unit_test_setup_teardown(lists_many_files_and_stops_when_told, set_up, tear_down),
      cmocka_unit_test_setup_teardown(refuses_directories_that_cannot_be_read, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
