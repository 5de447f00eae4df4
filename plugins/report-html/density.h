/* SPDX-License-Identifier: Apache-2.0 */
/* How many Jobs ran, and how many ended, over time: for runs with too many Jobs to draw each.
 *
 * Time is divided into columns of one width, at most DENSITY_COLUMNS of them. The width starts at a
 * millisecond and grows with what has to fit, always to a multiple of itself, so nothing is ever
 * guessed: what was counted in two columns is counted in the one that takes their place.
 */
#ifndef PLUGINS_REPORT_HTML_DENSITY_H
#define PLUGINS_REPORT_HTML_DENSITY_H

#include <stdbool.h>
#include <stdint.h>

enum { DENSITY_COLUMNS = 240 };

struct density_column {
  int64_t running_ms;  /* time that Jobs ran in it, together */
  uint32_t successful; /* Jobs that ended in it */
  uint32_t failed;
};

/* Embedded in its owner, which zeroes it; nothing to release. */
struct density {
  struct density_column columns[DENSITY_COLUMNS];
  uint32_t count;   /* columns in use */
  uint32_t step;    /* of the widths that density_width knows */
  int64_t first_ms; /* start of columns[0] in milliseconds since 1970, a multiple of the width */
};

/* A column's width in milliseconds. */
int64_t density_width(const struct density *density);

/* A Job that ran from `start_ms` to `end_ms`, no earlier. */
void density_add(struct density *density, int64_t start_ms, int64_t end_ms, bool failed);

#endif
