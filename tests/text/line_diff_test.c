/* SPDX-License-Identifier: Apache-2.0 */
/* The lines that stay are the same on both sides, in order, and no way keeps more of them. */
#include "text/line_diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 12, LETTERS = 3, ROUNDS = 20000, MANY = 6000 };

static void take(const char *text, uint32_t *lines) {
  for (size_t i = 0; text[i]; i++)
    lines[i] = (uint32_t)text[i];
}

static void test_marks(void **state) {
  static const struct {
    const char *before;
    const char *after;
    const char *removed; /* x: the line goes */
    const char *added;   /* x: the line comes */
  } rows[] = {
      {"", "", "", ""},
      {"abc", "abc", "...", "..."},
      {"", "ab", "", "xx"},
      {"ab", "", "xx", ""},
      {"abc", "axc", ".x.", ".x."},
      {"abc", "abxc", "...", "..x."},
      {"abxc", "abc", "..x.", "..."},
      {"ab", "xy", "xx", "xx"},
      {"aaa", "aa", "..x", ".."},
      {"abcd", "bcde", "x...", "...x"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    size_t before_count = strlen(rows[i].before);
    size_t after_count = strlen(rows[i].after);
    uint32_t before[MOST];
    uint32_t after[MOST];
    bool removed[MOST];
    bool added[MOST];

    take(rows[i].before, before);
    take(rows[i].after, after);
    assert_int_equal(line_diff(before, before_count, after, after_count, removed, added), 0);
    for (size_t j = 0; j < before_count; j++)
      assert_int_equal(removed[j], rows[i].removed[j] == 'x');
    for (size_t j = 0; j < after_count; j++)
      assert_int_equal(added[j], rows[i].added[j] == 'x');
  }
}

/* The longest common sequence, by the book. */
static size_t most_kept(const uint32_t *before, size_t before_count, const uint32_t *after,
                        size_t after_count) {
  size_t table[MOST + 1][MOST + 1] = {{0}};

  for (size_t i = before_count; i-- > 0;)
    for (size_t j = after_count; j-- > 0;) {
      if (before[i] == after[j])
        table[i][j] = table[i + 1][j + 1] + 1;
      else
        table[i][j] = table[i + 1][j] > table[i][j + 1] ? table[i + 1][j] : table[i][j + 1];
    }
  return table[0][0];
}

/* The lines that stay are equal; how many they are. */
static size_t kept(const uint32_t *before, size_t before_count, const uint32_t *after,
                   size_t after_count, const bool *removed, const bool *added) {
  size_t count = 0;
  size_t j = 0;

  for (size_t i = 0; i < before_count; i++) {
    if (removed[i])
      continue;
    while (j < after_count && added[j])
      j++;
    assert_true(j < after_count);
    assert_int_equal(before[i], after[j]);
    j++;
    count++;
  }
  while (j < after_count)
    assert_true(added[j++]);
  return count;
}

static void test_any_two(void **state) {
  uint64_t seed = 1;

  (void)state;
  for (size_t round = 0; round < ROUNDS; round++) {
    uint32_t lines[2][MOST];
    size_t counts[2];
    bool changed[2][MOST];

    for (size_t side = 0; side < 2; side++) {
      seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
      counts[side] = (seed >> 33) % (MOST + 1);
      for (size_t i = 0; i < counts[side]; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
        lines[side][i] = (uint32_t)((seed >> 33) % LETTERS);
      }
    }
    assert_int_equal(line_diff(lines[0], counts[0], lines[1], counts[1], changed[0], changed[1]),
                     0);
    assert_int_equal(kept(lines[0], counts[0], lines[1], counts[1], changed[0], changed[1]),
                     most_kept(lines[0], counts[0], lines[1], counts[1]));
  }
}

/* Texts that have little in common: right all the same, and soon. */
static void test_more_changes_than_are_looked_for(void **state) {
  uint32_t *before = calloc(MANY, sizeof *before);
  uint32_t *after = calloc(MANY, sizeof *after);
  bool *removed = calloc(MANY, sizeof *removed);
  bool *added = calloc(MANY, sizeof *added);

  (void)state;
  for (uint32_t i = 0; i < MANY; i++) {
    before[i] = i;
    after[i] = i % 7 == 0 ? i : i + MANY;
  }
  assert_int_equal(line_diff(before, MANY, after, MANY, removed, added), 0);
  (void)kept(before, MANY, after, MANY, removed, added);
  assert_false(removed[0]);
  assert_true(removed[1]);
  free(before);
  free(after);
  free(removed);
  free(added);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_marks),
      cmocka_unit_test(test_any_two),
      cmocka_unit_test(test_more_changes_than_are_looked_for),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
