/* SPDX-License-Identifier: Apache-2.0 */
/* What kubectl prints of a manifest's env is printed without the values. */
#include "apply/hidden_values.h"
#include "capture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
  const char *said;
  const char *kept;
} texts[] = {
    {"", ""},
    {"job.batch/a created\n", "job.batch/a created\n"},
    {"spec.backoffLimit: Invalid value: \"x\": no\n",
     "spec.backoffLimit: Invalid value: \"x\": no\n"},
    {"core.EnvVar{Name:\"A\", Value:\"secret\", ValueFrom:nil}, core.EnvVar{Name:\"B\", "
     "Value:\"\"}\n",
     "core.EnvVar{Name:\"A\", Value:\"***\", ValueFrom:nil}, core.EnvVar{Name:\"B\", "
     "Value:\"\"}\n"},
    {"Value:\"sec\\\"ret\\\\\", Value:\"s\"", "Value:\"***\", Value:\"*\""},
    {"{\"name\":\"A\",\"value\":\"sec\\\"ret\\\\\"},{\"value\":\"secret\"}",
     "{\"name\":\"A\",\"value\":\"***\"},{\"value\":\"***\"}"},
    {"\"last\":\"{\\\"name\\\":\\\"A\\\",\\\"value\\\":\\\"sec\\\\\\\"ret\\\\\\\\\\\"},"
     "{\\\"value\\\":\\\"secret\\\"}\\n\"",
     "\"last\":\"{\\\"name\\\":\\\"A\\\",\\\"value\\\":\\\"***\\\"},"
     "{\\\"value\\\":\\\"***\\\"}\\n\""},
    /* A template that was refused, as newer servers print it. */
    {"\"Env\":[{\"Name\":\"A\",\"Value\":\"sec\\\"ret\",\"ValueFrom\":null}]",
     "\"Env\":[{\"Name\":\"A\",\"Value\":\"***\",\"ValueFrom\":null}]"},
    {"\\\"Value\\\":\\\"secret\\\",", "\\\"Value\\\":\\\"***\\\","},
    /* JSON as it is made for people. */
    {"{\"name\": \"A\",\n  \"value\": \"secret\"\n}", "{\"name\": \"A\",\n  \"value\": \"***\"\n}"},
    {"\"{\\\"value\\\" : 1, \\\"value\\\": \\\"sec\\\\\\\"ret\\\"}\"",
     "\"{\\\"value\\\" : 1, \\\"value\\\": \\\"***\\\"}\""},
    {"Value:\"secret that was c", "Value:\"***"},
    {"Value:\"", "Value:\""},
    {"\"value\":\"secret\\", "\"value\":\"***"},
};

static void test_values_are_hidden(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct capture capture;

    capture_init(&capture);
    capture.data = strdup(texts[i].said);
    assert_non_null(capture.data);
    capture.length = capture.capacity = strlen(texts[i].said);
    capture.length = hidden_values_hide(capture.data, capture.length);
    assert_int_equal(capture.length, strlen(texts[i].kept));
    assert_memory_equal(capture.data, texts[i].kept, capture.length);
    capture_finish(&capture);
  }
}

static void test_nothing_is_nothing(void **state) {
  struct capture capture;

  (void)state;
  capture_init(&capture);
  capture.length = hidden_values_hide(capture.data, capture.length);
  assert_int_equal(capture.length, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_values_are_hidden),
      cmocka_unit_test(test_nothing_is_nothing),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
