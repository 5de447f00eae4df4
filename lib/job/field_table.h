/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a batch/v1 Job and of every type that it reaches.
 *
 * The data is schemas/kubernetes/job-fields.tsv, compiled at build time by compile_job_fields.c
 * into job_fields.c and job_fields.h: the latter names every type (TYPE_CONTAINER) and, per type,
 * every field (CONTAINER_IMAGE), which is the field's place in its type.
 */
#ifndef LIB_JOB_FIELD_TABLE_H
#define LIB_JOB_FIELD_TABLE_H

#include "job/field_hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What one value of a field is. */
enum field_kind {
  KIND_STRING,
  KIND_BOOL,
  KIND_INT32,
  KIND_INT64,
  KIND_QUANTITY,
  KIND_INT_OR_STRING,
  KIND_TIME,
  KIND_ANY,
  KIND_OBJECT,
};

/* How many values a field has. */
enum field_shape { SHAPE_ONE, SHAPE_LIST, SHAPE_MAP };

enum { NO_FIELD = 255, NO_TYPE = 65535 };

struct field_info {
  const char *name;
  const char *keys; /* by which the server tells its items, "containerPort,protocol", "=" */
  uint16_t object;  /* TYPE_* for KIND_OBJECT, else NO_TYPE */
  uint8_t length;   /* bytes of name */
  uint8_t kind;     /* enum field_kind */
  uint8_t shape;    /* enum field_shape */
  uint8_t since;    /* first minor that has it; 0: as old as the table */
  uint8_t until;    /* last minor that has it; 255: still there */
};

struct type_info {
  const char *name;    /* "core.Container" */
  const char *go_name; /* "Container" */
  const struct field_info *fields;
  const uint8_t *slots; /* field number or NO_FIELD by hash & mask; no two fields share one */
  uint32_t seed;
  uint32_t mask;
  uint32_t field_count;
};

/* The number of the field `name` in `type`, NO_FIELD where it has none. Case matters. */
static inline unsigned field_find(const struct type_info *type, const char *name, size_t length) {
  unsigned number = type->slots[field_hash(type->seed, name, length) & type->mask];

  if (number != NO_FIELD && type->fields[number].length == length &&
      memcmp(type->fields[number].name, name, length) == 0)
    return number;
  return NO_FIELD;
}

/* Whether the minor version `minor` of Kubernetes has the field. */
static inline bool field_exists(const struct field_info *field, unsigned minor) {
  return field->since <= minor && minor <= field->until;
}

#endif
