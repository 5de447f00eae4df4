/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "history/history_caller.h"
#include "history/history_command.h"
#include "history/history_database.h"
#include "history/history_error.h"
#include "history/run_lock.h"
#include "memory/count.h"
#include "memory/no_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Inserts the row and takes its lock, inside a transaction: nobody sees the one without the other.
 */
static int32_t insert_run(struct history *history, const struct history_run *run,
                          struct hg_error *err) {
  char started_at[TIMESTAMP_SIZE];
  struct history_caller caller;
  char *working_dir = getcwd(NULL, 0);
  const struct target_record *target = run->target;
  int32_t result;

  history_caller_find(&caller);
  const struct history_value values[] = {
      value_string(run->command),
      value_string(run->mode ? hg_mode_name(run->mode) : NULL),
      value_time(run->started_at_ms, started_at),
      history_command_value(history, run->argv, run->argv_count),
      value_text(&history->arena, run->version),
      value_text(&history->arena, caller.user),
      value_text(&history->arena, caller.host),
      value_integer(caller.pid),
      value_outside_string(run->working_dir ? run->working_dir : working_dir),
      value_outside_string(run->jobs_dir),
      value_outside_string(run->kubeconfig),
      value_outside_string(run->context),
      value_outside_string(run->namespace_name),
      value_outside_string(target ? target->context : NULL),
      value_outside_string(target ? target->server : NULL),
      value_outside_string(target ? target->user : NULL),
      value_outside_string(target ? target->default_namespace : NULL),
      value_outside_string(target ? target->cluster_uid : NULL),
      value_text(&history->arena, run->git_commit),
      value_outside_string(run->git_branch),
      value_outside_string(run->ci_url),
  };
  result = history->text.failed
               ? no_memory(err)
               : history_execute(history, STATEMENT_ADD_RUN, values, COUNT(values), err);
  free(working_dir);
  if (result < 0)
    return -1;
  history->run_id = sqlite3_last_insert_rowid(history->db);
  if (run_lock_take(history->lock_file, history->run_id) < 0)
    return history_refuse(history, HG_ERROR_IO, err, "run %lld cannot be locked: %s",
                          (long long)history->run_id, strerror(errno));
  return 0;
}

int32_t history_begin_run(struct history *history, const struct history_run *run, int64_t *run_id,
                          struct hg_error *err) {
  int code = SQLITE_OK;

  history->began_steady_ms = timestamp_steady_ms();
  if (run->mode == HG_MODE_APPLY)
    code = sqlite3_exec(history->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
  if (code != SQLITE_OK)
    return history_fail(history, code, err);
  if (history_begin(history, err) < 0 || insert_run(history, run, err) < 0 ||
      history_end(history, err) < 0) {
    history_roll_back(history);
    if (history->run_id > 0)
      run_lock_drop(history->lock_file, history->run_id);
    history->run_id = 0;
    return -1;
  }
  history_forget_waiting(history);
  *run_id = history->run_id;
  return 0;
}

int32_t history_add_plugin(struct history *history, const struct history_plugin *plugin,
                           struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),     value_text(&history->arena, plugin->name),
      value_string(plugin->stage),        value_text(&history->arena, plugin->version),
      value_outside_string(plugin->path), value_integer(plugin->abi_minor),
  };

  return history_write_later(history, STATEMENT_ADD_PLUGIN, values, COUNT(values), err);
}

int32_t history_add_passed_over(struct history *history, uint64_t number,
                                const struct hg_passed_over *object, struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)number),
      value_outside_string(object->yaml_path),
      value_integer(object->document_number),
      value_text(&history->arena, object->api_version),
      value_text(&history->arena, object->kind),
      value_text(&history->arena, object->object_namespace),
      value_text(&history->arena, object->name),
      value_integer((int64_t)object->needed_by),
      value_text(&history->arena, object->advice),
  };

  return history_write_later(history, STATEMENT_ADD_PASSED_OVER, values, COUNT(values), err);
}

int32_t history_add_job(struct history *history, uint64_t position, const struct history_job *job,
                        struct hg_error *err) {
  bool is_derived = job->derived_from_run != 0;
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)position),
      value_text(&history->arena, job->job.name),
      value_text(&history->arena, job->job.namespace),
      value_outside_string(job->job.path),
      value_integer(job->job.document_number),
      value_integer(job->valid),
      value_digest(job->sha256),
      history_command_value(history, job->kubectl_command, job->kubectl_command_count),
      is_derived ? value_integer(job->derived_from_run) : value_string(NULL),
      is_derived ? value_integer((int64_t)job->derived_from) : value_string(NULL),
      value_digest(job->source_sha256),
  };

  if (history->text.failed)
    return no_memory(err);
  return history_write_later(history, STATEMENT_ADD_JOB, values, COUNT(values), err);
}

