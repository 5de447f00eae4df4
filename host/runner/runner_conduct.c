/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/runner_conduct.h"

#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* A thread that was joined stays in the system's list until it gets the processor once more. */
enum { THREAD_LOOKS = 100, THREAD_LOOK_US = 10000 };

/* Who is told, about what. */
struct telling {
  void (*tell)(void *context, enum conduct_subject subject, const char *message);
  void *context;
};

__attribute__((format(printf, 3, 4))) static void
tell(const struct telling *telling, enum conduct_subject subject, const char *format, ...) {
  char message[256];
  va_list args;

  va_start(args, format);
  (void)vsnprintf(message, sizeof message, format, args);
  va_end(args);
  telling->tell(telling->context, subject, message);
}

/* --- Signals --------------------------------------------------------------------------------- */

/* Some are the C library's own: it does not say what they do. */
static void note_signals(struct runner_conduct *conduct) {
  for (int number = 1; number < NSIG; number++)
    conduct->has_action[number] = sigaction(number, NULL, &conduct->actions[number]) == 0;
  (void)pthread_sigmask(SIG_SETMASK, NULL, &conduct->mask);
}

static bool is_same_set(const sigset_t *a, const sigset_t *b) {
  for (int number = 1; number < NSIG; number++)
    if (sigismember(a, number) != sigismember(b, number))
      return false;
  return true;
}

static bool is_same_action(const struct sigaction *a, const struct sigaction *b) {
  return a->sa_flags == b->sa_flags &&
         (a->sa_flags & SA_SIGINFO ? a->sa_sigaction == b->sa_sigaction
                                   : a->sa_handler == b->sa_handler) &&
         is_same_set(&a->sa_mask, &b->sa_mask);
}

static bool has_timer(void) {
  static const int kinds[] = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};

  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    struct itimerval timer;

    if (getitimer((__itimer_which_t)kinds[i], &timer) == 0 &&
        (timer.it_value.tv_sec != 0 || timer.it_value.tv_usec != 0))
      return true;
  }
  return false;
}

static void compare_signals(const struct runner_conduct *conduct, const struct telling *telling) {
  sigset_t mask;

  for (int number = 1; number < NSIG; number++) {
    struct sigaction action;

    if (!conduct->has_action[number] || sigaction(number, NULL, &action) != 0 ||
        is_same_action(&action, &conduct->actions[number]))
      continue;
    if (sigabbrev_np(number))
      tell(telling, CONDUCT_SIGNALS, "SIG%s has another action", sigabbrev_np(number));
    else
      tell(telling, CONDUCT_SIGNALS, "signal %d has another action", number);
    return;
  }
  if (pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0 && !is_same_set(&mask, &conduct->mask))
    tell(telling, CONDUCT_SIGNALS, "other signals are blocked");
  else if (has_timer())
    tell(telling, CONDUCT_SIGNALS, "a timer runs that will send a signal");
}

/* --- What belongs to the whole process ------------------------------------------------------- */

static mode_t current_umask(void) {
  mode_t mask = umask(0);

  (void)umask(mask);
  return mask;
}

static void environment_free(char **environment) {
  for (char **entry = environment; entry && *entry; entry++)
    free(*entry);
  free(environment);
}

static char **environment_copy(void) {
  size_t count = 0;
  char **copy;

  while (environ && environ[count])
    count++;
  copy = calloc(count + 1, sizeof *copy);
  for (size_t i = 0; copy && i < count; i++) {
    copy[i] = strdup(environ[i]);
    if (!copy[i]) {
      environment_free(copy);
      return NULL;
    }
  }
  return copy;
}

static bool holds(char *const *environment, const char *entry) {
  for (; environment && *environment; environment++)
    if (strcmp(*environment, entry) == 0)
      return true;
  return false;
}

/* Names the first variable of `some` that is not in `others` as it is. */
static bool compare_environment(char *const *some, char *const *others,
                                const struct telling *telling) {
  for (; some && *some; some++)
    if (!holds(others, *some)) {
      tell(telling, CONDUCT_ENVIRONMENT, "%.*s is not what it was", (int)strcspn(*some, "="),
           *some);
      return true;
    }
  return false;
}

static void compare_process(const struct runner_conduct *conduct, const struct telling *telling) {
  const char *locale = setlocale(LC_ALL, NULL);
  char *directory = getcwd(NULL, 0);
  mode_t mask = current_umask();

  if (conduct->locale && (!locale || strcmp(locale, conduct->locale) != 0))
    tell(telling, CONDUCT_LOCALE, "it was %.60s and is %.100s", conduct->locale,
         locale ? locale : "unknown");
  else if (uselocale((locale_t)0) != LC_GLOBAL_LOCALE)
    tell(telling, CONDUCT_LOCALE, "the thread has one of its own");
  if (conduct->directory && (!directory || strcmp(directory, conduct->directory) != 0))
    tell(telling, CONDUCT_DIRECTORY, "it is %.200s", directory ? directory : "unknown");
  if (mask != conduct->umask)
    tell(telling, CONDUCT_UMASK, "it was %03o and is %03o", (unsigned)conduct->umask,
         (unsigned)mask);
  if (!compare_environment(environ, conduct->environment, telling))
    (void)compare_environment(conduct->environment, environ, telling);
  free(directory);
}

