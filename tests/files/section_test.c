/* SPDX-License-Identifier: Apache-2.0 */
/* A section must give back what was put in, wherever it was kept meanwhile. */
#include "files/section.h"

#include "text/visible_text.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[PATH_MAX]; /* $TMPDIR, of this test alone */

static int32_t collect(const struct hg_output *output, const char *data, uint64_t length,
                       struct hg_error *err) {
  (void)err;
  text_buffer_append(output->context, data, length);
  return 0;
}

static int32_t refuse(const struct hg_output *output, const char *data, uint64_t length,
                      struct hg_error *err) {
  (void)output;
  (void)data;
  (void)length;
  return hg_error_set(err, HG_ERROR_IO, "refused");
}

static void assert_holds(const struct section *section, const char *expected, size_t length) {
  struct text_buffer collected;
  const struct hg_output output = {
      .struct_size = sizeof output, .context = &collected, .write = collect};
  struct hg_error err = HG_ERROR_INIT;

  text_buffer_init(&collected);
  assert_int_equal(section_write(section, &output, &err), 0);
  assert_int_equal(collected.length, length);
  if (length > 0)
    assert_memory_equal(collected.data, expected, length);
  text_buffer_finish(&collected);
}

static void gives_back_what_was_put_in(void **state) {
  static const size_t limits[] = {0, 1, 10, 100, 5000, 1000000};
  struct hg_error err = HG_ERROR_INIT;

  (void)state;
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
    struct text_buffer expected;
    struct section section;

    text_buffer_init(&expected);
    section_init(&section, limits[i]);
    assert_true(section_is_empty(&section));
    assert_holds(&section, "", 0);
    for (int line = 0; line < 3000; line++) {
      text_buffer_printf(&expected, "line %d\n", line);
      text_buffer_printf(&section.text, "line %d\n", line);
      assert_int_equal(section_keep(&section, &err), 0);
      assert_true(section.text.length <= limits[i]);
      assert_false(section_is_empty(&section));
    }
    assert_int_equal(section.spilled > 0, expected.length > limits[i]);
    assert_holds(&section, expected.data, expected.length);
    assert_holds(&section, expected.data, expected.length);
    section_finish(&section);
    assert_true(section_is_empty(&section));
    text_buffer_finish(&expected);
  }
}

static void one_long_line_gives_its_memory_back(void **state) {
  struct hg_error err = HG_ERROR_INIT;
  struct section section;

  (void)state;
  section_init(&section, 1000);
  text_buffer_printf(&section.text, "%1000000s", "x");
  assert_int_equal(section_keep(&section, &err), 0);
  assert_true(section.text.capacity <= 4000);
  assert_int_equal(section.spilled, 1000000);
  section_finish(&section);
}

/* The same text as visible_lines_append gives, whatever the pieces in which it is handled. */
static void appends_lines(void **state) {
  static const char pattern[] = "plain text, 한글 😀\n\n\x1b[31m\xff\x80\x80\x80\x80\xed\x95\r";
  struct hg_error err = HG_ERROR_INIT;
  struct text_buffer data;
  struct text_buffer expected;
  struct section section;

  (void)state;
  text_buffer_init(&data);
  text_buffer_init(&expected);
  for (int i = 0; i < 4000; i++)
    text_buffer_append(&data, pattern, sizeof pattern - 1 - (size_t)(i % 7 == 0));
  for (size_t line = 0; line < 60000; line++)
    text_buffer_append_string(&data, "글");
  for (size_t length = data.length - 9; length <= data.length; length++) {
    text_buffer_reset(&expected);
    section_init(&section, 3000);
    visible_lines_append(&expected, data.data, length, ">>");
    assert_int_equal(section_append_lines(&section, data.data, length, ">>", &err), 0);
    assert_holds(&section, expected.data, expected.length);
    section_finish(&section);
  }
  text_buffer_finish(&data);
  text_buffer_finish(&expected);
}

