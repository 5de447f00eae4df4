/* SPDX-License-Identifier: Apache-2.0 */
#include "reporters/reporter_thread.h"

#include "process/process_end.h"
#include "terminal/interrupt.h"
#include "text/timestamp.h"

#include <errno.h>
#include <headgate/host.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
  GRACE_MS = 2000,          /* from SIGTERM to SIGKILL, and to end for who asks twice to stop */
  GATHER_MS = 1,            /* how long events may gather before they are sent */
  LOOK_MS = 100,            /* how often to look whether the user wants to stop */
  LAST_WORDS = 1024 * 1024, /* bytes read from each stream once it has ended */
};

/* Rows of the poll table. */
enum { POLL_WAKE, POLL_INPUT, POLL_OUTPUT, POLL_ERROR, POLL_ANSWERS, POLL_END, POLL_ROWS };

void reporter_thread_decide(struct reporter_process *process, enum reporter_readiness readiness) {
  (void)pthread_mutex_lock(&process->mutex);
  if (!process->is_decided) {
    process->is_decided = true;
    process->readiness = readiness;
    process->refusal = process->error;
    (void)pthread_cond_broadcast(&process->changed);
  }
  (void)pthread_mutex_unlock(&process->mutex);
}

static void stop_sending(struct reporter_process *process) {
  launched_close(&process->child.input);
  process->pending_length = 0;
  event_log_leave(process->launch.events, &process->reader);
}

/* Ends it for what it did wrong. */
__attribute__((format(printf, 3, 4))) static void
end_for(struct reporter_process *process, enum reporter_ending ending, const char *format, ...) {
  char reason[sizeof process->error.message];
  va_list args;

  if (process->is_ended)
    return;
  va_start(args, format);
  (void)vsnprintf(reason, sizeof reason, format, args);
  va_end(args);
  process->is_ended = true;
  process->ending = ending;
  (void)hg_error_set(&process->error, HG_ERROR_FAILED, "%s", reason);
  process->phase = PHASE_TERMINATING;
  process->due_ms = timestamp_steady_ms() + GRACE_MS;
  stop_sending(process);
  process_terminate(process->child.pid);
}

/* What only a runner says that is observed. */
static void take_observation(struct reporter_process *process, const struct runner_answer *answer) {
  const struct reporter_launch *launch = &process->launch;
  struct hg_error error = HG_ERROR_INIT;

  if (!launch->observation)
    end_for(process, REPORTER_GARBAGE, "answered out of turn");
  else if (answer->kind == RUNNER_CALL)
    (void)snprintf(process->seen.call, sizeof process->seen.call, "%s", answer->message);
  else if (launch->take(launch->context, answer, &error) < 0)
    end_for(process, REPORTER_FAILED, "%s", error.message);
}

static void take_answer(void *context, const struct runner_answer *answer) {
  struct reporter_process *process = context;
  const struct reporter_launch *launch = &process->launch;
  struct hg_error error = HG_ERROR_INIT;

  switch (answer->kind) {
  case RUNNER_PLUGIN:
  case RUNNER_REPORT:
    /* It says what it is before it is ready, and reports after that. */
    if ((answer->kind == RUNNER_PLUGIN) != (process->phase == PHASE_STARTING))
      end_for(process, REPORTER_GARBAGE, "answered out of turn");
    else if (launch->take(launch->context, answer, &error) < 0)
      end_for(process, REPORTER_FAILED, "%s", error.message);
    break;
  case RUNNER_READY:
    if (process->phase == PHASE_STARTING) {
      process->phase = PHASE_FOLLOWING;
      reporter_thread_decide(process, REPORTER_READY);
    }
    break;
  case RUNNER_LOG:
    if (!reporter_messages_tell(&process->messages, (uint32_t)answer->number, answer->message))
      end_for(process, REPORTER_GARBAGE, "logged more than %d MiB", MESSAGES_LIMIT >> 20);
    break;
  case RUNNER_REFUSED:
  case RUNNER_FAILED:
    if (process->error.code == 0)
      (void)hg_error_set(&process->error, answer->number, "%s",
                         *answer->message ? answer->message : "failed without saying why");
    if (answer->kind == RUNNER_REFUSED)
      reporter_thread_decide(process, REPORTER_REFUSED);
    break;
  case RUNNER_DONE:
    process->is_done = true;
    break;
  case RUNNER_CALL:
  case RUNNER_CONDUCT:
    take_observation(process, answer);
    break;
  case RUNNER_GARBAGE:
    end_for(process, REPORTER_GARBAGE, "wrote to a descriptor that is Headgate's");
    break;
  }
}

