/* SPDX-License-Identifier: Apache-2.0 */
/* What the history keeps of a manifest: all that runs, and no value of an env variable. */
#include "memory/count.h"
#include "plan/manifest_text.h"
#include "yaml/tree_json.h"
#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "hunter2"

static const uint8_t key[DIGEST_SIZE] = "one history";
static const uint8_t other_key[DIGEST_SIZE] = "another history";

/* The text of the one document of `yaml`; "" where there is none. The arena's. */
static const char *text_of(struct arena *arena, const char *yaml, const uint8_t *with_key) {
  struct hg_error error = HG_ERROR_INIT;
  struct yaml_problem problem;
  struct yaml_tree_document parsed;
  struct yaml_tree *tree = NULL;
  struct hg_document document = {.struct_size = sizeof document};
  struct manifest_writer *writer;
  const char *text;

  if (yaml_tree_create(&tree, &error) < 0 ||
      yaml_tree_open_as(tree, YAML_JSON_FIRST, yaml, strlen(yaml), &error) < 0 ||
      yaml_tree_next(tree, &parsed, &problem) != 1)
    fail_msg("%s", error.message);
  document.root = parsed.root;
  document.bytes = (struct hg_bytes){yaml, strlen(yaml)};
  writer = manifest_writer_create(with_key);
  assert_non_null(writer);
  text = manifest_text_make(writer, &document, arena);
  manifest_writer_destroy(writer);
  yaml_tree_destroy(tree);
  return text ? text : "";
}

#define JOB(inside) "kind: Job\nspec:\n  template:\n    spec:\n" inside
#define ENV(name) "      - name: " name "\n        env: [{name: A, value: " SECRET "}]\n"
#define LAST_APPLIED "annotations: {kubectl.kubernetes.io/last-applied-configuration: " SECRET "}"

/* Wherever a Pod has variables, however they are written, and where kubectl copies them to. */
static void hides_env_values(void **state) {
  static const char *const jobs[] = {
      JOB("      containers:\n" ENV("a")),
      JOB("      initContainers:\n" ENV("a") "      containers:\n" ENV("b")),
      JOB("      ephemeralContainers:\n" ENV("a")),
      JOB("      containers:\n      - env:\n        - name: A\n          value: |\n            x\n"
          "            " SECRET "\n"),
      JOB("      containers:\n      - env:\n        - {name: A, value: !!binary aHVudGVyMg==}\n"),
      JOB("      containers:\n      - env:\n        - {<<: {value: " SECRET "}, name: A}\n"),
      "{\"kind\": \"Job\", \"spec\": {\"template\": {\"spec\": {\"containers\": [{\"name\": \"a\", "
      "\"env\": [{\"name\": \"A\", \"value\": \"" SECRET "\"}]}]}}}}",
      "kind: Job\nmetadata: {" LAST_APPLIED "}\nspec: {template: {metadata: {" LAST_APPLIED "}}}\n",
  };

  (void)state;
  for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
    struct arena arena;
    const char *text;

    arena_init(&arena);
    text = text_of(&arena, jobs[i], key);
    if (!*text || strstr(text, "hunter2"))
      fail_msg("%s: %s", jobs[i], text);
    arena_finish(&arena);
  }
}

/* A name that kubectl reads as "value", and we do not. */
static void keeps_nothing_with_a_tagged_name(void **state) {
  struct arena arena;

  (void)state;
  arena_init(&arena);
  assert_string_equal(text_of(&arena,
                              JOB("      containers:\n      - env:\n        - name: A\n"
                                  "          !!binary dmFsdWU=: " SECRET "\n"),
                              key),
                      "");
  arena_finish(&arena);
}

/* As YAML in the document's own order, without comments; a value from elsewhere is no secret. */
static void keeps_the_rest(void **state) {
  struct arena arena;

  (void)state;
  arena_init(&arena);
  assert_string_equal(
      text_of(
          &arena,
          "# the session\nkind: Job\napiVersion: batch/v1 # stable\nspec:\n  template:\n    spec:\n"
          "      containers:\n      - name: a\n        args: [-x, \"1\", \"a\\nb\"]\n"
          "        env:\n        - name: B\n        - name: C\n          valueFrom: {fieldRef: "
          "{fieldPath: metadata.name}}\n",
          key),
      "kind: Job\napiVersion: batch/v1\nspec:\n  template:\n    spec:\n      containers:\n      - "
      "name: "
      "a\n        args:\n        - \"-x\"\n        - \"1\"\n        - |-\n          a\n          "
      "b\n"
      "        env:\n        - name: B\n        - name: C\n          valueFrom:\n            "
      "fieldRef:\n              fieldPath: metadata.name\n");
  arena_finish(&arena);
}

/* False where it is no YAML, or nothing of which kubectl makes JSON. */
static bool append_json(struct text_buffer *json, const char *yaml) {
  struct hg_error error = HG_ERROR_INIT;
  struct yaml_problem problem;
  struct yaml_tree_document parsed;
  struct yaml_tree *tree = NULL;
  bool is_read;

  if (yaml_tree_create(&tree, &error) < 0 ||
      yaml_tree_open_as(tree, YAML_JSON_FIRST, yaml, strlen(yaml), &error) < 0)
    fail_msg("%s", error.message);
  is_read = yaml_tree_next(tree, &parsed, &problem) == 1 &&
            tree_json_append(json, parsed.root, NULL) == 0;
  yaml_tree_destroy(tree);
  return is_read;
}