static void leaves_no_file_behind(void **state) {
  struct hg_error err = HG_ERROR_INIT;
  struct section section;
  struct dirent *entry;
  DIR *files;

  (void)state;
  section_init(&section, 0);
  text_buffer_append_string(&section.text, "secret");
  assert_int_equal(section_keep(&section, &err), 0);
  assert_true(section.file >= 0);
  files = opendir(directory);
  assert_non_null(files);
  while ((entry = readdir(files)))
    assert_int_equal(entry->d_name[0], '.');
  (void)closedir(files);
  section_finish(&section);
}

static void says_where_it_cannot_write(void **state) {
  struct hg_error err = HG_ERROR_INIT;
  struct section section;

  (void)state;
  assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
  section_init(&section, 0);
  text_buffer_append_string(&section.text, "x");
  assert_int_equal(section_keep(&section, &err), -1);
  assert_int_equal(err.code, HG_ERROR_IO);
  assert_string_equal(err.message,
                      "cannot make the report's temporary file in /nowhere/at/all: No such file "
                      "or directory; set TMPDIR to a directory with room");
  section_finish(&section);
  assert_int_equal(setenv("TMPDIR", directory, 1), 0);
}

/* A limit on the size of files stands for a full disk. */
static void says_that_the_disk_is_full(void **state) {
  int status = -1;
  pid_t child = fork();

  (void)state;
  assert_true(child >= 0);
  if (child == 0) {
    const struct rlimit limit = {100000, 100000};
    struct hg_error err = HG_ERROR_INIT;
    struct section section;
    int32_t kept = 0;

    (void)signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
      _exit(2);
    section_init(&section, 1000);
    for (int i = 0; i < 1000 && kept == 0; i++) {
      text_buffer_printf(&section.text, "%200s", "x");
      kept = section_keep(&section, &err);
    }
    section_finish(&section);
    _exit(kept == -1 && err.code == HG_ERROR_IO &&
                  strstr(err.message, "cannot write the report's temporary file in ")
              ? 0
              : 1);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

static void passes_on_that_the_output_failed(void **state) {
  const struct hg_output output = {.struct_size = sizeof output, .write = refuse};
  struct section section;

  (void)state;
  for (size_t limit = 0; limit < 200; limit += 100) {
    struct hg_error err = HG_ERROR_INIT;

    section_init(&section, limit);
    assert_int_equal(section_write(&section, &output, &err), 0);
    text_buffer_append_string(&section.text, "something");
    assert_int_equal(section_keep(&section, &err), 0);
    assert_int_equal(section_write(&section, &output, &err), -1);
    assert_string_equal(err.message, "refused");
    section_finish(&section);
  }
}

static void says_that_memory_is_out(void **state) {
  const struct hg_output output = {.struct_size = sizeof output, .write = refuse};
  struct hg_error err = HG_ERROR_INIT;
  struct section section;

  (void)state;
  section_init(&section, 1000);
  section.text.failed = true;
  assert_int_equal(section_keep(&section, &err), -1);
  assert_int_equal(err.code, HG_ERROR_NO_MEMORY);
  assert_int_equal(section_write(&section, &output, &err), -1);
  assert_int_equal(err.code, HG_ERROR_NO_MEMORY);
  section_finish(&section);
}

static int make_directory(void **state) {
  const char *parent = getenv("TMPDIR");

  (void)state;
  (void)snprintf(directory, sizeof directory, "%s/headgate-section-XXXXXX",
                 parent && *parent ? parent : "/tmp");
  return mkdtemp(directory) && setenv("TMPDIR", directory, 1) == 0 ? 0 : -1;
}

static int remove_directory(void **state) {
  (void)state;
  return rmdir(directory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gives_back_what_was_put_in),
      cmocka_unit_test(one_long_line_gives_its_memory_back),
      cmocka_unit_test(appends_lines),
      cmocka_unit_test(leaves_no_file_behind),
      cmocka_unit_test(says_where_it_cannot_write),
      cmocka_unit_test(says_that_the_disk_is_full),
      cmocka_unit_test(passes_on_that_the_output_failed),
      cmocka_unit_test(says_that_memory_is_out),
  };

  return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
