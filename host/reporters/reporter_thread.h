/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that looks after a reporter's process (reporter_process.h): it sends the events, hears
 * what comes back, and ends what takes too long. */
#ifndef HOST_REPORTERS_REPORTER_THREAD_H
#define HOST_REPORTERS_REPORTER_THREAD_H

#include "process/launch.h"
#include "reporters/reporter_messages.h"
#include "reporters/reporter_process.h"

/* Bytes moved at a time: all that a Linux pipe holds by default. */
enum { REPORTER_CHUNK = 64 * 1024 };

enum reporter_phase {
  PHASE_STARTING,    /* a runner that is not ready */
  PHASE_FOLLOWING,   /* gets events while the run goes on */
  PHASE_ENDING,      /* the run is over: may read what is left and end */
  PHASE_TERMINATING, /* was told to end (SIGTERM) */
  PHASE_KILLED,      /* was made to end (SIGKILL) */
};

struct reporter_process {
  struct reporter_launch launch;
  pthread_t thread;

  /* Shared with the one who started it. */
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  bool is_decided; /* `readiness` is known */
  bool is_finished;
  bool is_abandoned;
  enum reporter_readiness readiness;
  struct hg_error refusal;

  /* The thread's own. */
  struct launched child;
  int process_fd;
  struct event_reader reader;
  struct runner_answers answers;
  struct reporter_messages messages;
  enum reporter_phase phase;
  int64_t due_ms;      /* when the phase is over */
  int64_t progress_ms; /* when it last took something, or there was something to take */
  const char *pending; /* what is to be written next */
  size_t pending_length;
  int interrupts_sent;
  bool is_hurried; /* the user asked twice to stop: it has less time than --reporter-timeout */
  bool is_done;    /* the runner said so */
  bool is_ended;   /* by us: `ending` and `error` are final */
  enum reporter_ending ending;
  struct reporter_observation seen;
  struct hg_error error;
  char outgoing[REPORTER_CHUNK];
  char incoming[REPORTER_CHUNK];
};

/* Notes whether it can take events, and wakes who waits for that. Any thread; the first counts. */
void reporter_thread_decide(struct reporter_process *process, enum reporter_readiness readiness);

/* The thread's function: returns NULL once the process has ended and was reaped. */
void *reporter_thread(void *process);

#endif
