/* SPDX-License-Identifier: Apache-2.0 */
/* Values that come as comma-separated text: rows in a file, and lists on the command line. */
#include "csv.h"
#include "sweep.h"
#include "text/shown_text.h"

#include <string.h>

static const struct config_kind csv_file = {.name = "CSV file of a sweep", .most_mib = 16};

/* Always -1. */
static int32_t complain(struct config_problems *problems, const struct csv_field *field,
                        const char *message) {
  const struct config_position at = {field->line, field->column};

  text_buffer_append_string(config_problems_begin(problems), message);
  config_problems_end(problems, at, HG_ERROR_INVALID);
  return -1;
}

/* The first record: the parameters' names. */
static int32_t read_header(struct sweep *sweep, struct csv *csv) {
  struct config_problems *problems = &sweep->problems[SWEEP_FROM_CSV];
  struct csv_field field;

  csv_skip_empty_lines(csv);
  do {
    const char *wrong = csv_next(csv, &field);
    struct config_position at = {field.line, field.column};

    if (wrong)
      return complain(problems, &field, wrong);
    if (!sweep_add_parameter(sweep, SWEEP_FROM_CSV, field.text, field.length, at))
      return -1;
  } while (!field.ends_record);
  return 0;
}

/* A record has as many fields as the header. */
static int32_t complain_of_count(struct sweep *sweep, uint32_t line, size_t count) {
  struct config_problems *problems = &sweep->problems[SWEEP_FROM_CSV];
  const struct config_position at = {line, 1};

  text_buffer_printf(config_problems_begin(problems),
                     "this row has %zu field%s, and the header %zu", count, count == 1 ? "" : "s",
                     sweep->parameter_count);
  config_problems_end(problems, at, HG_ERROR_INVALID);
  return -1;
}

static int32_t read_record(struct sweep *sweep, struct csv *csv) {
  struct config_problems *problems = &sweep->problems[SWEEP_FROM_CSV];
  uint32_t line = csv->line;
  struct csv_field field;
  size_t count = 0;

  do {
    const char *wrong = csv_next(csv, &field);
    const struct sweep_value value = {field.text, (uint32_t)field.length, field.line, field.column};

    if (wrong)
      return complain(problems, &field, wrong);
    if (count < sweep->parameter_count &&
        sweep_add_value(sweep, &sweep->parameters[count], &value) < 0)
      return -1;
    count++;
  } while (!field.ends_record);
  return count == sweep->parameter_count ? 0 : complain_of_count(sweep, line, count);
}

int32_t sweep_read_csv(struct sweep *sweep) {
  struct config_problems *problems = &sweep->problems[SWEEP_FROM_CSV];
  const struct config_position whole = {0, 0};
  struct csv csv;

  problems->path = sweep->csv_path;
  if (config_file_read_text(&sweep->csv_text, &csv_file, problems) < 0)
    return -1;
  csv_init(&csv, text_buffer_string(&sweep->csv_text), sweep->csv_text.length, &sweep->arena);
  if (read_header(sweep, &csv) < 0)
    return -1;
  for (csv_skip_empty_lines(&csv); !csv_is_over(&csv); csv_skip_empty_lines(&csv)) {
    if (sweep->parameters[0].count == SWEEP_MOST_ROWS) {
      text_buffer_printf(config_problems_begin(problems),
                         "has more than %d rows: a sweep makes at most that many Jobs",
                         SWEEP_MOST_ROWS);
      config_problems_end(problems, whole, HG_ERROR_LIMIT);
      return -1;
    }
    if (read_record(sweep, &csv) < 0)
      return -1;
  }
  if (sweep->parameters[0].count > 0)
    return 0;
  text_buffer_append_string(config_problems_begin(problems), "has no row behind its header");
  config_problems_end(problems, whole, HG_ERROR_INVALID);
  return -1;
}

/* --set-parameter NAME=VALUE,...: it takes the place of the sweep's values, or adds a parameter. */
static int32_t read_argument(struct sweep *sweep, struct csv *csv) {
  struct config_problems *problems = &sweep->problems[SWEEP_FROM_ARGUMENTS];
  const struct config_position nowhere = {0, 0};
  const char *name = csv->text + csv->at;
  const char *equals = memchr(name, '=', csv->length - csv->at);
  struct sweep_parameter *parameter;
  struct csv_field field;
  size_t number;

  if (!equals || memchr(name, '\n', (size_t)(equals - name))) {
    struct text_buffer *text = config_problems_begin(problems);

    shown_text_append(text, name, strcspn(name, "\n"));
    text_buffer_append_string(text, " has no value: write NAME=VALUE,VALUE");
    config_problems_end(problems, nowhere, HG_ERROR_INVALID);
    return -1;
  }
  number = sweep_find(sweep, name, (size_t)(equals - name));
  if (number != SIZE_MAX && sweep->parameters[number].source != SWEEP_FROM_ARGUMENTS) {
    parameter = &sweep->parameters[number];
    parameter->source = SWEEP_FROM_ARGUMENTS;
    parameter->at = nowhere;
    parameter->values = NULL;
    parameter->count = parameter->capacity = 0;
  } else {
    parameter =
        sweep_add_parameter(sweep, SWEEP_FROM_ARGUMENTS, name, (size_t)(equals - name), nowhere);
  }
  if (!parameter)
    return -1;
  csv->at += (size_t)(equals - name) + 1;
  do {
    const char *wrong = csv_next(csv, &field);
    struct sweep_value value = {field.text, (uint32_t)field.length, 0, 0};

    if (wrong) {
      text_buffer_printf(config_problems_begin(problems), "%s: %s", parameter->name, wrong);
      config_problems_end(problems, nowhere, HG_ERROR_INVALID);
      return -1;
    }
    if (sweep_add_value(sweep, parameter, &value) < 0)
      return -1;
  } while (!field.ends_record);
  return 0;
}

int32_t sweep_read_arguments(struct sweep *sweep, const char *arguments) {
  struct csv csv;
  size_t length = strlen(arguments);
  const char *copy = arena_copy(&sweep->arena, arguments, length);

  if (!copy)
    return -1;
  csv_init(&csv, copy, length, &sweep->arena);
  while (!csv_is_over(&csv))
    if (read_argument(sweep, &csv) < 0)
      return -1;
  return 0;
}
