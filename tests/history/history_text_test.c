/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside: whatever it holds is kept, and harms nobody. */
#include "history/history_read.h"
#include "history_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MUST(call) assert_int_equal((call), 0)

static const char injection[] = "x'); DROP TABLE runs; --";
static const char *const command[] = {"kubectl", injection, "it's", "", "a b", "-f", "\x80.yaml"};

static const struct history_job hostile = {
    .job.name = "caf\xc3\xa9 \xff\x1b[31m",
    .job.namespace = injection,
    .job.path = "out/\x80\n.yaml",
    .job.document_number = 1,
    .valid = true,
    .kubectl_command = command,
    .kubectl_command_count = sizeof command / sizeof *command,
};

static struct history *begin_hostile(struct fixture *fixture) {
  const struct hg_diagnostic diagnostic = {
      sizeof diagnostic, HG_SEVERITY_WARNING, 1, 1, "rule", "field\xfe", injection, "advice\xc3"};
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  MUST(history_add_job(history, 1, &hostile, &fixture->error));
  MUST(history_add_diagnostic(history, 1, &diagnostic, &fixture->error));
  return history;
}

static void apply_with(struct fixture *fixture, struct history *history, struct hg_bytes out,
                       struct hg_bytes error_text, uint32_t flags) {
  const struct history_attempt attempt = {1, 1, sizeof command / sizeof *command, command};
  struct hg_job_result result = result_of(HG_STATUS_FAILED, 1);

  result.stdout_text = out;
  result.stderr_text = error_text;
  result.flags = flags;
  result.signal = 9;
  result.return_code = -1;
  MUST(history_record_attempts(history, NULL, 0, &attempt, 1, 0, &fixture->error));
  MUST(history_finish_attempt(history, 1, true, 0, &result, &fixture->error));
  MUST(history_finish_run(history, "failed", 1, 0, NULL, &fixture->error));
  history_close(history);
}

static void names_and_paths_are_kept(void **state) {
  struct fixture *fixture = *state;
  const char *path = fixture->path;

  apply_with(fixture, begin_hostile(fixture), (struct hg_bytes){"", 0}, (struct hg_bytes){"", 0},
             0);
  /* Columns of text are UTF-8, columns of any type keep the bytes. */
  assert_string_equal(ask(path, "SELECT job_name FROM job_outcomes"),
                      "caf\xc3\xa9 \xef\xbf\xbd\x1b[31m");
  assert_string_equal(ask(path, "SELECT namespace FROM job_outcomes"), injection);
  assert_string_equal(ask(path, "SELECT typeof(yaml_path) || hex(yaml_path) FROM job_outcomes"),
                      "blob6F75742F800A2E79616D6C");
  assert_string_equal(ask(path, "SELECT typeof(command) FROM job_outcomes"), "blob");
  assert_string_equal(ask(path, "SELECT cast(command AS TEXT) FROM job_outcomes"),
                      "kubectl 'x'\\''); DROP TABLE runs; --' 'it'\\''s' '' 'a b' -f '\x80.yaml'");
  assert_string_equal(ask(path, "SELECT field || message || advice FROM diagnostics"),
                      "field\xef\xbf\xbdx'); DROP TABLE runs; --advice\xef\xbf\xbd");
  assert_string_equal(ask(path, "SELECT typeof(stdout) || length(stdout) FROM job_outcomes"),
                      "text0");
}

static void outputs_are_text_only_where_they_are(void **state) {
  struct fixture *fixture = *state;
  const char *path = fixture->path;

  apply_with(fixture, begin_hostile(fixture), (struct hg_bytes){"a\0b", 3},
             (struct hg_bytes){"\xed\xa0\x80", 3}, HG_RESULT_STDERR_CUT);
  assert_string_equal(ask(path, "SELECT typeof(stdout) || hex(stdout) FROM job_outcomes"),
                      "blob610062");
  assert_string_equal(ask(path, "SELECT typeof(stderr) || hex(stderr) FROM failures"),
                      "blobEDA080");
  assert_string_equal(ask(path, "SELECT stdout_cut || ' ' || stderr_cut || ' ' || signal || ' ' ||"
                                " return_code FROM job_outcomes"),
                      "0 1 9 -1");
}

