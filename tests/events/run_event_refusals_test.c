/* SPDX-License-Identifier: Apache-2.0 */
/* What is no event is refused with a reason, whatever it is instead. */
#include "sample_events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_refused(const char *line, size_t length, const char *reason) {
  struct hg_error error = HG_ERROR_INIT;
  struct run_event event;
  struct arena arena;

  arena_init(&arena);
  if (sample_read(&event, line, length, &arena, &error) == 0)
    fail_msg("taken: %.*s", (int)length, line);
  assert_int_not_equal(error.code, 0);
  if (!strstr(error.message, reason))
    fail_msg("%.*s: %s", (int)length, line, error.message);
  run_event_finish(&event);
  arena_finish(&arena);
}

static void refusals(void **state) {
  static const struct {
    const char *line;
    const char *reason;
  } rows[] = {
      {"", "this is no event"},
      {"garbage", "this is no event"},
      {"null", "this is no event"},
      {"[]", "it has no member \"event\""},
      {"{}", "it has no member \"event\""},
      {"{\"event\":7,\"interface\":\"1.0\"}", "it has no member \"event\""},
      {"{\"event\":\"run_started\"}", "of interface (none), and not of 1"},
      {"{\"event\":\"run_started\",\"interface\":1}", "of interface (none), and not of 1"},
      {"{\"event\":\"run_started\",\"interface\":\"\"}", "of interface , and not of 1"},
      {"{\"event\":\"run_started\",\"interface\":\"2.0\"}", "of interface 2.0, and not of 1"},
      {"{\"event\":\"run_started\",\"interface\":\"10.0\"}", "of interface 10.0, and not of 1"},
      {"{\"event\":\"later\",\"interface\":\"2.0\"}", "of interface 2.0, and not of 1"},
      {"{\"event\":\"run_started\",\"interface\":\"1.0\"", "this is no event"},
      {"{\"event\":\"run_started\",\"interface\":\"1.0\"} {}", "this is no event"},
      {"{\"event\":\"a\",\"event\":\"b\",\"interface\":\"1.0\"}", "this is no event"},
      {"{\"event\":\"\xff\",\"interface\":\"1.0\"}", "this is no event"},
      {"{\"event\":\"\\ud800\",\"interface\":\"1.0\"}", "this is no event"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_refused(rows[i].line, strlen(rows[i].line), rows[i].reason);
  assert_refused("{\"event\":\"a\0\"}", 13, "this is no event");
}

static void wrong_types(void **state) {
  static const struct {
    const char *event;
    const char *members;
    const char *reason;
  } rows[] = {
      {"run_started", "\"run_id\":\"7\"", "an event's run_id is not a whole number"},
      {"run_started", "\"run_id\":1.0", "an event's run_id is not a whole number"},
      {"run_started", "\"run_id\":null", "an event's run_id is not a whole number"},
      {"run_started", "\"run_id\":9223372036854775808", "this is no event"},
      {"run_started", "\"mode\":1", "an event's mode is not a word"},
      {"run_started", "\"command\":null", "an event's command is not a string"},
      {"run_started", "\"command\":[\"a\"]", "an event's command is not a string"},
      {"job_validated", "\"valid\":1", "an event's valid is not true or false"},
      {"job_validated", "\"valid\":\"true\"", "an event's valid is not true or false"},
      {"job_validated", "\"document\":-1", "an event's document is not a number from 0"},
      {"job_validated", "\"document\":4294967296", "an event's document is not a number from 0"},
      {"job_validated", "\"errors\":{}", "an event's errors is not a list"},
      {"job_validated", "\"errors\":[1]", "a part of an event is not an object"},
      {"job_validated", "\"errors\":[null]", "a part of an event is not an object"},
      {"job_validated", "\"errors\":[{\"line\":-1}]", "an event's line is not a number from 0"},
      {"job_validated", "\"errors\":[{\"advice\":1}]", "an event's advice is not a string"},
      {"job_validated", "\"details\":[]", "a part of an event is not an object"},
      {"job_validated", "\"details\":{\"labels\":[{\"name\":\"a\"}]}",
       "an event's labels is not a list of names with values"},
      {"job_validated", "\"details\":{\"args\":[\"a\",1]}",
       "an event's args is not a list of strings"},
      {"job_finished", "\"return_code\":2147483648",
       "an event's return_code is not a number of 32"},
      {"job_finished", "\"signal\":-2147483649", "an event's signal is not a number of 32 bits"},
      {"job_finished", "\"stdout\":1", "an event's stdout is not a string"},
      {"job_finished", "\"stdout_base64\":1", "an event's stdout is not a string"},
      {"job_finished", "\"stdout_base64\":\"A\"", "an event's stdout is not base64"},
      {"job_finished", "\"stderr\":\"a\",\"stderr_base64\":\"====\"",
       "an event's stderr is not base64"},
      {"job_finished", "\"stdout_cut\":0", "an event's stdout_cut is not true or false"},
      {"job_finished", "\"command\":\"kubectl\"", "an event's command is not a list"},
      {"job_finished", "\"command\":[null]", "an event's command is not a list of strings"},
      {"job_finished", "\"planned_command\":7", "an event's planned_command is not a list"},
      {"run_finished", "\"total_jobs\":-1", "an event's total_jobs is not a number from 0"},
      {"run_finished", "\"error\":false", "an event's error is not a string"},
      {"run_finished", "\"duration_ms\":true", "an event's duration_ms is not a whole number"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char line[256];
    int length = snprintf(line, sizeof line, "{\"event\":\"%s\",\"interface\":\"1.0\",%s}",
                          rows[i].event, rows[i].members);

    assert_refused(line, (size_t)length, rows[i].reason);
  }
}

/* Any beginning of a line, and any line with one byte changed, is an event or is refused. */
static void damaged_lines(void **state) {
  (void)state;
  for (enum run_event_kind kind = 0; kind < RUN_EVENT_UNKNOWN; kind++) {
    struct hg_error error = HG_ERROR_INIT;
    struct text_buffer text;
    struct run_event event;
    struct arena arena;

    arena_init(&arena);
    sample_write(&text, kind, sample_event(kind));
    for (size_t length = 0; length + 1 < text.length; length++) {
      assert_int_equal(sample_read(&event, text.data, length, &arena, &error), -1);
      run_event_finish(&event);
      arena_reset(&arena);
    }
    for (size_t place = 0; place + 1 < text.length; place++) {
      static const char others[] = {'\0', '"', '{', ']', '0', '\\', 'x', '\n', '\x80', '\xff'};
      char before = text.data[place];

      for (size_t i = 0; i < sizeof others; i++) {
        text.data[place] = others[i];
        error.code = 0;
        if (sample_read(&event, text.data, text.length - 1, &arena, &error) < 0)
          assert_int_not_equal(error.code, 0);
        run_event_finish(&event);
        arena_reset(&arena);
      }
      text.data[place] = before;
    }
    text_buffer_finish(&text);
    arena_finish(&arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(refusals),
      cmocka_unit_test(wrong_types),
      cmocka_unit_test(damaged_lines),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
