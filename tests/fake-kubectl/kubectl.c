/* SPDX-License-Identifier: Apache-2.0 */
/* A kubectl for tests: does to each object what a script says.
 *
 *   kubectl apply -f PATH [-f PATH]... [anything else]
 *
 * Each -f is what the real one takes it for (file_names.h), "-" standard input. Every document of
 * it is one object, in order. With --dry-run=server among the arguments, what "ok" and its like
 * print ends in " (server dry run)".
 *
 * FAKE_KUBECTL_LOG names a file to which each start appends one line, before anything else, with
 * one write and an fsync: {"pid": 4711, "argv": ["kubectl", "apply", "-f", "jobs/a.yaml"]}
 *
 * FAKE_KUBECTL_SCRIPT names the script; without one, everything is "ok". A line is
 *
 *   PATTERN ACTION [WORD]...
 *
 * and the first one whose PATTERN (a glob without spaces) matches decides. What is matched is the
 * base name of a file, or metadata.name of an object that came on standard input. Where no line
 * matches, the action is "ok". Blank lines and lines that start with # are skipped.
 *
 *   ok                           prints "job.batch/NAME created"
 *   unchanged                    prints "job.batch/NAME unchanged"
 *   configured                   prints "job.batch/NAME configured"
 *   fail STATUS [TEXT]           prints TEXT (\n is a line feed) to standard error; the exit status
 *                                  will be STATUS; the other objects have their turn
 *   sleep MS                     waits, then "ok"
 *   first N ACTION [WORD]...     the first N times that this line decides for what it matched:
 *                                  ACTION; from then on the lines below it decide. Counted over all
 *                                  starts, in files beside the script whose names begin with its
 *   silent                       does it and prints nothing
 *   say TEXT                     prints TEXT (\n is a line feed) and a line feed to standard output
 *   flood STREAM BYTES [STATUS]  writes BYTES times "x" to STREAM (stdout, stderr) and exits at
 *                                  once with STATUS (0)
 *   signal N                     ends by signal N
 *   hang                         waits for ever, as those below, and makes SCRIPT.ready first
 *   ignore-term                  waits for ever and ignores SIGTERM
 *   exit-on-term STATUS          waits for ever; at SIGTERM, exits with STATUS
 *   stop                         stops itself, as one does that wants to read from the terminal
 *   leave-group                  goes over to its parent's process group, prints "waiting", waits
 *   grandchild [MS]              "ok", then leaves a process behind that holds the streams open
 *                                  for MS (60000), and prints its number to standard error
 *   flooding-grandchild          the same with one that writes to standard output without end
 *   print-arguments              prints each argument on a line of its own
 *   print-environment            prints the environment, a variable a line
 *   print-descriptors            prints the open descriptors, each with what it is
 *   print-signals                prints which signals are blocked and ignored, as /proc tells
 *   print-group                  prints "pid=N pgid=N"
 *   print-input                  prints what came on standard input and a line feed, then "ok"
 *
 * "For ever" is ten minutes, so that a test that was killed leaves nothing behind for good.
 *
 * As with the real one, an unreadable file is an error of its own and the exit status is 1, unless
 * a "fail" says otherwise (the last one counts). Without -f, the exit status is 2.
 */
#include "file_names.h"
#include "manifest_names.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct context {
  int argc;
  char **argv;
  const char *name;  /* the object's */
  const char *input; /* standard input, where it was read */
  char *words;       /* what follows the action's name; "" where nothing does */
  bool is_dry_run;   /* --dry-run=server is among the arguments */
  int status;        /* what to exit with */
};

static volatile sig_atomic_t status_on_term;

static _Noreturn void wait_for_ever(void) {
  char ready[4096];
  (void)snprintf(ready, sizeof ready, "%s.ready", getenv("FAKE_KUBECTL_SCRIPT"));
  (void)close(creat(ready, 0600));
  (void)fflush(NULL);
  (void)alarm(600);
  for (;;)
    (void)pause();
}

