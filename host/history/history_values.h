/* SPDX-License-Identifier: Apache-2.0 */
/* Values on their way into the database. */
#ifndef HOST_HISTORY_HISTORY_VALUES_H
#define HOST_HISTORY_HISTORY_VALUES_H

#include "memory/arena.h"
#include "text/timestamp.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

enum history_value_kind { VALUE_NULL, VALUE_INTEGER, VALUE_TEXT, VALUE_BLOB };

/* Bytes are borrowed. */
struct history_value {
  enum history_value_kind kind;
  union {
    int64_t integer;
    size_t length;
  } as;
  const char *bytes;
};

static inline struct history_value value_null(void) {
  return (struct history_value){VALUE_NULL, {0}, NULL};
}

static inline struct history_value value_integer(int64_t integer) {
  return (struct history_value){VALUE_INTEGER, {integer}, NULL};
}

/* A string of the program's own, known to be UTF-8; NULL is NULL. */
struct history_value value_string(const char *string);

/* 32 bytes; NULL is NULL. */
struct history_value value_digest(const uint8_t *sha256);

/* A time, written into `buffer`. */
struct history_value value_time(int64_t ms, char buffer[TIMESTAMP_SIZE]);

/* For columns of type TEXT: what is not UTF-8 in it becomes U+FFFD, in a copy in `arena`. NULL is
 * NULL, as it is where memory is out. */
struct history_value value_text(struct arena *arena, const char *string);

/* For columns of type ANY: text where it is UTF-8 without a NUL, else a blob. */
struct history_value value_outside(const char *bytes, size_t length);

/* The same, of a string; NULL is NULL. */
struct history_value value_outside_string(const char *string);

/* SQLite's result code. The bytes must live until the statement is reset. */
int value_bind(sqlite3_stmt *statement, int index, const struct history_value *value);

#endif
