/* SPDX-License-Identifier: Apache-2.0 */
/* A reporter in a process of its own: somebody else's program, or `headgate plugin-runner` with
 * somebody else's plugin. It gets the run's events on its standard input while the run goes on. A
 * thread of its own looks after it, so the run never waits for it; what it does wrong is its
 * outcome, and nothing else's. */
#ifndef HOST_REPORTERS_REPORTER_PROCESS_H
#define HOST_REPORTERS_REPORTER_PROCESS_H

#include "events/event_log.h"
#include "runner/runner_answer.h"

#include <headgate/bytes.h>
#include <headgate/error.h>
#include <stdint.h>

enum reporter_ending {
  REPORTER_OK,
  REPORTER_FAILED,    /* it said so, or exited with another status than 0 */
  REPORTER_CRASHED,   /* a signal ended it that Headgate did not send */
  REPORTER_TIMED_OUT, /* it took longer than it may, and was ended */
  REPORTER_GARBAGE,   /* it said what nobody can understand, or far too much, and was ended */
};

/* As the history has it: "ok", "failed", "crashed", "timed-out", "garbage". */
const char *reporter_ending_word(enum reporter_ending ending);

/* What is seen of a reporter that `headgate plugin check` tries. */
struct reporter_observation {
  char call[24];         /* the function of the plugin that was called last; "" before and after */
  uint64_t output_bytes; /* that it wrote to its standard output */
  int64_t peak_bytes;    /* of memory */
};

/* What is to be started; borrowed until reporter_process_join. */
struct reporter_launch {
  const char *program;
  const char *const *argv;
  const char *const *environment;
  const char *tag;          /* for its log lines */
  struct hg_bytes preamble; /* goes to its standard input first: the runner's configuration */
  bool is_runner;           /* it answers on descriptor 3; else its exit status says all */
  uint32_t timeout_s;       /* to be ready, to take the next event, to end after the last one */
  struct event_log *events;
  /* Called on the reporter's thread, for the answers "plugin" (only before it is ready), "report"
   * (only after) and "conduct" (only where it is observed). -1: it cannot be taken, and the
   * reporter is ended. */
  int32_t (*take)(void *context, const struct runner_answer *answer, struct hg_error *err);
  void *context;
  /* NULL, or filled in by reporter_process_join; what the reporter says is not shown then. */
  struct reporter_observation *observation;
};

struct reporter_process;

/* Starts it. -1: the program cannot be started. */
int32_t reporter_process_start(const struct reporter_launch *launch,
                               struct reporter_process **process, struct hg_error *err);

enum reporter_readiness {
  REPORTER_READY,   /* a program that is no runner always is */
  REPORTER_REFUSED, /* the runner says, in err, why this plugin cannot be used */
  REPORTER_GONE,    /* it ended otherwise: reporter_process_join tells */
};

/* Waits until it can take events. */
enum reporter_readiness reporter_process_wait_ready(struct reporter_process *process,
                                                    struct hg_error *err);

/* Bytes of events that it may still take. Any thread. */
uint64_t reporter_process_backlog(struct reporter_process *process);

/* Waits until it has ended, but no longer than `most_ms`. True: it has. */
bool reporter_process_wait_end(struct reporter_process *process, unsigned most_ms);

/* Ends it at once: the run did not begin. */
void reporter_process_abandon(struct reporter_process *process);

/* Waits until it has ended, at most the time that it has left, and frees it. The log must have
 * ended (event_log_end). `err` says what went wrong. */
enum reporter_ending reporter_process_join(struct reporter_process *process, struct hg_error *err);

#endif
