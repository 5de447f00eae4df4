/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts: what they mean, and which texts are none. */
#include "job/quantity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

static const struct {
  const char *text;
  int64_t nano; /* billionths */
} amounts[] = {
    {"0", 0},
    {"1", 1000000000},
    {"-1", -1000000000},
    {"+1", 1000000000},
    {"100m", 100000000},
    {"0.1", 100000000},
    {".5", 500000000},
    {"1.", 1000000000},
    {"1u", 1000},
    {"1n", 1},
    {"0.1n", 1}, /* finer than a billionth: rounded away from zero */
    {"-0.1n", -1},
    {"1e3", 1000000000000},
    {"1E3", 1000000000000},
    {"1e-3", 1000000},
    {"2k", 2000000000000},
    {"1Ki", 1024000000000},
    {"0.5Ki", 512000000000},
    {"001", 1000000000},
    {"", 0},
};

static const struct {
  const char *text;
  const char *starts; /* of what is wrong */
} mistakes[] = {
    {"", "quantities must match"},
    {"1GB", "quantities must match"},
    {"1.2.3", "quantities must match"},
    {"1_000", "quantities must match"},
    {"one", "quantities must match"},
    {"1 Gi", "quantities must match"},
    {"1mi", "unable to parse quantity's suffix"},
    {"1Kim", "unable to parse quantity's suffix"},
    {"1e", "unable to parse quantity's suffix"},
    {"1e+", "unable to parse quantity's suffix"},
    {"1\n", "quantities must match"},
    {"\t1", "quantities must match"},
    {"1e9999999999999999999", "unable to parse quantity's suffix"},
};

static const struct {
  const char *text;
  const char *printed;
} shows[] = {
    {"0", "0"},           {"0Mi", "0"},         {"1", "1"},
    {"1000", "1k"},       {"1024", "1024"},     {"1024Ki", "1Mi"},
    {"1000Ki", "1000Ki"}, {"1025Ki", "1025Ki"}, {"1.5Gi", "1536Mi"},
    {"0.5Ki", "512"},     {"1500m", "1500m"},   {"0.1", "100m"},
    {"1e3", "1e3"},       {"1e4", "10e3"},      {"-2000", "-2k"},
    {"1.50", "1500m"},    {"0.5Mi", "512Ki"},   {"100m", "100m"},
    {"1000m", "1"},       {"1u", "1u"},         {"0.1n", "1n"},
    {"1E3", "1E3"},       {"2000000", "2M"},    {"1023", "1023"},
    {"12e0", "12e0"},     {" 1 ", "1"},         {"120e-2", "1200e-3"},
};

static void test_shows(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof shows / sizeof *shows; i++) {
    struct quantity quantity;
    char room[QUANTITY_TEXT];
    size_t length = strlen(shows[i].text);

    assert_null(quantity_parse(shows[i].text, length, &quantity));
    assert_string_equal(quantity_show(shows[i].text, length, &quantity, room), shows[i].printed);
  }
}

static void test_amounts(void **state) {
  (void)state;
  for (size_t i = 0; *amounts[i].text; i++) {
    struct quantity quantity;

    assert_null(quantity_parse(amounts[i].text, strlen(amounts[i].text), &quantity));
    assert_true(quantity.nano == amounts[i].nano);
  }
}

static void test_mistakes(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
    struct quantity quantity;
    const char *wrong = quantity_parse(mistakes[i].text, strlen(mistakes[i].text), &quantity);

    assert_non_null(wrong);
    assert_memory_equal(wrong, mistakes[i].starts, strlen(mistakes[i].starts));
  }
}

static void test_order_of_huge_amounts(void **state) {
  struct quantity huge;
  struct quantity large;
  struct quantity small;

  (void)state;
  assert_null(quantity_parse("1e99999999", 10, &huge));
  assert_null(quantity_parse("1E", 2, &large));
  assert_null(quantity_parse("1e-99999999", 11, &small));
  assert_int_equal(quantity_compare(&huge, &large), 1);
  assert_int_equal(quantity_compare(&small, &large), -1);
  assert_true(small.nano == 1);
  assert_int_equal(quantity_compare(&huge, &huge), 0);
  assert_true(quantity_is_whole(&large));
  assert_false(quantity_is_whole(&small));
  assert_int_equal(quantity_value(&small), 1);
  assert_true(quantity_value(&huge) == INT64_MAX);
}

static void test_print(void **state) {
  static const struct {
    const char *from;
    const char *to;
    bool binary;
  } prints[] = {
      {"0", "0", false},          {"0", "0", true},        {"1500m", "1500m", false},
      {"2000m", "2", false},      {"1e4", "10k", false},   {"1Gi", "1Gi", true},
      {"1536Mi", "1536Mi", true}, {"1023", "1023", true},  {"1024", "1Ki", true},
      {"1024", "1024", false},    {"-2048", "-2Ki", true}, {"1n", "1n", false},
      {"0.5Ki", "512", true},     {"1e18", "1E", false},
  };

  (void)state;
  for (size_t i = 0; i < sizeof prints / sizeof *prints; i++) {
    struct quantity quantity;
    char text[QUANTITY_TEXT];

    assert_null(quantity_parse(prints[i].from, strlen(prints[i].from), &quantity));
    quantity.format = prints[i].binary ? QUANTITY_BINARY : QUANTITY_DECIMAL;
    quantity_print(&quantity, text);
    assert_string_equal(text, prints[i].to);
  }
}

static void test_sums(void **state) {
  static const struct {
    const char *one;
    const char *other;
    uint64_t times;
    const char *sum; /* `one` and `times` of `other` */
  } sums[] = {
      {"0", "500m", 3, "1500m"},
      {"1", "1m", 1000, "2"},
      {"0", "1Gi", 100, "100Gi"},
      {"1Gi", "512Mi", 1, "1536Mi"},
      {"1G", "1Gi", 1, "2073741824"},
      {"0", "0.1", 10, "1"},
      {"5", "7Ki", 0, "5"},
      {"0", "1n", 3, "3n"},
      {"0", "123456789123456789", 2, "246913578246913578"},
      {"3", "-1", 2, "1"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
    struct quantity sum;
    struct quantity other;
    char text[QUANTITY_TEXT];

    assert_null(quantity_parse(sums[i].one, strlen(sums[i].one), &sum));
    assert_null(quantity_parse(sums[i].other, strlen(sums[i].other), &other));
    quantity_multiply(&other, sums[i].times);
    quantity_add(&sum, &other);
    quantity_print(&sum, text);
    assert_string_equal(text, sums[i].sum);
  }
}

/* An amount that no room holds is held at the largest, and never turns around. */
static void test_huge_sums(void **state) {
  struct quantity huge;
  struct quantity sum;

  (void)state;
  assert_null(quantity_parse("1e99999999", 10, &huge));
  sum = huge;
  quantity_add(&sum, &huge);
  assert_int_equal(quantity_compare(&sum, &huge), 0);
  quantity_multiply(&sum, UINT64_MAX);
  assert_int_equal(quantity_compare(&sum, &huge), 0);
  assert_null(quantity_parse("-1e99999999", 11, &huge));
  quantity_multiply(&huge, 2);
  assert_true(quantity_is_negative(&huge));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_amounts),   cmocka_unit_test(test_shows),
      cmocka_unit_test(test_mistakes),  cmocka_unit_test(test_order_of_huge_amounts),
      cmocka_unit_test(test_print),     cmocka_unit_test(test_sums),
      cmocka_unit_test(test_huge_sums),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
