/* SPDX-License-Identifier: Apache-2.0 */
/* Nobody's file is taken for the temporary one, even where its name could be foretold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* Chance, as the tests want it: 0, 1, 2 and so on. */
static uint64_t chance;

ssize_t getrandom(void *buffer, size_t size, unsigned flags) {
  (void)flags;
  memset(buffer, 0, size);
  memcpy(buffer, &chance, sizeof chance);
  chance++;
  return (ssize_t)size;
}

static char directory[] = "/tmp/headgate-new-file-XXXXXX";
static int place;

static int set_up(void **state) {
  (void)state;
  chance = 0;
  memcpy(directory + sizeof directory - 7, "XXXXXX", 6);
  if (!mkdtemp(directory))
    return -1;
  place = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  return place < 0 ? -1 : 0;
}

static int tear_down(void **state) {
  char command[100];

  (void)state;
  (void)close(place);
  (void)snprintf(command, sizeof command, "rm -rf '%s'", directory);
  return system(command);
}

static void write_text(const char *name, const char *text) {
  int fd = openat(place, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  assert_true(fd >= 0);
  assert_int_equal(write(fd, text, strlen(text)), strlen(text));
  assert_int_equal(close(fd), 0);
}

static void assert_text(const char *name, const char *expected) {
  char text[20] = "";
  int fd = openat(place, name, O_RDONLY | O_CLOEXEC);

  assert_true(fd >= 0);
  assert_int_equal(read(fd, text, sizeof text - 1), strlen(expected));
  assert_string_equal(text, expected);
  assert_int_equal(close(fd), 0);
}

static void makes_its_own(void **state) {
  struct new_file file;
  struct stat status;

  (void)state;
  write_text("victim", "mine");
  write_text(".headgate-0000000000000000.tmp", "mine");
  assert_int_equal(symlinkat("victim", place, ".headgate-0000000000000001.tmp"), 0);
  assert_int_equal(symlinkat("nothing", place, ".headgate-0000000000000002.tmp"), 0);
  assert_int_equal(new_file_open(&file, place, 0640), 0);
  assert_string_equal(file.temporary, ".headgate-0000000000000003.tmp");
  assert_int_equal(write(file.fd, "new", 3), 3);
  assert_int_equal(new_file_place(&file, "file", false), 0);
  assert_text("file", "new");
  assert_text("victim", "mine");
  assert_text(".headgate-0000000000000000.tmp", "mine");
  assert_int_equal(fstatat(place, "nothing", &status, 0), -1);
}

static void replaces_only_where_it_should(void **state) {
  struct new_file file;

  (void)state;
  write_text("file", "old");
  assert_int_equal(new_file_open(&file, place, 0640), 0);
  assert_int_equal(write(file.fd, "new", 3), 3);
  assert_int_equal(new_file_place(&file, "file", false), -1);
  assert_int_equal(errno, EEXIST);
  assert_text("file", "old");
  assert_int_equal(new_file_place(&file, "file", true), 0);
  assert_text("file", "new");
  assert_int_equal(new_file_open(&file, place, 0640), 0);
  new_file_abandon(&file);
  new_file_abandon(&file);
  assert_int_equal(faccessat(place, ".headgate-0000000000000001.tmp", F_OK, 0), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(makes_its_own, set_up, tear_down),
      cmocka_unit_test_setup_teardown(replaces_only_where_it_should, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
