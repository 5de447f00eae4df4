/* SPDX-License-Identifier: Apache-2.0 */
/* A sweep: parameters, their values, and which of them meet in each row. */
#ifndef GENERATE_TEMPLATE_SWEEP_H
#define GENERATE_TEMPLATE_SWEEP_H

#include "generate/config_file.h"
#include "generate/config_problems.h"
#include "memory/arena.h"

#include <headgate/error.h>
#include <headgate/host.h>
#include <stdbool.h>
#include <stdint.h>

enum {
  SWEEP_MOST_ROWS = 100000,
  SWEEP_MOST_PARAMETERS = 64,
  SWEEP_MOST_COMBINATIONS = 10000000, /* of a grid, before `exclude` */
  SWEEP_MOST_PROBLEMS = 20,           /* more are not told */
};

/* Where a value came from; each has its own problems. */
enum sweep_source { SWEEP_FROM_FILE, SWEEP_FROM_CSV, SWEEP_FROM_ARGUMENTS, SWEEP_SOURCES };

enum sweep_kind { SWEEP_GRID, SWEEP_ZIP, SWEEP_RANDOM, SWEEP_ROWS };

/* Its text is UTF-8 without NULs, exactly as it was written. */
struct sweep_value {
  const char *text; /* not NUL-terminated */
  uint32_t length;
  uint32_t line; /* 0: of an argument */
  uint32_t column;
};

struct sweep_parameter {
  const char *name; /* NUL-terminated */
  struct config_position at;
  enum sweep_source source;
  struct sweep_value *values;
  size_t count;
  size_t capacity;
  bool is_used; /* the template names it */
};

/* One entry of a mapping under `exclude`: the parameter has one of these values. */
struct sweep_condition {
  size_t parameter;
  struct sweep_value *values;
  size_t count;
};

struct sweep_exclusion {
  struct sweep_exclusion *next;
  struct config_position at;
  struct sweep_condition *conditions; /* all of them hold */
  size_t count;
  bool has_matched;
};

/* Embedded in its owner. */
struct sweep {
  struct arena arena;
  struct config_file file;
  struct text_buffer csv_text;
  struct config_problems problems[SWEEP_SOURCES];
  const char *path; /* NULL: there is no file */
  const char *csv_path;
  const char *name; /* the value of label headgate.dev/sweep */
  enum sweep_kind kind;
  bool has_arguments; /* --set-parameter was given */
  struct sweep_parameter parameters[SWEEP_MOST_PARAMETERS];
  size_t parameter_count;
  struct sweep_exclusion *exclusions; /* in the file's order */
  int64_t samples;                    /* 0: not given */
  int64_t seed;
  uint64_t *rows;   /* for each row the number of its combination */
  uint64_t count;   /* of rows */
  uint64_t dropped; /* by `exclude` */
};

void sweep_init(struct sweep *sweep, const struct hg_host *host);
void sweep_finish(struct sweep *sweep);

/* Reads the file `path` (NULL: there is none) and `arguments` ("NAME=VALUE,..." a line; NULL: there
 * are none), and decides what the rows are. `template_path` names a sweep that has no file. */
int32_t sweep_read(struct sweep *sweep, const char *path, const char *arguments,
                   const char *template_path, struct hg_error *err);

/* The value of a parameter in row `row`, from 0. */
const struct sweep_value *sweep_value_at(const struct sweep *sweep, uint64_t row, size_t parameter);

/* The number of the parameter of that name; SIZE_MAX where there is none. */
size_t sweep_find(const struct sweep *sweep, const char *name, size_t length);

/* The parameter whose name is nearest to a mistyped one; NULL: none is near. */
const char *sweep_nearest(const struct sweep *sweep, const char *name, size_t length);

const char *sweep_kind_name(enum sweep_kind kind);

/* Where parameter `parameter` has `value` of row `row`, for the problem of its source that is being
 * written: "FILE:LINE:COLUMN" stands before it. Ends the message. */
void sweep_problem_at(struct sweep *sweep, size_t parameter, const struct sweep_value *value);

/* config_problems_conclude of what the sweep came from, and of the template, which may be NULL. */
int32_t sweep_check_problems(struct sweep *sweep, struct config_problems *of_template,
                             struct hg_error *err);

/* --- Parts of reading; each returns -1 where its problems are told. -------------------------- */

/* Adds a parameter. NULL: there are too many, its name is none, or it is there (said). */
struct sweep_parameter *sweep_add_parameter(struct sweep *sweep, enum sweep_source source,
                                            const char *name, size_t length,
                                            struct config_position at);

/* Adds a value. -1: no memory. */
int32_t sweep_add_value(struct sweep *sweep, struct sweep_parameter *parameter,
                        const struct sweep_value *value);

int32_t sweep_read_file(struct sweep *sweep);
int32_t sweep_read_csv(struct sweep *sweep);
int32_t sweep_read_arguments(struct sweep *sweep, const char *arguments);

/* The file's `exclude`, once all parameters are known. */
int32_t sweep_read_exclusions(struct sweep *sweep);

/* Which combinations are rows. */
int32_t sweep_choose_rows(struct sweep *sweep);

#endif
