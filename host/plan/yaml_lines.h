/* SPDX-License-Identifier: Apache-2.0 */
/* A Job's JSON as lines of YAML, to be looked at and compared.
 *
 * Members stand in the order of their names, as kubectl shows them. The values of env variables are
 * hidden; lines of which another is hidden differ all the same.
 */
#ifndef HOST_PLAN_YAML_LINES_H
#define HOST_PLAN_YAML_LINES_H

#include "memory/arena.h"
#include "text/text_buffer.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of all lines; the server that makes more of a Job is none. */
enum { YAML_LINES_MOST_BYTES = 16 * 1024 * 1024 };

/* Strings are the arena's. They are safe to show: what a terminal may obey is escaped. */
struct yaml_line {
  const char *text;
  const char *hidden; /* the value that is not shown; NULL: none. The JSON's */
  const char *path;   /* of the mapping that it stands in: "spec.template.spec" */
  bool is_immutable;  /* the line is of a field that cannot be changed */
  bool is_literal;    /* the line is of a text of several */
};

/* Embedded in its owner. */
struct yaml_lines {
  struct arena *arena;
  const char *const *immutable_fields; /* dotted paths, borrowed */
  uint32_t immutable_count;
  struct yaml_line *items;
  size_t count;
  size_t capacity;
  size_t bytes;
  bool failed;             /* memory is out, or it is too much */
  struct text_buffer line; /* that is begun */
  struct text_buffer path; /* of the member that is being written */
  const char *where;       /* the same, without its last name, in the arena */
  bool in_immutable;
};

void yaml_lines_init(struct yaml_lines *lines, struct arena *arena,
                     const char *const *immutable_fields, uint32_t immutable_count);
void yaml_lines_finish(struct yaml_lines *lines);

/* Adds the members of `object`, which outlives the lines. Check `failed` afterwards. */
void yaml_lines_add(struct yaml_lines *lines, const json_t *object);

#endif
