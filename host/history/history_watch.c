/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_watch.h"

#include "history/history_caller.h"
#include "history/history_database.h"
#include "history/history_error.h"
#include "history/run_lock.h"
#include "memory/count.h"
#include "memory/no_memory.h"

#include <errno.h>
#include <string.h>

/* "" is NULL. */
static struct history_value value_known(struct history *history, const char *text) {
  return *text ? value_text(&history->arena, text) : value_null();
}

/* A count that the server may not give. */
static struct history_value value_counted(int32_t count) {
  return count < 0 ? value_null() : value_integer(count);
}

static struct history_value value_answer(enum history_answer answer) {
  return answer == HISTORY_NOT_KNOWN ? value_null() : value_integer(answer == HISTORY_YES);
}

/* Says who watches the run, by the newest row. */
static int32_t refuse_second(struct history *history, int64_t run_id, struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, STATEMENT_READ_WATCHER, err);
  const char *host;

  if (!statement)
    return -1;
  if (sqlite3_bind_int64(statement, 1, run_id) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    host = (const char *)sqlite3_column_text(statement, 1);
    (void)hg_error_set(err, HG_ERROR_BUSY, "run %lld is being watched by process %lld on %.400s",
                       (long long)run_id, (long long)sqlite3_column_int64(statement, 0),
                       host ? host : "?");
  } else {
    (void)hg_error_set(err, HG_ERROR_BUSY, "run %lld is being watched by another process",
                       (long long)run_id);
  }
  (void)sqlite3_reset(statement);
  return -1;
}

static int32_t add_watch(struct history *history, int64_t run_id, bool is_later,
                         int64_t started_at_ms, struct hg_error *err) {
  sqlite3_stmt *statement = history_statement(history, STATEMENT_ADD_WATCH, err);
  char started_at[TIMESTAMP_SIZE];
  struct history_caller caller;
  int code = SQLITE_OK;

  if (!statement)
    return -1;
  history_caller_find(&caller);
  const struct history_value values[] = {
      value_integer(run_id),
      value_time(started_at_ms, started_at),
      value_integer(is_later),
      value_text(&history->arena, caller.user),
      value_text(&history->arena, caller.host),
      value_integer(caller.pid),
  };
  for (size_t i = 0; i < COUNT(values) && code == SQLITE_OK; i++)
    code = value_bind(statement, (int)i + 1, &values[i]);
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    history->watch_id = sqlite3_column_int64(statement, 0);
    code = sqlite3_step(statement);
  } else if (code == SQLITE_DONE) {
    (void)hg_error_set(err, HG_ERROR_NOT_FOUND,
                       "there is no run %lld in the history: 'headgate history list' shows what is",
                       (long long)run_id);
  }
  if (code != SQLITE_DONE)
    (void)history_fail(history, code, err);
  (void)sqlite3_reset(statement);
  (void)sqlite3_clear_bindings(statement);
  return code == SQLITE_DONE && history->watch_id > 0 ? 0 : -1;
}

int32_t history_join_run(struct history *history, int64_t run_id, bool is_later,
                         int64_t started_at_ms, struct hg_error *err) {
  int code = sqlite3_exec(history->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL);

  if (code != SQLITE_OK)
    return history_fail(history, code, err);
  if (run_lock_take(history->lock_file, run_lock_of_watch(run_id)) < 0)
    return errno == EAGAIN ? refuse_second(history, run_id, err)
                           : history_refuse(history, HG_ERROR_IO, err,
                                            "the watch of run %lld cannot be locked: %s",
                                            (long long)run_id, strerror(errno));
  if (history_begin(history, err) < 0 ||
      add_watch(history, run_id, is_later, started_at_ms, err) < 0 ||
      history_end(history, err) < 0) {
    history_roll_back(history);
    run_lock_drop(history->lock_file, run_lock_of_watch(run_id));
    return -1;
  }
  history_forget_waiting(history);
  history->run_id = run_id;
  history->is_finished = true; /* its end is not this connection's to tell */
  return 0;
}

