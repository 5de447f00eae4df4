/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a Job whose kubectl ran to its end: argv, outputs, status, reason, log, sink. */
#include "applier_driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MIB = 1024 * 1024 };

static void test_success(void **state) {
  struct driver *driver = *state;
  const struct hg_job_result *result = &driver->jobs[0].result;
  char expected[512];

  driver_add(driver, "one");
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_SUCCESS, 0, 0, "");
  assert_string_equal(result->stdout_text.data, "job.batch/one created\n");
  assert_int_equal(result->stdout_text.length, strlen("job.batch/one created\n"));
  assert_int_equal(result->stderr_text.length, 0);
  assert_int_equal(result->flags, 0);
  assert_int_equal(strlen(result->timestamp), strlen("2026-11-23T09:05:07.042Z"));
  assert_int_equal(result->timestamp[23], 'Z');
  assert_true(result->duration_ms >= 0 && result->duration_ms < 60000);
  (void)snprintf(expected, sizeof expected,
                 "debug kubectl is " FAKE_KUBECTL "\n"
                 "info Executing kubectl: kubectl apply -f %s/one.yaml\n"
                 "info Applied successfully: one\n",
                 driver->directory);
  assert_string_equal(driver->log, expected);
}

/* Exit status 0 alone is no success: kubectl must have named this Job. */
static void test_success_is_what_kubectl_confirmed(void **state) {
  struct driver *driver = *state;

  driver_script(driver, "silent.yaml silent\nother.yaml say job.batch/one created\n"
                        "kind.yaml say pod/kind created\nverb.yaml say job.batch/verb deleted\n"
                        "dry.yaml say job.batch/dry created (server dry run)\n"
                        "new.yaml ok\nsame.yaml unchanged\nchanged.yaml configured\n"
                        "apart.yaml say job.batch/apart serverside-applied\n");
  for (const char *const *name = (const char *const[]){"silent", "other", "kind", "verb", "dry",
                                                       "new", "same", "changed", "apart", NULL};
       *name; name++)
    driver_add(driver, *name);
  assert_int_equal(driver_run(driver), 0);
  for (uint64_t i = 0; i < 5; i++)
    driver_expect_unconfirmed(driver, i);
  assert_string_equal(
      driver->jobs[0].result.reason,
      "kubectl exited with status 0, and did not confirm this Job: it said nothing");
  assert_string_equal(driver->jobs[1].result.reason,
                      "kubectl exited with status 0, and did not confirm this Job: it said "
                      "job.batch/one created");
  for (uint64_t i = 5; i < 9; i++)
    driver_expect(driver, i, HG_STATUS_SUCCESS, 0, 0, "");
  assert_int_equal(driver->jobs[5].result.verb, HG_VERB_CREATED);
  assert_int_equal(driver->jobs[6].result.verb, HG_VERB_UNCHANGED);
  assert_int_equal(driver->jobs[7].result.verb, HG_VERB_CONFIGURED);
  assert_int_equal(driver->jobs[8].result.verb, HG_VERB_NONE); /* nobody said which */
}

static void test_one_after_another_in_plan_order(void **state) {
  struct driver *driver = *state;

  driver_script(driver, "b.yaml fail 1 no\n* unchanged\n");
  driver_add(driver, "c");
  driver_add(driver, "b");
  driver_add(driver, "a");
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_SUCCESS, 0, 0, "");
  driver_expect(driver, 1, HG_STATUS_FAILED, 1, 0, "kubectl exited with status 1: no");
  driver_expect(driver, 2, HG_STATUS_SUCCESS, 0, 0, "");
  assert_string_equal(driver->events, "start c\nfinish c\nstart b\nfinish b\nstart a\nfinish a\n");
  assert_string_equal(driver->jobs[1].result.stderr_text.data, "no\n");
  assert_string_equal(driver->jobs[1].result.stdout_text.data, "");
  assert_string_equal(driver->jobs[2].result.stdout_text.data, "job.batch/a unchanged\n");
  assert_non_null(strstr(driver->log, "\nerror Apply failed: b\n"));
}

static void test_any_status_but_zero_is_a_failure(void **state) {
  struct driver *driver = *state;

  driver_script(driver, "* fail 125 a\\nb\n");
  driver_add(driver, "one");
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_FAILED, 125, 0, "kubectl exited with status 125: a b");
  assert_string_equal(driver->jobs[0].result.stderr_text.data, "a\nb\n");
}

