/* SPDX-License-Identifier: Apache-2.0 */
/* Makes C of the history's migrations. Runs while Headgate is built.
 *
 *   compile_migrations 0001-initial.sql ... history_migrations.c
 *
 * Beside the SQL of each goes what sqlite_schema holds after it, by which a history is known: to
 * find that out anew at each start would cost more than the rest of a small run.
 */
#include "files/input_file.h"
#include "history/history_migration.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 256 * 1024 };

static void fail(const char *what, const char *which) {
  fprintf(stderr, "compile_migrations: %s: %s\n", what, which);
  exit(1);
}

/* To be freed. */
static char *read_sql(const char *path) {
  struct hg_error error = HG_ERROR_INIT;
  char *text;
  size_t length;

  if (input_file_read(path, MOST_BYTES, &text, &length, &error) < 0)
    fail("cannot read", error.message);
  if (length == 0 || strlen(text) != length)
    fail("is empty, or holds a NUL byte", path);
  return text;
}

static void write_string(FILE *out, const char *text) {
  (void)fputc('"', out);
  for (; *text; text++) {
    if (*text == '\n')
      (void)fputs("\\n\"\n\"", out);
    else if (*text == '"' || *text == '\\' || *text == '?')
      fprintf(out, "\\%c", *text);
    else if ((unsigned char)*text < ' ' || (unsigned char)*text > '~')
      fail("holds something else than ASCII", text);
    else
      (void)fputc(*text, out);
  }
  (void)fputc('"', out);
}

static void write_rows(FILE *out, sqlite3 *db, int number) {
  sqlite3_stmt *row = NULL;

  if (sqlite3_prepare_v2(db, HISTORY_SCHEMA_ROWS " ORDER BY rowid", -1, &row, NULL) != SQLITE_OK)
    fail("cannot ask", sqlite3_errmsg(db));
  fprintf(out, "static const struct history_schema_row rows_%d[] = {\n", number);
  while (sqlite3_step(row) == SQLITE_ROW) {
    (void)fputs("{", out);
    for (int column = 0; column < HISTORY_SCHEMA_COLUMNS; column++) {
      write_string(out, (const char *)sqlite3_column_text(row, column));
      (void)fputs(",\n", out);
    }
    (void)fputs("},\n", out);
  }
  if (sqlite3_finalize(row) != SQLITE_OK)
    fail("cannot ask", sqlite3_errmsg(db));
  (void)fputs("};\n", out);
}

static int integer_of(sqlite3 *db, const char *question) {
  sqlite3_stmt *row = NULL;
  int answer;

  if (sqlite3_prepare_v2(db, question, -1, &row, NULL) != SQLITE_OK ||
      sqlite3_step(row) != SQLITE_ROW)
    fail("cannot ask", sqlite3_errmsg(db));
  answer = sqlite3_column_int(row, 0);
  (void)sqlite3_finalize(row);
  return answer;
}

/* What is there in the end, without the way there. */
static void write_whole(FILE *out, sqlite3 *db) {
  sqlite3_stmt *row = NULL;

  if (sqlite3_prepare_v2(db, HISTORY_SCHEMA_ROWS " ORDER BY rowid", -1, &row, NULL) != SQLITE_OK)
    fail("cannot ask", sqlite3_errmsg(db));
  (void)fputs("static const char whole[] =\n", out);
  while (sqlite3_step(row) == SQLITE_ROW) {
    write_string(out, (const char *)sqlite3_column_text(row, HISTORY_SCHEMA_COLUMNS - 1));
    (void)fputs("\";\\n\"\n", out);
  }
  if (sqlite3_finalize(row) != SQLITE_OK)
    fail("cannot ask", sqlite3_errmsg(db));
  fprintf(out, "\"PRAGMA application_id = %d; PRAGMA user_version = %d;\";\n",
          integer_of(db, "PRAGMA application_id"), integer_of(db, "PRAGMA user_version"));
}

static void write_migration(FILE *out, sqlite3 *db, int number, const char *path) {
  char *sql = read_sql(path);

  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
    fail(path, sqlite3_errmsg(db));
  fprintf(out, "static const char sql_%d[] =\n", number);
  write_string(out, sql);
  (void)fputs(";\n", out);
  free(sql);
  write_rows(out, db, number);
}

int main(int argc, char **argv) {
  const int count = argc - 2;
  sqlite3 *db = NULL;
  FILE *out;

  if (count < 1)
    fail("usage", "compile_migrations MIGRATION... SOURCE");
  if (sqlite3_open(":memory:", &db) != SQLITE_OK)
    fail("cannot open", ":memory:");
  out = fopen(argv[argc - 1], "w");
  if (!out)
    fail("cannot write", argv[argc - 1]);
  (void)fputs("/* Made from schemas/history by compile_migrations.c. */\n"
              "#include \"history/history_migration.h\"\n"
              "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n",
              out);
  for (int i = 1; i <= count; i++)
    write_migration(out, db, i, argv[i]);
  write_whole(out, db);
  fprintf(out, "const int32_t history_migration_count = %d;\n", count);
  (void)fputs("const struct history_migration history_migrations[] = {\n", out);
  for (int i = 1; i <= count; i++) {
    const char *slash = strrchr(argv[i], '/');

    fprintf(out, "{\"%s\", sql_%d, rows_%d, sizeof rows_%d / sizeof rows_%d[0], %s},\n",
            slash ? slash + 1 : argv[i], i, i, i, i, i == count ? "whole" : "NULL");
  }
  (void)fputs("};\n", out);
  if (ferror(out) || fclose(out) != 0)
    fail("cannot write", argv[argc - 1]);
  return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