int32_t history_watch_object(struct history *history, const struct history_object *object,
                             const char *uid, enum history_answer was_there,
                             enum history_answer had_ended, struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)object->position),
      value_integer(object->incarnation),
      value_known(history, uid),
      value_answer(was_there),
      value_answer(had_ended),
  };

  return history_write_later(history, STATEMENT_SEE_JOB, values, COUNT(values), err);
}

int32_t history_watch_job(struct history *history, const struct history_object *object,
                          uint32_t number, const char *phase, const struct hg_job_state *state,
                          bool has_times, int64_t seen_at_ms, struct hg_error *err) {
  char seen_at[TIMESTAMP_SIZE];
  const struct history_value added[] = {
      value_integer(history->run_id),
      value_integer((int64_t)object->position),
      value_integer(object->incarnation),
      value_integer(number),
      value_time(seen_at_ms, seen_at),
      value_string(phase),
      value_integer(state->active),
      value_counted(state->ready),
      value_integer(state->succeeded),
      value_integer(state->failed),
      value_counted(state->terminating),
      value_known(history, state->completed_indexes),
      value_known(history, state->failed_indexes),
      value_known(history, state->reason),
      value_known(history, state->message),
      value_integer((state->flags & HG_JOB_RELISTED) != 0),
  };
  const struct history_value updated[] = {
      added[0],
      added[1],
      added[2],
      value_counted(state->completions),
      value_known(history, state->started_at),
      value_known(history, state->finished_at),
  };

  if (history_write_later(history, STATEMENT_ADD_JOB_STATE, added, COUNT(added), err) < 0)
    return -1;
  if (!has_times)
    return 0;
  return history_write_later(history, STATEMENT_UPDATE_JOB, updated, COUNT(updated), err);
}

static int32_t watch_container(struct history *history, const struct history_object *object,
                               const struct hg_pod_state *pod,
                               const struct hg_container_state *container, struct hg_error *err) {
  static const char *const kinds[] = {"main", "main", "init", "sidecar"};
  static const char *const states[] = {"waiting", "waiting", "running", "terminated"};
  bool has_ended = container->state == HG_CONTAINER_TERMINATED;
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)object->position),
      value_integer(object->incarnation),
      value_text(&history->arena, pod->uid),
      value_text(&history->arena, container->name),
      value_integer(container->restart),
      value_string(kinds[container->kind < COUNT(kinds) ? container->kind : 0]),
      value_string(states[container->state < COUNT(states) ? container->state : 0]),
      value_known(history, container->reason),
      has_ended ? value_integer(container->exit_code) : value_null(),
      has_ended ? value_integer(container->signal) : value_null(),
      value_known(history, container->message),
      value_known(history, container->image),
      value_known(history, container->image_id),
      value_known(history, container->started_at),
      value_known(history, container->finished_at),
  };

  return history_write_later(history, STATEMENT_SEE_CONTAINER, values, COUNT(values), err);
}

int32_t history_watch_pod(struct history *history, const struct history_object *object,
                          const struct hg_pod_state *pod, int64_t seen_at_ms,
                          struct hg_error *err) {
  char seen_at[TIMESTAMP_SIZE];
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)object->position),
      value_integer(object->incarnation),
      value_text(&history->arena, pod->uid),
      value_text(&history->arena, pod->name),
      value_known(history, pod->node),
      value_counted(pod->completion_index),
      value_text(&history->arena, pod->phase),
      value_known(history, pod->reason),
      value_known(history, pod->message),
      value_known(history, pod->created_at),
      value_time(seen_at_ms, seen_at),
      value_integer((pod->flags & HG_POD_DELETED) != 0),
  };

  if (history_write_later(history, STATEMENT_SEE_POD, values, COUNT(values), err) < 0)
    return -1;
  for (uint32_t i = 0; i < pod->container_count; i++)
    if (watch_container(history, object, pod, pod->containers[i], err) < 0)
      return -1;
  return 0;
}

