/* SPDX-License-Identifier: Apache-2.0 */
#include "sweep.h"

#include "memory/count.h"
#include "placeholder.h"
#include "text/shown_text.h"
#include "text/suggestion.h"

#include <string.h>

/* What a template may name besides parameters. */
static const char *const builtins[] = {"index", "count", "hash"};

const char *sweep_kind_name(enum sweep_kind kind) {
  static const char *const names[] = {"grid", "zip", "random", "rows"};

  return names[kind];
}

void sweep_init(struct sweep *sweep, const struct hg_host *host) {
  memset(sweep, 0, sizeof *sweep);
  arena_init(&sweep->arena);
  config_file_init(&sweep->file);
  text_buffer_init(&sweep->csv_text);
  for (size_t i = 0; i < SWEEP_SOURCES; i++)
    config_problems_init(&sweep->problems[i], host, "--set-parameter");
}

void sweep_finish(struct sweep *sweep) {
  for (size_t i = 0; i < SWEEP_SOURCES; i++)
    config_problems_finish(&sweep->problems[i]);
  config_file_finish(&sweep->file);
  text_buffer_finish(&sweep->csv_text);
  arena_finish(&sweep->arena);
}

size_t sweep_find(const struct sweep *sweep, const char *name, size_t length) {
  for (size_t i = 0; i < sweep->parameter_count; i++)
    if (strlen(sweep->parameters[i].name) == length &&
        memcmp(sweep->parameters[i].name, name, length) == 0)
      return i;
  return SIZE_MAX;
}

const char *sweep_nearest(const struct sweep *sweep, const char *name, size_t length) {
  struct suggestion suggestion;

  suggestion_init_as(&suggestion, name, length, true);
  for (size_t i = 0; i < sweep->parameter_count; i++)
    suggestion_consider(&suggestion, sweep->parameters[i].name);
  for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
    suggestion_consider(&suggestion, builtins[i]);
  return suggestion.nearest;
}

static bool is_builtin(const char *name, size_t length) {
  for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
    if (strlen(builtins[i]) == length && memcmp(builtins[i], name, length) == 0)
      return true;
  return false;
}

struct sweep_parameter *sweep_add_parameter(struct sweep *sweep, enum sweep_source source,
                                            const char *name, size_t length,
                                            struct config_position at) {
  struct config_problems *problems = &sweep->problems[source];
  struct text_buffer *text = config_problems_begin(problems);
  struct sweep_parameter *parameter = &sweep->parameters[sweep->parameter_count];
  int32_t code = HG_ERROR_INVALID;

  shown_text_append(text, name, length);
  if (!placeholder_is_name(name, length))
    text_buffer_append_string(
        text, " can be no parameter's name: letters, digits, '_' and '-', a letter first");
  else if (is_builtin(name, length))
    text_buffer_append_string(text, " has a meaning of its own in templates: call it otherwise");
  else if (sweep_find(sweep, name, length) != SIZE_MAX)
    text_buffer_append_string(text, " stands twice: remove one of the two");
  else if (sweep->parameter_count == SWEEP_MOST_PARAMETERS)
    text_buffer_printf(text, " is one parameter too many: %d are possible", SWEEP_MOST_PARAMETERS);
  else {
    memset(parameter, 0, sizeof *parameter);
    parameter->name = arena_copy(&sweep->arena, name, length);
    parameter->at = at;
    parameter->source = source;
    if (parameter->name) {
      sweep->parameter_count++;
      return parameter;
    }
    text_buffer_reset(text);
    text_buffer_append_string(text, "out of memory");
    code = HG_ERROR_NO_MEMORY;
  }
  config_problems_end(problems, at, code);
  return NULL;
}

int32_t sweep_add_value(struct sweep *sweep, struct sweep_parameter *parameter,
                        const struct sweep_value *value) {
  if (parameter->count == parameter->capacity) {
    size_t capacity = parameter->capacity ? parameter->capacity * 2 : 8;
    struct sweep_value *values = arena_alloc(&sweep->arena, capacity * sizeof *values);

    if (!values)
      return -1;
    if (parameter->count > 0)
      memcpy(values, parameter->values, parameter->count * sizeof *values);
    parameter->values = values;
    parameter->capacity = capacity;
  }
  parameter->values[parameter->count++] = *value;
  return 0;
}

const struct sweep_value *sweep_value_at(const struct sweep *sweep, uint64_t row,
                                         size_t parameter) {
  const struct sweep_parameter *at = &sweep->parameters[parameter];
  uint64_t number = sweep->rows[row];

  if (at->count == 1)
    return &at->values[0];
  if (sweep->kind == SWEEP_ZIP || sweep->kind == SWEEP_ROWS)
    return &at->values[number];
  /* The last parameter changes fastest. */
  for (size_t i = sweep->parameter_count - 1; i > parameter; i--)
    number /= sweep->parameters[i].count;
  return &at->values[number % at->count];
}

void sweep_problem_at(struct sweep *sweep, size_t parameter, const struct sweep_value *value) {
  const struct config_position at = {value->line, value->column};

  config_problems_end(&sweep->problems[sweep->parameters[parameter].source], at, HG_ERROR_INVALID);
}

int32_t sweep_check_problems(struct sweep *sweep, struct config_problems *of_template,
                             struct hg_error *err) {
  struct config_problems *files[SWEEP_SOURCES + 1];

  for (size_t i = 0; i < SWEEP_SOURCES; i++)
    files[i] = &sweep->problems[i];
  files[SWEEP_SOURCES] = of_template;
  return config_problems_conclude(files, COUNT(files) - !of_template, err);
}
