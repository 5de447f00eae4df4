/* SPDX-License-Identifier: Apache-2.0 */
#include "deeds.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
  DESCRIPTORS = 1024, /* all that it may have open */
  MIB = 1024 * 1024,
};

/* Ten minutes at most: a test that was killed leaves nothing behind for good. */
static void stay(void) {
  for (int second = 0; second < 600; second++)
    (void)sleep(1);
  _exit(97);
}

/* Returns what reporters return. */
static int32_t nothing(const struct scene *scene) {
  (void)scene;
  return 0;
}

static int32_t fail(const struct scene *scene) {
  return hg_error_set(scene->err, HG_ERROR_IO, "out of ink");
}

static int32_t fail_without_a_word(const struct scene *scene) {
  (void)scene;
  return -1;
}

static int32_t fail_with_a_number(const struct scene *scene) {
  return hg_error_set(scene->err, 4711, "a code of my own");
}

static int32_t fail_with_a_negative_number(const struct scene *scene) {
  return hg_error_set(scene->err, -5, "a code below all");
}

/* Nobody has asked to stop. */
static int32_t fail_as_cancelled(const struct scene *scene) {
  return hg_error_set(scene->err, HG_ERROR_CANCELLED, "you have stopped me");
}

/* Waits until the user has asked to stop, and again. */
static int32_t fail_when_asked_twice(const struct scene *scene) {
  while (scene->host->cancelled(scene->host) < 2)
    (void)usleep(10 * 1000);
  return hg_error_set(scene->err, HG_ERROR_FAILED, "asked twice");
}

static int32_t fail_without_end(const struct scene *scene) {
  scene->err->code = HG_ERROR_FAILED;
  memset(scene->err->message, 'x', sizeof scene->err->message);
  return -1;
}

static int32_t fail_in_color(const struct scene *scene) {
  return hg_error_set(scene->err, HG_ERROR_FAILED, "\033[31mred\033[0m\nnext line \xff\xfe\x7f");
}

static int32_t fail_upwards(const struct scene *scene) {
  (void)scene;
  return 2;
}

/* --- Ends the process ------------------------------------------------------------------------ */

static int32_t crash(const struct scene *scene) {
  char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  (void)scene;
  *(volatile char *)page = 1;
  return 0;
}

static int32_t abort_it(const struct scene *scene) {
  (void)scene;
  abort();
}

static int32_t trap(const struct scene *scene) {
  (void)scene;
  (void)signal(SIGILL, SIG_DFL);
  (void)raise(SIGILL);
  return 0;
}

static int descend(volatile const char *above, int depth) {
  volatile char frame[4096];

  frame[0] = (char)(above[0] + 1);
  return depth > 0 ? descend(frame, depth - 1) + frame[0] : frame[0];
}

/* A gigabyte of stack: more than a process has. */
static int32_t recurse(const struct scene *scene) {
  volatile const char start[1] = {0};

  (void)scene;
  return descend(start, 256 * 1024) == 4711 ? 1 : 0;
}

static int32_t kill_itself(const struct scene *scene) {
  (void)scene;
  (void)raise(SIGKILL);
  return 0;
}

static int32_t kill_its_group(const struct scene *scene) {
  (void)scene;
  (void)kill(0, SIGKILL);
  return 0;
}

static int32_t exit_0(const struct scene *scene) {
  (void)scene;
  exit(0);
}

static int32_t exit_3(const struct scene *scene) {
  (void)scene;
  exit(3);
}

static int32_t exit_at_once(const struct scene *scene) {
  (void)scene;
  _exit(0);
}

/* The process has no thread left, and ends with 0. */
static int32_t end_its_thread(const struct scene *scene) {
  (void)scene;
  pthread_exit(NULL);
}

static int32_t become_another(const struct scene *scene) {
  (void)scene;
  (void)execl("/bin/true", "true", (char *)NULL);
  _exit(97);
}

/* --- Does not end ---------------------------------------------------------------------------- */

/* Politely to the other tests: nobody else waits for the processor. */
static int32_t loop(const struct scene *scene) {
  volatile bool more = true;

  (void)scene;
  (void)!nice(19);
  (void)alarm(600);
  while (more)
    continue;
  return 0;
}

static int32_t sleep_on(const struct scene *scene) {
  (void)scene;
  stay();
  return 0;
}

static int32_t ignore_signals(const struct scene *scene) {
  for (int number = 1; number < NSIG; number++)
    (void)signal(number, SIG_IGN);
  return sleep_on(scene);
}

static int32_t block_signals(const struct scene *scene) {
  sigset_t all;

  (void)sigfillset(&all);
  (void)sigprocmask(SIG_SETMASK, &all, NULL);
  return sleep_on(scene);
}

static int32_t stop(const struct scene *scene) {
  (void)scene;
  (void)raise(SIGSTOP);
  return 0;
}

static int32_t wait_in_another_group(const struct scene *scene) {
  if (setpgid(0, getpgid(getppid())) != 0)
    return hg_error_set(scene->err, HG_ERROR_IO, "setpgid: %s", strerror(errno));
  return sleep_on(scene);
}

