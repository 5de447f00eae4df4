/* SPDX-License-Identifier: Apache-2.0 */
/* One running kubectl, from its start until it is reaped: streams, deadline, signals. */
#ifndef APPLY_KUBECTL_CHILD_H
#define APPLY_KUBECTL_CHILD_H

#include "capture.h"
#include "process/process_end.h"

#include <headgate/bytes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
  CHILD_DESCRIPTORS = 4, /* rows in the poll table for one child */
  CHILD_DRAIN_MS = 250,  /* how long the streams may stay open after the child has ended */
};

/* Times are milliseconds of timestamp_steady_ms. */
struct child_limits {
  int64_t timeout_ms; /* from the start to SIGTERM */
  int64_t grace_ms;   /* from SIGTERM to SIGKILL */
};

enum child_phase {
  CHILD_NONE,        /* no process */
  CHILD_RUNNING,     /* before its deadline */
  CHILD_TERMINATING, /* was told to end (SIGTERM) */
  CHILD_KILLED,      /* was made to end (SIGKILL) */
  CHILD_DRAINING,    /* has ended; something else still holds its streams */
};

/* Embedded in its owner. */
struct child {
  enum child_phase phase;
  enum process_ending ending; /* set once it has ended */
  int status;
  bool timed_out; /* its deadline passed while it ran */
  bool stopped;   /* it was told to end before that, as the user wants to stop */
  bool killed;    /* it outlived the grace as well */
  pid_t pid;      /* and its process group; kept from reuse until the child is reaped */
  int pidfd;      /* readable once it has ended; -1 where the kernel has none (before 5.3) */
  int input;      /* our end of its standard input; -1: closed */
  int64_t due_ms; /* when the phase is over */
  int64_t started_ms;
  int64_t ended_ms;
  struct hg_bytes pending; /* what of the input is still to be written; borrowed */
  struct capture output;
  struct capture error;
};

void child_init(struct child *child);

/* Frees what is kept. The child must have ended. */
void child_finish(struct child *child);

/* Starts `program` as launch_program does. `input` is what it reads, borrowed until it has ended;
 * NULL: /dev/null. -1: *cause is an errno value. */
int32_t child_start(struct child *child, const char *program, const char *const *argv,
                    const struct hg_bytes *input, const struct child_limits *limits, int *cause);

/* Fills in CHILD_DESCRIPTORS rows of a poll table. */
void child_watch(const struct child *child, struct pollfd *polls);

/* For how many milliseconds from `now_ms` poll may wait before child_step has work to do; at least
 * 0, at most `most`. */
int child_patience(const struct child *child, int64_t now_ms, int most);

/* Moves bytes as the rows that child_watch filled in say. `chunk` has CAPTURE_CHUNK bytes. */
void child_transfer(struct child *child, const struct pollfd *polls, char *chunk);

/* Lets time pass: sees whether the child has ended, sends what signal is due. Never waits. Returns
 * true once the child has ended and is reaped, its group killed and its streams closed. */
bool child_step(struct child *child, const struct child_limits *limits, int64_t now_ms);

/* Tells a running child to end, now and not at its deadline. One that was told already is left to
 * its grace. */
void child_stop(struct child *child, const struct child_limits *limits, int64_t now_ms);

/* Kills the child and its group and reaps it, waiting for that. For when nothing else works. */
void child_abandon(struct child *child, int64_t now_ms);

#endif
