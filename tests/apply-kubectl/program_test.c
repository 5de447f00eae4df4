/* SPDX-License-Identifier: Apache-2.0 */
/* Which file is executed, and the options. */
#include "applier_driver.h"

#include <headgate/plugin.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A kubectl that says who it is. */
static const char script[] = "#!/bin/sh\necho \"$0\"\n";

static char old_path[PATH_MAX];
static char old_directory[PATH_MAX];

/* The working directory is the driver's and holds a kubectl that must not run. */
static int set_up(void **state) {
  struct driver *driver;

  (void)driver_setup(state);
  driver = *state;
  (void)snprintf(old_path, sizeof old_path, "%s", getenv("PATH"));
  assert_non_null(getcwd(old_directory, sizeof old_directory));
  assert_int_equal(chdir(driver->directory), 0);
  (void)driver_write(driver, "kubectl", script, 0700);
  assert_int_equal(mkdir("bin", 0700), 0);
  assert_int_equal(mkdir("other", 0700), 0);
  driver->kubectl = NULL;
  driver_add(driver, "one");
  return 0;
}

static int tear_down(void **state) {
  (void)setenv("PATH", old_path, 1);
  assert_int_equal(chdir(old_directory), 0);
  return driver_teardown(state);
}

/* PATH is `format` with the driver's directory in the place of each %s. */
static void set_path(struct driver *driver, const char *format) {
  char path[PATH_MAX];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  (void)snprintf(path, sizeof path, format, driver->directory, driver->directory);
#pragma GCC diagnostic pop
  (void)setenv("PATH", path, 1);
}

static void expect_runs(struct driver *driver, const char *relative) {
  char expected[PATH_MAX];

  (void)snprintf(expected, sizeof expected, "%s/%s\n", driver->directory, relative);
  assert_int_equal(driver_run(driver), 0);
  driver_expect_unconfirmed(driver, 0); /* which it was is all that it said */
  assert_string_equal(driver->jobs[0].result.stdout_text.data, expected);
}

static void expect_fails(struct driver *driver, const char *relative, const char *reason) {
  char expected[PATH_MAX];

  (void)snprintf(expected, sizeof expected, "%s%s%s%s", relative ? driver->directory : "",
                 relative ? "/" : "", relative ? relative : "", reason);
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, 0, expected);
  assert_int_equal(driver->jobs[0].result.duration_ms, 0);
  assert_string_equal(driver->jobs[0].result.failure_class,
                      strstr(reason, "does not exist") || strstr(reason, "not found")
                          ? "kubectl-missing"
                          : "kubectl-not-executable");
  assert_string_equal(driver->log, "error Apply failed: one\n");
}

static const char not_found[] = "kubectl was not found in PATH: install it or give --kubectl PATH";

static void test_first_in_path(void **state) {
  struct driver *driver = *state;

  (void)driver_write(driver, "bin/kubectl", script, 0700);
  (void)driver_write(driver, "other/kubectl", script, 0700);
  set_path(driver, "/nonexistent:%s/other:%s/bin");
  expect_runs(driver, "other/kubectl");
}

static void test_symbolic_link_in_path(void **state) {
  struct driver *driver = *state;

  assert_int_equal(symlink("../kubectl", "bin/kubectl"), 0);
  set_path(driver, "%s/bin");
  expect_runs(driver, "bin/kubectl");
}

/* What is no program is passed over, as a shell does. */
static void test_others_are_passed_over(void **state) {
  struct driver *driver = *state;

  assert_int_equal(mkdir("bin/kubectl", 0700), 0);
  (void)driver_write(driver, "other/kubectl", script, 0700);
  set_path(driver, "%s/bin:%s/other");
  expect_runs(driver, "other/kubectl");
}

static void test_nothing_from_the_working_directory(void **state) {
  static const char *const paths[] = {
      "",   ".",    ":",   "::/nonexistent", "/nonexistent:", "/nonexistent:.",
      "./", "..:.", "bin", ":bin",
  };
  struct driver *driver = *state;

  (void)driver_write(driver, "bin/kubectl", script, 0700);
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    (void)setenv("PATH", paths[i], 1);
    memset(&driver->jobs[0], 0, sizeof driver->jobs[0]);
    free(driver->log);
    driver->log = NULL;
    expect_fails(driver, NULL, not_found);
  }
}

static void test_working_directory_before_a_good_one(void **state) {
  struct driver *driver = *state;

  (void)driver_write(driver, "bin/kubectl", script, 0700);
  set_path(driver, ".::%s/bin");
  expect_runs(driver, "bin/kubectl");
}

