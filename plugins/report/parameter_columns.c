/* SPDX-License-Identifier: Apache-2.0 */
#include "report/parameter_columns.h"

#include "memory/no_memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void parameter_columns_init(struct parameter_columns *columns) {
  memset(columns, 0, sizeof *columns);
  arena_init(&columns->arena);
}

void parameter_columns_finish(struct parameter_columns *columns) {
  arena_finish(&columns->arena);
}

/* The column of that name; `count` where there is none. */
static size_t find(const struct parameter_columns *columns, const char *name) {
  size_t i = 0;

  while (i < columns->count && strcmp(columns->names[i], name) != 0)
    i++;
  return i;
}

static bool is_number(const char *value) {
  char *end;
  double number = strtod(value, &end);

  return *value && !*end && isfinite(number);
}

int32_t parameter_columns_add(struct parameter_columns *columns, const struct hg_pair *parameters,
                              uint32_t count, struct hg_error *err) {
  for (uint32_t i = 0; i < count && !columns->is_joined; i++) {
    const char *name = parameters[i].name;
    size_t column = find(columns, name);

    if (column == PARAMETER_MOST_COLUMNS) {
      columns->is_joined = true;
      columns->has_words[0] = true;
      columns->count = 1;
      return 0;
    }
    if (column == columns->count) {
      columns->names[column] = arena_copy(&columns->arena, name, strlen(name));
      if (!columns->names[column])
        return no_memory(err);
      columns->count++;
    }
    columns->has_words[column] = columns->has_words[column] || !is_number(parameters[i].value);
  }
  return 0;
}

const char *parameter_columns_heading(const struct parameter_columns *columns, size_t column) {
  return columns->is_joined ? "Parameters" : columns->names[column];
}

const char *parameter_columns_value(const struct parameter_columns *columns, size_t column,
                                    const struct hg_pair *parameters, uint32_t count) {
  for (uint32_t i = 0; i < count && !columns->is_joined; i++)
    if (strcmp(parameters[i].name, columns->names[column]) == 0)
      return parameters[i].value;
  return NULL;
}
