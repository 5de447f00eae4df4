/* SPDX-License-Identifier: Apache-2.0 */
/* From an empty file to the newest schema, one numbered step after another. */
#ifndef HOST_HISTORY_HISTORY_MIGRATION_H
#define HOST_HISTORY_HISTORY_MIGRATION_H

#include "history/history_schema.h"

#include <stdint.h>

/* The N-th makes version N, sets user_version to it, and is one of the files of schemas/history. */
struct history_migration {
  const char *name; /* the file's */
  const char *sql;
  const struct history_schema_row *rows; /* what is there after it */
  size_t row_count;
  const char *whole; /* makes the same of an empty file at once; NULL: only the steps do */
};

extern const struct history_migration history_migrations[];
extern const int32_t history_migration_count;

/* Takes the database from its user_version to version `count`, in one transaction; a new database
 * is version 0. A version above `count` was written by a newer Headgate and is refused, and so is
 * one whose tables are not as its migrations make them. */
int32_t history_migrate(struct history *history, const struct history_migration *migrations,
                        int32_t count, struct hg_error *err);

/* Refuses any version but `count`: for a database that must not be written. */
int32_t history_check_version(struct history *history, const struct history_migration *migrations,
                              int32_t count, struct hg_error *err);

#endif
