/* SPDX-License-Identifier: Apache-2.0 */
/* Comma-separated values as RFC 4180 has them; lines may end in LF alone, and a byte order mark may
 * stand first. */
#ifndef GENERATE_TEMPLATE_CSV_H
#define GENERATE_TEMPLATE_CSV_H

#include "memory/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Embedded in its owner. */
struct csv {
  const char *text; /* borrowed */
  size_t length;
  size_t at;
  uint32_t line;       /* 1-based, of what comes next */
  uint32_t column;     /* 1-based, in characters */
  struct arena *arena; /* of fields that hold doubled quotes */
};

struct csv_field {
  const char *text; /* not NUL-terminated: of the text, or of the arena */
  size_t length;
  uint32_t line;
  uint32_t column;
  bool ends_record; /* another record may follow; csv_is_over tells */
};

void csv_init(struct csv *csv, const char *text, size_t length, struct arena *arena);

/* Whether nothing is left. A line break at the end is no record. */
bool csv_is_over(const struct csv *csv);

/* Skips empty lines between records. */
void csv_skip_empty_lines(struct csv *csv);

/* Reads the next field. NULL; else what is wrong with it, at field->line and field->column. */
const char *csv_next(struct csv *csv, struct csv_field *field);

#endif
