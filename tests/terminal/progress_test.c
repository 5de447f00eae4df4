/* SPDX-License-Identifier: Apache-2.0 */
/* The progress line comes late, fits, goes, never breaks a log line, and is never drawn where
 * nobody looks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "terminal/log.h"
#include "terminal/progress.h"
#include "text/timestamp.h"

#include <dirent.h>
#include <fcntl.h>
#include <headgate/host.h>
#include <pthread.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define CLEAR "\r\033[K"
#define SIZE 65536

static int user;     /* the terminal's other end: what a person would see comes out of it */
static int terminal; /* what standard error is for a test */
static char seen[SIZE];

static void open_terminal(unsigned short columns) {
  struct winsize size = {.ws_row = 24, .ws_col = columns};
  struct termios modes;

  assert_int_equal(openpty(&user, &terminal, NULL, NULL, &size), 0);
  assert_int_equal(tcgetattr(terminal, &modes), 0);
  modes.c_oflag &= ~(tcflag_t)OPOST; /* line feeds as they were written */
  assert_int_equal(tcsetattr(terminal, TCSANOW, &modes), 0);
  assert_int_equal(fcntl(user, F_SETFL, O_NONBLOCK), 0);
}

/* `call` with the terminal as standard error. In between, cmocka's own output goes where it
 * belongs. */
static void on_terminal(void (*call)(const void *), const void *argument) {
  int kept = dup(STDERR_FILENO);

  assert_true(kept >= 0);
  assert_int_equal(dup2(terminal, STDERR_FILENO), STDERR_FILENO);
  call(argument);
  assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
  (void)close(kept);
}

/* What was written since the last call. */
static const char *read_terminal(void) {
  size_t length = 0;
  ssize_t count;

  while (length < SIZE - 1 && (count = read(user, seen + length, SIZE - 1 - length)) > 0)
    length += (size_t)count;
  seen[length] = '\0';
  return seen;
}

static void close_terminal(void) {
  (void)close(terminal);
  (void)close(user);
}

/* What is done at which moment, and what is to be seen then. */
struct step {
  int64_t at_ms;
  uint64_t done;
  uint64_t failed;
  const char *log;
  const char *expected;
};

static void take_step(const void *argument) {
  const struct step *step = argument;

  progress_update(step->done, step->failed);
  progress_tick_at(1000 + step->at_ms);
  if (step->log)
    log_line(HG_LOG_INFO, LOG_APPLY, "%s", step->log);
}

struct beginning {
  uint64_t total;
  bool is_enabled;
  enum log_color color;
};

static void begin(const void *argument) {
  const struct beginning *beginning = argument;

  log_init(false, false, beginning->color);
  progress_init_at(beginning->total, beginning->is_enabled, 1000);
}

static void end(const void *argument) {
  (void)argument;
  progress_finish();
}

