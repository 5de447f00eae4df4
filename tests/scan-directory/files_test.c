/* SPDX-License-Identifier: Apache-2.0 */
/* Files of every kind: what can be read is, what cannot is one row, and nothing is waited for. */
#include "scanner_fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { LARGEST_FILE = 3145728 };

static void link_to(const char *target, const char *name) {
  assert_int_equal(symlink(target, scanner_harness_path(&harness, name)), 0);
}

static void follows_links_to_files(void **state) {
  (void)state;
  scanner_harness_write_text(&harness, "store/job", "a: b\n");
  link_to("store/job", "a.yaml");
  link_to("a.yaml", "b.yaml");
  scanner_harness_expect(&harness, "add a.yaml 1/1 0+5\nadd b.yaml 1/1 0+5\n");
}

static void reports_what_is_no_file(void **state) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  (void)state;
  assert_int_equal(mkdir(scanner_harness_path(&harness, "directory.yaml"), 0755), 0);
  assert_int_equal(mkfifo(scanner_harness_path(&harness, "pipe.yaml"), 0644), 0);
  (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/socket.yaml", harness.directory);
  assert_int_equal(bind(socket_fd, (struct sockaddr *)&address, sizeof address), 0);
  link_to("/dev/zero", "zero.yaml");
  link_to("directory.yaml", "link.yaml");
  scanner_harness_write_text(&harness, "z.yaml", "a: b\n");
  scanner_harness_expect(
      &harness, "problem directory.yaml 0 file-type 0:0 this is a directory, not a file\n"
                "problem link.yaml 0 file-type 0:0 this is a directory, not a file\n"
                "problem pipe.yaml 0 file-type 0:0 this is a named pipe, not a file\n"
                "problem socket.yaml 0 file-type 0:0 this is a socket, not a file\n"
                "add z.yaml 1/1 0+5\n"
                "problem zero.yaml 0 file-type 0:0 this is a character device, not a file\n");
  (void)close(socket_fd);
}

/* One end of the pipe is held open and has something to read: still nothing is read from it. */
static void takes_nothing_from_a_pipe(void **state) {
  char byte = 0;
  int writer;

  (void)state;
  assert_int_equal(mkfifo(scanner_harness_path(&harness, "a.yaml"), 0644), 0);
  writer = open(scanner_harness_path(&harness, "a.yaml"), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  assert_true(writer >= 0);
  assert_int_equal(write(writer, "a", 1), 1);
  scanner_harness_expect(&harness,
                         "problem a.yaml 0 file-type 0:0 this is a named pipe, not a file\n");
  assert_int_equal(read(writer, &byte, 1), 1);
  (void)close(writer);
}

static void reports_links_that_lead_nowhere(void **state) {
  (void)state;
  link_to("gone", "a.yaml");
  link_to("c.yaml", "b.yaml");
  link_to("b.yaml", "c.yaml");
  scanner_harness_expect(
      &harness,
      "problem a.yaml 0 file-unreadable 0:0 this symbolic link points to a file that does not "
      "exist\n"
      "problem b.yaml 0 file-unreadable 0:0 the file cannot be opened: Too many levels of "
      "symbolic links\n"
      "problem c.yaml 0 file-unreadable 0:0 the file cannot be opened: Too many levels of "
      "symbolic links\n");
}

static void reports_a_file_that_vanished(void **state) {
  struct scanner_record record;

  (void)state;
  scanner_harness_write_text(&harness, "a.yaml", "a: b\n");
  scanner_harness_write_text(&harness, "b.yaml", "a: b\n");
  assert_int_equal(scanner_harness_list(&harness, NULL), 0);
  assert_int_equal(unlink(scanner_harness_path(&harness, "a.yaml")), 0);
  scanner_record_init(&record);
  assert_int_equal(scanner_harness_read(&harness, &record), 0);
  assert_string_equal(text_buffer_string(&record.text),
                      "problem a.yaml 0 file-unreadable 0:0 the file has vanished since the "
                      "directory was listed\n"
                      "add b.yaml 1/1 0+5\n");
  scanner_record_finish(&record);
}

/* Files are found in the directory that was listed, also when another one has its name by now. */
static void stays_with_the_directory(void **state) {
  struct scanner_record record;
  char moved[128];

  (void)state;
  scanner_harness_write_text(&harness, "jobs/a.yaml", "a: b\n");
  assert_int_equal(scanner_harness_list(&harness, scanner_harness_path(&harness, "jobs")), 0);
  (void)snprintf(moved, sizeof moved, "%s/moved", harness.directory);
  assert_int_equal(rename(scanner_harness_path(&harness, "jobs"), moved), 0);
  scanner_harness_write_text(&harness, "jobs/a.yaml", "longer: than before\n");
  scanner_record_init(&record);
  assert_int_equal(scanner_harness_read(&harness, &record), 0);
  assert_string_equal(text_buffer_string(&record.text), "add jobs/a.yaml 1/1 0+5\n");
  scanner_record_finish(&record);
}

/* The child gives up the rights of root where it has them. */
static void reports_a_file_that_may_not_be_read(void **state) {
  static const char expected[] =
      "problem a.yaml 0 file-unreadable 0:0 the file cannot be opened: Permission denied\n"
      "add b.yaml 1/1 0+5\n";
  int status;
  pid_t child;

  (void)state;
  scanner_harness_write_text(&harness, "a.yaml", "a: b\n");
  scanner_harness_write_text(&harness, "b.yaml", "a: b\n");
  assert_int_equal(chmod(harness.directory, 0755), 0);
  assert_int_equal(chmod(scanner_harness_path(&harness, "a.yaml"), 0), 0);
  assert_int_equal(chmod(scanner_harness_path(&harness, "b.yaml"), 0644), 0);
  assert_int_equal(scanner_harness_list(&harness, NULL), 0);
  child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    struct scanner_record record;

    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
      _exit(77);
    scanner_record_init(&record);
    (void)scanner_harness_read(&harness, &record);
    _exit(strcmp(text_buffer_string(&record.text), expected) == 0 ? 0 : 1);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77)
    skip();
  assert_int_equal(WEXITSTATUS(status), 0);
}

