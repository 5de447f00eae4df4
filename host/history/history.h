/* SPDX-License-Identifier: Apache-2.0 */
/* The record of every run, in SQLite (the schema: schemas/history).
 *
 * One process, one run: a struct history is opened, a run begun, filled in and finished. All
 * functions are called on one thread. `position` is a document's 1-based place in the run, in file
 * order, then document order.
 *
 * A call waits up to 75 seconds for another process that writes. What it could not write it writes
 * the next time, so a call that failed for want of a lock or of space loses nothing.
 *
 * Durability: what history_commit, history_finish_attempt, history_record_attempts,
 * history_resume_run and history_finish_run wrote is on disk when they return, if the run's mode is
 * HG_MODE_APPLY; for other modes it survives the process, not a power cut. Everything else waits
 * for the next of them.
 */
#ifndef HOST_HISTORY_HISTORY_H
#define HOST_HISTORY_HISTORY_H

#include "job/job_ref.h"

#include "kubeconfig/target_record.h"

#include <headgate/diagnostic.h>
#include <headgate/error.h>
#include <headgate/passed_over.h>
#include <headgate/result.h>
#include <headgate/run.h>
#include <stdbool.h>
#include <stdint.h>

struct history;

/* What happens while another process keeps the history locked. */
struct history_patience {
  void (*say)(void); /* called once for each wait that takes longer than two seconds */
  /* How often the user has asked to stop. Asked once, opening gives up; asked twice, so does a run
   * that was begun: until then its outcomes are worth waiting for. */
  int (*asked)(void);
};

/* Opens, and makes or migrates, the database at `path` (with its directory, mode 0700; the file
 * 0600). A database of a newer Headgate, one that is damaged or one that is not a history is
 * refused with a message that says so. `patience` outlives the history; NULL: it waits silently,
 * and whatever the user asks for. Runs whose process is gone are marked as interrupted. */
int32_t history_open(const char *path, const struct history_patience *patience,
                     struct history **history, struct hg_error *err);

/* Opens an existing database for reading only (history_read.h); a missing or empty one is
 * HG_ERROR_NOT_FOUND. Shows one moment, whatever is written later; runs whose process is gone are
 * shown as interrupted. */
int32_t history_open_read_only(const char *path, const struct history_patience *patience,
                               struct history **history, struct hg_error *err);

/* Accepts NULL. A run that was begun and not finished stays behind as interrupted. */
void history_close(struct history *history);

/* Who, where, when, how called. Strings are borrowed during the call; NULL where not known. */
struct history_run {
  const char *command;     /* "run", "generate", "validate", "plan", "apply" */
  uint32_t mode;           /* HG_MODE_*; 0 for "generate" */
  int64_t started_at_ms;   /* since 1970, UTC */
  const char *const *argv; /* as Headgate was called */
  uint32_t argv_count;
  const char *version;     /* Headgate's own */
  const char *working_dir; /* that its paths are relative to; NULL: this process's */
  const char *jobs_dir;
  const char *kubeconfig;
  const char *context;
  const char *namespace_name;         /* -n */
  const struct target_record *target; /* NULL: the command has none */
  const char *git_commit;             /* of the working directory */
  const char *git_branch;
  const char *ci_url; /* of the CI job that called Headgate */
};

/* Begins the run. user, host name, working directory and process id are found out here. */
int32_t history_begin_run(struct history *history, const struct history_run *run, int64_t *run_id,
                          struct hg_error *err);

struct history_plugin {
  const char *name;
  const char *stage; /* "generator", "scanner", ... */
  const char *version;
  const char *path;   /* the file that was loaded */
  uint32_t abi_minor; /* built against */
};

int32_t history_add_plugin(struct history *history, const struct history_plugin *plugin,
                           struct hg_error *err);

/* Adds what is no Job; `number` counts from 1. One that is there already stays as it is. */
int32_t history_add_passed_over(struct history *history, uint64_t number,
                                const struct hg_passed_over *object, struct hg_error *err);