/* What stands without quotes, in a block and in a flow collection: read again it is the same. */
static void every_plain_text_stays_what_it_is(void **state) {
  static const char *const texts[] = {
      "a",     "a b",        "a#b",        "100%",       "a: [b]",    "-",          "- a",
      "-a",    "?a",         "a?",         ":a",         "a:b",       "a:",         "a,b",
      "a]b",   "a}b",        "{a}",        "&a b",       "*a",        "!!str 1",    "!!str a",
      "1",     "0x1f",       "1e3",        "1_000",      "yes",       "No",         "null",
      "~",     "~a",         "=",          "<<a",        "a'b",       "a\"b",       "a\\b",
      "`a",    "@a",         "%a",         "|a",         "a | b",     "--- a",      "...",
      "a ---", "1:30",       "é",          "\xc2\xa0 a", "a\n    b",  "a\n    - b", "aé",
      "a\tb",  "2026-11-30", "a\n\n    b", "--x=[1]",    "x=\"y z\"", "a\x7f",      "a\xc2\x85",
  };
  static const char *const places[][2] = {{"kind: Job\na:\n  b: ", "\n"},
                                          {"kind: Job\na: [", "]\n"},
                                          {"kind: Job\na: {b: ", "}\n"},
                                          {"kind: Job\na:\n- - ", "\n"},
                                          {"kind: Job\na:\n  ", ": b\n"}};

  (void)state;
  for (size_t i = 0; i < COUNT(texts) * COUNT(places); i++) {
    struct text_buffer before;
    struct text_buffer after;
    struct arena arena;
    const char *text;
    char yaml[128];
    const char *const *place = places[i % COUNT(places)];

    (void)snprintf(yaml, sizeof yaml, "%s%s%s", place[0], texts[i / COUNT(places)], place[1]);
    arena_init(&arena);
    text_buffer_init(&before);
    text_buffer_init(&after);
    text = append_json(&before, yaml) ? text_of(&arena, yaml, key) : "";
    if (*text && (!append_json(&after, text) ||
                  strcmp(text_buffer_string(&before), text_buffer_string(&after)) != 0))
      fail_msg("%s: %s", yaml, text);
    text_buffer_finish(&before);
    text_buffer_finish(&after);
    arena_finish(&arena);
  }
}

/* kubectl takes a name that is a float for one of 32 bits. */
static void a_name_is_the_one_that_kubectl_makes(void **state) {
  struct arena arena;

  (void)state;
  arena_init(&arena);
  assert_string_equal(text_of(&arena, "kind: Job\n1.123456789012: a\n0x10: b\nyes: c\n", key),
                      "kind: Job\n\"1.1234568\": a\n\"16\": b\n\"true\": c\n");
  arena_finish(&arena);
}

/* A sign that turns the text around it is shown as what it is, however it was written. */
static void shows_what_would_hide(void **state) {
  struct arena arena;

  (void)state;
  arena_init(&arena);
  assert_string_equal(text_of(&arena, "kind: Job\na: x\xe2\x80\xaey\n", key),
                      "kind: Job\na: \"x\\u202Ey\"\n");
  arena_finish(&arena);
}

/* A change of a value shows, and only that; two histories say nothing of each other's values. */
static void a_changed_value_shows(void **state) {
  static const char before[] = JOB("      containers:\n" ENV("a"));
  static const char after[] =
      JOB("      containers:\n      - name: a\n        env: [{name: A, value: other}]\n");
  struct arena arena;

  (void)state;
  arena_init(&arena);
  assert_string_equal(text_of(&arena, before, key), text_of(&arena, before, key));
  assert_string_not_equal(text_of(&arena, before, key), text_of(&arena, after, key));
  assert_string_not_equal(text_of(&arena, before, key), text_of(&arena, before, other_key));
  assert_non_null(strstr(text_of(&arena, before, key), "value: (hidden, "));
  arena_finish(&arena);
}

/* What nobody reads is not kept. */
static void large_ones_are_not_kept(void **state) {
  size_t length = MANIFEST_TEXT_MOST;
  char *yaml = malloc(length + 32);
  struct arena arena;

  (void)state;
  assert_non_null(yaml);
  arena_init(&arena);
  (void)snprintf(yaml, 32, "kind: Job\nspec: ");
  memset(yaml + 16, 'x', length);
  yaml[16 + length] = '\0';
  assert_string_equal(text_of(&arena, yaml, key), "");
  yaml[length / 2] = '\0';
  assert_string_not_equal(text_of(&arena, yaml, key), "");
  arena_finish(&arena);
  free(yaml);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hides_env_values),
      cmocka_unit_test(keeps_nothing_with_a_tagged_name),
      cmocka_unit_test(keeps_the_rest),
      cmocka_unit_test(every_plain_text_stays_what_it_is),
      cmocka_unit_test(a_name_is_the_one_that_kubectl_makes),
      cmocka_unit_test(shows_what_would_hide),
      cmocka_unit_test(a_changed_value_shows),
      cmocka_unit_test(large_ones_are_not_kept),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
