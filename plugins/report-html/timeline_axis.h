/* SPDX-License-Identifier: Apache-2.0 */
/* The time axis of a drawing: where a moment stands on it, and lines at round times. */
#ifndef PLUGINS_REPORT_HTML_TIMELINE_AXIS_H
#define PLUGINS_REPORT_HTML_TIMELINE_AXIS_H

#include "text/text_buffer.h"

#include <stdint.h>

enum { TIMELINE_AXIS_HEIGHT = 22 /* pixels that the times take below the drawing */ };

/* Of the width, in thousandths of a percent: what is narrower cannot be seen. */
enum { TIMELINE_AXIS_LEAST = 200 };

struct timeline_axis {
  int64_t first_ms; /* at 0 % */
  int64_t last_ms;  /* at 100 % */
};

/* Where `ms`, from first_ms to last_ms, stands: in thousandths of a percent of the width. */
int64_t timeline_axis_place(const struct timeline_axis *axis, int64_t ms);

/* Appends the lines, `height` pixels high, and the time since the start below each. */
void timeline_axis_append(const struct timeline_axis *axis, struct text_buffer *text,
                          uint32_t height);

#endif