/* Takes the next bytes of the log where all before were written. */
static void refill(struct reporter_process *process, int64_t now_ms) {
  struct hg_error error = HG_ERROR_INIT;
  size_t length = 0;

  if (process->pending_length > 0 || process->child.input < 0 ||
      (process->phase != PHASE_FOLLOWING && process->phase != PHASE_ENDING))
    return;
  switch (event_log_read(process->launch.events, &process->reader, process->outgoing,
                         REPORTER_CHUNK, &length, &error)) {
  case EVENT_LOG_OPEN:
    process->pending = process->outgoing;
    process->pending_length = length;
    process->progress_ms = now_ms;
    break;
  case EVENT_LOG_ENDED:
    stop_sending(process);
    break;
  case EVENT_LOG_BEHIND:
    end_for(process, REPORTER_TIMED_OUT, "fell %llu MiB behind the run",
            (unsigned long long)(EVENT_LOG_LIMIT >> 20));
    break;
  case EVENT_LOG_FAILED:
    end_for(process, REPORTER_FAILED, "%s", error.message);
    break;
  }
}

/* Writes what the pipe takes now. Who closes it has read all that it wanted. */
static void send_events(struct reporter_process *process, int64_t now_ms) {
  refill(process, now_ms);
  while (process->pending_length > 0) {
    ssize_t written = write(process->child.input, process->pending, process->pending_length);

    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0 && errno == EAGAIN)
      return;
    if (written <= 0) {
      stop_sending(process);
      return;
    }
    process->pending += written;
    process->pending_length -= (size_t)written;
    process->progress_ms = now_ms;
    refill(process, now_ms);
  }
}

/* One read from one of its streams. False: nothing is there now. */
static bool receive(struct reporter_process *process, int row) {
  int *fd = row == POLL_OUTPUT  ? &process->child.output
            : row == POLL_ERROR ? &process->child.error
                                : &process->child.answers;
  ssize_t length;

  if (*fd < 0)
    return false;
  do
    length = read(*fd, process->incoming, REPORTER_CHUNK);
  while (length < 0 && errno == EINTR);
  if (length == 0 || (length < 0 && errno != EAGAIN))
    launched_close(fd);
  if (length <= 0)
    return false;
  if (row == POLL_OUTPUT)
    process->seen.output_bytes += (uint64_t)length;
  if (row == POLL_ANSWERS)
    runner_answers_feed(&process->answers, process->incoming, (size_t)length, take_answer, process);
  else if (!reporter_messages_feed(&process->messages,
                                   row == POLL_OUTPUT ? MESSAGE_OUTPUT : MESSAGE_ERROR,
                                   process->incoming, (size_t)length))
    end_for(process, REPORTER_GARBAGE, "wrote more than %d MiB to its standard output and error",
            MESSAGES_LIMIT >> 20);
  return true;
}

static void check_deadline(struct reporter_process *process, int64_t now_ms) {
  unsigned timeout_s = process->launch.timeout_s;

  if (now_ms < process->due_ms)
    return;
  if (process->is_hurried && process->phase < PHASE_TERMINATING) {
    end_for(process, REPORTER_FAILED, "was ended before it was done: you asked twice to stop");
    return;
  }
  switch (process->phase) {
  case PHASE_STARTING:
    end_for(process, REPORTER_TIMED_OUT, "was not ready within %u s", timeout_s);
    break;
  case PHASE_FOLLOWING:
    end_for(process, REPORTER_TIMED_OUT, "did not take the next event for %u s", timeout_s);
    break;
  case PHASE_ENDING:
    end_for(process, REPORTER_TIMED_OUT, "did not end within %u s of the run's end", timeout_s);
    break;
  case PHASE_TERMINATING:
    process->phase = PHASE_KILLED;
    process->due_ms = INT64_MAX;
    process_kill(process->child.pid);
    break;
  case PHASE_KILLED:
    break;
  }
}

/* A program of a stranger gets no SIGINT: Ctrl-C is the user's word to Headgate. The runner tells
 * its plugin (hg_host.cancelled). */
static void check_interrupt(struct reporter_process *process, int64_t now_ms) {
  int requested = interrupt_requested();

  /* Two of the same signal may arrive as one. */
  for (; process->launch.is_runner && process->interrupts_sent < requested;
       process->interrupts_sent++)
    (void)kill(process->child.pid, process->interrupts_sent == 0 ? SIGINT : SIGTERM);
  if (requested >= 1 && process->launch.observation && process->phase < PHASE_TERMINATING)
    end_for(process, REPORTER_FAILED, "was ended before it was done: you asked to stop");
  /* The last report of a run that was stopped may still be written, if that is quick. */
  if (requested >= 2 && (process->phase == PHASE_STARTING || process->phase == PHASE_ENDING) &&
      process->due_ms > now_ms + GRACE_MS) {
    process->is_hurried = true;
    process->due_ms = now_ms + GRACE_MS;
  }
}

static bool is_abandoned(struct reporter_process *process) {
  bool abandoned;

  (void)pthread_mutex_lock(&process->mutex);
  abandoned = process->is_abandoned;
  (void)pthread_mutex_unlock(&process->mutex);
  return abandoned;
}