int32_t history_watch_event(struct history *history, const struct history_object *object,
                            const struct hg_cluster_event *event, struct hg_error *err) {
  struct history_value about;

  text_buffer_reset(&history->text);
  text_buffer_printf(&history->text, "%s/%s", event->kind, event->name);
  if (history->text.failed)
    return no_memory(err);
  about = value_text(&history->arena, text_buffer_string(&history->text));
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)object->position),
      value_integer(object->incarnation),
      value_text(&history->arena, event->uid),
      value_text(&history->arena, event->type),
      value_text(&history->arena, event->reason),
      value_text(&history->arena, event->message),
      about,
      value_integer(event->count),
      value_known(history, event->first_at),
      value_known(history, event->last_at),
  };

  return history_write_later(history, STATEMENT_SEE_EVENT, values, COUNT(values), err);
}

int32_t history_watch_log(struct history *history, const struct history_object *object,
                          const struct history_log *log, struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)object->position),
      value_integer(object->incarnation),
      value_text(&history->arena, log->pod_uid),
      value_text(&history->arena, log->container),
      value_integer(log->restart),
      value_outside_string(log->path),
      value_string(log->state),
      value_known(history, log->why),
      value_integer((int64_t)log->bytes),
      value_integer((int64_t)log->lines),
      value_digest(log->sha256),
      value_known(history, log->first_at),
      value_known(history, log->last_at),
      value_integer(log->resumes),
  };

  return history_write_later(history, STATEMENT_SEE_LOG, values, COUNT(values), err);
}

int32_t history_watch_completion(struct history *history, const struct history_object *object,
                                 const struct hg_job_completion *completion, int64_t decided_at_ms,
                                 struct hg_error *err) {
  char decided_at[TIMESTAMP_SIZE];
  const struct hg_bytes *tail = &completion->log_tail;
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)object->position),
      value_integer(object->incarnation),
      value_string(hg_outcome_name(completion->outcome)),
      value_time(decided_at_ms, decided_at),
      value_known(history, completion->reason),
      value_known(history, completion->message),
      value_known(history, completion->failure_class),
      value_known(history, completion->cause),
      value_known(history, completion->advice),
      value_known(history, completion->pod),
      value_known(history, completion->container),
      value_counted(completion->exit_code),
      completion->exit_code < 0 ? value_null() : value_integer(completion->signal),
      value_known(history, completion->termination_message),
      *completion->log_path ? value_outside_string(completion->log_path) : value_null(),
      tail->length > 0 ? value_outside(tail->data, tail->length) : value_null(),
      value_known(history, completion->started_at),
      value_known(history, completion->finished_at),
  };

  return history_write_later(history, STATEMENT_COMPLETE_JOB, values, COUNT(values), err);
}

int32_t history_watch_write(struct history *history, struct hg_error *err) {
  return history_flush(history, err);
}

int32_t history_end_watch(struct history *history, const char *outcome, const char *error,
                          uint64_t relists, uint64_t reconnects, int64_t finished_at_ms,
                          struct hg_error *err) {
  char finished_at[TIMESTAMP_SIZE];
  const struct history_value values[] = {
      value_integer(history->watch_id),
      value_time(finished_at_ms, finished_at),
      value_string(outcome),
      value_text(&history->arena, error),
      value_integer((int64_t)relists),
      value_integer((int64_t)reconnects),
  };

  const struct history_value run = value_integer(history->run_id);

  if (history_write_later(history, STATEMENT_END_WATCH, values, COUNT(values), err) < 0 ||
      history_write_later(history, STATEMENT_LEAVE_LOGS, &run, 1, err) < 0 ||
      history_write_later(history, STATEMENT_DECIDE_RUN, &run, 1, err) < 0)
    return -1;
  return history_flush(history, err);
}
