/* SPDX-License-Identifier: Apache-2.0 */
/* What scalars are taken for, and how text is written so that it stays text. */
#include "generate/yaml_quote.h"
#include "python_scalar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_resolve(void **state) {
  static const struct {
    const char *text;
    enum python_scalar_type type;
  } cases[] = {
      {"", PYTHON_SCALAR_NULL},
      {"~", PYTHON_SCALAR_NULL},
      {"null", PYTHON_SCALAR_NULL},
      {"nULL", PYTHON_SCALAR_STRING},
      {"yes", PYTHON_SCALAR_BOOLEAN},
      {"Off", PYTHON_SCALAR_BOOLEAN},
      {"y", PYTHON_SCALAR_STRING},
      {"n", PYTHON_SCALAR_STRING},
      {"truE", PYTHON_SCALAR_STRING},
      {"0", PYTHON_SCALAR_INTEGER},
      {"-0", PYTHON_SCALAR_INTEGER},
      {"0123", PYTHON_SCALAR_INTEGER},
      {"0189", PYTHON_SCALAR_STRING},
      {"0x1f", PYTHON_SCALAR_INTEGER},
      {"0x", PYTHON_SCALAR_STRING},
      {"0X1f", PYTHON_SCALAR_STRING},
      {"0b1", PYTHON_SCALAR_INTEGER},
      {"0b12", PYTHON_SCALAR_STRING},
      {"0o17", PYTHON_SCALAR_STRING},
      {"1_000", PYTHON_SCALAR_INTEGER},
      {"_1", PYTHON_SCALAR_STRING},
      {"+12", PYTHON_SCALAR_INTEGER},
      {"190:20:30", PYTHON_SCALAR_INTEGER},
      {"190:60:30", PYTHON_SCALAR_STRING},
      {"0:59", PYTHON_SCALAR_STRING},
      {"1e5", PYTHON_SCALAR_STRING},
      {"1.5", PYTHON_SCALAR_FLOAT},
      {"1.", PYTHON_SCALAR_FLOAT},
      {".5", PYTHON_SCALAR_FLOAT},
      {"-.5", PYTHON_SCALAR_STRING},
      {"1.5e5", PYTHON_SCALAR_STRING},
      {"1.5e+5", PYTHON_SCALAR_FLOAT},
      {"1.5e+", PYTHON_SCALAR_STRING},
      {"190:20:30.15", PYTHON_SCALAR_FLOAT},
      {".inf", PYTHON_SCALAR_FLOAT},
      {"-.INF", PYTHON_SCALAR_FLOAT},
      {"+.nan", PYTHON_SCALAR_STRING},
      {".NaN", PYTHON_SCALAR_FLOAT},
      {".", PYTHON_SCALAR_STRING},
      {"-", PYTHON_SCALAR_STRING},
      {"2001-01-01", PYTHON_SCALAR_TIMESTAMP},
      {"2001-1-1", PYTHON_SCALAR_STRING},
      {"2001-1-1 1:02:03", PYTHON_SCALAR_TIMESTAMP},
      {"2001-12-14t21:59:43.10-05:00", PYTHON_SCALAR_TIMESTAMP},
      {"2001-12-14 21:59:43 Z", PYTHON_SCALAR_TIMESTAMP},
      {"2001-12-14 21:59:43 Zulu", PYTHON_SCALAR_STRING},
      {"2001-12-14 21:59", PYTHON_SCALAR_STRING},
      {"=", PYTHON_SCALAR_VALUE},
      {"<<", PYTHON_SCALAR_MERGE},
      {"500m", PYTHON_SCALAR_STRING},
      {"1:2:x", PYTHON_SCALAR_STRING},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    if (python_scalar_resolve(cases[i].text) != cases[i].type)
      fail_msg("\"%s\" is taken for %s", cases[i].text,
               python_scalar_type_name(python_scalar_resolve(cases[i].text)));
}

static void test_quotes_and_tags_count(void **state) {
  struct hg_node node = {.text = "0123", .length = 4, .kind = HG_NODE_SCALAR};

  (void)state;
  node.style = HG_STYLE_PLAIN;
  assert_int_equal(python_scalar_type(&node), PYTHON_SCALAR_INTEGER);
  node.style = HG_STYLE_SINGLE_QUOTED;
  assert_int_equal(python_scalar_type(&node), PYTHON_SCALAR_STRING);
  node.style = HG_STYLE_FOLDED;
  assert_int_equal(python_scalar_type(&node), PYTHON_SCALAR_STRING);
  node.style = HG_STYLE_PLAIN;
  node.tag = "tag:yaml.org,2002:str";
  assert_int_equal(python_scalar_type(&node), PYTHON_SCALAR_STRING);
  node.tag = "tag:yaml.org,2002:int";
  assert_int_equal(python_scalar_type(&node), PYTHON_SCALAR_TAGGED);
}

