/* SPDX-License-Identifier: Apache-2.0 */
/* Every recorded answer of kubectl has the class that answers.jsonl gives it.
 *
 * Rows with a kubectl's version are what that kubectl answered to a real API server; DIR stands for
 * the manifests' folder. The others are made of the messages of Kubernetes, etcd and Go that are
 * not had from a cluster at will.
 */
#include "apply/failure_class.h"
#include "plan/outcomes.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RECORDED_ROWS = 81, LONGEST_SENTENCE = 160 };

static const struct failure_class *class_of(const char *words) {
  const struct hg_bytes bytes = {words, strlen(words)};

  return failure_class_of_words(&bytes);
}

static const char *text(const json_t *row, const char *name) {
  const char *value = json_string_value(json_object_get(row, name));

  assert_non_null(value);
  return value;
}

static void test_every_answer(void **state) {
  FILE *file = fopen(ANSWERS, "re");
  int recorded = 0;
  int failures = 0;

  (void)state;
  assert_non_null(file);
  for (;;) {
    json_t *row = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL);

    if (!row)
      break;
    if (*text(row, "kubectl"))
      recorded++;
    if (json_integer_value(json_object_get(row, "return_code")) != 0) {
      const char *found = class_of(text(row, "stderr"))->name;

      failures++;
      if (strcmp(found, text(row, "class")) != 0)
        fail_msg("kubectl %s, %s: %s, not %s", text(row, "kubectl"), text(row, "case"), found,
                 text(row, "class"));
    } else {
      assert_string_equal(text(row, "class"), "");
    }
    json_decref(row);
  }
  assert_int_equal(fgetc(file), EOF); /* all of it was read */
  (void)fclose(file);
  assert_int_equal(recorded, RECORDED_ROWS);
  assert_true(failures > 100);
}

/* Nothing else is ever tried again. */
static void test_what_passes(void **state) {
  static const char *const passing[] = {
      "connection-refused", "connection-reset", "timeout",  "too-many-requests",
      "server-unavailable", "leader-change",    "conflict", "webhook-unavailable",
  };
  size_t count = sizeof passing / sizeof *passing;

  (void)state;
  for (int kind = 0; kind < FAILURE_KINDS; kind++) {
    const struct failure_class *class = failure_class_of_kind((enum failure_kind)kind);
    bool listed = false;

    for (size_t i = 0; i < count; i++)
      listed = listed || strcmp(passing[i], class->name) == 0;
    if (class->passes != listed)
      fail_msg("%s", class->name);
  }
}

static void assert_sentence(const char *sentence) {
  assert_in_range(strlen(sentence), 1, LONGEST_SENTENCE);
  assert_null(strchr(sentence, '\n'));
  assert_true(sentence[strlen(sentence) - 1] != '.');
}

static void test_every_class_is_complete(void **state) {
  (void)state;
  for (int kind = 0; kind < FAILURE_KINDS; kind++) {
    const struct failure_class *class = failure_class_of_kind((enum failure_kind)kind);

    assert_non_null(class->name);
    assert_int_equal(strspn(class->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(class->name));
    assert_in_range(strlen(class->name), 1, 30);
    if (class->meaning)
      assert_sentence(class->meaning);
    if (kind != FAILURE_UNKNOWN)
      assert_sentence(class->advice);
  }
}

/* The server's dump of Go structs is not repeated. */
static void test_immutable_template_has_plain_words(void **state) {
  const struct failure_class *class =
      class_of("The Job \"a\" is invalid: spec.template: Invalid value: core.PodTemplateSpec{}: "
               "field is immutable\n");

  (void)state;
  assert_string_equal(class->name, "immutable");
  assert_string_equal(class->meaning, "the Job exists with another template");
}

/* Bytes that are no text, and a flood, are looked at without harm. */
static void test_hostile_words(void **state) {
  static const char zeros[] = "\0\0Error from server (Forbidden)\nError from server (Forb\0idden)";
  const struct hg_bytes bytes = {zeros, sizeof zeros - 1};
  struct hg_bytes flood;
  char *x = malloc(1024 * 1024);

  (void)state;
  assert_string_equal(failure_class_of_words(&bytes)->name, "unknown");
  assert_non_null(x);
  memset(x, '\n', 1024 * 1024);
  flood.data = x;
  flood.length = 1024 * 1024;
  assert_string_equal(failure_class_of_words(&flood)->name, "unknown");
  memcpy(x + 1024 * 1024 - 20, "unexpected EOF, alas", 20); /* what counts comes last */
  assert_string_equal(failure_class_of_words(&flood)->name, "connection-reset");
  memset(x, 'E', 1024 * 1024);
  assert_string_equal(failure_class_of_words(&flood)->name, "unknown");
  free(x);
}

/* What the appliers take for a request that may have been obeyed, a run that goes on looks for. */
static void test_host_and_appliers_doubt_the_same(void **state) {
  (void)state;
  for (int kind = 0; kind < FAILURE_KINDS; kind++) {
    const struct failure_class *class = failure_class_of_kind((enum failure_kind)kind);

    if (failure_class_is_doubtful(class) != outcome_is_doubtful(class->name))
      fail_msg("%s", class->name);
  }
  assert_true(outcome_is_doubtful("no-outcome")); /* the host's own class */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_answer),
      cmocka_unit_test(test_what_passes),
      cmocka_unit_test(test_every_class_is_complete),
      cmocka_unit_test(test_immutable_template_has_plain_words),
      cmocka_unit_test(test_host_and_appliers_doubt_the_same),
      cmocka_unit_test(test_hostile_words),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
