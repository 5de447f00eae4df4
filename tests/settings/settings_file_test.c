/* SPDX-License-Identifier: Apache-2.0 */
/* Which configuration file wins, and where it is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_directory.h"
#include "settings/settings_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each test has a working directory and a configuration directory of its own. */
static int enter(void **state) {
  char path[200];

  if (enter_directory(state) < 0 || mkdir("config", 0700) != 0 ||
      mkdir("config/headgate", 0700) != 0)
    return -1;
  (void)snprintf(path, sizeof path, "%s/config", (const char *)*state);
  return setenv("XDG_CONFIG_HOME", path, 1);
}

static void assert_refused(const char *text, const char *message) {
  struct hg_error error = HG_ERROR_INIT;
  struct settings settings;

  write_file("headgate.yaml", text);
  settings_init(&settings);
  assert_int_equal(configuration_load(&settings, &error), -1);
  assert_string_equal(error.message, message);
  settings_finish(&settings);
}

static void test_no_file_is_fine(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct settings settings;

  (void)state;
  settings_init(&settings);
  assert_int_equal(configuration_load(&settings, &error), 0);
  assert_false(settings.kept.strict);
  settings_finish(&settings);
}

static void test_the_working_directory_adds_to_the_user_file(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct settings settings;

  (void)state;
  write_file("config/headgate/config.yaml",
             "strict: false\nquiet: true\nreporter: [a, b]\nkubectl: bin/kubectl\n"
             "plugin-dir: plugins\noptions: {p: {x: 1, list: [c, d]}}\n");
  write_file("headgate.yaml", "strict: true\nreporter:\n  - c\noptions:\n  p: {x: 2}\n");
  settings_init(&settings);
  assert_int_equal(configuration_load(&settings, &error), 0);
  assert_true(settings.kept.strict);
  assert_true(settings.quiet);
  /* What the user reports to is not switched off. */
  assert_int_equal(settings.reporters.count, 3);
  assert_string_equal(settings.reporters.items[2], "c");
  assert_int_equal(settings.kept.options.count, 4);
  assert_string_equal(settings.kept.options.items[0].option, "kubectl");
  assert_string_equal(settings.kept.options.items[2].value, "c,d");
  assert_non_null(settings.kept.options.items[1].directory);
  assert_false(settings.kept.options.items[1].from_working_directory);
  assert_string_equal(settings.kept.options.items[3].value, "2");
  assert_true(settings.kept.options.items[3].from_working_directory);
  assert_string_equal(settings.kept.options.items[3].origin, "headgate.yaml:5:10: x");
  settings_finish(&settings);
}

static void test_paths_are_relative_to_their_file(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct settings settings;
  char expected[200];

  write_file("config/headgate/config.yaml",
             "history: runs.db\nplugin-dir: plugins\nkubectl: ./kubectl\n");
  settings_init(&settings);
  assert_int_equal(configuration_load(&settings, &error), 0);
  (void)snprintf(expected, sizeof expected, "%s/config/headgate/runs.db", (char *)*state);
  assert_string_equal(settings.history, expected);
  (void)snprintf(expected, sizeof expected, "%s/config/headgate/plugins", (char *)*state);
  assert_string_equal(settings.plugin_dirs.items[0], expected);
  (void)snprintf(expected, sizeof expected, "%s/config/headgate/./kubectl", (char *)*state);
  assert_string_equal(settings.kept.options.items[0].value, expected);
  settings_finish(&settings);
}

static void test_refusals(void **state) {
  (void)state;
  assert_refused("apply: true\n",
                 "headgate.yaml:1:1: 'apply' can be given on the command line only");
  assert_refused("\nkubectl: /tmp/kubectl\n",
                 "headgate.yaml:2:1: 'kubectl' is not taken from the working directory, which may "
                 "be somebody else's: use the flag, or ~/.config/headgate/config.yaml");
  assert_refused("strict: false\n",
                 "headgate.yaml:1:9: 'strict' can only be turned on in the working directory: turn "
                 "it off in ~/.config/headgate/config.yaml");
  assert_refused("jobs-dir: ../jobs\n",
                 "headgate.yaml:1:11: jobs-dir: '../jobs' is outside of the working directory: use "
                 "--jobs-dir, or ~/.config/headgate/config.yaml");
  assert_refused("strikt: true\n",
                 "headgate.yaml:1:1: unknown key 'strikt': did you mean 'strict'?");
  assert_refused("zzzzzz: true\n",
                 "headgate.yaml:1:1: unknown key 'zzzzzz': keys are the long names of flags");
  assert_refused("strict: yes\n", "headgate.yaml:1:9: 'strict' is true or false, not 'yes'");
  assert_refused("strict: [true]\n", "headgate.yaml:1:9: 'strict' takes a single value");
  assert_refused("strict: true\nstrict: true\n",
                 "headgate.yaml:2:1: 'strict' stands twice, first in line 1");
  assert_refused("- a\n", "headgate.yaml:1:1: a configuration file is a mapping");
  assert_refused("options: 3\n", "headgate.yaml:1:10: 'options' maps plugins to their options");
  assert_refused("options: {p: {x: [[a]]}}\n",
                 "headgate.yaml:1:19: an item of a list is a text without a comma");
}

static void test_syntax_errors_have_a_place(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct settings settings;

  (void)state;
  write_file("headgate.yaml", "a: [b\nc: d\n");
  settings_init(&settings);
  assert_int_equal(configuration_load(&settings, &error), -1);
  assert_memory_equal(error.message, "headgate.yaml:", 14);
  settings_finish(&settings);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_no_file_is_fine, enter, leave_directory),
      cmocka_unit_test_setup_teardown(test_the_working_directory_adds_to_the_user_file, enter,
                                      leave_directory),
      cmocka_unit_test_setup_teardown(test_paths_are_relative_to_their_file, enter,
                                      leave_directory),
      cmocka_unit_test_setup_teardown(test_refusals, enter, leave_directory),
      cmocka_unit_test_setup_teardown(test_syntax_errors_have_a_place, enter, leave_directory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