static void test_end_by_signal(void **state) {
  struct driver *driver = *state;

  driver_script(driver, "a.yaml signal 9\nb.yaml signal 15\nc.yaml signal 34\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  driver_add(driver, "c");
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_FAILED, -1, 9, "kubectl was ended by signal 9 (Killed)");
  driver_expect(driver, 1, HG_STATUS_FAILED, -1, 15, "kubectl was ended by signal 15 (Terminated)");
  driver_expect(driver, 2, HG_STATUS_FAILED, -1, 34, "kubectl was ended by signal 34");
}

/* No shell comes near the words: each is one argument, whatever it holds. */
static void test_argv_is_the_plan_s(void **state) {
  struct driver *driver = *state;
  const char *const command[] = {"kubectl",   "apply",
                                 "-f",        "-",
                                 "--context", "a b; touch x `y` $(z) $HOME \"q\" 'p' \\ * ?",
                                 "",          "two\nlines",
                                 "한글 \xff", "--kubeconfig=~/x",
                                 NULL};
  const char document[] = "metadata:\n  name: one\n";

  driver_script(driver, "one print-arguments\n");
  driver_add_command(driver, "one", command);
  driver->jobs[0].input = (struct hg_bytes){document, strlen(document)};
  assert_int_equal(driver_run(driver), 0);
  driver_expect_unconfirmed(driver, 0);
  assert_string_equal(driver->jobs[0].result.stdout_text.data,
                      "kubectl\napply\n-f\n-\n--context\n"
                      "a b; touch x `y` $(z) $HOME \"q\" 'p' \\ * ?\n\ntwo\nlines\n"
                      "한글 \xff\n--kubeconfig=~/x\n");
  /* The log line is UTF-8 and one line. */
  assert_non_null(strstr(driver->log, "kubectl apply -f - --context 'a b; touch x `y` $(z) $HOME "
                                      "\"q\" '\\''p'\\'' \\ * ?' '' 'two\\nlines' '한글 \\xff' "
                                      "'--kubeconfig=~/x'\n"));
}

static void test_output_is_taken_as_it_is(void **state) {
  struct driver *driver = *state;
  const struct hg_job_result *result = &driver->jobs[0].result;

  driver->kubectl = driver_write(driver, "binary", "#!/bin/sh\nprintf 'a\\0b\\377'\n", 0700);
  driver_add(driver, "one");
  assert_int_equal(driver_run(driver), 0);
  driver_expect_unconfirmed(driver, 0);
  assert_int_equal(result->stdout_text.length, 4);
  assert_memory_equal(result->stdout_text.data, "a\0b\xff", 4);
}

static void expect_x(const struct hg_bytes *bytes, uint64_t length) {
  assert_int_equal(bytes->length, length);
  for (uint64_t i = 0; i < length; i++)
    if (bytes->data[i] != 'x')
      fail_msg("byte %llu is not what was written", (unsigned long long)i);
}

static void test_floods_are_cut_at_one_mib(void **state) {
  struct driver *driver = *state;
  const struct hg_bytes *output = &driver->jobs[0].result.stdout_text;

  driver_script(driver, "out.yaml flood stdout 100000000\nerr.yaml flood stderr 100000000 1\n"
                        "fits.yaml flood stdout 1048576\nover.yaml flood stderr 1048577\n");
  driver_add(driver, "out");
  driver_add(driver, "err");
  driver_add(driver, "fits");
  driver_add(driver, "over");
  assert_int_equal(driver_run(driver), 0);
  driver_expect_unconfirmed(driver, 0);
  expect_x(output, MIB);
  assert_int_equal(driver->jobs[0].result.flags, HG_RESULT_STDOUT_CUT);
  assert_int_equal(driver->jobs[1].result.status, HG_STATUS_FAILED);
  assert_in_range(strlen(driver->jobs[1].result.reason), 400, 500); /* not all of it */
  expect_x(&driver->jobs[1].result.stderr_text, MIB);
  assert_int_equal(driver->jobs[1].result.flags, HG_RESULT_STDERR_CUT);
  expect_x(&driver->jobs[2].result.stdout_text, MIB);
  assert_int_equal(driver->jobs[2].result.flags, 0);
  expect_x(&driver->jobs[3].result.stderr_text, MIB);
  assert_int_equal(driver->jobs[3].result.flags, HG_RESULT_STDERR_CUT);
}

