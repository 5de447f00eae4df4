/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs that are followed to their end: the host's side of a watcher.
 *
 * The watcher runs on a thread of its own and fills the history there, over a connection of its
 * own; what the run wants to tell of it comes to the main thread as news. News never holds the
 * watcher up, and is never more than two pieces a Job: of what a Job looked like, only the newest
 * waits.
 */
#ifndef HOST_WATCH_WATCHING_H
#define HOST_WATCH_WATCHING_H

#include "history/history.h"
#include "plan/plan_builder.h"
#include "plugins/plugin.h"
#include "watch/verdict.h"

struct watching;

/* What is to be followed. Everything outlives the watching. */
struct watching_request {
  const struct plugin *watcher;
  const struct hg_plan *plan; /* of a plan_builder: each item is a planned_job */
  const char *history;        /* the database's path */
  const struct history_patience *patience;
  int64_t run_id;
  struct verdict_policy policy;
  int64_t timeout_ms;         /* from watching_start on; 0: for ever */
  int64_t (*steady_ms)(void); /* the clock of graces and of the time-out; NULL: the machine's */
  bool is_later;              /* by `headgate watch`: the run's Jobs were there when it began */
  bool keeps_logs;
  uint64_t most_further; /* Jobs that watching_add may add to those of the plan */

  /* Hears which cluster it is, before anything is looked for there; "": not known. -1: not this
   * one. NULL: nobody wants to know. */
  int32_t (*note_cluster)(void *context, const char *uid, struct hg_error *err);
  void *note_context;
};

/* How many of the Jobs are followed, and how they stand. */
struct watching_counts {
  uint64_t pending; /* no container runs yet, but for those that wait */
  uint64_t waiting; /* for an image, a node, a quota: something keeps them from running */
  uint64_t running;
  uint64_t complete;
  uint64_t failed; /* FAILED or DELETED */
  uint64_t never_started;
  uint64_t undecided; /* TIMED-OUT or UNKNOWN */
};

enum watching_news_kind { WATCHING_OBSERVED, WATCHING_COMPLETED };

/* Of one Job. Valid until the next call of watching_next. */
struct watching_news {
  enum watching_news_kind kind;
  uint64_t item; /* an index into plan->jobs */
  struct hg_job_observation observation;
  struct hg_job_completion completion;
};

/* Before the first launch: makes the watcher's object, asks it whether it can see these Jobs, and
 * writes down, durably, which of them were there already. -1: nothing must be applied;
 * HG_ERROR_BUSY where another process watches the run, and says which. Main thread, as all the
 * others but where said. */
int32_t watching_open(const struct watching_request *request, struct watching **watching,
                      struct hg_error *err);

/* Starts the thread. */
int32_t watching_start(struct watching *watching, struct hg_error *err);

/* What became of a Job that was to be applied. */
enum watching_settlement {
  WATCHING_PASSED_OVER, /* it never will be: it is not followed */
  WATCHING_APPLIED,     /* it is in the cluster */
  WATCHING_MADE,        /* the same, and the server said that it was created: an object of its name
                           that was there before is another */
};

/* The first word counts. A Job whose end is in the history already has its completion as news at
 * once. */
void watching_settle(struct watching *watching, uint64_t item, enum watching_settlement how);

/* Follows one Job more, whose number is how many there were: once it was settled. `job` outlives
 * the watching, is in the history, durably, and has the namespace of one of the plan's. Waits until
 * the watcher looks for it, before it is applied. -1: it cannot be followed any longer. */
int32_t watching_add(struct watching *watching, const struct planned_job *job,
                     struct hg_error *err);

/* Another Job counts in the place of this one, whose completion was taken. */
void watching_pass_over(struct watching *watching, uint64_t item);

/* No more will be added. Until then a watching that was made for more is not over. */
void watching_close(struct watching *watching);

/* Whether all Jobs so far were settled, and those that are followed have their completions taken;
 * and whether more can still be followed. */
bool watching_is_idle(struct watching *watching);
bool watching_is_open(struct watching *watching);

/* Takes the next piece of news, and waits up to `timeout_ms` for it. false: there is none. News of
 * a Job comes only after it was settled as applied, and only where its item is below `told`: the
 * reporters know the outcomes of the plan's first `told` Jobs, and must know a Job's before they
 * hear what became of it. What is held back comes when `told` has grown. A completion comes once,
 * as the Job's last news. */
bool watching_next(struct watching *watching, uint64_t told, struct watching_news *news,
                   int timeout_ms);

/* Whether no more news will come: every Job was settled and has its completion, or the watcher
 * ended, and all of it was taken. */
bool watching_is_over(struct watching *watching);

void watching_count(struct watching *watching, struct watching_counts *counts);

/* Jobs of the run that were settled as applied and have not ended. */
uint64_t watching_unfinished(struct watching *watching);

/* Ends the thread, where it still runs: what is undecided becomes `outcome` (UNKNOWN, TIMED_OUT),
 * and its completion is news. Whatever was seen is in the history, durably, when it returns. `err`
 * says why the watcher itself ended early, -1 then. */
int32_t watching_stop(struct watching *watching, uint32_t outcome, const char *why,
                      struct hg_error *err);

/* Accepts NULL. */
void watching_destroy(struct watching *watching);

#endif
