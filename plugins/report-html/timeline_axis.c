/* SPDX-License-Identifier: Apache-2.0 */
#include "timeline_axis.h"

#include "html/measure.h"

#include <inttypes.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, MOST_LINES = 6, LINE_OVERHANG = 4 };

/* Distances between lines that people reckon in; the last is doubled on. */
static const int64_t steps[] = {
    1,           2,        5,          10,         20,          50,          100,
    200,         500,      SECOND,     2 * SECOND, 5 * SECOND,  10 * SECOND, 15 * SECOND,
    30 * SECOND, MINUTE,   2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR,        2 * HOUR, 3 * HOUR,   6 * HOUR,   12 * HOUR,   24 * HOUR,
};

int64_t timeline_axis_place(const struct timeline_axis *axis, int64_t ms) {
  if (axis->last_ms <= axis->first_ms)
    return 0;
  return (int64_t)((double)(ms - axis->first_ms) * 100000 /
                       (double)(axis->last_ms - axis->first_ms) +
                   0.5);
}

static int64_t step_for(int64_t range_ms) {
  int64_t step = 1;

  for (uint32_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
    step = steps[i];
    if (range_ms / step < MOST_LINES)
      return step;
  }
  while (range_ms / step >= MOST_LINES)
    step *= 2;
  return step;
}

/* In the step's own unit: 0, 500 ms, 1.5 s; 0, 15 s, 1 min 30 s. */
static void append_offset(struct text_buffer *text, int64_t ms) {
  if (ms == 0)
    text_buffer_append_char(text, '0');
  else if (ms < SECOND)
    text_buffer_printf(text, "%" PRId64 " ms", ms);
  else if (ms < MINUTE)
    measure_decimal(text, ms), text_buffer_append_string(text, " s");
  else if (ms < HOUR && ms % MINUTE)
    text_buffer_printf(text, "%" PRId64 " min %" PRId64 " s", ms / MINUTE, ms % MINUTE / SECOND);
  else if (ms < HOUR)
    text_buffer_printf(text, "%" PRId64 " min", ms / MINUTE);
  else if (ms % HOUR)
    text_buffer_printf(text, "%" PRId64 " h %" PRId64 " min", ms / HOUR, ms % HOUR / MINUTE);
  else
    text_buffer_printf(text, "%" PRId64 " h", ms / HOUR);
}

void timeline_axis_append(const struct timeline_axis *axis, struct text_buffer *text,
                          uint32_t height) {
  int64_t range = axis->last_ms - axis->first_ms;
  int64_t step = step_for(range);

  for (int64_t offset = 0; offset <= range; offset += step) {
    int64_t x = timeline_axis_place(axis, axis->first_ms + offset);
    const char *anchor = x < 4000 ? "start" : x > 92000 ? "end" : "middle";

    text_buffer_append_string(text, "<line x1=\"");
    measure_decimal(text, x);
    text_buffer_append_string(text, "%\" x2=\"");
    measure_decimal(text, x);
    text_buffer_printf(text, "%%\" y1=\"0\" y2=\"%" PRIu32 "\" /><text class=\"time\" x=\"",
                       height + LINE_OVERHANG);
    measure_decimal(text, x);
    text_buffer_printf(text, "%%\" y=\"%" PRIu32 "\" text-anchor=\"%s\">",
                       height + TIMELINE_AXIS_HEIGHT - 4, anchor);
    append_offset(text, offset);
    text_buffer_append_string(text, "</text>\n");
  }
}
