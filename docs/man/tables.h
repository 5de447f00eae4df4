/* SPDX-License-Identifier: Apache-2.0 */
/* What the manual takes from the tables of the program, of its plugins and of its history. */
#ifndef DOCS_MAN_TABLES_H
#define DOCS_MAN_TABLES_H

#include "settings/flag_table.h"

#include <stdio.h>

/* What the pages are made from, and of which version. */
struct manual {
  const char *templates; /* directory */
  const char *plugins;   /* directory of the built ones */
  const char *version;
  const char *date;
  const char *const *migrations; /* files of SQL, in their order */
  size_t migration_count;
};

/* An item for each command, with what it is for. */
void table_commands(const struct manual *manual, FILE *out);

/* The flags that the command takes, by subject; of NULL, those that every command takes. */
void table_flags(const struct command_row *command, FILE *out);
void table_common_flags(const struct manual *manual, FILE *out);

/* The keys of a configuration file, and which of the two files may have them. */
void table_keys(const struct manual *manual, FILE *out);

/* The options of each bundled plugin. */
void table_options(const struct manual *manual, FILE *out);

/* The views, or the tables, of a new history: what each row is, and the columns. */
void table_views(const struct manual *manual, FILE *out);
void table_tables(const struct manual *manual, FILE *out);

/* Says what is wrong and ends the program. */
_Noreturn void manual_fail(const char *what, const char *which);

/* A whole file; the caller's to free. */
char *manual_read(const char *path);

#endif