/* Every length around a word's, with one character that is more than a byte at every place. */
static void utf8_is_told_apart_at_every_place(void **state) {
  struct fixture *fixture = *state;
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_DRY_RUN, &run_id);
  char text[24];
  uint64_t position = 0;

  for (size_t length = 3; length <= 20; length++) {
    for (size_t at = 0; at + 3 <= length; at++) {
      for (int is_broken = 0; is_broken < 2; is_broken++) {
        struct hg_job_result result = result_of(HG_STATUS_SUCCESS, 1);

        memset(text, 'x', length);
        memcpy(text + at, "\xed\x95\x9c", 3); /* U+D55C */
        if (is_broken)
          text[at + 2] = 'x';
        result.stdout_text = (struct hg_bytes){text, length};
        position++;
        add_job(history, position, is_broken);
        MUST(start_attempt(history, position, 1, 0, &fixture->error));
        MUST(history_finish_attempt(history, position, true, 0, &result, &fixture->error));
      }
    }
  }
  MUST(history_finish_run(history, "succeeded", 0, 0, NULL, &fixture->error));
  history_close(history);
  assert_int_equal(ask_integer(fixture->path,
                               "SELECT count(*) FROM job_outcomes WHERE typeof(stdout)"
                               " = iif(sha256 LIKE '00%', 'text', 'blob')"),
                   (int64_t)position);
}

struct seen {
  size_t rows;
  size_t stdout_length;
  enum history_cell_kind stdout_kind;
  int is_equal;
  const char *expected;
};

static int32_t see_job(void *context, const struct history_row_view *row, struct hg_error *err) {
  struct seen *seen = context;
  const struct history_cell *cell = history_cell(row, "stdout");

  (void)err;
  seen->rows++;
  seen->stdout_kind = cell->kind;
  seen->stdout_length = cell->length;
  seen->is_equal = memcmp(cell->bytes, seen->expected, cell->length) == 0;
  return 0;
}

static void a_mebibyte_comes_back_whole(void **state) {
  struct fixture *fixture = *state;
  const size_t size = 1 << 20;
  char *large = malloc(size);
  struct seen seen = {0, 0, CELL_NULL, 0, large};
  struct history *history = NULL;

  assert_non_null(large);
  for (size_t i = 0; i < size; i++)
    large[i] = (char)(i * 31 >> 3);
  apply_with(fixture, begin_hostile(fixture), (struct hg_bytes){large, size},
             (struct hg_bytes){large, size}, HG_RESULT_STDOUT_CUT);
  MUST(history_open_read_only(fixture->path, NULL, &history, &fixture->error));
  MUST(history_read(history, HISTORY_JOBS, 1, 0, see_job, &seen, &fixture->error));
  history_close(history);
  assert_int_equal(seen.rows, 1);
  assert_int_equal(seen.stdout_kind, CELL_BLOB);
  assert_int_equal(seen.stdout_length, size);
  assert_true(seen.is_equal);
  free(large);
}

static void times_far_away_are_clamped(void **state) {
  struct fixture *fixture = *state;
  const struct history_run run = {
      .command = "apply", .mode = HG_MODE_APPLY, .started_at_ms = INT64_MAX};
  struct history *history = open_history(fixture);
  int64_t run_id;

  MUST(history_begin_run(history, &run, &run_id, &fixture->error));
  MUST(history_finish_run(history, "succeeded", 0, INT64_MIN, NULL, &fixture->error));
  history_close(history);
  assert_string_equal(ask(fixture->path, "SELECT started_at || finished_at FROM runs"),
                      "9999-12-31T23:59:59.999Z0000-01-01T00:00:00.000Z");
  assert_null(ask(fixture->path, "SELECT argv FROM runs"));
}

int main(void) {
#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      CASE(names_and_paths_are_kept),          CASE(outputs_are_text_only_where_they_are),
      CASE(utf8_is_told_apart_at_every_place), CASE(a_mebibyte_comes_back_whole),
      CASE(times_far_away_are_clamped),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
