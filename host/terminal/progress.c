/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal/progress.h"

#include "terminal/log.h"
#include "text/timestamp.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
  FIRST_DRAWN_MS = 2000,
  REDRAWN_MS = 100,
  ENOUGH_TO_MEASURE = 5, /* Jobs; of fewer a rate says little */
  USUAL_WIDTH = 80,
  NARROW = 60, /* columns */
  LINE_SIZE = 256,
};

/* The line while it is written. */
struct line {
  char text[LINE_SIZE];
  size_t length;
  size_t width; /* what fits, less than LINE_SIZE */
  bool is_full;
};

/* The one terminal's one last line. */
static struct {
  pthread_mutex_t mutex;
  bool is_enabled;
  uint64_t total;
  uint64_t done;
  uint64_t failed;
  bool is_watch; /* what follows counts: `done` are complete */
  uint64_t running;
  uint64_t waiting;
  int64_t started_ms;
  int64_t drawn_ms;
  pthread_t clock; /* where `has_clock` */
  pthread_cond_t over;
  bool has_clock;
} progress = {.mutex = PTHREAD_MUTEX_INITIALIZER, .over = PTHREAD_COND_INITIALIZER};

static bool is_drawable(void) {
  const char *term = getenv("TERM");

  return isatty(STDERR_FILENO) == 1 && !(term && strcmp(term, "dumb") == 0);
}

/* A shell's user who sent this to the background types there now. */
static bool is_in_background(void) {
  pid_t foreground = tcgetpgrp(STDERR_FILENO);

  return foreground > 0 && foreground != getpgrp();
}

/* Not while its user holds the terminal (Ctrl-S): nothing waits for a progress line. */
static bool takes_output(void) {
  struct pollfd terminal = {.fd = STDERR_FILENO, .events = POLLOUT};

  return poll(&terminal, 1, 0) == 1 && (terminal.revents & POLLOUT) != 0;
}

/* Characters that fit: one less than a line has, since a full one would wrap. */
static size_t terminal_width(void) {
  struct winsize size;
  size_t width = USUAL_WIDTH;

  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    width = size.ws_col;
  return width < LINE_SIZE ? width - 1 : LINE_SIZE - 1;
}

/* A part of the line stands there whole or not at all: half a number would be another one. */
static void append(struct line *line, const char *text) {
  size_t size = strlen(text);

  line->is_full = line->is_full || line->length + size > line->width;
  if (line->is_full)
    return;
  memcpy(line->text + line->length, text, size + 1);
  line->length += size;
}

/* "about 9 s to go", "about 2 min 05 s to go", "about 3 h 20 min to go" */
static void format_time_left(char *text, size_t size, double seconds) {
  uint64_t whole = (uint64_t)(seconds + 0.5);

  if (whole < 60)
    (void)snprintf(text, size, ", about %llu s to go", (unsigned long long)whole);
  else if (whole < 3600)
    (void)snprintf(text, size, ", about %llu min %02llu s to go", (unsigned long long)(whole / 60),
                   (unsigned long long)(whole % 60));
  else
    (void)snprintf(text, size, ", about %llu h %02llu min to go",
                   (unsigned long long)(whole / 3600), (unsigned long long)(whole / 60 % 60));
}

/* The rate is that of all Jobs that ended since the start: the newest few alone would jump. */
static void append_rate(struct line *line, uint64_t ended, uint64_t left, int64_t now_ms) {
  double rate = (double)ended * 1000 / (double)(now_ms - progress.started_ms);
  char text[64];

  if (ended < ENOUGH_TO_MEASURE)
    return;
  if (rate < 0.1)
    (void)snprintf(text, sizeof text, ", %.0f s a Job", 1 / rate);
  else
    (void)snprintf(text, sizeof text, rate < 10 ? ", %.1f Jobs/s" : ", %.0f Jobs/s", rate);
  append(line, text);
  if (left == 0)
    return;
  format_time_left(text, sizeof text, (double)left / rate);
  append(line, text);
}

/* "N word", behind what is there. */
static void append_count(struct line *line, uint64_t number, const char *word) {
  char text[64];

  (void)snprintf(text, sizeof text, "%s%llu %s", line->length > 0 ? ", " : "",
                 (unsigned long long)number, word);
  append(line, text);
}

static void append_failed(struct line *line, size_t *start, size_t *end) {
  *start = line->length + (line->length > 0 ? 2 : 0);
  append_count(line, progress.failed, "failed");
  *end = line->length;
}