static int32_t become_sleep(const struct scene *scene) {
  (void)scene;
  (void)execl("/bin/sleep", "sleep", "600", (char *)NULL);
  _exit(97);
}

/* --- Other people's descriptors ---------------------------------------------------------------*/

static void write_to(int fd, const char *text) {
  size_t length = strlen(text);

  while (length > 0) {
    ssize_t written = write(fd, text, length);

    if (written <= 0)
      return;
    text += written;
    length -= (size_t)written;
  }
}

static int32_t close_all(const struct scene *scene) {
  (void)scene;
  for (int fd = 0; fd < DESCRIPTORS; fd++)
    (void)close(fd);
  return 0;
}

static int32_t write_from(int first, const char *text) {
  for (int fd = first; fd < DESCRIPTORS; fd++)
    write_to(fd, text);
  return 0;
}

static int32_t write_to_all(const struct scene *scene) {
  (void)scene;
  return write_from(0, "garbage\n");
}

/* The descriptor that a runner is started with, and that is somebody else's by now or nobody's. */
static int32_t write_to_3(const struct scene *scene) {
  (void)scene;
  write_to(3, "{\"answer\": \"done\"}\n");
  return 0;
}

static int32_t answer_out_of_turn(const struct scene *scene) {
  (void)scene;
  return write_from(3, "{\"answer\": \"plugin\", \"name\": \"another\"}\n");
}

static int32_t promise_a_report(const struct scene *scene) {
  (void)scene;
  return write_from(3, "{\"answer\": \"report\", \"length\": 9223372036854775807}\n");
}

static int32_t replace_all(const struct scene *scene) {
  int null = open("/dev/null", O_RDWR);

  (void)scene;
  for (int fd = 0; fd < DESCRIPTORS; fd++)
    (void)dup2(null, fd);
  return 0;
}

static int32_t read_input(const struct scene *scene) {
  char byte;
  ssize_t length = read(STDIN_FILENO, &byte, 1);

  if (length == 0)
    return 0;
  return hg_error_set(scene->err, HG_ERROR_FAILED, "reading standard input returned %zd", length);
}

/* --- Talks ----------------------------------------------------------------------------------- */

static int32_t print_lines(const struct scene *scene) {
  (void)scene;
  write_to(STDOUT_FILENO, "a line on standard output\n");
  write_to(STDERR_FILENO, "a line on standard error\n");
  write_to(STDOUT_FILENO, "\033[2Jno escape reaches the terminal \xff\n");
  write_to(STDOUT_FILENO, "<3>an error\n<4>a warning\n<7>too much detail\n");
  write_to(STDERR_FILENO, "a last line without an end");
  return 0;
}

static int32_t print_gigabyte(const struct scene *scene) {
  static char text[MIB];

  (void)scene;
  memset(text, 'g', sizeof text);
  for (size_t i = 79; i < sizeof text; i += 80)
    text[i] = '\n';
  for (int count = 0; count < 1024; count++)
    if (write(STDOUT_FILENO, text, sizeof text) < 0)
      return 0;
  return 0;
}

static int32_t log_without_end(const struct scene *scene) {
  static char text[4096];
  volatile bool more = true;

  memset(text, 'l', sizeof text - 1);
  while (more)
    scene->host->log(scene->host, HG_LOG_INFO, text);
  return 0;
}

static int32_t log_oddly(const struct scene *scene) {
  scene->host->log(scene->host, HG_LOG_WARNING, "a warning");
  scene->host->log(scene->host, 0, "level 0");
  scene->host->log(scene->host, UINT32_MAX, "the highest level");
  scene->host->log(scene->host, HG_LOG_DEBUG, "too much detail");
  scene->host->log(scene->host, HG_LOG_INFO, "\033[31mred \xff\xed\xa0\x80 two\nlines");
  scene->host->log(scene->host, HG_LOG_INFO, "");
  scene->host->log(scene->host, HG_LOG_INFO, NULL);
  return 0;
}

static int32_t log_a_long_line(const struct scene *scene) {
  static char text[2 * MIB];

  memset(text, 'L', sizeof text - 1);
  scene->host->log(scene->host, HG_LOG_INFO, text);
  return 0;
}

static int32_t report_much(const struct scene *scene) {
  static const char text[] = "0123456789abcdef";
  static char block[MIB];
  int32_t result = 0;

  for (size_t i = 0; i < MIB; i++)
    block[i] = text[i % 16];
  for (int count = 0; count < 40 && result == 0; count++)
    result = scene->output->write(scene->output, block, MIB, scene->err);
  return result;
}

/* --- Takes ----------------------------------------------------------------------------------- */

/* As most programs do where no memory is left. */
static int32_t allocate(const struct scene *scene) {
  for (int count = 0; count < 1024 * 1024; count++)
    if (!malloc(MIB))
      return hg_error_set(scene->err, HG_ERROR_NO_MEMORY, "no memory: %s",
                          count < 1024 ? "less than 1 GiB" : "more than 1 GiB");
  return 0;
}