static void run_steps(const struct beginning *beginning, const struct step *steps, size_t count) {
  on_terminal(begin, beginning);
  for (size_t i = 0; i < count; i++) {
    on_terminal(take_step, &steps[i]);
    assert_string_equal(read_terminal(), steps[i].expected);
  }
  on_terminal(end, NULL);
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int set_terminal_kind(void **state) {
  (void)state;
  (void)unsetenv("NO_COLOR");
  return setenv("TERM", "xterm", 1);
}

static void test_it_comes_after_two_seconds_and_goes(void **state) {
  static const struct beginning beginning = {200, true, LOG_COLOR_NEVER};
  static const struct step steps[] = {
      {0, 0, 0, NULL, ""},
      {1000, 10, 0, "one", "[D31_K8S_APPLY] one\n"},
      {1999, 19, 0, NULL, ""},
      {2000, 20, 0, NULL, CLEAR "20 done, 0 failed, 180 left, 10 Jobs/s, about 18 s to go"},
      /* The same again, or sooner than a tenth of a second later: nothing. */
      {2000, 20, 0, NULL, ""},
      {2099, 25, 0, NULL, ""},
      {2100, 20, 1, NULL, CLEAR "20 done, 1 failed, 179 left, 10 Jobs/s, about 18 s to go"},
      /* A log line goes above it. */
      {2150, 20, 1, "two",
       CLEAR "[D31_K8S_APPLY] two\n20 done, 1 failed, 179 left, 10 Jobs/s, about 18 s to go"},
      {100000, 29, 1, NULL,
       CLEAR "29 done, 1 failed, 170 left, 0.3 Jobs/s, about 9 min 27 s to go"},
      {1000000, 29, 1, NULL,
       CLEAR "29 done, 1 failed, 170 left, 33 s a Job, about 1 h 34 min to "
             "go"},
      {1000100, 199, 1, NULL, CLEAR "199 done, 1 failed, 0 left, 0.2 Jobs/s"},
  };

  (void)state;
  open_terminal(100);
  run_steps(&beginning, steps, COUNT(steps));
  assert_string_equal(read_terminal(), CLEAR);
  on_terminal(take_step, &steps[3]);
  on_terminal(end, NULL);
  assert_string_equal(read_terminal(), "");
  close_terminal();
}

static void test_no_rate_of_a_few(void **state) {
  static const struct beginning beginning = {200, true, LOG_COLOR_NEVER};
  static const struct step steps[] = {
      {2000, 0, 0, NULL, CLEAR "0 done, 0 failed, 200 left"},
      {3000, 4, 0, NULL, CLEAR "4 done, 0 failed, 196 left"},
      {4000, 4, 1, NULL, CLEAR "4 done, 1 failed, 195 left, 1.2 Jobs/s, about 2 min 36 s to go"},
  };

  (void)state;
  open_terminal(100);
  run_steps(&beginning, steps, COUNT(steps));
  close_terminal();
}

static void test_colour(void **state) {
  static const struct beginning beginning = {9, true, LOG_COLOR_AUTO};
  static const struct step colored[] = {
      {2000, 0, 0, NULL, CLEAR "0 done, 0 failed, 9 left"},
      {3000, 2, 1, NULL, CLEAR "2 done, \033[31m1 failed\033[0m, 6 left"},
  };
  static const struct step plain[] = {{3000, 2, 1, NULL, CLEAR "2 done, 1 failed, 6 left"}};

  (void)state;
  open_terminal(100);
  run_steps(&beginning, colored, COUNT(colored));
  (void)read_terminal();
  assert_int_equal(setenv("NO_COLOR", "1", 1), 0);
  run_steps(&beginning, plain, COUNT(plain));
  close_terminal();
}

/* Parts that do not fit are left out whole: a figure is never cut. */
static void test_narrow_terminals(void **state) {
  static const struct beginning beginning = {200, true, LOG_COLOR_ALWAYS};
  static const struct {
    unsigned short columns;
    const char *expected;
  } cases[] = {
      {57, CLEAR "18 done, \033[31m2 failed\033[0m, 180 left, 10 Jobs/s, about 18 s to go"},
      {56, CLEAR "18 done, \033[31m2 failed\033[0m, 180 left, 10 Jobs/s"},
      {28, CLEAR "18 done, \033[31m2 failed\033[0m, 180 left"},
      {27, CLEAR "18 done, \033[31m2 failed\033[0m"},
      {18, CLEAR "18 done, \033[31m2 failed\033[0m"},
      {17, CLEAR "18 done"},
      {8, CLEAR "18 done"},
      {7, ""},
      {1, ""},
      {0, CLEAR "18 done, \033[31m2 failed\033[0m, 180 left, 10 Jobs/s, about 18 s to go"},
      {60000, CLEAR "18 done, \033[31m2 failed\033[0m, 180 left, 10 Jobs/s, about 18 s to go"},
  };

  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    const struct step step = {2000, 18, 2, NULL, cases[i].expected};

    open_terminal(cases[i].columns);
    run_steps(&beginning, &step, 1);
    close_terminal();
  }
}