static void wait_ms(long ms) {
  struct timespec left = {ms / 1000, ms % 1000 * 1000000};

  (void)fflush(NULL);
  while (nanosleep(&left, &left) != 0)
    continue;
}

/* The next word of the action, or `otherwise`. */
static char *word(struct context *context, char *otherwise) {
  char *found = strtok_r(context->words, " ", &context->words);

  return found ? found : otherwise;
}

static long number(struct context *context, char *otherwise) {
  return strtol(word(context, otherwise), NULL, 10);
}

static void say(const struct context *context, const char *what) {
  (void)printf("job.batch/%s %s%s\n", context->name, what,
               context->is_dry_run ? " (server dry run)" : "");
}

static void act_ok(struct context *context) {
  say(context, "created");
}

static void act_unchanged(struct context *context) {
  say(context, "unchanged");
}

static void act_configured(struct context *context) {
  say(context, "configured");
}

/* A line of the script's text. */
static void print_text(FILE *file, const char *text) {
  for (const char *c = text; c && *c; c++)
    if (c[0] == '\\' && c[1] == 'n') {
      (void)fputc('\n', file);
      c++;
    } else {
      (void)fputc(*c, file);
    }
  (void)fputc('\n', file);
}

static void act_fail(struct context *context) {
  context->status = (int)number(context, "1");
  print_text(stderr, context->words);
}

static void act_silent(struct context *context) {
  (void)context;
}

static void act_say(struct context *context) {
  print_text(stdout, context->words);
}

static void act_sleep(struct context *context) {
  wait_ms(number(context, "0"));
  act_ok(context);
}

/* Writes past stdio, which would only be in the way. */
static void write_x(int fd, uint64_t bytes) {
  static char block[64 * 1024];

  memset(block, 'x', sizeof block);
  while (bytes > 0) {
    ssize_t written = write(fd, block, bytes < sizeof block ? bytes : sizeof block);

    if (written < 0)
      _exit(3);
    bytes -= (uint64_t)written;
  }
}

static void act_flood(struct context *context) {
  int fd = strcmp(word(context, "stdout"), "stderr") == 0 ? STDERR_FILENO : STDOUT_FILENO;

  write_x(fd, strtoull(word(context, "0"), NULL, 10));
  _exit((int)number(context, "0"));
}

static void act_signal(struct context *context) {
  (void)fflush(NULL);
  (void)raise((int)number(context, "9"));
}

static void act_hang(struct context *context) {
  (void)context;
  wait_for_ever();
}

static void act_ignore_term(struct context *context) {
  (void)context;
  (void)signal(SIGTERM, SIG_IGN);
  wait_for_ever();
}

static void exit_on_term(int signal_number) {
  (void)signal_number;
  _exit(status_on_term);
}

static void act_exit_on_term(struct context *context) {
  status_on_term = (int)number(context, "0");
  (void)signal(SIGTERM, exit_on_term);
  wait_for_ever();
}

static void act_stop(struct context *context) {
  (void)context;
  (void)raise(SIGSTOP);
}

static void act_leave_group(struct context *context) {
  (void)context;
  if (setpgid(0, getpgid(getppid())) == 0) {
    (void)puts("waiting");
    wait_for_ever();
  }
}

static void leave_behind(struct context *context, bool flooding) {
  long ms = number(context, "60000");
  pid_t pid;

  act_ok(context);
  (void)fflush(NULL);
  pid = fork();
  if (pid == 0) {
    if (flooding)
      write_x(STDOUT_FILENO, UINT64_MAX);
    wait_ms(ms);
    _exit(0);
  }
  (void)fprintf(stderr, "%ld\n", (long)pid);
}

static void act_grandchild(struct context *context) {
  leave_behind(context, false);
}

static void act_flooding_grandchild(struct context *context) {
  leave_behind(context, true);
}

static void act_print_arguments(struct context *context) {
  for (int i = 0; i < context->argc; i++)
    (void)puts(context->argv[i]);
}