static int32_t leave_a_child(const struct scene *scene) {
  (void)scene;
  if (fork() == 0)
    stay();
  return 0;
}

static int32_t leave_talking_child(const struct scene *scene) {
  (void)scene;
  if (fork() == 0)
    for (int count = 0; count < 6000; count++) {
      write_to(STDOUT_FILENO, "I am still here\n");
      (void)usleep(100 * 1000);
    }
  return 0;
}

/* Two to the fifth processes. */
static int32_t leave_many_children(const struct scene *scene) {
  pid_t first = getpid();

  for (int generation = 0; generation < 5; generation++)
    (void)fork();
  return getpid() == first ? nothing(scene) : sleep_on(scene);
}

/* A daemon: of another session, with nothing of ours open. */
static int32_t leave_a_daemon(const struct scene *scene) {
  pid_t child = fork();

  if (child == 0) {
    (void)setsid();
    if (fork() == 0)
      stay();
    _exit(0);
  }
  (void)waitpid(child, NULL, 0);
  (void)scene;
  return 0;
}

static void *stay_on(void *context) {
  (void)context;
  stay();
  return NULL;
}

static int32_t leave_a_thread(const struct scene *scene) {
  pthread_t thread;

  (void)scene;
  (void)pthread_create(&thread, NULL, stay_on, NULL);
  return 0;
}

/* --- Changes what is everybody's in a process ------------------------------------------------ */

static int32_t change_signals(const struct scene *scene) {
  static const int numbers[] = {SIGPIPE, SIGCHLD, SIGINT, SIGTERM, SIGXFSZ};
  sigset_t all;

  (void)scene;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    (void)signal(numbers[i], i % 2 == 0 ? SIG_DFL : SIG_IGN);
  (void)sigfillset(&all);
  (void)sigprocmask(SIG_SETMASK, &all, NULL);
  return 0;
}

static int32_t change_surroundings(const struct scene *scene) {
  (void)scene;
  (void)setlocale(LC_ALL, "");
  (void)setlocale(LC_ALL, "de_DE.UTF-8");
  (void)umask(0777);
  (void)clearenv();
  (void)setenv("PATH", "/nowhere", 1);
  (void)setenv("TMPDIR", "/nowhere", 1);
  return chdir("/");
}

static int32_t leave_its_group(const struct scene *scene) {
  (void)setsid(); /* refused: it leads a group */
  if (setpgid(0, getpgid(getppid())) == 0)
    return 0;
  return hg_error_set(scene->err, HG_ERROR_IO, "setpgid: %s", strerror(errno));
}

static const struct {
  const char *name;
  int32_t (*do_it)(const struct scene *scene);
} deeds[] = {
    {"nothing", nothing},
    {"fail", fail},
    {"fail-without-a-word", fail_without_a_word},
    {"fail-with-a-number", fail_with_a_number},
    {"fail-with-a-negative-number", fail_with_a_negative_number},
    {"fail-as-cancelled", fail_as_cancelled},
    {"fail-when-asked-twice", fail_when_asked_twice},
    {"fail-without-end", fail_without_end},
    {"fail-in-color", fail_in_color},
    {"fail-upwards", fail_upwards},
    {"crash", crash},
    {"abort", abort_it},
    {"trap", trap},
    {"recurse", recurse},
    {"kill-itself", kill_itself},
    {"kill-its-group", kill_its_group},
    {"exit-0", exit_0},
    {"exit-3", exit_3},
    {"exit-at-once", exit_at_once},
    {"end-its-thread", end_its_thread},
    {"become-another", become_another},
    {"loop", loop},
    {"sleep", sleep_on},
    {"ignore-signals", ignore_signals},
    {"block-signals", block_signals},
    {"stop", stop},
    {"wait-in-another-group", wait_in_another_group},
    {"become-sleep", become_sleep},
    {"close-all", close_all},
    {"write-to-all", write_to_all},
    {"write-to-3", write_to_3},
    {"answer-out-of-turn", answer_out_of_turn},
    {"promise-a-report", promise_a_report},
    {"replace-all", replace_all},
    {"read-input", read_input},
    {"print-lines", print_lines},
    {"print-gigabyte", print_gigabyte},
    {"log-without-end", log_without_end},
    {"log-oddly", log_oddly},
    {"log-a-long-line", log_a_long_line},
    {"report-much", report_much},
    {"allocate", allocate},
    {"leave-a-child", leave_a_child},
    {"leave-a-talking-child", leave_talking_child},
    {"leave-many-children", leave_many_children},
    {"leave-a-daemon", leave_a_daemon},
    {"leave-a-thread", leave_a_thread},
    {"change-signals", change_signals},
    {"change-surroundings", change_surroundings},
    {"leave-its-group", leave_its_group},
};

int32_t deed_do(const char *name, const struct scene *scene) {
  for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
    if (strcmp(deeds[i].name, name) == 0)
      return deeds[i].do_it(scene);
  _exit(98);
}
