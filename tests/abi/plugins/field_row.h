/* SPDX-License-Identifier: Apache-2.0 */
/* One row of the tables that say what a struct of the interface holds. */
#ifndef TESTS_ABI_FIELD_ROW_H
#define TESTS_ABI_FIELD_ROW_H

#include <stddef.h>

enum field_kind {
  FIELD_SIZE,      /* struct_size: "at least N", as the host's may be longer */
  FIELD_NODE_SIZE, /* the same, of struct hg_node */
  FIELD_U8,        /* uint8_t */
  FIELD_U16,       /* uint16_t */
  FIELD_U32,       /* uint32_t */
  FIELD_I32,       /* int32_t */
  FIELD_U64,       /* uint64_t */
  FIELD_I64,       /* int64_t */
  FIELD_ADDRESS,   /* a pointer or function: "set" or NULL */
  FIELD_TEXT,      /* const char *, or NULL */
  FIELD_TEXTS,     /* const char *const *, as many as the counter says */
  FIELD_ARGV,      /* the same, with a NULL behind them */
  FIELD_PAIRS,     /* const struct hg_pair * */
  FIELD_BYTES,     /* struct hg_bytes */
  FIELD_SHA256,    /* uint8_t[32] */
  FIELD_STRUCT,    /* a pointer to one struct, or NULL */
  FIELD_STRUCTS,   /* pointers to structs, as many as the 32-bit counter says */
  FIELD_STRUCTS64  /* the same with a 64-bit counter */
};

struct described_struct;

struct field {
  const char *name;
  enum field_kind kind;
  size_t offset;
  size_t counter;                       /* offset of the field that counts it */
  const struct described_struct *rows;  /* what it points to */
  int (*is_there)(const void *pointer); /* NULL: always */
};

struct described_struct {
  const char *name;
  size_t size;
  const struct field *fields;
  size_t count;
};

/* A node is written otherwise than the rest: a line each. */
extern const struct described_struct described_node;

#endif
