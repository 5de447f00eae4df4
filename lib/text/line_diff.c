/* SPDX-License-Identifier: Apache-2.0 */
#include "text/line_diff.h"

#include <stdlib.h>
#include <string.h>

/* What is left of both texts without the lines that they begin and end with. */
struct middle {
  const uint32_t *before;
  const uint32_t *after;
  int64_t before_count;
  int64_t after_count;
  bool *removed;
  bool *added;
};

/* How far one gets on each diagonal (lines of `before` less lines of `after`) with `changes`
 * changes; one row for each number of changes, of 2 * changes + 1 diagonals. */
static int64_t row_start(int64_t changes) {
  return changes * changes;
}

static int32_t reach(const int32_t *row, int64_t changes, int64_t diagonal) {
  return row[diagonal + changes];
}

/* Whether the last of `changes` changes on this diagonal is a line that comes; `row` is that of one
 * change less. */
static bool is_from_above(const int32_t *row, int64_t changes, int64_t diagonal) {
  if (diagonal == -changes)
    return true;
  return diagonal != changes &&
         reach(row, changes - 1, diagonal - 1) < reach(row, changes - 1, diagonal + 1);
}

/* Fills in the rows until the ends of both texts are reached. The number of changes; -1: more than
 * are looked for. */
static int64_t go_forward(const struct middle *middle, int32_t *rows) {
  for (int64_t changes = 0; changes <= LINE_DIFF_MOST_CHANGES; changes++) {
    int32_t *row = rows + row_start(changes);
    const int32_t *last = changes > 0 ? rows + row_start(changes - 1) : NULL;

    for (int64_t diagonal = -changes; diagonal <= changes; diagonal += 2) {
      int64_t x = 0;
      int64_t y;

      if (last)
        x = is_from_above(last, changes, diagonal) ? reach(last, changes - 1, diagonal + 1)
                                                   : reach(last, changes - 1, diagonal - 1) + 1;
      y = x - diagonal;
      while (x < middle->before_count && y < middle->after_count && y >= 0 &&
             middle->before[x] == middle->after[y]) {
        x++;
        y++;
      }
      row[diagonal + changes] = (int32_t)x;
      if (x >= middle->before_count && y >= middle->after_count)
        return changes;
    }
  }
  return -1;
}

/* Takes the way back from the ends, and marks what changes on it. */
static void go_back(const struct middle *middle, const int32_t *rows, int64_t changes) {
  int64_t x = middle->before_count;
  int64_t y = middle->after_count;

  for (; changes > 0; changes--) {
    const int32_t *last = rows + row_start(changes - 1);
    int64_t diagonal = x - y;

    if (is_from_above(last, changes, diagonal)) {
      x = reach(last, changes - 1, diagonal + 1);
      y = x - (diagonal + 1);
      if (y < middle->after_count)
        middle->added[y] = true;
    } else {
      x = reach(last, changes - 1, diagonal - 1);
      y = x - (diagonal - 1);
      if (x < middle->before_count)
        middle->removed[x] = true;
    }
  }
}

static void replace_all(const struct middle *middle) {
  memset(middle->removed, true, (size_t)middle->before_count * sizeof *middle->removed);
  memset(middle->added, true, (size_t)middle->after_count * sizeof *middle->added);
}

static int64_t most_changes(const struct middle *middle) {
  int64_t all = middle->before_count + middle->after_count;

  return all < LINE_DIFF_MOST_CHANGES ? all : LINE_DIFF_MOST_CHANGES;
}

int32_t line_diff(const uint32_t *before, size_t before_count, const uint32_t *after,
                  size_t after_count, bool *removed, bool *added) {
  size_t start = 0;
  struct middle middle;
  int64_t changes;
  int32_t *rows;

  memset(removed, false, before_count * sizeof *removed);
  memset(added, false, after_count * sizeof *added);
  while (start < before_count && start < after_count && before[start] == after[start])
    start++;
  while (before_count > start && after_count > start &&
         before[before_count - 1] == after[after_count - 1]) {
    before_count--;
    after_count--;
  }
  middle = (struct middle){
      .before = before + start,
      .after = after + start,
      .before_count = (int64_t)(before_count - start),
      .after_count = (int64_t)(after_count - start),
      .removed = removed + start,
      .added = added + start,
  };
  if (middle.before_count == 0 || middle.after_count == 0 || before_count > INT32_MAX ||
      after_count > INT32_MAX) {
    replace_all(&middle);
    return 0;
  }
  rows = malloc((size_t)row_start(most_changes(&middle) + 1) * sizeof *rows);
  if (!rows)
    return -1;
  changes = go_forward(&middle, rows);
  if (changes < 0)
    replace_all(&middle);
  else
    go_back(&middle, rows, changes);
  free(rows);
  return 0;
}
