/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a file that the system makes hard to read: it grows, it shrinks, reads are interrupted,
 * come in pieces or fail, memory is out. The calls of the system are wrapped by the linker. */
#include "file_text.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* What the wrapped calls do. */
static struct {
  off_t told_size;   /* what fstat says; -1: the truth */
  size_t piece;      /* bytes that a read gives at most; 0: all */
  int interruptions; /* reads that fail with EINTR before one works */
  int fail_at;       /* the read, from 1, that fails with EIO; 0: none */
  int reads;
  bool no_memory;
} weather;

int __real_fstat(int descriptor, struct stat *status);
int __wrap_fstat(int descriptor, struct stat *status);
ssize_t __real_read(int descriptor, void *buffer, size_t size);
ssize_t __wrap_read(int descriptor, void *buffer, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);

int __wrap_fstat(int descriptor, struct stat *status) {
  int rc = __real_fstat(descriptor, status);

  if (weather.told_size >= 0)
    status->st_size = weather.told_size;
  return rc;
}

ssize_t __wrap_read(int descriptor, void *buffer, size_t size) {
  weather.reads++;
  if (weather.interruptions > 0) {
    weather.interruptions--;
    errno = EINTR;
    return -1;
  }
  if (weather.reads == weather.fail_at) {
    errno = EIO;
    return -1;
  }
  return __real_read(descriptor, buffer,
                     weather.piece && weather.piece < size ? weather.piece : size);
}

void *__wrap_realloc(void *memory, size_t size) {
  return weather.no_memory ? NULL : __real_realloc(memory, size);
}

struct file {
  struct file_text text;
  struct file_fault fault;
  char name[32];
  size_t length;
};

static char byte_at(size_t index) {
  return (char)('a' + index % 23);
}

/* A file of `length` bytes, read; returns what file_text_read does. */
static int32_t read_file(struct file *file, size_t length) {
  char *bytes = malloc(length + 1);
  int descriptor;
  int32_t rc;

  assert_non_null(bytes);
  for (size_t i = 0; i < length; i++)
    bytes[i] = byte_at(i);
  strcpy(file->name, "/tmp/headgate-scan-XXXXXX");
  descriptor = mkstemp(file->name);
  assert_true(descriptor >= 0);
  assert_int_equal(write(descriptor, bytes, length), (ssize_t)length);
  (void)close(descriptor);
  free(bytes);
  rc = file_text_read(&file->text, AT_FDCWD, file->name, &file->fault);
  (void)unlink(file->name);
  return rc;
}

static void expect_bytes(struct file *file, size_t length) {
  assert_int_equal(read_file(file, length), 0);
  assert_int_equal(file->text.length, length);
  for (size_t i = 0; i < length; i++)
    if (file->text.data[i] != byte_at(i))
      fail_msg("byte %zu of %zu is another", i, length);
}

static int set_up(void **state) {
  struct file *file = calloc(1, sizeof *file);

  file_text_init(&file->text);
  memset(&weather, 0, sizeof weather);
  weather.told_size = -1;
  *state = file;
  return 0;
}

static int tear_down(void **state) {
  struct file *file = *state;

  memset(&weather, 0, sizeof weather);
  file_text_finish(&file->text);
  free(file);
  return 0;
}

static void reads_files_of_any_size(void **state) {
  static const size_t sizes[] = {0, 1, 5, 65535, 65536, 65537, 200000, FILE_TEXT_MAX, 3};

  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    weather.reads = 0;
    expect_bytes(*state, sizes[i]);
    /* One read is enough where nothing is unusual. */
    assert_int_equal(weather.reads, 1);
  }
}

static void reads_in_pieces(void **state) {
  weather.piece = 7;
  expect_bytes(*state, 100);
  weather.piece = 4096;
  expect_bytes(*state, 300000);
  weather.interruptions = 3;
  expect_bytes(*state, 10);
}

static void reads_a_file_that_grows(void **state) {
  struct file *file = *state;

  weather.told_size = 10;
  expect_bytes(file, 11);
  expect_bytes(file, 300000);
  expect_bytes(file, FILE_TEXT_MAX);
  assert_int_equal(read_file(file, FILE_TEXT_MAX + 1), 1);
  assert_string_equal(file->fault.rule, "file-too-large");
  weather.told_size = FILE_TEXT_MAX;
  assert_int_equal(read_file(file, FILE_TEXT_MAX + 1), 1);
  assert_string_equal(file->fault.rule, "file-too-large");
  weather.told_size = 0;
  expect_bytes(file, 0);
  expect_bytes(file, 70000);
}

static void reads_a_file_that_shrinks(void **state) {
  weather.told_size = 100000;
  expect_bytes(*state, 10);
  expect_bytes(*state, 0);
}

static void reports_reads_that_fail(void **state) {
  struct file *file = *state;

  weather.fail_at = 1;
  assert_int_equal(read_file(file, 10), 1);
  assert_string_equal(file->fault.rule, "file-unreadable");
  assert_string_equal(file->fault.message, "the file cannot be read: Input/output error");
  weather.reads = 0;
  weather.fail_at = 3;
  weather.piece = 4;
  assert_int_equal(read_file(file, 10), 1);
  assert_string_equal(file->fault.rule, "file-unreadable");
}

static void fails_without_memory(void **state) {
  weather.no_memory = true;
  assert_int_equal(read_file(*state, 10), -1);
  weather.no_memory = false;
  expect_bytes(*state, 10);
  weather.no_memory = true;
  expect_bytes(*state, 65535);
  assert_int_equal(read_file(*state, 65536), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(reads_files_of_any_size, set_up, tear_down),
      cmocka_unit_test_setup_teardown(reads_in_pieces, set_up, tear_down),
      cmocka_unit_test_setup_teardown(reads_a_file_that_grows, set_up, tear_down),
      cmocka_unit_test_setup_teardown(reads_a_file_that_shrinks, set_up, tear_down),
      cmocka_unit_test_setup_teardown(reports_reads_that_fail, set_up, tear_down),
      cmocka_unit_test_setup_teardown(fails_without_memory, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