static void act_print_environment(struct context *context) {
  (void)context;
  for (char **variable = environ; *variable; variable++)
    (void)puts(*variable);
}

static void act_print_descriptors(struct context *context) {
  DIR *directory = opendir("/proc/self/fd");
  struct dirent *entry;

  (void)context;
  while (directory && (entry = readdir(directory))) {
    char target[4096] = "";

    if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(directory))
      continue;
    if (readlinkat(dirfd(directory), entry->d_name, target, sizeof target - 1) > 0)
      (void)printf("%s %s\n", entry->d_name, target);
  }
  if (directory)
    (void)closedir(directory);
}

static void act_print_signals(struct context *context) {
  FILE *file = fopen("/proc/self/status", "re");
  char line[256];

  (void)context;
  while (file && fgets(line, sizeof line, file))
    if (strncmp(line, "SigBlk:", 7) == 0 || strncmp(line, "SigIgn:", 7) == 0)
      (void)fputs(line, stdout);
  if (file)
    (void)fclose(file);
}

static void act_print_group(struct context *context) {
  (void)context;
  (void)printf("pid=%ld pgid=%ld\n", (long)getpid(), (long)getpgrp());
}

static void act_print_input(struct context *context) {
  (void)puts(context->input ? context->input : "");
  act_ok(context);
}

static const struct {
  const char *name;
  void (*act)(struct context *context);
} actions[] = {
    {"ok", act_ok},
    {"unchanged", act_unchanged},
    {"configured", act_configured},
    {"fail", act_fail},
    {"silent", act_silent},
    {"say", act_say},
    {"sleep", act_sleep},
    {"flood", act_flood},
    {"signal", act_signal},
    {"hang", act_hang},
    {"ignore-term", act_ignore_term},
    {"exit-on-term", act_exit_on_term},
    {"stop", act_stop},
    {"leave-group", act_leave_group},
    {"grandchild", act_grandchild},
    {"flooding-grandchild", act_flooding_grandchild},
    {"print-arguments", act_print_arguments},
    {"print-environment", act_print_environment},
    {"print-descriptors", act_print_descriptors},
    {"print-signals", act_print_signals},
    {"print-group", act_print_group},
    {"print-input", act_print_input},
};

static _Noreturn void die(const char *what, const char *of) {
  (void)fprintf(stderr, "fake kubectl: %s: %s\n", what, of);
  exit(125);
}

/* The whole of a file, NUL-terminated; NULL where it cannot be read. */
static char *read_all(FILE *file) {
  size_t capacity = 64 * 1024;
  size_t length = 0;
  char *text = malloc(capacity);

  while (text && file) {
    length += fread(text + length, 1, capacity - length - 1, file);
    if (feof(file)) {
      text[length] = '\0';
      return text;
    }
    if (ferror(file))
      break;
    if (length + 1 >= capacity)
      text = realloc(text, capacity *= 2);
  }
  free(text);
  return NULL;
}

static void perform(struct context *context, char *line) {
  char *name = strtok_r(line, " ", &context->words);

  if (!context->words)
    context->words = line + strlen(line);
  for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
    if (name && strcmp(actions[i].name, name) == 0) {
      actions[i].act(context);
      return;
    }
  die("no such action", name ? name : "(none)");
}

/* Counts one more time in a file of its own, which every start of kubectl shares. */
static long count_time(const char *script, unsigned line, const char *label) {
  char path[4096];
  long count = -1;
  int fd;

  (void)snprintf(path, sizeof path, "%s.%u.%s", script, line, label);
  fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd >= 0 && write(fd, "+", 1) == 1)
    count = (long)lseek(fd, 0, SEEK_CUR); /* behind what was appended: what others do is not seen */
  if (fd >= 0)
    (void)close(fd);
  if (count < 0)
    die("cannot count in", path);
  return count;
}

