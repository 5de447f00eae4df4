/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_past.h"

#include "history/history_command.h"
#include "history/history_database.h"
#include "history/history_error.h"
#include "history/history_result.h"
#include "memory/count.h"
#include "memory/no_memory.h"

#include <string.h>

/* A copy in `arena` of a column of any type; "" where it is NULL, and NULL where memory is out. */
static const char *copy_column(struct arena *arena, sqlite3_stmt *row, int column) {
  const void *bytes = sqlite3_column_blob(row, column);

  return arena_copy(arena, bytes ? bytes : "",
                    bytes ? (size_t)sqlite3_column_bytes(row, column) : 0);
}

static uint32_t mode_of(const char *name) {
  for (uint32_t mode = HG_MODE_VALIDATE; mode <= HG_MODE_APPLY; mode++)
    if (strcmp(hg_mode_name(mode), name) == 0)
      return mode;
  return 0;
}

static int32_t take_run(struct history *history, sqlite3_stmt *row, struct history_past_run *run,
                        struct hg_error *err) {
  const char **const texts[] = {&run->command,     &run->state,      &run->started_at,
                                &run->finished_at, &run->version,    &run->kubernetes_version,
                                &run->jobs_dir,    &run->kubeconfig, &run->context,
                                &run->error};
  int column = 0;

  for (; column < (int)COUNT(texts); column++) {
    *texts[column] = copy_column(&history->resumed, row, column);
    if (!*texts[column])
      return no_memory(err);
  }
  if (sqlite3_column_type(row, column - 1) == SQLITE_NULL)
    run->error = NULL;
  run->mode = mode_of(history_text_of(row, column++));
  run->duration_ms = sqlite3_column_int64(row, column++);
  run->exit_code = sqlite3_column_int(row, column++);
  run->is_watched = sqlite3_column_int(row, column) != 0;
  return 0;
}

/* The statement with run `run_id` bound to its first parameter; NULL: *err. */
static sqlite3_stmt *ask(struct history *history, enum history_statement which, int64_t run_id,
                         struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, which, err);
  int code = statement ? sqlite3_bind_int64(statement, 1, run_id) : SQLITE_OK;

  if (code == SQLITE_OK)
    return statement;
  (void)history_fail(history, code, err);
  return NULL;
}

int32_t history_read_past_run(struct history *history, int64_t run_id, struct history_past_run *run,
                              struct hg_error *err) {
  sqlite3_stmt *statement = ask(history, STATEMENT_PAST_RUN, run_id, err);
  int32_t result = -1;
  int code;

  if (!statement)
    return -1;
  memset(run, 0, sizeof *run);
  run->run_id = run_id;
  code = sqlite3_step(statement);
  if (code == SQLITE_ROW)
    result = take_run(history, statement, run, err);
  else if (code == SQLITE_DONE)
    (void)hg_error_set(err, HG_ERROR_NOT_FOUND, "there is no run %lld in the history",
                       (long long)run_id);
  else
    (void)history_fail(history, code, err);
  (void)sqlite3_reset(statement);
  return result;
}

/* Calls `take` for each row of the statement. */
static int32_t each_row(struct history *history, sqlite3_stmt *statement,
                        int32_t (*take)(struct history *history, sqlite3_stmt *row, void *context,
                                        struct hg_error *err),
                        void *context, struct hg_error *err) {
  int32_t result = 0;
  int code = SQLITE_ROW;

  while (result == 0 && (code = sqlite3_step(statement)) == SQLITE_ROW) {
    arena_reset(&history->answer);
    result = take(history, statement, context, err);
  }
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    result = history_fail(history, code, err);
  (void)sqlite3_reset(statement);
  return result;
}

/* --- Documents ------------------------------------------------------------------------------- */

struct job_reading {
  int64_t run_id;
  int32_t (*each)(void *context, const struct history_past_job *job, struct hg_error *err);
  void *context;
};

/* What a row of a list becomes: `item` is one of its array. -1: no memory. */
typedef int32_t take_item(struct arena *arena, sqlite3_stmt *row, void *item);

