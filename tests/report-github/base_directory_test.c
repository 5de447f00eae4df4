/* SPDX-License-Identifier: Apache-2.0 */
/* Paths from another directory, by name, through links, and where there is nothing. */
#include "report/base_directory.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* /tmp/X/real/repo/deploy is the working directory, /tmp/X/link leads to /tmp/X/real. */
static char top[PATH_MAX];

static int make_directories(void **state) {
  char name[] = "/tmp/headgate-base-XXXXXX";

  (void)state;
  assert_non_null(mkdtemp(name));
  assert_non_null(realpath(name, top));
  assert_int_equal(chdir(top), 0);
  assert_int_equal(mkdir("real", 0700), 0);
  assert_int_equal(mkdir("real/repo", 0700), 0);
  assert_int_equal(mkdir("real/repo/deploy", 0700), 0);
  assert_int_equal(symlink("real", "link"), 0);
  return chdir("real/repo/deploy");
}

static int remove_directories(void **state) {
  (void)state;
  assert_int_equal(chdir(top), 0);
  (void)unlink("link");
  (void)rmdir("real/repo/deploy");
  (void)rmdir("real/repo");
  (void)rmdir("real");
  return chdir("/") != 0 || rmdir(top) != 0 ? -1 : 0;
}

static void assert_named(const char *base_path, const char *path, const char *expected) {
  struct base_directory base;
  struct hg_error err = HG_ERROR_INIT;
  struct text_buffer text;
  char full_base[PATH_MAX + 100] = "";
  char full_path[PATH_MAX + 100];

  if (base_path)
    (void)snprintf(full_base, sizeof full_base, "%s%s", *base_path == '/' ? top : "", base_path);
  (void)snprintf(full_path, sizeof full_path, "%s%s", *path == '/' ? top : "", path);
  assert_int_equal(base_directory_init(&base, base_path ? full_base : NULL, &err), 0);
  text_buffer_init(&text);
  base_directory_append(&base, &text, full_path);
  if (!expected)
    expected = full_path;
  assert_string_equal(text_buffer_string(&text), expected);
  text_buffer_finish(&text);
  base_directory_finish(&base);
}

static void names_what_lies_in_the_base(void **state) {
  (void)state;
  assert_named("/real/repo", "out/a.yaml", "deploy/out/a.yaml");
  assert_named("/real/repo/", "./out//a.yaml", "deploy/out/a.yaml");
  assert_named("/real/repo/deploy", "out/a.yaml", "out/a.yaml");
  assert_named("/real/repo", "../out/a.yaml", "out/a.yaml");
  assert_named("/real/repo", "/real/repo/x/../a.yaml", "a.yaml");
  assert_named("/real/./x/../repo", "/real/repo/a.yaml", "a.yaml");
  assert_named("..", "a.yaml", "deploy/a.yaml");
}

static void sees_through_links(void **state) {
  (void)state;
  assert_named("/link/repo", "out/a.yaml", "deploy/out/a.yaml");
  assert_named("/link/repo", "/link/repo/a.yaml", "a.yaml");
  assert_named("/link/repo", "/real/repo/a.yaml", "a.yaml");
}

static void leaves_alone_what_lies_outside(void **state) {
  (void)state;
  assert_named("/real/repo", "../../a.yaml", NULL);
  assert_named("/real/repo", "/real/repository/a.yaml", NULL);
  assert_named("/real/repo", "/real/repo", NULL);
  assert_named("/real/repo", "/real/repo/..", NULL);
  assert_named("/gone", "out/a.yaml", NULL);
  assert_named(NULL, "out/a.yaml", NULL);
  assert_named("", "out/a.yaml", NULL);
  assert_named("/real/repo", "../../../../../../../../../../../../a.yaml", NULL);
  assert_named("/real/repo", "", "deploy");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_what_lies_in_the_base),
      cmocka_unit_test(sees_through_links),
      cmocka_unit_test(leaves_alone_what_lies_outside),
  };

  return cmocka_run_group_tests(tests, make_directories, remove_directories);
}
