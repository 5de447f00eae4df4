/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_manifest.h"

#include "history/history_database.h"
#include "history/history_error.h"
#include "memory/count.h"

/* Whether a row of that manifest is there which lacks nothing. */
static int32_t is_known(struct history *history, const struct history_manifest *manifest,
                        bool *is_there, struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, STATEMENT_KNOWS_MANIFEST, err);
  int code;

  if (!statement)
    return -1;
  code = sqlite3_bind_blob(statement, 1, manifest->sha256, 32, SQLITE_STATIC);
  if (code == SQLITE_OK)
    code = sqlite3_bind_int(statement, 2, manifest->text != NULL);
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  *is_there = code == SQLITE_ROW;
  (void)sqlite3_reset(statement);
  return code == SQLITE_ROW || code == SQLITE_DONE ? 0 : history_fail(history, code, err);
}

static struct history_value number(int64_t value) {
  return value < 0 ? value_null() : value_integer(value);
}

int32_t history_add_manifest(struct history *history, const struct history_manifest *manifest,
                             struct hg_error *err) {
  const struct history_value values[] = {
      value_digest(manifest->sha256),
      value_text(&history->arena, manifest->text),
      value_text(&history->arena, manifest->image),
      value_text(&history->arena, manifest->labels),
      value_text(&history->arena, manifest->containers),
      number(manifest->pods),
      number(manifest->cpu_milli),
      number(manifest->memory_bytes),
      number(manifest->gpus),
  };
  bool is_there = false;

  if (is_known(history, manifest, &is_there, err) < 0)
    return -1;
  return is_there
             ? 0
             : history_write_later(history, STATEMENT_ADD_MANIFEST, values, COUNT(values), err);
}
