/* SPDX-License-Identifier: Apache-2.0 */
#include "reporters/reporter_process.h"

#include "memory/no_memory.h"
#include "process/process_end.h"
#include "reporters/reporter_thread.h"
#include "terminal/log.h"
#include "text/timestamp.h"

#include <headgate/host.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

const char *reporter_ending_word(enum reporter_ending ending) {
  static const char *const words[] = {"ok", "failed", "crashed", "timed-out", "garbage"};

  return words[ending];
}

static void release(struct reporter_process *process) {
  event_log_remove_reader(process->launch.events, &process->reader);
  launched_close(&process->child.input);
  launched_close(&process->child.output);
  launched_close(&process->child.error);
  launched_close(&process->child.answers);
  launched_close(&process->process_fd);
  runner_answers_finish(&process->answers);
  (void)pthread_cond_destroy(&process->changed);
  (void)pthread_mutex_destroy(&process->mutex);
  free(process);
}

/* Signals are for the thread that everybody knows. */
static int start_thread(struct reporter_process *process) {
  sigset_t before;
  sigset_t all;
  int cause;

  (void)sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &before);
  cause = pthread_create(&process->thread, NULL, reporter_thread, process);
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return cause;
}

int32_t reporter_process_start(const struct reporter_launch *launch,
                               struct reporter_process **result, struct hg_error *err) {
  const struct launch start = {.program = launch->program,
                               .argv = launch->argv,
                               .environment = launch->environment,
                               .with_input = true,
                               .with_answers = launch->is_runner};
  struct reporter_process *process = calloc(1, sizeof *process);
  pthread_condattr_t attributes;
  int cause = 0;

  if (!process)
    return no_memory(err);
  process->launch = *launch;
  process->error = (struct hg_error)HG_ERROR_INIT;
  (void)pthread_mutex_init(&process->mutex, NULL);
  (void)pthread_condattr_init(&attributes);
  (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  (void)pthread_cond_init(&process->changed, &attributes);
  (void)pthread_condattr_destroy(&attributes);
  process->child.input = process->child.output = -1;
  process->child.error = process->child.answers = process->process_fd = -1;
  runner_answers_init(&process->answers);
  reporter_messages_init(&process->messages, launch->tag);
  process->messages.is_hidden = launch->observation;
  if (event_log_add_reader(launch->events, &process->reader, err) < 0)
    goto fail;
  if (launch_program(&start, &process->child, &cause) < 0) {
    (void)hg_error_set(err, HG_ERROR_IO, "%.720s: cannot be started: %s", launch->program,
                       strerror(cause));
    goto fail;
  }
  process->process_fd = process_descriptor(process->child.pid);
  process->pending = launch->preamble.data;
  process->pending_length = (size_t)launch->preamble.length;
  process->progress_ms = timestamp_steady_ms();
  process->phase = launch->is_runner ? PHASE_STARTING : PHASE_FOLLOWING;
  process->due_ms = process->progress_ms + (int64_t)launch->timeout_s * 1000;
  if (!launch->is_runner)
    reporter_thread_decide(process, REPORTER_READY);
  cause = start_thread(process);
  if (cause != 0) {
    enum process_ending ending;
    int status;

    process_kill(process->child.pid);
    (void)process_has_ended(process->child.pid, true, &ending, &status);
    process_reap(process->child.pid, ending);
    (void)hg_error_set(err, HG_ERROR_IO, "cannot look after %.400s: %s", launch->tag,
                       strerror(cause));
    goto fail;
  }
  *result = process;
  return 0;
fail:
  release(process);
  return -1;
}

enum reporter_readiness reporter_process_wait_ready(struct reporter_process *process,
                                                    struct hg_error *err) {
  (void)pthread_mutex_lock(&process->mutex);
  while (!process->is_decided)
    (void)pthread_cond_wait(&process->changed, &process->mutex);
  (void)pthread_mutex_unlock(&process->mutex);
  if (process->readiness == REPORTER_REFUSED)
    (void)hg_error_set(err, process->refusal.code, "%s", process->refusal.message);
  return process->readiness;
}

void reporter_process_abandon(struct reporter_process *process) {
  (void)pthread_mutex_lock(&process->mutex);
  process->is_abandoned = true;
  (void)pthread_mutex_unlock(&process->mutex);
  event_log_wake(&process->reader);
}

uint64_t reporter_process_backlog(struct reporter_process *process) {
  struct event_log *events = process->launch.events;
  uint64_t backlog;

  (void)pthread_mutex_lock(&events->mutex);
  backlog = process->reader.active ? events->written - process->reader.offset : 0;
  (void)pthread_mutex_unlock(&events->mutex);
  return backlog;
}

bool reporter_process_wait_end(struct reporter_process *process, unsigned most_ms) {
  struct timespec end;
  bool finished;

  (void)clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += most_ms / 1000;
  end.tv_nsec += (long)(most_ms % 1000) * 1000000;
  if (end.tv_nsec >= 1000000000) {
    end.tv_nsec -= 1000000000;
    end.tv_sec++;
  }
  (void)pthread_mutex_lock(&process->mutex);
  while (!process->is_finished &&
         pthread_cond_timedwait(&process->changed, &process->mutex, &end) == 0)
    continue;
  finished = process->is_finished;
  (void)pthread_mutex_unlock(&process->mutex);
  return finished;
}

/* Says what the run waits for, once that is long enough to wonder. */
static void wait_finished(struct reporter_process *process) {
  if (!process->launch.observation && !reporter_process_wait_end(process, 1000))
    log_line(HG_LOG_INFO, process->launch.tag, "still at work: it has %u s from the run's end",
             process->launch.timeout_s);
}

enum reporter_ending reporter_process_join(struct reporter_process *process, struct hg_error *err) {
  enum reporter_ending ending;

  wait_finished(process);
  (void)pthread_join(process->thread, NULL);
  ending = process->ending;
  if (ending != REPORTER_OK)
    (void)hg_error_set(err, process->error.code, "%s", process->error.message);
  if (process->launch.observation)
    *process->launch.observation = process->seen;
  release(process);
  return ending;
}
