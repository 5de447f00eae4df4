/* SPDX-License-Identifier: Apache-2.0 */
#include "density.h"

#include <string.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

/* Each divides the next; the last is doubled on. */
static const int64_t widths[] = {
    1,           2,           10,          20,          100,      200,
    SECOND,      2 * SECOND,  10 * SECOND, 20 * SECOND, MINUTE,   2 * MINUTE,
    10 * MINUTE, 20 * MINUTE, HOUR,        2 * HOUR,    6 * HOUR, 24 * HOUR,
};

enum { WIDTHS = sizeof widths / sizeof widths[0], DOUBLINGS = 30 };

static int64_t width_at(uint32_t step) {
  return step < WIDTHS ? widths[step] : widths[WIDTHS - 1] << (step - WIDTHS + 1);
}

int64_t density_width(const struct density *density) {
  return width_at(density->step);
}

/* The multiple of `width` that is at or before `ms`. */
static int64_t floor_to(int64_t ms, int64_t width) {
  int64_t rest = ms % width;

  return ms - (rest < 0 ? rest + width : rest);
}

static void add_column(struct density_column *to, const struct density_column *from) {
  to->running_ms += from->running_ms;
  to->successful += from->successful;
  to->failed += from->failed;
}

static void widen(struct density *density) {
  struct density_column columns[DENSITY_COLUMNS];
  int64_t old_width = density_width(density);
  int64_t width = width_at(++density->step);
  int64_t first_ms = floor_to(density->first_ms, width);
  uint32_t count = 0;

  memset(columns, 0, sizeof columns);
  for (uint32_t i = 0; i < density->count; i++) {
    int64_t offset = density->first_ms + (int64_t)i * old_width - first_ms;
    uint32_t column = (uint32_t)(offset / width);

    add_column(&columns[column], &density->columns[i]);
    count = column + 1;
  }
  memcpy(density->columns, columns, sizeof columns);
  density->first_ms = first_ms;
  density->count = count;
}

/* Makes room for everything from `start_ms` to `end_ms`. */
static void include(struct density *density, int64_t start_ms, int64_t end_ms) {
  int64_t first_ms;
  int64_t count;
  uint32_t shift;

  for (;;) {
    int64_t width = density_width(density);
    int64_t known_end = density->first_ms + ((int64_t)density->count - 1) * width;

    first_ms = floor_to(start_ms, width);
    if (density->count > 0 && density->first_ms < first_ms)
      first_ms = density->first_ms;
    if (density->count > 0 && known_end > end_ms)
      end_ms = known_end;
    count = (floor_to(end_ms, width) - first_ms) / width + 1;
    if (count <= DENSITY_COLUMNS || density->step == WIDTHS + DOUBLINGS)
      break;
    widen(density);
  }
  shift =
      density->count > 0 ? (uint32_t)((density->first_ms - first_ms) / density_width(density)) : 0;
  if (shift > 0) {
    memmove(density->columns + shift, density->columns,
            density->count * sizeof density->columns[0]);
    memset(density->columns, 0, shift * sizeof density->columns[0]);
  }
  density->first_ms = first_ms;
  density->count = (uint32_t)count;
}

void density_add(struct density *density, int64_t start_ms, int64_t end_ms, bool failed) {
  struct density_column *last;
  int64_t width;
  uint32_t column;

  include(density, start_ms, end_ms);
  width = density_width(density);
  column = (uint32_t)((start_ms - density->first_ms) / width);
  last = &density->columns[(end_ms - density->first_ms) / width];
  for (int64_t at = density->first_ms + (int64_t)column * width; at < end_ms; at += width) {
    int64_t from = at > start_ms ? at : start_ms;
    int64_t to = at + width < end_ms ? at + width : end_ms;

    density->columns[column++].running_ms += to - from;
  }
  last->successful += failed ? 0 : 1;
  last->failed += failed ? 1 : 0;
}