static void test_when_it_is_not_drawn(void **state) {
  static const struct beginning quiet = {9, false, LOG_COLOR_NEVER};
  static const struct beginning usual = {9, true, LOG_COLOR_NEVER};
  static const struct step steps[] = {{3000, 2, 1, "one", "[D31_K8S_APPLY] one\n"}};
  int ends[2];

  (void)state;
  open_terminal(100);
  run_steps(&quiet, steps, COUNT(steps));
  assert_string_equal(read_terminal(), "");
  assert_int_equal(setenv("TERM", "dumb", 1), 0);
  run_steps(&usual, steps, COUNT(steps));
  assert_string_equal(read_terminal(), "");
  close_terminal();
  /* No terminal. */
  assert_int_equal(setenv("TERM", "xterm", 1), 0);
  assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
  user = ends[0];
  terminal = ends[1];
  run_steps(&usual, steps, COUNT(steps));
  assert_string_equal(read_terminal(), "");
  close_terminal();
}

/* The user holds the terminal with Ctrl-S: nothing waits for the line. */
static void test_a_stopped_terminal(void **state) {
  static const struct beginning beginning = {200, true, LOG_COLOR_NEVER};
  static const struct step held = {2000, 4, 0, NULL, ""};
  static const struct step step = {2100, 4, 0, NULL, CLEAR "4 done, 0 failed, 196 left"};

  (void)state;
  open_terminal(100);
  on_terminal(begin, &beginning);
  assert_int_equal(tcflow(terminal, TCOOFF), 0);
  on_terminal(take_step, &held);
  assert_int_equal(tcflow(terminal, TCOON), 0);
  assert_string_equal(read_terminal(), "");
  on_terminal(take_step, &step);
  assert_string_equal(read_terminal(), CLEAR "4 done, 0 failed, 196 left");
  on_terminal(end, NULL);
  close_terminal();
}

static void begin_often(const void *argument) {
  (void)argument;
  for (int i = 0; i < 5; i++)
    progress_init_watch(true);
}

static int count_threads(void) {
  DIR *tasks = opendir("/proc/self/task");
  int count = 0;

  assert_non_null(tasks);
  for (const struct dirent *task = readdir(tasks); task; task = readdir(tasks))
    count += *task->d_name != '.';
  (void)closedir(tasks);
  return count;
}

/* A thread that was joined may stand there a moment longer; one that goes on ends this by its time
 * limit. */
static void wait_for_threads(int count) {
  const struct timespec moment = {0, 1000000};

  while (count_threads() != count)
    (void)nanosleep(&moment, NULL);
}

static void begin_watch(const void *argument) {
  (void)argument;
  progress_init_watch(true);
  progress_update_watch(1, 2, 3, 0);
  progress_init_watch(true);
  progress_tick_at(timestamp_steady_ms() + 100);
}

/* Whoever waits sees at once for what, also where a try that is still to come begins the line
 * again. */
static void test_a_watch_is_shown_at_once(void **state) {
  (void)state;
  open_terminal(100);
  on_terminal(begin_watch, NULL);
  assert_non_null(strstr(read_terminal(), "1 running, 2 waiting, 3 complete, 0 failed"));
  on_terminal(end, NULL);
  close_terminal();
}

static void watch_failures(const void *argument) {
  (void)argument;
  progress_init_watch(true);
  progress_update_watch(120, 30, 275, 25);
  progress_tick_at(timestamp_steady_ms() + 100);
}

/* What went wrong is not what there is no room for. */
static void test_a_narrow_watch_shows_failures_first(void **state) {
  (void)state;
  open_terminal(40);
  on_terminal(watch_failures, NULL);
  assert_non_null(strstr(read_terminal(), "25 failed, 120 running, 30 waiting"));
  on_terminal(end, NULL);
  close_terminal();
}