static int32_t take_diagnostic(struct arena *arena, sqlite3_stmt *row, void *item) {
  struct hg_diagnostic *diagnostic = item;

  *diagnostic = (struct hg_diagnostic){
      .struct_size = sizeof *diagnostic,
      .severity =
          strcmp(history_text_of(row, 1), "warning") == 0 ? HG_SEVERITY_WARNING : HG_SEVERITY_ERROR,
      .line = (uint32_t)sqlite3_column_int64(row, 2),
      .column = (uint32_t)sqlite3_column_int64(row, 3),
      .rule = copy_column(arena, row, 4),
      .field = copy_column(arena, row, 5),
      .message = copy_column(arena, row, 6),
  };
  if (sqlite3_column_type(row, 7) != SQLITE_NULL)
    diagnostic->advice = copy_column(arena, row, 7);
  return diagnostic->rule && diagnostic->field && diagnostic->message ? 0 : -1;
}

static int32_t take_parameter(struct arena *arena, sqlite3_stmt *row, void *item) {
  struct hg_pair *pair = item;

  *pair = (struct hg_pair){copy_column(arena, row, 1), copy_column(arena, row, 2)};
  return pair->name && pair->value ? 0 : -1;
}

/* The rows that a statement has for the document, as an array of items of `size` bytes. Each row's
 * first column is their number: the validators are held to one that fits. */
static int32_t read_items(struct history *history, enum history_statement which, int64_t run_id,
                          uint64_t position, size_t size, take_item *take, void **items,
                          uint32_t *count, struct hg_error *err) {
  sqlite3_stmt *statement = ask(history, which, run_id, err);
  struct arena *arena = &history->answer;
  int code;

  *items = NULL;
  *count = 0;
  if (!statement)
    return -1;
  code = sqlite3_bind_int64(statement, 2, (int64_t)position);
  while (code == SQLITE_OK || code == SQLITE_ROW) {
    code = sqlite3_step(statement);
    if (code != SQLITE_ROW)
      break;
    if (!*items)
      *items = arena_alloc(arena, (size_t)sqlite3_column_int64(statement, 0) * size);
    if (!*items || take(arena, statement, (char *)*items + *count * size) < 0) {
      (void)sqlite3_reset(statement);
      return no_memory(err);
    }
    ++*count;
  }
  (void)sqlite3_reset(statement);
  return code == SQLITE_DONE ? 0 : history_fail(history, code, err);
}

int32_t history_read_parameters(struct history *history, int64_t run_id, uint64_t position,
                                const struct hg_pair **parameters, uint32_t *count,
                                struct hg_error *err) {
  void *items;
  int32_t result;

  arena_reset(&history->answer);
  result = read_items(history, STATEMENT_PAST_PARAMETERS, run_id, position, sizeof(struct hg_pair),
                      take_parameter, &items, count, err);
  *parameters = items;
  return result;
}

static int32_t take_job(struct history *history, sqlite3_stmt *row, void *context,
                        struct hg_error *err) {
  const struct job_reading *reading = context;
  struct arena *arena = &history->answer;
  const char *command = sqlite3_column_blob(row, 6);
  void *diagnostics;
  void *parameters;
  struct history_past_job job = {
      .position = (uint64_t)sqlite3_column_int64(row, 0),
      .job.name = copy_column(arena, row, 1),
      .job.namespace = copy_column(arena, row, 2),
      .job.path = copy_column(arena, row, 3),
      .job.document_number = (uint32_t)sqlite3_column_int64(row, 4),
      .valid = sqlite3_column_int(row, 5) != 0,
      .is_retry = sqlite3_column_int(row, 8) != 0,
  };

  job.command =
      history_command_parse(arena, command ? command : "",
                            command ? (size_t)sqlite3_column_bytes(row, 6) : 0, &job.command_count);
  if (sqlite3_column_type(row, 7) != SQLITE_NULL)
    job.manifest = copy_column(arena, row, 7);
  if (!job.job.name || !job.job.namespace || !job.job.path || !job.command)
    return no_memory(err);
  if (read_items(history, STATEMENT_PAST_DIAGNOSTICS, reading->run_id, job.position,
                 sizeof(struct hg_diagnostic), take_diagnostic, &diagnostics, &job.diagnostic_count,
                 err) < 0 ||
      read_items(history, STATEMENT_PAST_PARAMETERS, reading->run_id, job.position,
                 sizeof(struct hg_pair), take_parameter, &parameters, &job.parameter_count,
                 err) < 0)
    return -1;
  job.diagnostics = diagnostics;
  job.parameters = parameters;
  return reading->each(reading->context, &job, err);
}