struct history_job {
  struct job_ref job;
  bool valid;
  const uint8_t *sha256;              /* 32 bytes; NULL where there is no document */
  const char *const *kubectl_command; /* argv; NULL where it would not be applied */
  uint32_t kubectl_command_count;
  /* The Job that it tries again, and the digest of the manifest that both are made of. */
  int64_t derived_from_run; /* 0: it is as the manifest has it */
  uint64_t derived_from;    /* the position there */
  const uint8_t *source_sha256;
};

int32_t history_add_job(struct history *history, uint64_t position, const struct history_job *job,
                        struct hg_error *err);

/* Whether an apply of this history had a Job of that name that was made of another one's manifest.
 */
int32_t history_has_job(struct history *history, const char *job_namespace, const char *name,
                        bool *has, struct hg_error *err);

/* After the job of that position. */
int32_t history_add_diagnostic(struct history *history, uint64_t position,
                               const struct hg_diagnostic *diagnostic, struct hg_error *err);

/* The same, of a parameter of the Job; each name once. */
int32_t history_add_parameter(struct history *history, uint64_t position,
                              const struct hg_pair *parameter, struct hg_error *err);

/* Of a run that validates: the version of Kubernetes that it validates for. It has not come to the
 * gate. Written with what comes next. */
int32_t history_note_version(struct history *history, const char *kubernetes_version,
                             struct hg_error *err);

/* It has: each Job of the plan gets an outcome that is told. Written with what comes next. */
int32_t history_note_gate(struct history *history, struct hg_error *err);

/* Which cluster it means, where that was not known yet. Written with what comes next. */
int32_t history_note_cluster(struct history *history, const char *uid, struct hg_error *err);

/* Makes what was added so far last. Call it once all Jobs of the run were added: only from then on
 * the run can be resumed. */
int32_t history_commit(struct history *history, struct hg_error *err);

/* Gives SKIPPED, with `reason`, to every valid Job of the run that has no outcome of its own and
 * for which kubectl was not started. Once a run: the first decision stands. In a run that goes on,
 * Jobs that failed before keep that outcome. */
int32_t history_skip_jobs(struct history *history, int64_t at_ms, const char *reason,
                          struct hg_error *err);

/* One Job of a launch. */
struct history_attempt {
  uint64_t position;
  uint32_t attempt;           /* from 1 */
  uint32_t command_count;     /* strings in `command` */
  const char *const *command; /* the argv that will be executed; Jobs that follow each other and
                               * have the same pointer here share one launch */
};

/* After an attempt ended, or could not be started. Where `last`, it is also the Job's outcome:
 * exactly once for a Job. A result whose attempt is 0 settles only the Job: one for which kubectl
 * was not started, or one whose next attempt never came. `finished_at_ms` since 1970; everything
 * else is read from `result`, including outputs that may hold any byte. After an error the same
 * call can be made again. */
int32_t history_finish_attempt(struct history *history, uint64_t position, bool last,
                               int64_t finished_at_ms, const struct hg_job_result *result,
                               struct hg_error *err);

/* The SHA-256 of what that attempt of the Job sends, and that it sends it only now: that is when
 * its launch started. Written with what comes next. */
int32_t history_note_sent(struct history *history, uint64_t position, uint32_t attempt,
                          const uint8_t sha256[32], int64_t sent_at_ms, struct hg_error *err);

/* An attempt that was written down was never made: it is taken out, and the failure of the attempt
 * before it is the Job's outcome again. Written with what comes next. */
int32_t history_withdraw_attempt(struct history *history, uint64_t position, uint32_t attempt,
                                 struct hg_error *err);

/* How an attempt ended, as the parameters of history_finish_attempt. */
struct history_ended {
  uint64_t position;
  bool last;
  int64_t finished_at_ms;
  const struct hg_job_result *result;
};

/* For many in one transaction, and so for the price of one: what ended, then what is to be started.
 * Write-ahead: call before that is started. Refused where one of `attempts` is of a Job that has
 * SUCCESS in this run. After an error nothing of it is written. */
int32_t history_record_attempts(struct history *history, const struct history_ended *ended,
                                uint32_t ended_count, const struct history_attempt *attempts,
                                uint32_t count, int64_t started_at_ms, struct hg_error *err);