/* Sees what came from outside, and when the phase is over. */
static void update_phase(struct reporter_process *process, int64_t now_ms) {
  int64_t timeout_ms = (int64_t)process->launch.timeout_s * 1000;

  if (process->phase != PHASE_KILLED && is_abandoned(process)) {
    process->is_ended = true;
    process->ending = REPORTER_FAILED;
    (void)hg_error_set(&process->error, HG_ERROR_CANCELLED, "the run did not begin");
    process->phase = PHASE_KILLED;
    process->due_ms = INT64_MAX;
    process_kill(process->child.pid);
  }
  if (process->phase == PHASE_FOLLOWING) {
    process->due_ms = process->pending_length > 0 ? process->progress_ms + timeout_ms : INT64_MAX;
    if (event_log_has_ended(process->launch.events)) {
      process->phase = PHASE_ENDING;
      process->due_ms = now_ms + timeout_ms;
    }
  }
}

static void wait_for_something(struct reporter_process *process, int64_t now_ms) {
  const struct launched *child = &process->child;
  struct pollfd rows[POLL_ROWS] = {
      [POLL_WAKE] = {.fd = process->reader.wake, .events = POLLIN},
      [POLL_INPUT] = {.fd = process->pending_length > 0 ? child->input : -1, .events = POLLOUT},
      [POLL_OUTPUT] = {.fd = child->output, .events = POLLIN},
      [POLL_ERROR] = {.fd = child->error, .events = POLLIN},
      [POLL_ANSWERS] = {.fd = child->answers, .events = POLLIN},
      [POLL_END] = {.fd = process->process_fd, .events = POLLIN},
  };
  int64_t left = process->due_ms > now_ms ? process->due_ms - now_ms : 0;
  static const struct timespec gather = {0, GATHER_MS * 1000000};
  uint64_t count;

  if (poll(rows, POLL_ROWS, left < LOOK_MS ? (int)left : LOOK_MS) <= 0)
    return;
  if (rows[POLL_WAKE].revents) {
    ssize_t length = read(process->reader.wake, &count, sizeof count);

    (void)length; /* it only wakes */
    /* Where one event comes, others follow: one turn for all of them. */
    if (!event_log_has_ended(process->launch.events))
      (void)nanosleep(&gather, NULL);
  }
  for (int row = POLL_OUTPUT; row <= POLL_ANSWERS; row++)
    if (rows[row].revents)
      (void)receive(process, row);
}

/* It has ended: what it said last, then what became of it. */
static void bury(struct reporter_process *process, enum process_ending ending, int status) {
  struct rusage usage;

  process_usage(process->child.pid, &usage);
  process->seen.peak_bytes = (int64_t)usage.ru_maxrss * 1024;
  process_reap(process->child.pid, ending);
  for (int row = POLL_OUTPUT; row <= POLL_ANSWERS; row++)
    for (size_t read = 0; read < LAST_WORDS && receive(process, row); read += REPORTER_CHUNK)
      continue;
  reporter_messages_end(&process->messages);
  if (process->is_ended)
    return;
  process->is_ended = true; /* nothing that is said now changes it */
  process->ending = REPORTER_FAILED;
  if (ending == PROCESS_SIGNALED) {
    const char *name = sigdescr_np(status);

    process->ending = REPORTER_CRASHED;
    (void)hg_error_set(&process->error, HG_ERROR_FAILED, "was ended by signal %d (%s)", status,
                       name ? name : "unknown");
  } else if (process->error.code != 0) {
    return;
  } else if (ending == PROCESS_LOST) {
    (void)hg_error_set(&process->error, HG_ERROR_FAILED, "ended, and the system did not say how");
  } else if (process->launch.is_runner && !process->is_done) {
    (void)hg_error_set(&process->error, HG_ERROR_FAILED, "exited with status %d before %s", status,
                       process->phase == PHASE_STARTING ? "it was ready" : "the run was over");
  } else if (status != 0) {
    const char *last = process->messages.last;

    (void)hg_error_set(&process->error, HG_ERROR_FAILED, "exited with status %d%s%s", status,
                       *last ? ": " : "", last);
  } else {
    process->ending = REPORTER_OK;
  }
}

void *reporter_thread(void *context) {
  struct reporter_process *process = context;
  enum process_ending ending;
  int status;

  for (;;) {
    int64_t now_ms = timestamp_steady_ms();

    update_phase(process, now_ms);
    send_events(process, now_ms);
    if (process_has_ended(process->child.pid, false, &ending, &status))
      break;
    check_deadline(process, now_ms);
    check_interrupt(process, now_ms);
    wait_for_something(process, now_ms);
  }
  stop_sending(process);
  bury(process, ending, status);
  reporter_thread_decide(process, REPORTER_GONE);
  (void)pthread_mutex_lock(&process->mutex);
  process->is_finished = true;
  (void)pthread_cond_broadcast(&process->changed);
  (void)pthread_mutex_unlock(&process->mutex);
  return NULL;
}
