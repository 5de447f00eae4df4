/* SPDX-License-Identifier: Apache-2.0 */
/* The sentence that names the cause is found in all that kubectl writes, and so are warnings. */
#include "apply/kubectl_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ASIDE "E1124 09:05:07.042042    4711 memcache.go:265] couldn't get resource list: no\n"

static const struct {
  const char *words;
  const char *cause;
} causes[] = {
    {"", ""},
    {"\n\n", ""},
    {ASIDE "Warning: old\n", ""},
    {"Error from server (Forbidden): error when retrieving current configuration of:\n"
     "Resource: \"batch/v1, Resource=jobs\", GroupVersionKind: \"batch/v1, Kind=Job\"\n"
     "Name: \"a\", Namespace: \"default\"\n"
     "from server for: \"jobs/a.yaml\": jobs.batch \"a\" is forbidden: User \"u\" cannot get it\n",
     "jobs.batch \"a\" is forbidden: User \"u\" cannot get it"},
    {"Error from server (Forbidden): error when creating \"jobs/a \\\"b.yaml\": no right\n",
     "no right"},
    {ASIDE "Warning: old\nError from server: error when creating \"STDIN\": admission webhook "
           "\"w\" denied "
           "the request: \n\nrule one: no owner\nrule two: no cost centre\n",
     "admission webhook \"w\" denied the request: rule one: no owner rule two: no cost centre"},
    {"Error from server (Conflict): error when applying "
     "patch:\n{\"spec\":{\"parallelism\":2}}\nto:\n"
     "Resource: \"batch/v1\"\nName: \"a\", Namespace: \"default\"\nfor: \"jobs/a.yaml\": error "
     "when "
     "patching \"jobs/a.yaml\": Operation cannot be fulfilled on jobs.batch \"a\": it was "
     "modified\n",
     "Operation cannot be fulfilled on jobs.batch \"a\": it was modified"},
    {"The Job \"a\" is invalid: spec.backoffLimit: Invalid value: -1: must be >= 0\n",
     "spec.backoffLimit: Invalid value: -1: must be >= 0"},
    {"The Job \"a\" is invalid: \n* spec.completions: Required value\n* spec.parallelism: too "
     "much\n",
     "spec.completions: Required value; spec.parallelism: too much"},
    {"error: error validating \"jobs/a.yaml\": error validating data: unknown field \"x\"; if you "
     "choose "
     "to ignore these errors, turn validation off with --validate=false\n",
     "unknown field \"x\""},
    {"Unable to connect to the server: dial tcp: lookup no-such-host.invalid: no such host\n",
     "dial tcp: lookup no-such-host.invalid: no such host"},
    {"error: context \"nope\" does not exist\n", "context \"nope\" does not exist"},
    {"error: resource mapping not found for name: \"a\" namespace: \"\" from \"a.yaml\": no "
     "matches for "
     "kind \"Jobb\" in version \"batch/v1\"\nensure CRDs are installed first\n",
     "resource mapping not found for name: \"a\" namespace: \"\" from \"a.yaml\": no matches for "
     "kind "
     "\"Jobb\" in version \"batch/v1\" ensure CRDs are installed first"},
    {"error: \n", "error:"},
    {"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"},
    {"The Job \"a", "The Job \"a"},
    {"Error from server (", "Error from server ("},
    {"error when creating \"", "error when creating \""},
};

static void test_causes(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
    const struct hg_bytes words = {causes[i].words, strlen(causes[i].words)};
    struct text_buffer text;

    text_buffer_init(&text);
    words_append_cause(&text, &words);
    assert_string_equal(text_buffer_string(&text), causes[i].cause);
    text_buffer_finish(&text);
  }
}

static void test_a_flood_is_cut(void **state) {
  static char flood[1024 * 1024];
  const struct hg_bytes words = {flood, sizeof flood};
  struct text_buffer text;

  (void)state;
  memset(flood, 'x', sizeof flood);
  text_buffer_init(&text);
  words_append_cause(&text, &words);
  assert_in_range(text.length, CAUSE_LENGTH - 1, CAUSE_LENGTH + 8);
  text_buffer_finish(&text);
}

static void take(struct words_warnings *warnings, const char *words, uint32_t jobs) {
  const struct hg_bytes bytes = {words, strlen(words)};

  words_warnings_take(warnings, &bytes, jobs);
}

static void test_warnings(void **state) {
  struct words_warnings warnings;

  (void)state;
  words_warnings_init(&warnings);
  take(&warnings,
       ASIDE "Warning: would violate \"restricted\"\nerror: x\nWarning: \x1b[1mb\n"
             "Warning: would violate \"restricted\"\nNo Warning: c\nWarning: d",
       1);
  assert_int_equal(warnings.count, 3);
  assert_string_equal(warnings.strings[0], "would violate \"restricted\"");
  assert_string_equal(warnings.strings[1], "\\x1b[1mb");
  assert_string_equal(warnings.strings[2], "d");
  assert_null(warnings.strings[3]);
  take(&warnings, "Warning: a\n", 3);
  assert_int_equal(warnings.count, 1);
  assert_string_equal(warnings.strings[0], "one of 3 Jobs of this kubectl: a");
  take(&warnings, "", 1);
  assert_int_equal(warnings.count, 0);
  words_warnings_finish(&warnings);
}

static void test_warnings_are_bounded(void **state) {
  struct words_warnings warnings;
  struct text_buffer words;

  (void)state;
  words_warnings_init(&warnings);
  text_buffer_init(&words);
  for (int i = 0; i < 1000; i++)
    text_buffer_printf(&words, "Warning: %d %01500d\n", i, 0);
  take(&warnings, text_buffer_string(&words), 1);
  assert_int_equal(warnings.count, HG_WARNINGS_MAX);
  assert_string_equal(warnings.strings[HG_WARNINGS_MAX - 1], "and 985 more");
  assert_in_range(strlen(warnings.strings[0]), WARNING_LENGTH - 1, WARNING_LENGTH + 8);
  text_buffer_finish(&words);
  words_warnings_finish(&warnings);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_causes),
      cmocka_unit_test(test_a_flood_is_cut),
      cmocka_unit_test(test_warnings),
      cmocka_unit_test(test_warnings_are_bounded),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