static void limits_the_size(void **state) {
  char *bytes = malloc(LARGEST_FILE + 1);

  (void)state;
  assert_non_null(bytes);
  memset(bytes, '#', LARGEST_FILE + 1);
  memcpy(bytes, "a: b\n", 5);
  scanner_harness_write(&harness, "a.yaml", bytes, LARGEST_FILE);
  scanner_harness_write(&harness, "b.yaml", bytes, LARGEST_FILE + 1);
  scanner_harness_write_text(&harness, "c.yaml", "");
  assert_int_equal(truncate(scanner_harness_path(&harness, "c.yaml"), (off_t)1 << 40), 0);
  scanner_harness_write_text(&harness, "d.yaml", "a: b\n");
  scanner_harness_expect(&harness, "add a.yaml 1/1 0+3145728\n"
                                   "problem b.yaml 0 file-too-large 0:0 the file is larger than "
                                   "3145728 bytes (3 MiB): split it, "
                                   "or read it from a pipe\n"
                                   "problem c.yaml 0 file-too-large 0:0 the file is larger than "
                                   "3145728 bytes (3 MiB): split it, "
                                   "or read it from a pipe\n"
                                   "add d.yaml 1/1 0+5\n");
  free(bytes);
}

/* A file of the kernel's has no size and still bytes. */
static void reads_a_file_that_tells_no_size(void **state) {
  struct stat status;

  (void)state;
  if (stat("/proc/sys/kernel/ostype", &status) != 0 || status.st_size != 0)
    skip();
  link_to("/proc/sys/kernel/ostype", "a.yaml");
  scanner_harness_expect(&harness, "add a.yaml 1/1 0+6\n"); /* "Linux" and a line feed */
}

/* In a directory they are passed over; who names one means it. */
static void reports_files_without_a_document(void **state) {
  char path[128];
  struct scanner_record record;

  (void)state;
  scanner_harness_write_text(&harness, "a.yaml", "");
  scanner_harness_write_text(&harness, "b.yaml", "# nothing\n---\n# at all\n");
  scanner_harness_write_text(&harness, "c.json", "null");
  scanner_harness_write_text(&harness, "d.yaml", "\xef\xbb\xbf\n");
  scanner_harness_expect(&harness, "other a.yaml 0 0:0 0-0 / /\n"
                                   "other b.yaml 0 0:0 0-0 / /\n"
                                   "other c.json 0 0:0 0-0 / /\n"
                                   "other d.yaml 0 0:0 0-0 / /\n");
  (void)snprintf(path, sizeof path, "%s/b.yaml", harness.directory);
  assert_int_equal(scanner_harness_list(&harness, path), 0);
  scanner_record_init(&record);
  assert_int_equal(scanner_harness_read(&harness, &record), 0);
  assert_string_equal(
      text_buffer_string(&record.text),
      "problem b.yaml 0 file-empty 0:0 the file holds no document (kubectl finds no "
      "object in it: remove the file, or give it a Job)\n");
  scanner_record_finish(&record);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(follows_links_to_files, set_up, tear_down),
      cmocka_unit_test_setup_teardown(reports_what_is_no_file, set_up, tear_down),
      cmocka_unit_test_setup_teardown(takes_nothing_from_a_pipe, set_up, tear_down),
      cmocka_unit_test_setup_teardown(reports_links_that_lead_nowhere, set_up, tear_down),
      cmocka_unit_test_setup_teardown(reports_a_file_that_vanished, set_up, tear_down),
      cmocka_unit_test_setup_teardown(stays_with_the_directory, set_up, tear_down),
      cmocka_unit_test_setup_teardown(reports_a_file_that_may_not_be_read, set_up, tear_down),
      cmocka_unit_test_setup_teardown(limits_the_size, set_up, tear_down),
      cmocka_unit_test_setup_teardown(reads_a_file_that_tells_no_size, set_up, tear_down),
      cmocka_unit_test_setup_teardown(reports_files_without_a_document, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