/* --- Descriptors ----------------------------------------------------------------------------- */

static int add_descriptor(struct conduct_descriptor **list, size_t *count, int fd) {
  struct conduct_descriptor *grown = realloc(*list, (*count + 1) * sizeof *grown);
  struct stat status;

  if (!grown)
    return -1;
  *list = grown;
  if (fstat(fd, &status) != 0)
    return 0;
  grown[*count] = (struct conduct_descriptor){fd, status.st_dev, status.st_ino, fcntl(fd, F_GETFL)};
  (*count)++;
  return 0;
}

static int list_descriptors(struct conduct_descriptor **list, size_t *count) {
  DIR *directory = opendir("/proc/self/fd");
  const struct dirent *entry;
  int result = 0;

  *list = NULL;
  *count = 0;
  if (!directory)
    return -1;
  while (result == 0 && (entry = readdir(directory))) {
    char *end;
    long fd = strtol(entry->d_name, &end, 10);

    if (*entry->d_name != '.' && !*end && fd != dirfd(directory))
      result = add_descriptor(list, count, (int)fd);
  }
  (void)closedir(directory);
  return result;
}

static const struct conduct_descriptor *find(const struct conduct_descriptor *list, size_t count,
                                             int fd) {
  for (size_t i = 0; i < count; i++)
    if (list[i].fd == fd)
      return &list[i];
  return NULL;
}

/* One of each kind is told: the first. */
static int compare_descriptors(const struct runner_conduct *conduct,
                               const struct telling *telling) {
  struct conduct_descriptor *list;
  bool is_told[2] = {false, false};
  size_t count;
  int result = list_descriptors(&list, &count);

  for (size_t i = 0; i < conduct->descriptor_count; i++) {
    const struct conduct_descriptor *before = &conduct->descriptors[i];
    const struct conduct_descriptor *now = find(list, count, before->fd);
    bool is_standard = before->fd <= STDERR_FILENO;

    if (is_told[is_standard] || (now && now->device == before->device &&
                                 now->inode == before->inode && now->flags == before->flags))
      continue;
    is_told[is_standard] = true;
    tell(telling, is_standard ? CONDUCT_STANDARD : CONDUCT_DESCRIPTORS, "descriptor %d %s",
         before->fd,
         !now                                                           ? "is closed"
         : now->device != before->device || now->inode != before->inode ? "is another file"
                                                                        : "has other flags");
  }
  for (size_t i = 0; i < count && !is_told[false]; i++)
    if (!find(conduct->descriptors, conduct->descriptor_count, list[i].fd)) {
      is_told[false] = true;
      tell(telling, CONDUCT_DESCRIPTORS, "descriptor %d was left open", list[i].fd);
    }
  free(list);
  return result;
}

/* --- Threads and children -------------------------------------------------------------------- */

static size_t count_threads(void) {
  DIR *directory = opendir("/proc/self/task");
  const struct dirent *entry;
  size_t count = 0;

  while (directory && (entry = readdir(directory)))
    count += *entry->d_name != '.';
  if (directory)
    (void)closedir(directory);
  return count;
}

static void compare_threads(const struct runner_conduct *conduct, const struct telling *telling) {
  size_t count = count_threads();

  for (int i = 0; i < THREAD_LOOKS && count > conduct->thread_count; i++) {
    (void)usleep(THREAD_LOOK_US);
    count = count_threads();
  }
  if (count > conduct->thread_count)
    tell(telling, CONDUCT_THREADS, "%zu live on after destroy", count - conduct->thread_count);
}

static void compare_children(const struct telling *telling) {
  siginfo_t info;

  memset(&info, 0, sizeof info);
  if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) != 0)
    return;
  tell(telling, CONDUCT_CHILDREN,
       info.si_pid != 0 ? "one that ended was not waited for" : "one lives on after destroy");
}

/* --- All of it ------------------------------------------------------------------------------- */

int runner_conduct_begin(struct runner_conduct *conduct) {
  const char *locale = setlocale(LC_ALL, NULL);

  memset(conduct, 0, sizeof *conduct);
  note_signals(conduct);
  conduct->locale = strdup(locale ? locale : "");
  conduct->directory = getcwd(NULL, 0);
  conduct->umask = current_umask();
  conduct->environment = environment_copy();
  conduct->thread_count = count_threads();
  (void)prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
  return conduct->locale && conduct->environment && conduct->thread_count > 0 ? 0 : -1;
}

int runner_conduct_note_descriptors(struct runner_conduct *conduct) {
  free(conduct->descriptors);
  return list_descriptors(&conduct->descriptors, &conduct->descriptor_count);
}

int runner_conduct_end(struct runner_conduct *conduct,
                       void (*told)(void *context, enum conduct_subject subject,
                                    const char *message),
                       void *context) {
  const struct telling telling = {told, context};

  compare_signals(conduct, &telling);
  compare_process(conduct, &telling);
  compare_threads(conduct, &telling);
  compare_children(&telling);
  return compare_descriptors(conduct, &telling);
}

void runner_conduct_finish(struct runner_conduct *conduct) {
  free(conduct->locale);
  free(conduct->directory);
  environment_free(conduct->environment);
  free(conduct->descriptors);
  memset(conduct, 0, sizeof *conduct);
}