static void test_integer(void **state) {
  static const struct {
    const char *text;
    int64_t value;
  } cases[] = {
      {"0", 0},
      {"-0", 0},
      {"+7", 7},
      {"0123", 83},
      {"-0123", -83},
      {"0x1f", 31},
      {"0xFF_ff", 65535},
      {"0b1010_1", 21},
      {"1_000", 1000},
      {"190:20:30", 685230},
      {"-1:30", -90},
      {"9223372036854775807", INT64_MAX},
      {"-9223372036854775808", INT64_MIN},
      {"0x7fffffffffffffff", INT64_MAX},
  };
  static const char *const refused[] = {
      "9223372036854775808",    "-9223372036854775809", "0xffffffffffffffff", "0x_", "0b_",
      "9223372036854775807:00", "99999999999999999999"};
  int64_t value;

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(python_scalar_resolve(cases[i].text), PYTHON_SCALAR_INTEGER);
    assert_int_equal(python_scalar_integer(cases[i].text, &value), 0);
    assert_true(value == cases[i].value);
  }
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
    assert_int_equal(python_scalar_integer(refused[i], &value), -1);
  assert_true(python_scalar_is_decimal("1_000"));
  assert_true(python_scalar_is_decimal("-0"));
  assert_false(python_scalar_is_decimal("010"));
  assert_false(python_scalar_is_decimal("0x10"));
  assert_false(python_scalar_is_decimal("1:30"));
}

static void test_float(void **state) {
  static const struct {
    const char *text;
    const char *canonical; /* NULL: refused */
  } cases[] = {
      {"1.5", "1.5"},
      {"1_0.2_5", "10.25"},
      {".5", ".5"},
      {"1.5e+3", "1.5e+3"},
      {"-1.5", "-1.5"},
      {"1.5e+99", "1.5e+99"},
      {"1.5e+100", NULL},
      {".inf", NULL},
      {".nan", NULL},
      {"1:30.5", NULL},
      {"0.00000000000000000000000000000000000000000000001", NULL},
  };
  char canonical[PYTHON_SCALAR_FLOAT_SIZE];

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(python_scalar_resolve(cases[i].text), PYTHON_SCALAR_FLOAT);
    assert_int_equal(python_scalar_float(cases[i].text, canonical), cases[i].canonical ? 0 : -1);
    if (cases[i].canonical)
      assert_string_equal(canonical, cases[i].canonical);
  }
}

static void test_quote(void **state) {
  static const struct {
    const char *text;
    const char *written; /* NULL: as it is */
  } cases[] = {
      {"docker", NULL},
      {"your-registry/arbitrage-lite:latest", NULL},
      {"scripts/run_d24_tuning_session.py", NULL},
      {"--config", NULL},
      {"Arbitrage tuning job for worker-1", NULL},
      {"한글", NULL},
      {"a한글 b", NULL},
      {"a=b", NULL},
      {"/x", NULL},
      {"", "\"\""},
      {"yes", "\"yes\""},
      {"no", "\"no\""},
      {"On", "\"On\""},
      {"oFF", "\"oFF\""},
      {"y", "\"y\""},
      {"N", "\"N\""},
      {"null", "\"null\""},
      {"~", "\"~\""},
      {"true", "\"true\""},
      {"0123", "\"0123\""},
      {"0x1f", "\"0x1f\""},
      {"0b1", "\"0b1\""},
      {"0o17", "\"0o17\""},
      {"1_000", "\"1_000\""},
      {"1e5", "\"1e5\""},
      {"1.5", "\"1.5\""},
      {".inf", "\".inf\""},
      {".nan", "\".nan\""},
      {"190:20:30", "\"190:20:30\""},
      {"2001-01-01", "\"2001-01-01\""},
      {"=", "\"=\""},
      {"<<", "\"<<\""},
      {" a", "\" a\""},
      {"a ", "\"a \""},
      {"a: b", "\"a: b\""},
      {"a:", "\"a:\""},
      {"#x", "\"#x\""},
      {"a #x", "\"a #x\""},
      {"- x", "\"- x\""},
      {"-", "\"-\""},
      {"--", "\"--\""},
      {"---", "\"---\""},
      {"--1", "\"--1\""},
      {"...", "\"...\""},
      {"? x", "\"? x\""},
      {"!x", "\"!x\""},
      {"&x", "\"&x\""},
      {"*x", "\"*x\""},
      {"%x", "\"%x\""},
      {"@x", "\"@x\""},
      {"`x", "\"`x\""},
      {"|", "\"|\""},
      {">", "\">\""},
      {"{}", "\"{}\""},
      {"[]", "\"[]\""},
      {"'x'", "\"'x'\""},
      {"\"x\"", "\"\\\"x\\\"\""},
      {"a\\b", "\"a\\\\b\""},
      {"a\tb", "\"a\\tb\""},
      {"a\nb", "\"a\\nb\""},
      {"a\r\n", "\"a\\r\\n\""},
      {"\x1b[31m", "\"\\x1B[31m\""},
      {"\x7f", "\"\\x7F\""},
      {"\xc2\x85", "\"\\x85\""},
      {"\xc2\xa0", "\"\\xA0\""},
      {"a\xe2\x80\xa8z", "\"a\\u2028z\""},
      {"a\xe2\x80\xaez", "\"a\\u202Ez\""},
      {"\xef\xbb\xbfz", "\"\\uFEFFz\""},
      {"\xef\xbf\xbe", "\"\\uFFFE\""},
      {"\xf0\x9f\x8c\x8a", NULL},
      {"\xf0\x9f\xbf\xbf", "\"\\U0001FFFF\""},
      {"\xff", "\"\\uFFFD\""},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const char *expected = cases[i].written ? cases[i].written : cases[i].text;
    struct text_buffer out;

    text_buffer_init(&out);
    yaml_quote_append(&out, cases[i].text, strlen(cases[i].text));
    assert_string_equal(text_buffer_string(&out), expected);
    text_buffer_finish(&out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_resolve), cmocka_unit_test(test_quotes_and_tags_count),
      cmocka_unit_test(test_integer), cmocka_unit_test(test_float),
      cmocka_unit_test(test_quote),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
