/* SPDX-License-Identifier: Apache-2.0 */
#include "history_command.h"

#include "history_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2026-11-24T09:05:07.042Z */
static const int64_t now_ms = INT64_C(1795511107042);

int call_command(struct fixture *fixture, enum output_format output, const char **printed,
                 const char *first, const char *second, const char *third) {
  static char *text;
  const char *items[] = {first, second, third};
  size_t count = third ? 3 : second ? 2 : first ? 1 : 0;
  const struct settings settings = {
      .operands = {items, count}, .history = fixture->path, .output = output};
  size_t length = 0;
  FILE *out;
  int exit_code;

  free(text);
  text = NULL;
  out = open_memstream(&text, &length);
  assert_non_null(out);
  fixture->error.code = 0;
  fixture->error.message[0] = '\0';
  exit_code = history_write(&settings, out, &fixture->error);
  assert_int_equal(fclose(out), 0);
  assert_int_equal(exit_code != 0, fixture->error.code != 0);
  *printed = text;
  return exit_code;
}

const char *print_text(struct fixture *fixture, const char *first, const char *second,
                       const char *third) {
  const char *printed;

  if (call_command(fixture, OUTPUT_TEXT, &printed, first, second, third) != 0)
    fail_msg("%s", fixture->error.message);
  return printed;
}

json_t *print_json(struct fixture *fixture, const char *first, const char *second,
                   const char *third) {
  const char *printed;
  json_error_t error;
  json_t *json;

  if (call_command(fixture, OUTPUT_JSON, &printed, first, second, third) != 0)
    fail_msg("%s", fixture->error.message);
  for (const char *c = printed; *c; c++)
    assert_true(*c == '\n' || (*c >= 0x20 && *c < 0x7f));
  json = json_loads(printed, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
  if (!json)
    fail_msg("%s: %s", error.text, printed);
  return json;
}

const char *string_in(const json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));

  return text ? text : "(none)";
}

void write_sample(struct fixture *fixture) {
  if (history_sample_write(fixture->path, now_ms, &fixture->error) < 0)
    fail_msg("%s", fixture->error.message);
  tell(fixture->path, "UPDATE runs SET duration_ms = 5000, pid = 42, user = 'ann', host = 'box',"
                      " working_dir = '/home/ann'");
}
