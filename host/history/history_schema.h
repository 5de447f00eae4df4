/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a history's tables, views and indexes are those that the migrations make: anything else
 * under their names could answer what is not so, or never. */
#ifndef HOST_HISTORY_HISTORY_SCHEMA_H
#define HOST_HISTORY_HISTORY_SCHEMA_H

#include <headgate/error.h>
#include <stddef.h>
#include <stdint.h>

struct history;

/* A row of sqlite_schema. */
struct history_schema_row {
  const char *type;
  const char *name;
  const char *table;
  const char *has_page; /* "1", or "0" as for a view and a virtual table */
  const char *sql;
};

/* The rows that count: SQLite's own tables are its own to make. */
#define HISTORY_SCHEMA_ROWS                                                                        \
  "SELECT type, name, tbl_name, rootpage > 0, sql FROM sqlite_schema"                              \
  " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
enum { HISTORY_SCHEMA_COLUMNS = 5 };

/* Looks for each of the `count` rows. What a user keeps beside them is his, but for triggers, which
 * act on what Headgate writes. */
int32_t history_schema_check(const struct history *history, const struct history_schema_row *rows,
                             size_t count, struct hg_error *err);

#endif