int32_t history_each_past_job(struct history *history, int64_t run_id,
                              int32_t (*each)(void *context, const struct history_past_job *job,
                                              struct hg_error *err),
                              void *context, struct hg_error *err) {
  sqlite3_stmt *statement = ask(history, STATEMENT_PAST_JOBS, run_id, err);
  struct job_reading reading = {run_id, each, context};

  return statement ? each_row(history, statement, take_job, &reading, err) : -1;
}

/* --- Outcomes -------------------------------------------------------------------------------- */

struct result_reading {
  int32_t (*each)(void *context, uint64_t position, const struct hg_job_result *result,
                  struct hg_error *err);
  void *context;
};

static int32_t take_result(struct history *history, sqlite3_stmt *row, void *context,
                           struct hg_error *err) {
  const struct result_reading *reading = context;
  struct hg_job_result result = {.struct_size = sizeof result};

  return history_result_take(history, row, &result, err) < 0
             ? -1
             : reading->each(reading->context,
                             (uint64_t)sqlite3_column_int64(row, HISTORY_RESULT_COLUMNS), &result,
                             err);
}

int32_t history_each_past_result(struct history *history, int64_t run_id,
                                 int32_t (*each)(void *context, uint64_t position,
                                                 const struct hg_job_result *result,
                                                 struct hg_error *err),
                                 void *context, struct hg_error *err) {
  sqlite3_stmt *statement = ask(history, STATEMENT_PAST_RESULTS, run_id, err);
  struct result_reading reading = {each, context};

  return statement ? each_row(history, statement, take_result, &reading, err) : -1;
}

/* --- What was seen in the cluster ------------------------------------------------------------ */

struct observation_reading {
  int32_t (*each)(void *context, uint64_t position, const struct hg_job_observation *observation,
                  struct hg_error *err);
  void *context;
};

static uint32_t phase_of(const char *name) {
  for (uint32_t phase = HG_PHASE_PENDING; phase < HG_PHASE_UNKNOWN; phase++)
    if (strcmp(hg_phase_name(phase), name) == 0)
      return phase;
  return HG_PHASE_UNKNOWN;
}

static int32_t take_observation(struct history *history, sqlite3_stmt *row, void *context,
                                struct hg_error *err) {
  const struct observation_reading *reading = context;
  const struct hg_job_observation observation = {
      .struct_size = sizeof observation,
      .phase = phase_of(history_text_of(row, 1)),
      .active = sqlite3_column_int(row, 2),
      .succeeded = sqlite3_column_int(row, 3),
      .failed = sqlite3_column_int(row, 4),
      .completions = sqlite3_column_int(row, 5),
      .uid = history_text_of(row, 6),
      .reason = history_text_of(row, 7),
      .seen_at = history_text_of(row, 8),
  };
  bool is_end = sqlite3_column_type(row, 1) == SQLITE_NULL;

  (void)history;
  return reading->each(reading->context, (uint64_t)sqlite3_column_int64(row, 0),
                       is_end ? NULL : &observation, err);
}

int32_t history_each_observation(struct history *history, int64_t run_id,
                                 int32_t (*each)(void *context, uint64_t position,
                                                 const struct hg_job_observation *observation,
                                                 struct hg_error *err),
                                 void *context, struct hg_error *err) {
  sqlite3_stmt *statement = ask(history, STATEMENT_PAST_OBSERVATIONS, run_id, err);
  struct observation_reading reading = {each, context};

  return statement ? each_row(history, statement, take_observation, &reading, err) : -1;
}

int32_t history_note_observation(struct history *history, uint64_t position,
                                 const struct hg_job_observation *observation,
                                 struct hg_error *err) {
  const struct history_value none = value_null();
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)position),
      observation ? value_string(hg_phase_name(observation->phase)) : none,
      observation ? value_integer(observation->active) : none,
      observation ? value_integer(observation->succeeded) : none,
      observation ? value_integer(observation->failed) : none,
      observation ? value_integer(observation->completions) : none,
      observation ? value_text(&history->arena, observation->uid) : none,
      observation ? value_text(&history->arena, observation->reason) : none,
      observation ? value_text(&history->arena, observation->seen_at) : none,
  };

  return history_write_later(history, STATEMENT_NOTE_OBSERVATION, values, COUNT(values), err);
}