/* Reads the outcome of a Job of this run back, as history_finish_attempt was given it; of a Job
 * that has none yet, how its newest attempt ended. `attempt`, outputs and times are those of the
 * newest attempt. `command` is what that ran, and else what was planned. What *result points to is
 * the history's, valid until the next call of this function. HG_ERROR_NOT_FOUND where there is no
 * outcome. For results that must wait for their turn: they need not stay in memory. */
int32_t history_read_result(struct history *history, uint64_t position,
                            struct hg_job_result *result, struct hg_error *err);

/* A run that is to go on. The strings are the history's, valid until it is closed; NULL where not
 * given then. */
struct history_resumed_run {
  int64_t run_id;
  const char *working_dir;
  const char *jobs_dir;
  const char *const *argv; /* as Headgate was called then, NULL-terminated */
  uint32_t argv_count;
};

/* Makes `run_id` this process's run again, instead of history_begin_run: takes its lock, sets it to
 * running, forgets its end and what was skipped. Jobs that failed keep that outcome until kubectl
 * is started for them again; an attempt without outcome says so from then on. `call` is how
 * Headgate was called this time; of it argv, argv_count, version and started_at_ms are recorded.
 * Refused, each with its own message: a run that lives, one that is no apply, one that succeeded,
 * one that ended before its Jobs were known. All or nothing: after a crash or an error the run is
 * as it was.
 */
int32_t history_resume_run(struct history *history, int64_t run_id, const struct history_run *call,
                           struct history_resumed_run *run, struct hg_error *err);

/* Records where the run goes on now, and under which names; after history_resume_run. */
int32_t history_add_resumption_target(struct history *history, const struct target_record *target,
                                      struct hg_error *err);

/* A Job of the run as it was planned, and how far it came. Borrowed, valid during the call. */
struct history_planned_job {
  uint64_t position;
  struct job_ref job;
  uint32_t attempts; /* that were started */
  bool valid;
  bool succeeded;                /* has SUCCESS: it is not applied again */
  bool is_open;                  /* its last attempt was started and has no outcome */
  bool may_be_sent;              /* an attempt noted what it sent, or has no outcome */
  const char *failure_class;     /* of its last attempt, or its own; "" where there is none */
  const uint8_t *sha256;         /* 32 bytes; NULL where there was no document */
  int64_t derived_from_run;      /* the Job that it tries again; 0: none */
  uint64_t derived_from;         /* its position there */
  const char *derived_from_name; /* "" where that run was forgotten, and where there is none */
  const uint8_t *source_sha256;  /* of the manifest that it is made of; NULL: sha256 is */
};

/* Calls `each` for the Jobs of this run, by position. -1 from it ends the reading. It must not call
 * the history. */
int32_t history_each_planned_job(struct history *history,
                                 int32_t (*each)(void *context,
                                                 const struct history_planned_job *job,
                                                 struct hg_error *err),
                                 void *context, struct hg_error *err);

struct history_reporter_outcome {
  const char *reporter; /* the plugin's name, or exec:/abs/program */
  const char *target;   /* the file it wrote to, the program's argument; NULL: standard output */
  const char *outcome;  /* "ok", "failed", "crashed", "timed-out" or "garbage" */
  const char *message;  /* why; "" for ok */
};

int32_t history_add_reporter_outcome(struct history *history,
                                     const struct history_reporter_outcome *outcome,
                                     struct hg_error *err);

/* Stops the clock that measures the run, and returns what it measured in this process, in
 * milliseconds: what is told of the run's duration is what will be recorded. */
int64_t history_stop_clock(struct history *history);

/* Ends the run. `state` is "succeeded", "failed", "undecided" or "cancelled"; `error` says why it
 * could not be done, NULL where it was. Totals are counted from the rows, never passed in; the
 * duration is measured from history_begin_run or history_resume_run, with a clock that never steps,
 * and added to what earlier processes measured. */
int32_t history_finish_run(struct history *history, const char *state, int32_t exit_code,
                           int64_t finished_at_ms, const char *error, struct hg_error *err);

/* After it: the last word came later, and was another. Until the history is closed nobody else can
 * go on with the run. */
int32_t history_amend_run(struct history *history, const char *state, int32_t exit_code,
                          struct hg_error *err);

#endif
