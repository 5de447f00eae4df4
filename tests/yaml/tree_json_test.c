/* SPDX-License-Identifier: Apache-2.0 */
/* A tree becomes the JSON that kubectl makes of its document. */
#include "yaml/tree_json.h"
#include "yaml/yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* What becomes of the first document of `yaml`; 0, or what tree_json_append gave. */
static int32_t convert(const char *yaml, struct text_buffer *json, uint64_t *size,
                       struct hg_error *err) {
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct yaml_tree *tree;
  int32_t result;

  assert_int_equal(yaml_tree_create(&tree, err), 0);
  assert_int_equal(yaml_tree_open_as(tree, YAML_JSON_FIRST, yaml, strlen(yaml), err), 0);
  assert_int_equal(yaml_tree_next(tree, &document, &problem), 1);
  text_buffer_init(json);
  result = tree_json_append(json, document.root, err);
  *size = tree_json_size(document.root);
  yaml_tree_destroy(tree);
  return result;
}

/* Pairs as `kubectl create --dry-run=client -o json` has shown them, blanks apart. */
static const struct {
  const char *yaml;
  const char *json;
} pairs[] = {
    {"a: text", "{\"a\":\"text\"}"},
    {"a: 'yes'", "{\"a\":\"yes\"}"},
    {"a: yes\nb: Off\nc: y\nd: TRUE", "{\"a\":true,\"b\":false,\"c\":true,\"d\":true}"},
    {"a:\nb: ~\nc: Null\nd: ''", "{\"a\":null,\"b\":null,\"c\":null,\"d\":\"\"}"},
    {"- 10\n- +7\n- -0\n- 1_000\n- 0644\n- 0o17\n- 0x1F\n- 0b101", "[10,7,0,1000,420,15,31,5]"},
    {"- 089\n- 1e3\n- 1.50\n- .5\n- 1e-7\n- 1e21\n- 1e20\n- 123456789.25",
     "[89,1000,1.5,0.5,1e-7,1e+21,100000000000000000000,123456789.25]"},
    {"- .1_0\n- .1_0e1_0\n- .1__0\n- .1_\n- ._1", "[0.1,1000000000,\".1__0\",\".1_\",\"._1\"]"},
    {"- 9223372036854775807\n- 9223372036854775808\n- 18446744073709551616",
     "[9223372036854775807,9223372036854776000,18446744073709552000]"},
    {"- -9223372036854775808\n- 1e400\n- 190:20:30",
     "[-9223372036854775808,\"1e400\",\"190:20:30\"]"},
    {"- 2026-01-02\n- 2026-01-02T03:04:05Z", "[\"2026-01-02\",\"2026-01-02T03:04:05Z\"]"},
    {"- !!str 5\n- !!int '5'\n- !!float 3\n- !!binary aGk=\n- !own x", "[\"5\",5,3,\"hi\",\"x\"]"},
    {"- !!binary /w==", "[\"\\ufffd\"]"},
    {"1: a\n1.5: b\ntrue: c\nyes2: d\n1e7: e",
     "{\"1\":\"a\",\"1.5\":\"b\",\"true\":\"c\",\"yes2\":\"d\","
     "\"1e+07\":\"e\"}"},
    {"\"a\\\"\\\\\\n\\r\\t\\b\\f\\x01<>&\\x7f\\u2028\\u2029\": \"\\u00e4 \\U0001F680\"",
     "{\"a\\\"\\\\\\n\\r\\t\\b\\f\\u0001\\u003c\\u003e\\u0026\x7f\\u2028\\u2029\":\"\xc3\xa4 "
     "\xf0\x9f\x9a\x80\"}"},
    {"base: &b {x: 1, z: 2}\nmade:\n  <<: *b\n  x: 3",
     "{\"base\":{\"x\":1,\"z\":2},\"made\":{\"z\":2,\"x\":3}}"},
    {"base: &b {x: 1}\nmade:\n  x: 3\n  <<: *b", "{\"base\":{\"x\":1},\"made\":{\"x\":1}}"},
    {"a: &l [1, {}]\nb: *l\nc: []", "{\"a\":[1,{}],\"b\":[1,{}],\"c\":[]}"},
    {"{\"a\": \"\\ud83d\\ude80\", \"b\": [1.0, true, null]}",
     "{\"a\":\"\xf0\x9f\x9a\x80\",\"b\":[1,true,null]}"},
};

static void test_pairs(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    struct hg_error error = HG_ERROR_INIT;
    struct text_buffer json;
    uint64_t size;

    assert_int_equal(convert(pairs[i].yaml, &json, &size, &error), 0);
    assert_string_equal(text_buffer_string(&json), pairs[i].json);
    assert_int_equal(size, json.length);
    text_buffer_finish(&json);
  }
}

/* What kubectl makes no JSON of is refused with its line, and never sent as something else. */
static void test_refusals(void **state) {
  static const char *const documents[] = {
      "a: 1\nb: .inf",         "a: 1\nb: .NaN", "a: 1\nb: !!int x",
      "a: 1\nb: !!binary '*'", "a: 1\n[1]: 2",  "a: 1\n~: 2",
  };

  (void)state;
  for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
    struct hg_error error = HG_ERROR_INIT;
    struct text_buffer json;
    uint64_t size;

    assert_int_equal(convert(documents[i], &json, &size, &error), -1);
    assert_int_equal(error.code, HG_ERROR_INVALID);
    assert_non_null(strstr(error.message, "line 2: "));
    text_buffer_finish(&json);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_pairs),
      cmocka_unit_test(test_refusals),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