/* What one Job wrote is not in the next one's result. */
static void test_outputs_do_not_mix(void **state) {
  struct driver *driver = *state;

  driver_script(driver, "a.yaml flood stdout 2000000\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  assert_int_equal(driver_run(driver), 0);
  assert_string_equal(driver->jobs[1].result.stdout_text.data, "job.batch/b created\n");
  assert_int_equal(driver->jobs[1].result.flags, 0);
}

static const char *const from_input[] = {"kubectl", "apply", "-f", "-", NULL};

static void test_document_on_standard_input(void **state) {
  struct driver *driver = *state;
  const char head[] = "metadata:\n  name: one\n# ";
  char *document = malloc(3 * MIB);

  /* More than a pipe holds: fed as the child reads, while its own output comes back. */
  assert_non_null(document);
  memset(document, 'x', 3 * MIB);
  memcpy(document, head, strlen(head));
  driver_script(driver, "one print-input\n");
  driver_add_command(driver, "one", from_input);
  driver->jobs[0].input = (struct hg_bytes){document, 3 * MIB};
  assert_int_equal(driver_run(driver), 0);
  driver_expect_unconfirmed(driver, 0);
  assert_int_equal(driver->jobs[0].result.flags, HG_RESULT_STDOUT_CUT);
  assert_memory_equal(driver->jobs[0].result.stdout_text.data, document, MIB);
  free(document);
}

static void test_empty_standard_input_ends(void **state) {
  struct driver *driver = *state;

  driver_add_command(driver, "one", from_input);
  driver->jobs[0].input = (struct hg_bytes){"", 0};
  assert_int_equal(driver_run(driver), 0);
  driver_expect_unconfirmed(driver, 0);
}

/* The child never looks at 3 MiB of input: no error of ours, and no SIGPIPE, which would end this
 * program. */
static void test_input_that_nobody_reads(void **state) {
  struct driver *driver = *state;
  char *document = calloc(3, MIB);

  assert_non_null(document);
  driver_script(driver, "b.yaml fail 1 no\n");
  driver_add(driver, "a");
  driver_add(driver, "b");
  driver->jobs[0].input = driver->jobs[1].input = (struct hg_bytes){document, 3 * MIB};
  assert_int_equal(driver_run(driver), 0);
  driver_expect(driver, 0, HG_STATUS_SUCCESS, 0, 0, "");
  driver_expect(driver, 1, HG_STATUS_FAILED, 1, 0, "kubectl exited with status 1: no");
  free(document);
}

static void test_without_input_there_is_none(void **state) {
  struct driver *driver = *state;

  driver_add_command(driver, "one", from_input);
  assert_int_equal(driver_run(driver), 0);
  driver_expect_unconfirmed(driver, 0);
  assert_string_equal(driver->jobs[0].result.stdout_text.data, "");
}

static void test_host_skips_and_stops(void **state) {
  struct driver *driver = *state;

  driver_add(driver, "a");
  driver_add(driver, "b");
  driver_add(driver, "c");
  driver_add(driver, "d");
  driver->jobs[0].answer = HG_LAUNCH_SKIP;
  driver->jobs[2].answer = HG_START_STOP;
  assert_int_equal(driver_run(driver), 0);
  assert_string_equal(driver->events, "ask a\nstart b\nfinish b\nask c\n");
  assert_string_equal(strchr(driver_read(driver, driver_path(driver, "starts")), '\n'), "\n");
}

/* An answer of a host that this plugin does not know must not launch anything. */
static void test_unknown_answer_stops(void **state) {
  struct driver *driver = *state;

  driver_add(driver, "a");
  driver_add(driver, "b");
  driver->jobs[0].answer = 7;
  assert_int_equal(driver_run(driver), 0);
  assert_string_equal(driver->events, "ask a\n");
  assert_string_equal(driver_read(driver, driver_path(driver, "starts")), "");
}

static void test_finish_can_stop(void **state) {
  struct driver *driver = *state;

  driver_add(driver, "a");
  driver_add(driver, "b");
  driver->jobs[0].stop_after = -1;
  assert_int_equal(driver_run(driver), 0);
  assert_string_equal(driver->events, "start a\nfinish a\n");
}

static void test_empty_plan(void **state) {
  struct driver *driver = *state;

  assert_int_equal(driver_run(driver), 0);
  assert_null(driver->events);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, driver_setup, driver_teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_success),
      TEST(test_success_is_what_kubectl_confirmed),
      TEST(test_one_after_another_in_plan_order),
      TEST(test_any_status_but_zero_is_a_failure),
      TEST(test_end_by_signal),
      TEST(test_argv_is_the_plan_s),
      TEST(test_output_is_taken_as_it_is),
      TEST(test_floods_are_cut_at_one_mib),
      TEST(test_outputs_do_not_mix),
      TEST(test_document_on_standard_input),
      TEST(test_empty_standard_input_ends),
      TEST(test_input_that_nobody_reads),
      TEST(test_without_input_there_is_none),
      TEST(test_host_skips_and_stops),
      TEST(test_unknown_answer_stops),
      TEST(test_finish_can_stop),
      TEST(test_empty_plan),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
