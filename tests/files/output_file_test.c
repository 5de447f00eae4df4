/* SPDX-License-Identifier: Apache-2.0 */
/* A reader of a file that is replaced sees the old one or the new one, whole; what is no regular
 * file is written to and never replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files/output_file.h"
#include "own_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct output_manner manner = {.mode = 0640};

static void assert_content(const char *path, const char *expected) {
  char text[100] = "";
  FILE *file = fopen(path, "r");

  assert_non_null(file);
  assert_int_equal(fread(text, 1, sizeof text - 1, file), strlen(expected));
  assert_int_equal(fclose(file), 0);
  assert_string_equal(text, expected);
}

static size_t entry_count(void) {
  DIR *directory = opendir(".");
  size_t count = 0;

  assert_non_null(directory);
  while (readdir(directory))
    count++;
  assert_int_equal(closedir(directory), 0);
  return count - 2;
}

static void test_the_old_file_stands_until_the_commit(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct output_file file;

  (void)state;
  write_file("report", "old");
  assert_int_equal(chmod("report", 0640), 0);
  assert_int_equal(output_file_open(&file, "report", &manner, &error), 0);
  assert_int_equal(output_file_write(&file, "new", 3, &error), 0);
  assert_content("report", "old");
  assert_int_equal(output_file_commit(&file, &error), 0);
  assert_content("report", "new");
  assert_int_equal(entry_count(), 1);
}

static void test_abandon_leaves_nothing(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct output_file file;

  (void)state;
  assert_int_equal(output_file_open(&file, "report", &manner, &error), 0);
  assert_int_equal(output_file_write(&file, "new", 3, &error), 0);
  output_file_abandon(&file);
  output_file_abandon(&file);
  assert_int_equal(entry_count(), 0);
}

static void test_large_texts_pass_the_buffer(void **state) {
  size_t size = 5 * OUTPUT_BUFFER_SIZE + 7;
  char *text = malloc(size);
  struct hg_error error = HG_ERROR_INIT;
  struct output_file file;
  struct stat status;

  (void)state;
  assert_non_null(text);
  memset(text, 'x', size);
  assert_int_equal(output_file_open(&file, "report", &manner, &error), 0);
  assert_int_equal(output_file_write(&file, text, 10, &error), 0);
  assert_int_equal(output_file_write(&file, text, size, &error), 0);
  assert_int_equal(output_file_write(&file, text, OUTPUT_BUFFER_SIZE, &error), 0);
  assert_int_equal(output_file_commit(&file, &error), 0);
  assert_int_equal(stat("report", &status), 0);
  assert_int_equal(status.st_size, 10 + size + OUTPUT_BUFFER_SIZE);
  free(text);
}

static void test_a_symbolic_link_stays_one(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct output_file file;
  struct stat status;

  (void)state;
  write_file("target", "old");
  assert_int_equal(symlink("target", "link"), 0);
  assert_int_equal(output_file_open(&file, "link", &manner, &error), 0);
  assert_int_equal(output_file_write(&file, "new", 3, &error), 0);
  assert_int_equal(output_file_commit(&file, &error), 0);
  assert_content("target", "new");
  assert_int_equal(lstat("link", &status), 0);
  assert_true(S_ISLNK(status.st_mode));
}

static void test_devices_are_written_directly(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct output_file file;

  (void)state;
  assert_int_equal(output_file_open(&file, "/dev/null", &manner, &error), 0);
  assert_int_equal(output_file_write(&file, "x", 1, &error), 0);
  assert_int_equal(output_file_commit(&file, &error), 0);
  assert_int_equal(output_file_open(&file, "/dev/full", &manner, &error), 0);
  assert_int_equal(output_file_write(&file, "x", 1, &error), 0);
  assert_int_equal(output_file_commit(&file, &error), -1);
  assert_string_equal(error.message, "/dev/full: No space left on device");
  assert_int_equal(error.code, HG_ERROR_IO);
}

static void test_errors_name_the_path(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct output_file file;

  (void)state;
  assert_int_equal(output_file_open(&file, "no/such/directory", &manner, &error), -1);
  assert_string_equal(error.message, "no/such/directory: No such file or directory");
  output_file_abandon(&file);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_the_old_file_stands_until_the_commit, enter_directory,
                                      leave_directory),
      cmocka_unit_test_setup_teardown(test_abandon_leaves_nothing, enter_directory,
                                      leave_directory),
      cmocka_unit_test_setup_teardown(test_large_texts_pass_the_buffer, enter_directory,
                                      leave_directory),
      cmocka_unit_test_setup_teardown(test_a_symbolic_link_stays_one, enter_directory,
                                      leave_directory),
      cmocka_unit_test_setup_teardown(test_devices_are_written_directly, enter_directory,
                                      leave_directory),
      cmocka_unit_test_setup_teardown(test_errors_name_the_path, enter_directory, leave_directory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