int32_t history_has_job(struct history *history, const char *job_namespace, const char *name,
                        bool *has, struct hg_error *err) {
  const struct history_value values[] = {value_string(job_namespace), value_string(name)};

  return history_has(history, STATEMENT_HAS_JOB, values, COUNT(values), has, err);
}

int32_t history_add_diagnostic(struct history *history, uint64_t position,
                               const struct hg_diagnostic *diagnostic, struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)position),
      value_string(diagnostic->severity == HG_SEVERITY_WARNING ? "warning" : "error"),
      value_text(&history->arena, diagnostic->rule),
      value_text(&history->arena, diagnostic->field),
      value_integer(diagnostic->line),
      value_integer(diagnostic->column),
      value_text(&history->arena, diagnostic->message),
      value_text(&history->arena, diagnostic->advice),
  };

  return history_write_later(history, STATEMENT_ADD_DIAGNOSTIC, values, COUNT(values), err);
}

int32_t history_add_parameter(struct history *history, uint64_t position,
                              const struct hg_pair *parameter, struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_integer((int64_t)position),
      value_text(&history->arena, parameter->name),
      value_text(&history->arena, parameter->value),
  };

  return history_write_later(history, STATEMENT_ADD_PARAMETER, values, COUNT(values), err);
}

int32_t history_commit(struct history *history, struct hg_error *err) {
  const struct history_value run_id = value_integer(history->run_id);

  if (history_begin(history, err) == 0 && history_write_waiting(history, err) == 0 &&
      history_execute(history, STATEMENT_PLANNED, &run_id, 1, err) == 0 &&
      history_end(history, err) == 0) {
    history_forget_waiting(history);
    history_checkpoint_wake(&history->checkpoint); /* while the report is written */
    return 0;
  }
  history_roll_back(history);
  return -1;
}

int32_t history_note_version(struct history *history, const char *kubernetes_version,
                             struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_text(&history->arena, kubernetes_version),
  };

  return history_write_later(history, STATEMENT_VALIDATE_FOR, values, COUNT(values), err);
}

int32_t history_note_gate(struct history *history, struct hg_error *err) {
  const struct history_value run_id = value_integer(history->run_id);

  return history_write_later(history, STATEMENT_REACH_GATE, &run_id, 1, err);
}

int32_t history_note_cluster(struct history *history, const char *uid, struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_text(&history->arena, uid),
  };

  return history_write_later(history, STATEMENT_NOTE_CLUSTER, values, COUNT(values), err);
}

int32_t history_skip_jobs(struct history *history, int64_t at_ms, const char *reason,
                          struct hg_error *err) {
  char settled_at[TIMESTAMP_SIZE];
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_time(at_ms, settled_at),
      value_text(&history->arena, reason),
  };

  return history_write_later(history, STATEMENT_SKIP_JOBS, values, COUNT(values), err);
}

int32_t history_add_reporter_outcome(struct history *history,
                                     const struct history_reporter_outcome *outcome,
                                     struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_text(&history->arena, outcome->reporter),
      value_outside_string(outcome->target),
      value_string(outcome->outcome),
      value_text(&history->arena, outcome->message),
  };

  return history_write_later(history, STATEMENT_ADD_REPORTER_OUTCOME, values, COUNT(values), err);
}

int64_t history_stop_clock(struct history *history) {
  if (history->measured_ms < 0)
    history->measured_ms = timestamp_steady_ms() - history->began_steady_ms;
  return history->measured_ms;
}

int32_t history_finish_run(struct history *history, const char *state, int32_t exit_code,
                           int64_t finished_at_ms, const char *error, struct hg_error *err) {
  char finished_at[TIMESTAMP_SIZE];
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_string(state),
      value_integer(exit_code),
      value_time(finished_at_ms, finished_at),
      value_integer(history_stop_clock(history)),
      value_text(&history->arena, error),
  };

  if (history_begin(history, err) < 0 || history_write_waiting(history, err) < 0 ||
      history_execute(history, STATEMENT_FINISH_RUN, values, COUNT(values), err) < 0 ||
      history_end(history, err) < 0) {
    history_roll_back(history);
    return -1;
  }
  history_forget_waiting(history);
  history->is_finished = true;
  return 0;
}

int32_t history_amend_run(struct history *history, const char *state, int32_t exit_code,
                          struct hg_error *err) {
  const struct history_value values[] = {
      value_integer(history->run_id),
      value_string(state),
      value_integer(exit_code),
  };

  if (history_begin(history, err) < 0 || history_write_waiting(history, err) < 0 ||
      history_execute(history, STATEMENT_AMEND_RUN, values, COUNT(values), err) < 0 ||
      history_end(history, err) < 0) {
    history_roll_back(history);
    return -1;
  }
  history_forget_waiting(history);
  return 0;
}
