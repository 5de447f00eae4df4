/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_result.h"

#include "history/history.h"

#include "history/history_command.h"
#include "history/history_database.h"
#include "history/history_error.h"
#include "memory/no_memory.h"

#include <string.h>

/* The columns of STATEMENT_READ_RESULT. */
enum result_column {
  RESULT_STATUS,
  RESULT_RETURN_CODE,
  RESULT_SIGNAL,
  RESULT_ATTEMPT,
  RESULT_STDOUT_CUT,
  RESULT_STDERR_CUT,
  RESULT_DURATION,
  RESULT_DOCUMENT,
  RESULT_JOB_NAME,
  RESULT_NAMESPACE,
  RESULT_YAML_PATH,
  RESULT_COMMAND,
  RESULT_TIMESTAMP,
  RESULT_STDOUT,
  RESULT_STDERR,
  RESULT_REASON,
  RESULT_FAILURE_CLASS,
  RESULT_ADVICE,
  RESULT_VERB,
  RESULT_WARNINGS,
  RESULT_HTTP_STATUS,
};

_Static_assert(RESULT_HTTP_STATUS + 1 == HISTORY_RESULT_COLUMNS, "each is read");

/* A column's bytes in history->answer, with a NUL after them; "" where it is NULL. */
static const char *copy_bytes(struct history *history, sqlite3_stmt *statement,
                              enum result_column column, uint64_t *length) {
  const void *bytes = sqlite3_column_blob(statement, (int)column);

  *length = bytes ? (uint64_t)sqlite3_column_bytes(statement, (int)column) : 0;
  return bytes ? arena_copy(&history->answer, bytes, (size_t)*length) : "";
}

static const char *copy_text(struct history *history, sqlite3_stmt *statement,
                             enum result_column column) {
  uint64_t length;

  return copy_bytes(history, statement, column, &length);
}

static uint32_t status_of(const char *name) {
  if (strcmp(name, "SUCCESS") == 0)
    return HG_STATUS_SUCCESS;
  return strcmp(name, "SKIPPED") == 0 ? HG_STATUS_SKIPPED : HG_STATUS_FAILED;
}

static uint32_t verb_of(const char *name) {
  for (uint32_t verb = HG_VERB_CREATED; verb <= HG_VERB_UNCHANGED; verb++)
    if (strcmp(hg_verb_name(verb), name) == 0)
      return verb;
  return HG_VERB_NONE;
}

/* The lines of the column, each a string of its own. */
static int32_t take_warnings(struct history *history, sqlite3_stmt *row,
                             struct hg_job_result *result) {
  uint64_t length;
  const char *column = copy_bytes(history, row, RESULT_WARNINGS, &length);
  char *line = column ? arena_copy(&history->answer, column, (size_t)length) : NULL;
  const char **lines;

  if (!line || length == 0)
    return line ? 0 : -1;
  result->warning_count = 1;
  for (const char *feed = line; (feed = strchr(feed, '\n')); feed++)
    result->warning_count++;
  lines = arena_alloc(&history->answer, (result->warning_count + 1) * sizeof *lines);
  if (!lines)
    return -1;
  for (uint32_t i = 0; i < result->warning_count; i++) {
    lines[i] = line;
    line += strcspn(line, "\n");
    *line++ = '\0';
  }
  lines[result->warning_count] = NULL;
  result->warnings = lines;
  return 0;
}

int32_t history_result_take(struct history *history, sqlite3_stmt *row,
                            struct hg_job_result *result, struct hg_error *err) {
  const char *status = copy_text(history, row, RESULT_STATUS);
  const char *command = (const char *)sqlite3_column_blob(row, RESULT_COMMAND);
  const char *verb;

  result->return_code = sqlite3_column_int(row, RESULT_RETURN_CODE);
  result->signal = sqlite3_column_int(row, RESULT_SIGNAL);
  result->attempt = (uint32_t)sqlite3_column_int64(row, RESULT_ATTEMPT);
  result->flags = (sqlite3_column_int(row, RESULT_STDOUT_CUT) ? HG_RESULT_STDOUT_CUT : 0) |
                  (sqlite3_column_int(row, RESULT_STDERR_CUT) ? HG_RESULT_STDERR_CUT : 0);
  result->duration_ms = sqlite3_column_int64(row, RESULT_DURATION);
  result->document_number = (uint32_t)sqlite3_column_int64(row, RESULT_DOCUMENT);
  result->job_name = copy_text(history, row, RESULT_JOB_NAME);
  result->job_namespace = copy_text(history, row, RESULT_NAMESPACE);
  result->yaml_path = copy_text(history, row, RESULT_YAML_PATH);
  result->timestamp = copy_text(history, row, RESULT_TIMESTAMP);
  result->stdout_text.data = copy_bytes(history, row, RESULT_STDOUT, &result->stdout_text.length);
  result->stderr_text.data = copy_bytes(history, row, RESULT_STDERR, &result->stderr_text.length);
  result->reason = copy_text(history, row, RESULT_REASON);
  result->failure_class = copy_text(history, row, RESULT_FAILURE_CLASS);
  result->advice = copy_text(history, row, RESULT_ADVICE);
  result->command = history_command_parse(
      &history->answer, command ? command : "",
      command ? (size_t)sqlite3_column_bytes(row, RESULT_COMMAND) : 0, &result->command_count);
  verb = copy_text(history, row, RESULT_VERB);
  if (!verb || take_warnings(history, row, result) < 0 || !status || !result->job_name ||
      !result->job_namespace || !result->yaml_path || !result->timestamp ||
      !result->stdout_text.data || !result->stderr_text.data || !result->reason ||
      !result->failure_class || !result->advice || !result->command)
    return no_memory(err);
  result->status = status_of(status);
  result->verb = verb_of(verb);
  result->http_status = (uint32_t)sqlite3_column_int64(row, RESULT_HTTP_STATUS);
  return 0;
}

int32_t history_read_result(struct history *history, uint64_t position,
                            struct hg_job_result *result, struct hg_error *err) {
  sqlite3_stmt *statement;
  int32_t done = -1;
  int code;

  if (history_flush(history, err) < 0)
    return -1;
  statement = history_statement(history, STATEMENT_READ_RESULT, err);
  if (!statement)
    return -1;
  arena_reset(&history->answer);
  memset(result, 0, sizeof *result);
  result->struct_size = sizeof *result;
  code = sqlite3_bind_int64(statement, 1, history->run_id);
  if (code == SQLITE_OK)
    code = sqlite3_bind_int64(statement, 2, (int64_t)position);
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  if (code == SQLITE_ROW)
    done = history_result_take(history, statement, result, err);
  else if (code == SQLITE_DONE)
    (void)hg_error_set(err, HG_ERROR_NOT_FOUND, "Job %llu of run %lld has no outcome",
                       (unsigned long long)position, (long long)history->run_id);
  else
    (void)history_fail(history, code, err);
  (void)sqlite3_reset(statement);
  return done;
}