/* A run that tries Jobs again begins the line anew each time. */
static void test_one_clock_however_often_it_begins(void **state) {
  int before = count_threads();

  (void)state;
  open_terminal(100);
  on_terminal(begin_often, NULL);
  wait_for_threads(before + 1);
  on_terminal(end, NULL);
  wait_for_threads(before);
  close_terminal();
}

enum { THREADS = 4, LINES = 100 };

static void *log_and_update(void *context) {
  int number = *(int *)context;

  for (int i = 0; i < LINES; i++) {
    log_line(HG_LOG_INFO, LOG_APPLY, "thread %d line %d", number, i);
    progress_update((uint64_t)i, (uint64_t)number);
    progress_tick_at(4000 + (int64_t)i * 100);
  }
  return NULL;
}

static void run_threads(const void *argument) {
  static const struct beginning beginning = {1000, true, LOG_COLOR_NEVER};
  pthread_t threads[THREADS];
  int numbers[THREADS];

  (void)argument;
  begin(&beginning);
  for (int i = 0; i < THREADS; i++) {
    numbers[i] = i;
    assert_int_equal(pthread_create(&threads[i], NULL, log_and_update, &numbers[i]), 0);
  }
  for (int i = 0; i < THREADS; i++)
    assert_int_equal(pthread_join(threads[i], NULL), 0);
  progress_finish();
}

/* Reads until the other side is closed, into `seen`: a terminal holds only a few kilobytes. */
static void *watch(void *context) {
  size_t length = 0;
  ssize_t count;

  (void)context;
  while (length < SIZE - 1 && (count = read(user, seen + length, SIZE - 1 - length)) > 0)
    length += (size_t)count;
  seen[length] = '\0';
  return NULL;
}

/* What is left on the screen once the terminal has obeyed: a carriage return with an erase takes
 * back what stands since the last line feed. */
static void obey(char *text) {
  char *out = text;
  char *line = text;

  for (const char *in = text; *in;) {
    if (strncmp(in, CLEAR, strlen(CLEAR)) == 0) {
      out = line;
      in += strlen(CLEAR);
      continue;
    }
    *out++ = *in;
    if (*in++ == '\n')
      line = out;
  }
  *out = '\0';
}

static void test_log_lines_of_several_threads(void **state) {
  int next[THREADS] = {0};
  pthread_t watcher;
  int lines = 0;
  bool was_drawn;
  char *rest;

  (void)state;
  open_terminal(100);
  assert_int_equal(fcntl(user, F_SETFL, 0), 0);
  assert_int_equal(pthread_create(&watcher, NULL, watch, NULL), 0);
  on_terminal(run_threads, NULL);
  (void)close(terminal);
  assert_int_equal(pthread_join(watcher, NULL), 0);
  (void)close(user);
  was_drawn = strstr(seen, CLEAR "0 done, ") || strstr(seen, " failed, ");
  assert_true(was_drawn);
  obey(seen);
  for (char *line = strtok_r(seen, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char expected[64];
    int number = -1;

    assert_int_equal(sscanf(line, "[D31_K8S_APPLY] thread %d", &number), 1);
    assert_in_range(number, 0, THREADS - 1);
    (void)snprintf(expected, sizeof expected, "[D31_K8S_APPLY] thread %d line %d", number,
                   next[number]++);
    assert_string_equal(line, expected);
    lines++;
  }
  assert_int_equal(lines, THREADS * LINES);
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup(function, set_terminal_kind)
  const struct CMUnitTest tests[] = {
      TEST(test_it_comes_after_two_seconds_and_goes),
      TEST(test_no_rate_of_a_few),
      TEST(test_colour),
      TEST(test_narrow_terminals),
      TEST(test_when_it_is_not_drawn),
      TEST(test_a_stopped_terminal),
      TEST(test_a_watch_is_shown_at_once),
      TEST(test_a_narrow_watch_shows_failures_first),
      TEST(test_one_clock_however_often_it_begins),
      TEST(test_log_lines_of_several_threads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
