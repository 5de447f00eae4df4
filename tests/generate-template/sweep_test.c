/* SPDX-License-Identifier: Apache-2.0 */
/* What a text is cut into: the pieces of a value with placeholders, the fields of CSV, the values
 * of --set-parameter, and the rows that they make. */
#include "csv.h"
#include "placeholder.h"
#include "sweep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* "[before|name]" for each piece, "!" where a {{ is no placeholder's. */
static void expect_pieces(const char *text, const char *expected) {
  struct text_buffer out;
  struct placeholder piece;
  size_t length = strlen(text);
  int found;

  text_buffer_init(&out);
  while ((found = placeholder_next(&text, &length, &piece)) == 1)
    text_buffer_printf(&out, "[%.*s|%.*s]", (int)piece.before_length, piece.before,
                       (int)piece.name_length, piece.name ? piece.name : "");
  text_buffer_append_string(&out, found < 0 ? "!" : "");
  assert_string_equal(text_buffer_string(&out), expected);
  text_buffer_finish(&out);
}

static void test_placeholders(void **state) {
  (void)state;
  expect_pieces("", "");
  expect_pieces("a", "[a|]");
  expect_pieces("{{ a }}", "[|a]");
  expect_pieces("x{{a}}y{{ b-1 }}", "[x|a][y|b-1]");
  expect_pieces("a } }} b", "[a } }} b|]");
  expect_pieces("x{{", "!");
  expect_pieces("x{{ .Values.a }}", "!");
  expect_pieces("{{ 1a }}", "!");
}

/* "a,b;" for the fields of a record; what is wrong ends it. */
static void expect_fields(const char *text, const char *expected) {
  struct text_buffer out;
  struct csv_field field;
  struct arena arena;
  struct csv csv;
  const char *wrong = NULL;

  text_buffer_init(&out);
  arena_init(&arena);
  csv_init(&csv, text, strlen(text), &arena);
  while (!wrong && !csv_is_over(&csv)) {
    wrong = csv_next(&csv, &field);
    if (wrong)
      text_buffer_printf(&out, "%u:%u %s", field.line, field.column, wrong);
    else
      text_buffer_printf(&out, "%.*s%c", (int)field.length, field.text,
                         field.ends_record ? ';' : ',');
  }
  assert_string_equal(text_buffer_string(&out), expected);
  arena_finish(&arena);
  text_buffer_finish(&out);
}

static void test_csv(void **state) {
  (void)state;
  expect_fields("a,b\r\nc,\"d, \"\"e\"\"\"\n", "a,b;c,d, \"e\";");
  expect_fields("\"a\nb\",\n", "a\nb,;");
  expect_fields(" a , ~\n", " a , ~;");
  expect_fields(
      "a,b\"c",
      "a,1:4 a quote inside a field: put the whole field into quotes, and double those in it");
}

static void log_nothing(const struct hg_host *host, uint32_t level, const char *message) {
  (void)host;
  (void)level;
  (void)message;
}

static int32_t never_cancelled(const struct hg_host *host) {
  (void)host;
  return 0;
}

static void test_rows_of_arguments(void **state) {
  const struct hg_host host = {
      .struct_size = sizeof host, .log = log_nothing, .cancelled = never_cancelled};
  static const char *const values[] = {"1e-3", " 0x10", "", "a\n: b", "{{ lr }}"};
  struct hg_error err = HG_ERROR_INIT;
  struct sweep sweep;

  (void)state;
  sweep_init(&sweep, &host);
  assert_int_equal(
      sweep_read(&sweep, NULL, "lr=1e-3, 0x10,,\"a\n: b\",{{ lr }}\nn=x,y\n", "t.yaml", &err), 0);
  assert_int_equal(sweep.count, 10);
  assert_string_equal(sweep.name, "t");
  for (uint64_t row = 0; row < sweep.count; row++) {
    const struct sweep_value *value = sweep_value_at(&sweep, row, 0);

    assert_int_equal(value->length, strlen(values[row / 2]));
    assert_memory_equal(value->text, values[row / 2], value->length);
    assert_int_equal(sweep_value_at(&sweep, row, 1)->text[0], row % 2 ? 'y' : 'x');
  }
  sweep_finish(&sweep);
}

static void test_arguments_that_are_none(void **state) {
  const struct hg_host host = {
      .struct_size = sizeof host, .log = log_nothing, .cancelled = never_cancelled};
  static const char *const arguments[] = {"lr", "=1", "1lr=1", "index=1", "a=1\na=2", "a=\"b"};

  (void)state;
  for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
    struct hg_error err = HG_ERROR_INIT;
    struct sweep sweep;

    sweep_init(&sweep, &host);
    assert_int_equal(sweep_read(&sweep, NULL, arguments[i], "t.yaml", &err), -1);
    assert_int_equal(err.code, HG_ERROR_INVALID);
    sweep_finish(&sweep);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_placeholders),
      cmocka_unit_test(test_csv),
      cmocka_unit_test(test_rows_of_arguments),
      cmocka_unit_test(test_arguments_that_are_none),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
