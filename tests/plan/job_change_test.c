/* SPDX-License-Identifier: Apache-2.0 */
/* What is shown of a change: only what a manifest says, no env value, and nothing that a terminal
 * would obey. */
#include "plan/job_change.h"
#include "plan/job_summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "--- ns/one (live)\n+++ ns/one (applied)\n"
#define JOB(metadata, spec)                                                                        \
  "{\"kind\":\"Job\",\"metadata\":{\"name\":\"one\"" metadata "},\"spec\":{" spec "}}"
#define POD(container)                                                                             \
  "\"template\":{\"spec\":{\"containers\":[{\"name\":\"main\"," container "}]}}"

static struct hg_bytes bytes_of(const char *text) {
  return (struct hg_bytes){text, strlen(text)};
}

static const struct {
  const char *before;
  const char *after;
  const char *immutable;
  const char *shown;
} rows[] = {
    /* What the server writes by itself. */
    {JOB(",\"resourceVersion\":\"1\",\"generation\":1,\"uid\":\"a\",\"managedFields\":[1],"
         "\"creationTimestamp\":\"x\",\"annotations\":{\"kubectl.kubernetes.io/"
         "last-applied-configuration\":\"secret\"},\"labels\":{\"job-name\":\"one\"}",
         "\"selector\":{\"matchLabels\":{\"controller-uid\":\"a\"}},"
         "\"template\":{\"metadata\":{\"creationTimestamp\":null,\"labels\":{\"controller-uid\":"
         "\"a\",\"batch.kubernetes.io/job-name\":\"one\"}}}"),
     "{\"kind\":\"Job\",\"metadata\":{\"name\":\"one-x7f2p\",\"generateName\":\"one-\"},"
     "\"status\":{\"active\":1},\"spec\":{\"template\":{}}}",
     NULL, ""},
    {JOB("", "\"parallelism\":1"), JOB("", "\"parallelism\":2"), NULL,
     HEAD "@@ -2,4 +2,4 @@ spec\n metadata:\n   name: one\n spec:\n-  parallelism: 1\n+  "
          "parallelism: 2\n"},
    /* A selector of one's own is shown. */
    {JOB("", "\"manualSelector\":true,\"selector\":{\"matchLabels\":{\"job-name\":\"a\"}}"),
     JOB("", "\"manualSelector\":true,\"selector\":{\"matchLabels\":{\"job-name\":\"b\"}}"),
     "spec.selector",
     HEAD "@@ -5,4 +5,4 @@ spec.selector.matchLabels (immutable)\n   manualSelector: true\n   "
          "selector:\n     matchLabels:\n-      job-name: a  # immutable\n+      job-name: b  # "
          "immutable\n"},
    /* Of a list of mappings, with what cannot be changed. */
    {JOB("", POD("\"image\":\"a:1\"")), JOB("", POD("\"image\":\"a:2\"")), "spec.template",
     HEAD
     "@@ -5,5 +5,5 @@ spec.template.spec.containers (immutable)\n   template:\n     spec:\n     "
     "  containers:\n-      - image: a:1  # immutable\n+      - image: a:2  # immutable\n      "
     "   name: main\n"},
    /* Env values: that they changed, and not to what. */
    {JOB("",
         POD("\"env\":[{\"name\":\"A\",\"value\":\"secret\"},{\"name\":\"B\",\"value\":\"s\"}]")),
     JOB("",
         POD("\"env\":[{\"name\":\"A\",\"value\":\"other\"},{\"name\":\"B\",\"value\":\"s\"}]")),
     NULL,
     HEAD
     "@@ -7,7 +7,7 @@ spec.template.spec.containers.env\n       containers:\n       - env:\n     "
     "    - name: A\n-          value: (hidden)\n+          value: (hidden)\n         - name: "
     "B\n           value: (hidden)\n         name: main\n"},
    /* Texts that are something else by their looks, and texts that would command. */
    {JOB("", POD("\"args\":[\"yes\",\"1\",\"a: b\",\"\",\"\\u001b[31m\",\"x #y\"]")),
     JOB("", POD("\"args\":[]")), NULL,
     HEAD "@@ -5,11 +5,5 @@ spec.template.spec.containers\n   template:\n     spec:\n       "
          "containers:\n-      - args:\n-        - \"yes\"\n-        - \"1\"\n-        - \"a: "
          "b\"\n-        - \"\"\n-        - \"\\u001B[31m\"\n-        - \"x #y\"\n+      - args: "
          "[]\n         name: main\n"},
    /* A script, line by line. */
    {JOB("", POD("\"args\":[\"set -e\\nrun 1\\n\"]")),
     JOB("", POD("\"args\":[\"set -e\\nrun 2\\n\"]")), "spec.template",
     HEAD
     "@@ -8,5 +8,5 @@ spec.template.spec.containers (immutable)\n       - args:\n         - |\n   "
     "        set -e\n-          run 1\n+          run 2\n         name: main\n"},
    {JOB(",\"labels\":{\"a\":\"1\"}", ""), JOB("", ""), NULL,
     HEAD "@@ -1,6 +1,4 @@ metadata\n kind: Job\n metadata:\n-  labels:\n-    a: \"1\"\n   name: "
          "one\n spec: {}\n"},
};