/* Whether the action at *action is to be done now; moves over "first N". */
static bool is_its_time(char **action, const char *script, unsigned line, const char *label) {
  long most;

  if (strncmp(*action, "first ", 6) != 0)
    return true;
  most = strtol(*action + 6, action, 10);
  *action += strspn(*action, " ");
  return count_time(script, line, label) <= most;
}

/* Does what the script says of the object that `label` stands for. */
static void follow_script(struct context *context, const char *label) {
  const char *path = getenv("FAKE_KUBECTL_SCRIPT");
  FILE *file = path ? fopen(path, "re") : NULL;
  char line[8192];
  unsigned row = 0;

  if (path && !file)
    die("cannot read the script", path);
  while (file && fgets(line, sizeof line, file)) {
    char *pattern = line + strspn(line, " \t");
    char *rest;

    row++;
    line[strcspn(line, "\r\n")] = '\0';
    if (!*pattern || *pattern == '#')
      continue;
    rest = pattern + strcspn(pattern, " ");
    if (*rest)
      *rest++ = '\0';
    if (fnmatch(pattern, label, 0) != 0 || !is_its_time(&rest, path, row, label))
      continue;
    (void)fclose(file);
    perform(context, rest);
    return;
  }
  if (file)
    (void)fclose(file);
  act_ok(context);
}

static void apply(void *of, const char *path) {
  struct context *context = of;
  bool from_input = strcmp(path, "-") == 0;
  FILE *file = from_input ? stdin : fopen(path, "re");
  char *text = read_all(file);
  char name[MANIFEST_NAME_SIZE];
  const char *slash = strrchr(path, '/');
  size_t position = 0;

  if (file && !from_input)
    (void)fclose(file);
  if (!text) {
    (void)fprintf(stderr, "error: the path \"%s\" does not exist\n", path);
    context->status = 1;
    return;
  }
  context->input = from_input ? text : NULL;
  context->name = name;
  while (manifest_next_name(text, &position, name))
    follow_script(context, from_input ? name : slash ? slash + 1 : path);
  free(text);
}

static void print_json_string(FILE *file, const char *text) {
  (void)fputc('"', file);
  for (; *text; text++)
    if (*text == '"' || *text == '\\')
      (void)fprintf(file, "\\%c", *text);
    else if ((unsigned char)*text < 0x20)
      (void)fprintf(file, "\\u%04x", (unsigned)*text);
    else
      (void)fputc(*text, file);
  (void)fputc('"', file);
}

/* Makes this start known, even to one who looks after a crash of the machine. */
static void log_start(int argc, char **argv) {
  const char *path = getenv("FAKE_KUBECTL_LOG");
  char *line = NULL;
  size_t length = 0;
  FILE *memory;
  int fd;

  if (!path)
    return;
  memory = open_memstream(&line, &length);
  if (!memory)
    die("no memory", path);
  (void)fprintf(memory, "{\"pid\": %ld, \"argv\": [", (long)getpid());
  for (int i = 0; i < argc; i++) {
    (void)fputs(i > 0 ? ", " : "", memory);
    print_json_string(memory, argv[i]);
  }
  (void)fputs("]}\n", memory);
  (void)fclose(memory);
  fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, line, length) != (ssize_t)length || fsync(fd) != 0)
    die("cannot write the log", path);
  (void)close(fd);
  free(line);
}

int main(int argc, char **argv) {
  struct context context = {.argc = argc, .argv = argv};
  int files = 0;

  log_start(argc, argv);
  for (int i = 1; i < argc; i++)
    if (strcmp(argv[i], "--dry-run=server") == 0)
      context.is_dry_run = true;
  for (int i = 1; i + 1 < argc; i++)
    if (strcmp(argv[i], "-f") == 0) {
      if (file_names_each(argv[++i], apply, &context) != 0)
        context.status = 1;
      files++;
    }
  if (files == 0) {
    (void)fputs("error: must specify one of -f and -k\n", stderr);
    return 2;
  }
  return context.status;
}
