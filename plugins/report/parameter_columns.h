/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of a batch as columns of a table: one each while there are few of them, else one
 * for all. */
#ifndef PLUGINS_REPORT_PARAMETER_COLUMNS_H
#define PLUGINS_REPORT_PARAMETER_COLUMNS_H

#include "memory/arena.h"

#include <headgate/error.h>
#include <headgate/job.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PARAMETER_MOST_COLUMNS = 6 };

/* Embedded in its owner. */
struct parameter_columns {
  struct arena arena;
  const char *names[PARAMETER_MOST_COLUMNS];
  bool has_words[PARAMETER_MOST_COLUMNS]; /* not all of its values are numbers */
  size_t count;                           /* columns; no more come once the first row is made */
  bool is_joined;
};

void parameter_columns_init(struct parameter_columns *columns);
void parameter_columns_finish(struct parameter_columns *columns);

/* Adds the names of a Job's parameters, as it is validated: before any row is made. */
int32_t parameter_columns_add(struct parameter_columns *columns, const struct hg_pair *parameters,
                              uint32_t count, struct hg_error *err);

/* The heading of a column. */
const char *parameter_columns_heading(const struct parameter_columns *columns, size_t column);

/* A Job's value for a column; NULL: it has none, or the columns are joined. */
const char *parameter_columns_value(const struct parameter_columns *columns, size_t column,
                                    const struct hg_pair *parameters, uint32_t count);

#endif
