/* SPDX-License-Identifier: Apache-2.0 */
#include "child.h"

#include "process/launch.h"
#include "text/timestamp.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Rows of the poll table. */
enum { POLL_INPUT, POLL_OUTPUT, POLL_ERROR, POLL_END };

enum { INPUT_CHUNK = 64 * 1024 };

/* How often to ask where there is no pidfd: rarely while it runs, often once it has closed its
 * streams, which mostly means that it is about to end. */
enum { ASK_RUNNING_MS = 20, ASK_CLOSED_MS = 1 };

void child_init(struct child *child) {
  memset(child, 0, sizeof *child);
  child->phase = CHILD_NONE;
  child->pidfd = -1;
  child->input = -1;
  capture_init(&child->output);
  capture_init(&child->error);
}

void child_finish(struct child *child) {
  capture_finish(&child->output);
  capture_finish(&child->error);
  child_init(child);
}

static void close_input(struct child *child) {
  if (child->input >= 0)
    (void)close(child->input);
  child->input = -1;
}

/* Writes without ever being hit by SIGPIPE, whatever the process does with that signal: it is
 * directed at the writing thread, so it can be blocked, and taken back, here. */
static ssize_t write_quietly(int fd, const char *data, size_t length) {
  const struct timespec at_once = {0, 0};
  sigset_t pipe_signal;
  sigset_t pending;
  sigset_t mask;
  ssize_t written;
  int cause;

  (void)sigemptyset(&pipe_signal);
  (void)sigaddset(&pipe_signal, SIGPIPE);
  (void)sigemptyset(&pending);
  (void)sigpending(&pending);
  (void)pthread_sigmask(SIG_BLOCK, &pipe_signal, &mask);
  written = write(fd, data, length);
  cause = errno;
  if (written < 0 && cause == EPIPE && sigismember(&pending, SIGPIPE) == 0)
    while (sigtimedwait(&pipe_signal, NULL, &at_once) < 0 && errno == EINTR)
      continue;
  (void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
  errno = cause;
  return written;
}

/* Feeds what the pipe takes now. A child that does not want its input is no error: what it says and
 * how it ends is what counts. */
static void feed(struct child *child) {
  while (child->input >= 0 && child->pending.length > 0) {
    size_t length = child->pending.length < INPUT_CHUNK ? child->pending.length : INPUT_CHUNK;
    ssize_t written = write_quietly(child->input, child->pending.data, length);

    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0 && errno == EAGAIN)
      return;
    if (written <= 0)
      break;
    child->pending.data += written;
    child->pending.length -= (size_t)written;
  }
  close_input(child);
}

int32_t child_start(struct child *child, const char *program, const char *const *argv,
                    const struct hg_bytes *input, const struct child_limits *limits, int *cause) {
  const struct launch launch = {.program = program, .argv = argv, .with_input = input != NULL};
  struct launched launched = {-1, -1, -1, -1, -1};

  child->started_ms = child->ended_ms = timestamp_steady_ms();
  child->timed_out = child->stopped = child->killed = false;
  if (launch_program(&launch, &launched, cause) < 0)
    return -1;
  child->phase = CHILD_RUNNING;
  child->pid = launched.pid;
  /* Where there is none, child_patience asks often instead. */
  child->pidfd = process_descriptor(launched.pid);
  child->input = launched.input;
  child->due_ms = child->started_ms + limits->timeout_ms;
  capture_open(&child->output, launched.output);
  capture_open(&child->error, launched.error);
  if (input) {
    child->pending = *input;
    feed(child);
  }
  return 0;
}

void child_watch(const struct child *child, struct pollfd *polls) {
  const struct pollfd rows[CHILD_DESCRIPTORS] = {
      [POLL_INPUT] = {.fd = child->input, .events = POLLOUT},
      [POLL_OUTPUT] = {.fd = child->output.fd, .events = POLLIN},
      [POLL_ERROR] = {.fd = child->error.fd, .events = POLLIN},
      /* Once it is known to have ended, its pidfd would wake poll for ever. */
      [POLL_END] = {.fd = child->phase == CHILD_DRAINING ? -1 : child->pidfd, .events = POLLIN},
  };

  memcpy(polls, rows, sizeof rows);
}

static bool streams_closed(const struct child *child) {
  return child->output.fd < 0 && child->error.fd < 0;
}

int child_patience(const struct child *child, int64_t now_ms, int most) {
  int64_t left = child->due_ms > now_ms ? child->due_ms - now_ms : 0;

  if (child->pidfd < 0 && child->phase != CHILD_DRAINING) {
    int ask = streams_closed(child) ? ASK_CLOSED_MS : ASK_RUNNING_MS;

    most = ask < most ? ask : most;
  }
  return left < most ? (int)left : most;
}

void child_transfer(struct child *child, const struct pollfd *polls, char *chunk) {
  if (polls[POLL_INPUT].fd >= 0 && polls[POLL_INPUT].revents != 0)
    feed(child);
  if (polls[POLL_OUTPUT].fd >= 0 && polls[POLL_OUTPUT].revents != 0)
    (void)capture_read(&child->output, chunk);
  if (polls[POLL_ERROR].fd >= 0 && polls[POLL_ERROR].revents != 0)
    (void)capture_read(&child->error, chunk);
}

static bool has_ended(struct child *child, bool wait) {
  return process_has_ended(child->pid, wait, &child->ending, &child->status);
}

/* Ends what is left of it. */
static void bury(struct child *child) {
  process_reap(child->pid, child->ending);
  if (child->pidfd >= 0)
    (void)close(child->pidfd);
  child->pidfd = -1;
  close_input(child);
  capture_close(&child->output);
  capture_close(&child->error);
  child->phase = CHILD_NONE;
}

static void terminate(struct child *child, const struct child_limits *limits, int64_t now_ms) {
  child->phase = CHILD_TERMINATING;
  child->due_ms = now_ms + limits->grace_ms;
  process_terminate(child->pid);
}

/* The child runs past the end of its phase. */
static void press(struct child *child, const struct child_limits *limits, int64_t now_ms) {
  switch (child->phase) {
  case CHILD_RUNNING:
    child->timed_out = true;
    terminate(child, limits, now_ms);
    break;
  case CHILD_TERMINATING:
    child->killed = true;
    child->phase = CHILD_KILLED;
    child->due_ms = INT64_MAX;
    process_kill(child->pid);
    break;
  default:
    break;
  }
}

bool child_step(struct child *child, const struct child_limits *limits, int64_t now_ms) {
  if (child->phase != CHILD_DRAINING) {
    if (has_ended(child, false)) {
      child->phase = CHILD_DRAINING;
      child->ended_ms = now_ms;
      child->due_ms = now_ms + CHILD_DRAIN_MS;
      close_input(child);
    } else if (now_ms >= child->due_ms) {
      press(child, limits, now_ms);
    }
  }
  if (child->phase != CHILD_DRAINING || (!streams_closed(child) && now_ms < child->due_ms))
    return false;
  bury(child);
  return true;
}

void child_stop(struct child *child, const struct child_limits *limits, int64_t now_ms) {
  if (child->phase != CHILD_RUNNING || has_ended(child, false))
    return; /* one that has just ended ended by itself, and child_step sees it */
  child->stopped = true;
  terminate(child, limits, now_ms);
}

void child_abandon(struct child *child, int64_t now_ms) {
  if (child->phase != CHILD_DRAINING) {
    if (!has_ended(child, false)) {
      process_kill(child->pid);
      (void)has_ended(child, true);
    }
    child->ended_ms = now_ms;
  }
  bury(child);
}