static void test_every_job_fails_without_kubectl(void **state) {
  struct driver *driver = *state;

  driver_add(driver, "two");
  driver_add(driver, "three");
  (void)setenv("PATH", "/nonexistent", 1);
  assert_int_equal(driver_run(driver), 0);
  for (uint64_t i = 0; i < 3; i++)
    driver_expect(driver, i, HG_STATUS_FAILED, -1, 0, not_found);
  assert_string_equal(driver->log, "error Apply failed: one\nerror Apply failed: two\n"
                                   "error Apply failed: three\n");
}

static void test_not_executable_in_path(void **state) {
  struct driver *driver = *state;

  (void)driver_write(driver, "bin/kubectl", script, 0600);
  set_path(driver, "/nonexistent:%s/bin");
  expect_fails(driver, "bin/kubectl",
               " may not be executed: make it executable (chmod +x), or give the path of another "
               "kubectl with --kubectl PATH");
}

static void test_option(void **state) {
  struct driver *driver = *state;

  (void)setenv("PATH", "/nonexistent", 1);
  driver->kubectl = driver_write(driver, "bin/kubectl-1.33", script, 0700);
  expect_runs(driver, "bin/kubectl-1.33");
}

static void test_option_name_is_looked_for_in_path(void **state) {
  struct driver *driver = *state;

  (void)driver_write(driver, "kubectl-1.33", script, 0700);
  (void)driver_write(driver, "bin/kubectl-1.33", script, 0700);
  set_path(driver, ".:%s/bin");
  driver->kubectl = "kubectl-1.33";
  expect_runs(driver, "bin/kubectl-1.33");
}

static void test_option_that_does_not_exist(void **state) {
  struct driver *driver = *state;

  driver->kubectl = driver_path(driver, "none");
  expect_fails(driver, "none", " does not exist: give the path of kubectl with --kubectl PATH");
}

static void test_option_is_a_directory(void **state) {
  struct driver *driver = *state;

  driver->kubectl = driver_path(driver, "bin");
  expect_fails(driver, "bin",
               " is not a program but a directory or a special file: give the path of kubectl with "
               "--kubectl PATH");
}

static void test_option_is_not_executable(void **state) {
  struct driver *driver = *state;

  driver->kubectl = driver_write(driver, "bin/kubectl", script, 0600);
  expect_fails(driver, "bin/kubectl",
               " may not be executed: make it executable (chmod +x), or give the path of another "
               "kubectl with --kubectl PATH");
}

/* A FIFO would be waited on for ever. */
static void test_option_is_a_fifo(void **state) {
  struct driver *driver = *state;

  driver->kubectl = driver_path(driver, "fifo");
  assert_int_equal(mkfifo(driver->kubectl, 0700), 0);
  expect_fails(driver, "fifo",
               " is not a program but a directory or a special file: give the path of kubectl with "
               "--kubectl PATH");
}

static void test_path_is_made_visible(void **state) {
  struct driver *driver = *state;

  driver->kubectl = "/no\033[31m\nsuch\xff";
  expect_fails(driver, NULL,
               "/no\\x1b[31m\\nsuch\\xff does not exist: give the path of kubectl with --kubectl "
               "PATH");
}

static void test_defaults(void **state) {
  static const struct {
    const char *name;
    const char *value;
  } rows[] = {{"kubectl", NULL}, {"timeout", "30"}, {"grace", "5"},         {"parallel", "4"},
              {"batch", "1"},    {"retries", "2"},  {"retry-delay", "1000"}};
  struct driver *driver = *state;
  const struct hg_plugin *plugin = driver_plugin(driver);

  assert_int_equal(plugin->option_count, sizeof rows / sizeof *rows);
  for (uint32_t i = 0; i < plugin->option_count; i++) {
    assert_string_equal(plugin->options[i].name, rows[i].name);
    if (rows[i].value)
      assert_string_equal(plugin->options[i].default_value, rows[i].value);
    else
      assert_null(plugin->options[i].default_value);
  }
}

static void test_empty_option(void **state) {
  struct driver *driver = *state;

  driver->kubectl = "";
  assert_int_equal(driver_run(driver), -1);
  assert_int_equal(driver->error.code, HG_ERROR_INVALID);
  assert_string_equal(driver->error.message, "--kubectl needs a path, not an empty text");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_first_in_path),
      TEST(test_symbolic_link_in_path),
      TEST(test_others_are_passed_over),
      TEST(test_nothing_from_the_working_directory),
      TEST(test_working_directory_before_a_good_one),
      TEST(test_every_job_fails_without_kubectl),
      TEST(test_not_executable_in_path),
      TEST(test_option),
      TEST(test_option_name_is_looked_for_in_path),
      TEST(test_option_that_does_not_exist),
      TEST(test_option_is_a_directory),
      TEST(test_option_is_not_executable),
      TEST(test_option_is_a_fifo),
      TEST(test_path_is_made_visible),
      TEST(test_defaults),
      TEST(test_empty_option),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
