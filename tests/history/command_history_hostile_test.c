/* SPDX-License-Identifier: Apache-2.0 */
/* headgate history on what nobody wishes to find: escape sequences, floods, damage. */
#include "history_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MUST(call) assert_int_equal((call), 0)

static void nothing_in_it_reaches_the_terminal_raw(void **state) {
  struct fixture *fixture = *state;
  static const char escape[] = "\033]0;x\a\xe2\x80\xae\xc2\x9b\xff\n\0z";
  struct hg_job_result result = result_of(HG_STATUS_FAILED, 1);
  const struct hg_diagnostic diagnostic = {
      sizeof diagnostic, HG_SEVERITY_ERROR, 1, 1, escape, escape, escape, escape};
  const struct history_plugin plugin = {escape, "scanner", escape, escape, 0};
  const struct history_reporter_outcome told = {escape, escape, "failed", escape};
  const struct history_job job = {
      .job.name = escape, .job.namespace = escape, .job.path = escape, .valid = true};
  const char *const argv[] = {escape};
  const struct history_run run = {.command = "apply",
                                  .mode = HG_MODE_APPLY,
                                  .argv = argv,
                                  .argv_count = 1,
                                  .version = escape,
                                  .jobs_dir = escape,
                                  .kubeconfig = escape,
                                  .context = escape};
  struct history *history = open_history(fixture);
  const char *printed;
  int64_t run_id;
  json_t *json;

  result.reason = escape;
  result.stderr_text = (struct hg_bytes){escape, sizeof escape - 1};
  MUST(history_begin_run(history, &run, &run_id, &fixture->error));
  MUST(history_add_plugin(history, &plugin, &fixture->error));
  MUST(history_add_job(history, 1, &job, &fixture->error));
  MUST(history_add_diagnostic(history, 1, &diagnostic, &fixture->error));
  MUST(start_attempt(history, 1, 1, 0, &fixture->error));
  MUST(history_finish_attempt(history, 1, true, 0, &result, &fixture->error));
  MUST(history_add_reporter_outcome(history, &told, &fixture->error));
  MUST(history_finish_run(history, "failed", 1, 0, escape, &fixture->error));
  history_close(history);
  /* Columns that Headgate fills with words of its own, by somebody else. */
  tell(fixture->path, "UPDATE runs SET command = char(27, 91) || 'x', started_at = char(27)");

  for (int i = 0; i < 2; i++) {
    printed = print_text(fixture, i == 0 ? "list" : "show", i == 0 ? NULL : "1", NULL);
    for (const char *c = printed; *c; c++)
      assert_true(*c == '\n' || (unsigned char)*c >= 0x20);
    assert_null(strstr(printed, "\xe2\x80\xae"));
    assert_null(strstr(printed, "\xc2\x9b"));
    assert_null(strchr(printed, '\xff'));
  }
  assert_non_null(strstr(printed, "      \\x1b]0;x\\x07\\u{202e}\\u{009b}\\xff\n      \\x00z\n"));
  json = print_json(fixture, "show", "1", NULL);
  assert_string_equal(string_in(json_object_get(json, "run"), "context"),
                      "\033]0;x\a\xe2\x80\xae\xc2\x9b\xef\xbf\xbd\n");
  assert_int_equal(json_string_length(
                       json_object_get(json_array_get(json_object_get(json, "jobs"), 0), "stderr")),
                   sizeof escape - 1 + 2);
  json_decref(json);
}

/* Of a flood, the beginning; never half a character. */
static void long_error_output_is_cut(void **state) {
  struct fixture *fixture = *state;
  struct hg_job_result result = result_of(HG_STATUS_FAILED, 1);
  static char flood[9000];
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);
  const char *printed;

  for (size_t i = 0; i < sizeof flood; i += 3)
    memcpy(flood + i, "\xed\x95\x9c", 3);
  add_job(history, 1, 1);
  add_job(history, 2, 1);
  result.stderr_text = (struct hg_bytes){flood, sizeof flood};
  MUST(start_attempt(history, 1, 1, 0, &fixture->error));
  MUST(history_finish_attempt(history, 1, true, 0, &result, &fixture->error));
  result.stderr_text = (struct hg_bytes){"1\n2\n3\n4\n5\n6\n7\n", 14};
  MUST(start_attempt(history, 2, 1, 0, &fixture->error));
  MUST(history_finish_attempt(history, 2, true, 0, &result, &fixture->error));
  MUST(history_finish_run(history, "failed", 1, 0, NULL, &fixture->error));
  history_close(history);
  printed = print_text(fixture, "show", "latest", NULL);
  assert_non_null(strstr(printed, "\xed\x95\x9c\n      … (7002 bytes more)\n"));
  assert_null(strstr(printed, "\\x"));
  assert_non_null(strstr(printed, "      4\n      5\n      … (4 bytes more)\n"));
}

/* Whatever bytes are overwritten: an answer or an error, and nothing else. */
static void a_damaged_history_does_no_harm(void **state) {
  struct fixture *fixture = *state;
  static const char *const questions[][3] = {
      {"list", NULL, NULL}, {"show", "2", NULL}, {"diff", "1", "2"}};
  enum { LARGEST = 1 << 20, PAGE = 16384 };
  unsigned char *bytes = malloc(LARGEST);
  unsigned long random = 12345;
  size_t length;
  FILE *file;

  assert_non_null(bytes);
  write_sample(fixture);
  file = fopen(fixture->path, "rb");
  assert_non_null(file);
  length = fread(bytes, 1, LARGEST, file);
  assert_true(length > PAGE && length < LARGEST);
  MUST(fclose(file));
  fixture->is_spoiled = 1;
  for (int round = 0; round < 80; round++) {
    unsigned char saved[16];
    const char *printed;
    size_t at;

    random = random * 1103515245 + 12345;
    at = (random >> 8) % (length - sizeof saved);
    if (round % 2) /* where each page describes itself */
      at = at / PAGE * PAGE;
    memcpy(saved, bytes + at, sizeof saved);
    memset(bytes + at, (int)(random >> 3 & 0xff), sizeof saved);
    file = fopen(fixture->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    MUST(fclose(file));
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
      assert_in_range(call_command(fixture, round % 4 < 2 ? OUTPUT_TEXT : OUTPUT_JSON, &printed,
                                   questions[i][0], questions[i][1], questions[i][2]),
                      0, 1);
    memcpy(bytes + at, saved, sizeof saved);
  }
  free(bytes);
}

static void a_full_output_is_told(void **state) {
  struct fixture *fixture = *state;
  const char *items[] = {"list"};
  const struct settings settings = {.operands = {items, 1}, .history = fixture->path};
  FILE *full = fopen("/dev/full", "w");

  if (!full)
    skip();
  write_sample(fixture);
  assert_int_equal(history_write(&settings, full, &fixture->error), 1);
  assert_non_null(strstr(fixture->error.message, "cannot be written"));
  (void)fclose(full);
}

int main(void) {
#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      CASE(nothing_in_it_reaches_the_terminal_raw),
      CASE(long_error_output_is_cut),
      CASE(a_damaged_history_does_no_harm),
      CASE(a_full_output_is_told),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