static void test_changes(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *const fields[] = {rows[i].immutable, NULL};
    const struct job_change change = {
        .job = {.name = "one", .namespace = "ns"},
        .before = bytes_of(rows[i].before),
        .after = bytes_of(rows[i].after),
        .immutable_fields = fields,
        .immutable_count = rows[i].immutable != NULL,
    };
    struct hg_error error = HG_ERROR_INIT;
    struct text_buffer text;

    text_buffer_init(&text);
    assert_int_equal(job_change_append(&text, &change, &error), 0);
    assert_string_equal(text_buffer_string(&text), rows[i].shown);
    text_buffer_finish(&text);
  }
}

static struct hg_bytes read_recorded(const char *version, const char *name, char *room,
                                     size_t size) {
  char path[512];
  FILE *file;
  size_t length;

  (void)snprintf(path, sizeof path, "%s/%s-%s.json", RECORDED, version, name);
  file = fopen(path, "r");
  assert_non_null(file);
  length = fread(room, 1, size, file);
  (void)fclose(file);
  return (struct hg_bytes){room, length};
}

/* Of what real servers wrote, only what the manifests said is left: recorded from two of them. */
static void test_real_servers(void **state) {
  static const struct {
    const char *before;
    const char *after; /* of a dry run, where the name is another */
    const char *changed;
  } pairs[] = {
      {"made", "live", "\n-  suspend: true\n+  suspend: false\n"},
      {"live", "anew", "\n-          value: (hidden)\n+          value: (hidden)\n"},
      {"live", "live", ""},
  };
  static const char *const versions[] = {"1.26", "1.36"};
  static char rooms[2][16384];

  (void)state;
  for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
    for (size_t j = 0; j < sizeof pairs / sizeof *pairs; j++) {
      const struct job_change change = {
          .job = {.name = "applied", .namespace = "recording"},
          .before = read_recorded(versions[i], pairs[j].before, rooms[0], sizeof rooms[0]),
          .after = read_recorded(versions[i], pairs[j].after, rooms[1], sizeof rooms[1]),
      };
      struct hg_error error = HG_ERROR_INIT;
      struct text_buffer text;
      size_t signs = 0;

      text_buffer_init(&text);
      assert_int_equal(job_change_append(&text, &change, &error), 0);
      assert_non_null(strstr(text_buffer_string(&text), pairs[j].changed));
      for (const char *at = text_buffer_string(&text); (at = strchr(at, '\n')); at++)
        signs += at[1] == '-' || (at[1] == '+' && at[2] == ' ');
      assert_int_equal(signs, *pairs[j].changed ? 2 : 0);
      text_buffer_finish(&text);
    }
}

static void test_what_is_no_job(void **state) {
  static const char *const answers[] = {"",
                                        "{",
                                        "[]",
                                        "{\"kind\":\"Status\"}",
                                        "{\"kind\":\"Job\"}",
                                        "{\"kind\":\"Job\",\"spec\":7}"};

  (void)state;
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    const struct job_change change = {.job = {.name = "one", .namespace = "ns"},
                                      .before = bytes_of(JOB("", "")),
                                      .after = bytes_of(answers[i])};
    struct hg_error error = HG_ERROR_INIT;
    struct text_buffer text;

    text_buffer_init(&text);
    assert_int_equal(job_change_append(&text, &change, &error), -1);
    assert_int_equal(error.code, HG_ERROR_INVALID);
    assert_int_equal(job_summary_append(&text, &change.after, &error), -1);
    assert_string_equal(text_buffer_string(&text), "");
    text_buffer_finish(&text);
  }
}

/* A server that makes a Job of any size does not fill the memory. */
static void test_too_large(void **state) {
  enum { DEPTH = 1000, BREADTH = 20000 };
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer json;
  struct text_buffer text;
  struct job_change change = {.job = {.name = "one", .namespace = "ns"}};

  (void)state;
  text_buffer_init(&json);
  text_buffer_init(&text);
  text_buffer_append_string(&json, "{\"kind\":\"Job\",\"spec\":{\"a\":");
  for (size_t i = 0; i < DEPTH; i++)
    text_buffer_append_char(&json, '[');
  for (size_t i = 0; i < BREADTH; i++)
    text_buffer_append_string(&json, i > 0 ? ",1" : "1");
  for (size_t i = 0; i < DEPTH; i++)
    text_buffer_append_char(&json, ']');
  text_buffer_append_string(&json, "}}");
  change.before = change.after = (struct hg_bytes){json.data, json.length};
  assert_int_equal(job_change_append(&text, &change, &error), -1);
  assert_int_equal(error.code, HG_ERROR_LIMIT);
  text_buffer_finish(&json);
  text_buffer_finish(&text);
}

static void test_summary(void **state) {
  const struct hg_bytes job = bytes_of(
      JOB("", "\"parallelism\":2,\"completions\":10,\"suspend\":true," POD(
                  "\"image\":\"a:1\\u001b\",\"env\":[{\"name\":\"A\",\"value\":\"secret\"}],"
                  "\"resources\":{\"requests\":{\"cpu\":\"500m\",\"memory\":\"1Gi\"},"
                  "\"limits\":{\"cpu\":2,\"memory\":1.5,\"x/y\":null}}")));
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  assert_int_equal(job_summary_append(&text, &job, &error), 0);
  assert_string_equal(
      text_buffer_string(&text),
      "parallelism 2, completions 10, suspended; main: a:1\\x1b, requests cpu 500m memory 1Gi, "
      "limits cpu 2 memory 1.5 x/y ?");
  text_buffer_finish(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_changes),        cmocka_unit_test(test_real_servers),
      cmocka_unit_test(test_what_is_no_job), cmocka_unit_test(test_too_large),
      cmocka_unit_test(test_summary),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
