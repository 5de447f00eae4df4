/* SPDX-License-Identifier: Apache-2.0 */
/* The schema of the history: names and columns from SQLite itself, what a row is from the comments
 * of schemas/history. */
#include "roff.h"
#include "tables.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* The migrations call it; the history's own tells which runs are dead. */
static void run_is_dead(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  (void)values;
  sqlite3_result_int(context, 0);
}

/* The lines of comment that end where `end` is, as one paragraph. */
static void write_comment(const char *text, const char *end, FILE *out) {
  const char *start = end;

  while (start > text) {
    const char *line = start - 1;

    while (line > text && line[-1] != '\n')
      line--;
    if (strncmp(line, "--", 2) != 0)
      break;
    start = line;
  }
  while (start < end) {
    size_t length = strcspn(start, "\n");
    char *copy = strndup(start + 2, length - 2);
    size_t blanks;

    if (!copy)
      manual_fail("out of memory", "");
    blanks = strspn(copy, " ");
    if (blanks == strlen(copy))
      (void)fputs(".IP\n", out);
    else {
      (void)fputs(blanks > 1 ? ".br\n" : "", out); /* a row of a list */
      roff_text(out, copy + blanks);
      (void)fputc('\n', out);
    }
    free(copy);
    start += length + 1;
  }
}

/* What the newest migration that makes it says of it. */
static void write_meaning(const struct manual *manual, const char *kind, const char *name,
                          FILE *out) {
  for (size_t i = manual->migration_count; i-- > 0;) {
    char *text = manual_read(manual->migrations[i]);

    for (size_t j = 0; j < 3; j++) {
      char statement[200];
      const char *found;

      (void)snprintf(statement, sizeof statement,
                     j == 0   ? "CREATE %s %s AS"
                     : j == 1 ? "CREATE %s %s ("
                              : "CREATE %s new_%s (",
                     kind, name);
      found = strstr(text, statement);
      if (found && found >= text + 3 && found[-1] == '\n' && found[-2] != '\n') {
        write_comment(text, found, out);
        free(text);
        return;
      }
    }
    free(text);
  }
}

static void write_columns(sqlite3 *database, const char *name, FILE *out) {
  sqlite3_stmt *statement;
  bool is_first = true;

  if (sqlite3_prepare_v2(database, "SELECT name FROM pragma_table_info(?1) ORDER BY cid", -1,
                         &statement, NULL) != SQLITE_OK ||
      sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC) != SQLITE_OK)
    manual_fail(sqlite3_errmsg(database), name);
  (void)fputs("Columns:\n", out);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    (void)fputs(is_first ? "" : ",\n", out);
    roff_italic(out, (const char *)sqlite3_column_text(statement, 0));
    is_first = false;
  }
  (void)fputs(".\n", out);
  (void)sqlite3_finalize(statement);
}

static void write_all(const struct manual *manual, const char *type, const char *kind, FILE *out) {
  sqlite3_stmt *statement;
  sqlite3 *database;

  if (sqlite3_open(":memory:", &database) != SQLITE_OK ||
      sqlite3_create_function_v2(database, "run_is_dead", 1, SQLITE_UTF8, NULL, run_is_dead, NULL,
                                 NULL, NULL) != SQLITE_OK)
    manual_fail("no SQLite", type);
  for (size_t i = 0; i < manual->migration_count; i++) {
    char *sql = manual_read(manual->migrations[i]);

    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
      manual_fail(sqlite3_errmsg(database), manual->migrations[i]);
    free(sql);
  }
  if (sqlite3_prepare_v2(database,
                         "SELECT name FROM sqlite_schema WHERE type = ?1 AND name NOT LIKE "
                         "'sqlite_%' ORDER BY name",
                         -1, &statement, NULL) != SQLITE_OK ||
      sqlite3_bind_text(statement, 1, type, -1, SQLITE_STATIC) != SQLITE_OK)
    manual_fail(sqlite3_errmsg(database), type);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    const char *name = (const char *)sqlite3_column_text(statement, 0);

    (void)fputs(".TP\n", out);
    roff_bold(out, name);
    (void)fputc('\n', out);
    write_meaning(manual, kind, name, out);
    (void)fputs(".IP\n", out);
    write_columns(database, name, out);
  }
  (void)sqlite3_finalize(statement);
  (void)sqlite3_close(database);
}

void table_views(const struct manual *manual, FILE *out) {
  write_all(manual, "view", "VIEW", out);
}

void table_tables(const struct manual *manual, FILE *out) {
  write_all(manual, "table", "TABLE", out);
}
