/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a run's Jobs, on its way into the history.
 *
 * A second connection of the process, for the thread that watches; or that of a later process. Rows
 * wait in memory until history_watch_write. All functions are called on one thread at a time.
 */
#ifndef HOST_HISTORY_HISTORY_WATCH_H
#define HOST_HISTORY_HISTORY_WATCH_H

#include <headgate/completion.h>
#include <headgate/error.h>
#include <headgate/watcher.h>
#include <stdbool.h>
#include <stdint.h>

struct history;

/* Takes the watch of `run_id`, which this process may have begun through another connection, and
 * adds its row. HG_ERROR_BUSY, saying who it is, where another process watches that run;
 * HG_ERROR_NOT_FOUND where there is none. The watch ends with the connection. `is_later`: it is no
 * part of the run itself. */
int32_t history_join_run(struct history *history, int64_t run_id, bool is_later,
                         int64_t started_at_ms, struct hg_error *err);

/* Whether a process watches that run now. */
bool history_is_watched(struct history *history, int64_t run_id);

/* An object of the cluster: the N-th that was made for this Job of the run. */
struct history_object {
  uint64_t position;
  uint32_t incarnation; /* from 1 */
};

/* Yes, no, or not known. */
enum history_answer { HISTORY_NO, HISTORY_YES, HISTORY_NOT_KNOWN };

/* It is there; before all the others for this object. What is not known yet is filled in by a later
 * call: `uid` "" is not known. */
int32_t history_watch_object(struct history *history, const struct history_object *object,
                             const char *uid, enum history_answer was_there,
                             enum history_answer had_ended, struct hg_error *err);

/* How it looks. `number` counts its states from 1; `phase` is the name of state->phase.
 * `has_times`: its completions or the times of its start and end are others than before. */
int32_t history_watch_job(struct history *history, const struct history_object *object,
                          uint32_t number, const char *phase, const struct hg_job_state *state,
                          bool has_times, int64_t seen_at_ms, struct hg_error *err);

int32_t history_watch_pod(struct history *history, const struct history_object *object,
                          const struct hg_pod_state *pod, int64_t seen_at_ms, struct hg_error *err);

int32_t history_watch_event(struct history *history, const struct history_object *object,
                            const struct hg_cluster_event *event, struct hg_error *err);

/* How a log stands. Strings are borrowed. */
struct history_log {
  const char *pod_uid;
  const char *container;
  uint32_t restart;
  uint32_t resumes;
  const char *path;
  const char *state; /* "open", "complete", "broken", "gone", "cut" */
  const char *why;   /* "": nothing to say */
  uint64_t bytes;
  uint64_t lines;
  const uint8_t *sha256; /* 32 bytes; NULL: not closed */
  const char *first_at;
  const char *last_at;
};

/* After history_watch_pod told of the container. */
int32_t history_watch_log(struct history *history, const struct history_object *object,
                          const struct history_log *log, struct hg_error *err);

/* How it ended; `completion` without the Job's names. A final outcome is never replaced by another;
 * told again, what is known of it is. */
int32_t history_watch_completion(struct history *history, const struct history_object *object,
                                 const struct hg_job_completion *completion, int64_t decided_at_ms,
                                 struct hg_error *err);

/* Writes what waits; it is on disk when this returns. Nothing is done where nothing waits. */
int32_t history_watch_write(struct history *history, struct hg_error *err);

/* Ends the watch and writes what waits; a run that was undecided is no longer, where its Jobs are
 * not. `outcome` is "ended", "timed-out", "stopped" or "failed"; `error` says why it failed, NULL
 * where it did not. */
int32_t history_end_watch(struct history *history, const char *outcome, const char *error,
                          uint64_t relists, uint64_t reconnects, int64_t finished_at_ms,
                          struct hg_error *err);

/* What is known of a Job of the run: of its newest object. Borrowed, valid during the call. */
struct history_watched_job {
  struct history_object object;  /* incarnation 0: nobody looked yet */
  const char *uid;               /* "": not known */
  enum history_answer was_there; /* by what was seen, else by what the apply did to it */
  enum history_answer had_ended;
  uint32_t states; /* that were recorded */
  bool is_final;   /* completion.outcome is */
  bool is_unread;  /* who saw its end was killed before it had all of its logs */
  struct hg_job_completion completion; /* without the Job's names; outcome 0: none */
};

/* Calls `each` for every Job of the run, by position. -1 from it ends the reading. It must not call
 * the history. */
int32_t history_each_watched_job(struct history *history, int64_t run_id,
                                 int32_t (*each)(void *context,
                                                 const struct history_watched_job *job,
                                                 struct hg_error *err),
                                 void *context, struct hg_error *err);

/* The completion of the Job at `position`, as the structs above have it. Its strings are the
 * history's, valid until the next reading. */
int32_t history_read_completion(struct history *history, int64_t run_id, uint64_t position,
                                struct hg_job_completion *completion, struct hg_error *err);

/* Whether the log is recorded (*is_known), and whether it was closed as complete. */
int32_t history_read_log(struct history *history, const struct history_object *object,
                         const char *pod_uid, const char *container, uint32_t restart,
                         bool *is_complete, uint32_t *resumes, struct hg_error *err);

/* Bytes of all logs of all runs, as they are recorded. */
int32_t history_sum_logs(struct history *history, uint64_t *bytes, struct hg_error *err);

#endif