static void draw(int64_t now_ms) {
  static const char red[] = "\033[31m";
  static const char plain[] = "\033[0m";
  uint64_t ended = progress.done + progress.failed;
  uint64_t left = progress.total > ended ? progress.total - ended : 0;
  struct line line = {.width = terminal_width()};
  char colored[sizeof line.text + sizeof red + sizeof plain];
  /* What went wrong is not what a narrow terminal has no room for. */
  bool is_first = progress.is_watch && progress.failed > 0 && line.width < NARROW;
  bool is_colored;
  size_t start;
  size_t end;

  if (is_first)
    append_failed(&line, &start, &end);
  if (progress.is_watch) {
    append_count(&line, progress.running, "running");
    append_count(&line, progress.waiting, "waiting");
    append_count(&line, progress.done, "complete");
  } else {
    append_count(&line, progress.done, "done");
  }
  if (!is_first)
    append_failed(&line, &start, &end);
  is_colored = progress.failed > 0 && log_is_colored() && (is_first || !line.is_full);
  if (!progress.is_watch) {
    append_count(&line, left, "left");
    append_rate(&line, ended, left, now_ms);
  }
  if (is_colored)
    (void)snprintf(colored, sizeof colored, "%.*s%s%.*s%s%s", (int)start, line.text, red,
                   (int)(end - start), line.text + start, plain, line.text + end);
  log_set_last_line(is_colored ? colored : line.text);
}

void progress_init_at(uint64_t total, bool is_enabled, int64_t now_ms) {
  (void)pthread_mutex_lock(&progress.mutex);
  progress.is_enabled = is_enabled && is_drawable();
  progress.total = total;
  progress.done = 0;
  progress.failed = 0;
  progress.is_watch = false;
  progress.started_ms = now_ms;
  progress.drawn_ms = now_ms;
  (void)pthread_mutex_unlock(&progress.mutex);
}

void progress_update(uint64_t done, uint64_t failed) {
  (void)pthread_mutex_lock(&progress.mutex);
  progress.done = done;
  progress.failed = failed;
  (void)pthread_mutex_unlock(&progress.mutex);
}

void progress_tick_at(int64_t now_ms) {
  (void)pthread_mutex_lock(&progress.mutex);
  bool is_due = progress.is_watch || now_ms - progress.started_ms >= FIRST_DRAWN_MS;

  if (progress.is_enabled && is_due && now_ms - progress.drawn_ms >= REDRAWN_MS && takes_output()) {
    progress.drawn_ms = now_ms;
    if (is_in_background())
      log_set_last_line("");
    else
      draw(now_ms);
  }
  (void)pthread_mutex_unlock(&progress.mutex);
}

/* Draws, as time passes, until the work is over. */
static void *tick(void *unused) {
  bool is_over = false;

  while (!is_over) {
    struct timespec next;

    progress_tick_at(timestamp_steady_ms());
    (void)clock_gettime(CLOCK_MONOTONIC, &next);
    next.tv_nsec += REDRAWN_MS * 1000000L;
    next.tv_sec += next.tv_nsec / 1000000000L;
    next.tv_nsec %= 1000000000L;
    (void)pthread_mutex_lock(&progress.mutex);
    if (progress.is_enabled)
      (void)pthread_cond_clockwait(&progress.over, &progress.mutex, CLOCK_MONOTONIC, &next);
    is_over = !progress.is_enabled;
    (void)pthread_mutex_unlock(&progress.mutex);
  }
  return unused;
}

static void start_clock(void) {
  sigset_t all;
  sigset_t before;

  if (!progress.is_enabled)
    return;
  /* Signals are for the threads that do something. */
  sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &before);
  progress.has_clock = pthread_create(&progress.clock, NULL, tick, NULL) == 0;
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void stop_clock(void) {
  (void)pthread_mutex_lock(&progress.mutex);
  progress.is_enabled = false;
  (void)pthread_cond_signal(&progress.over);
  (void)pthread_mutex_unlock(&progress.mutex);
  if (progress.has_clock)
    (void)pthread_join(progress.clock, NULL);
  progress.has_clock = false;
}

void progress_init(uint64_t total, bool is_enabled) {
  stop_clock();
  progress_init_at(total, is_enabled, timestamp_steady_ms());
  start_clock();
}

void progress_init_watch(bool is_enabled) {
  if (progress.is_watch && progress.has_clock)
    return;
  stop_clock();
  progress_init_at(0, is_enabled, timestamp_steady_ms());
  progress.is_watch = true;
  progress.running = 0;
  progress.waiting = 0;
  start_clock();
}

void progress_update_watch(uint64_t running, uint64_t waiting, uint64_t complete, uint64_t failed) {
  (void)pthread_mutex_lock(&progress.mutex);
  progress.running = running;
  progress.waiting = waiting;
  progress.done = complete;
  progress.failed = failed;
  (void)pthread_mutex_unlock(&progress.mutex);
}

void progress_finish(void) {
  stop_clock();
  log_set_last_line("");
}
