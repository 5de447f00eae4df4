/* SPDX-License-Identifier: Apache-2.0 */
/* What the reporter of plugins/README.md writes. Run by example_test.py, which has built it:
 * REPORTER_EXAMPLE is the plugin, README_FILES a directory with the outputs that the README shows.
 */
#include "reporter_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int open_example(void **state) {
  const char *plugin = getenv("REPORTER_EXAMPLE");

  (void)state;
  return plugin ? open_reporter(plugin) : -1;
}

static const char *report(const char *name) {
  write_named(name, 0);
  return text_buffer_string(&harness.written);
}

static void says_what_it_is(void **state) {
  (void)state;
  assert_string_equal(harness.plugin->name, "report-outcomes");
  assert_int_equal(harness.plugin->abi_minor_required, 0);
  assert_int_equal(harness.plugin->option_count, 1);
  assert_string_equal(harness.plugin->options[0].name, "failed-only");
}

static void writes_what_the_readme_shows(void **state) {
  const char *directory = getenv("README_FILES");

  (void)state;
  assert_non_null(directory);
  (void)report("dry-run");
  assert_golden(&harness, directory, "outcomes.txt");
}

static void writes_every_outcome(void **state) {
  (void)state;
  assert_string_equal(report("apply-mixed"), "ok      default/created\n"
                                             "FAILED  default/refused\n"
                                             "FAILED  default/silent\n"
                                             "FAILED  default/hanging\n"
                                             "FAILED  default/missing\n"
                                             "ok      default/unchanged\n"
                                             "2 ok, 4 failed, 0 skipped\n");
  assert_string_equal(report("apply-stopped"), "ok      default/first\n"
                                               "skipped default/second\n"
                                               "skipped default/third\n"
                                               "1 ok, 0 failed, 2 skipped: interrupted\n");
  assert_string_equal(report("ended-early"), "0 ok, 0 failed, 0 skipped: interrupted\n");
  assert_string_equal(report("never-started"), "0 ok, 0 failed, 0 skipped: out of memory\n");
}

static void leaves_out_what_did_not_fail(void **state) {
  (void)state;
  set_option("failed-only", "true");
  assert_string_equal(report("apply-mixed"), "FAILED  default/refused\n"
                                             "FAILED  default/silent\n"
                                             "FAILED  default/hanging\n"
                                             "FAILED  default/missing\n"
                                             "2 ok, 4 failed, 0 skipped\n");
  set_option(NULL, NULL);
}

static void writes_nothing_that_a_terminal_obeys(void **state) {
  const char *written;

  (void)state;
  written = report("apply-hostile");
  assert_non_null(strstr(written, "ok      default/job?[2J?[FAILED JOBS]\n"));
  for (size_t i = 0; i < harness.written.length; i++)
    assert_true(written[i] == '\n' || (written[i] >= ' ' && written[i] <= '~'));
}

static void every_write_may_fail(void **state) {
  (void)state;
  for (uint64_t failing = 1; failing <= 7; failing++) {
    harness.failing_write = failing;
    assert_int_equal(reporter_harness_create(&harness, 0), 0);
    assert_int_equal(sample_run("apply-mixed")->feed(&harness), -1);
    reporter_harness_destroy(&harness);
    assert_string_equal(harness.err.message, "no space left on the test");
    assert_int_equal(harness.writes, failing);
  }
  harness.failing_write = 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(says_what_it_is),
      cmocka_unit_test(writes_what_the_readme_shows),
      cmocka_unit_test(writes_every_outcome),
      cmocka_unit_test(leaves_out_what_did_not_fail),
      cmocka_unit_test(writes_nothing_that_a_terminal_obeys),
      cmocka_unit_test(every_write_may_fail),
  };

  return cmocka_run_group_tests(tests, open_example, close_harness);
}
