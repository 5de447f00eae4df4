/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/runner_conduct.h"

#include <dirent.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
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

/* --- What belongs to the whole process ------------------------------------------------------- */

static void compare_process(const struct runner_conduct *conduct, const struct telling *telling) {
  const char *locale = setlocale(LC_ALL, NULL);
  char *directory = getcwd(NULL, 0);

  if (conduct->locale && (!locale || strcmp(locale, conduct->locale) != 0))
    tell(telling, CONDUCT_LOCALE, "it was %.60s and is %.100s", conduct->locale,
         locale ? locale : "unknown");
  if (conduct->directory && (!directory || strcmp(directory, conduct->directory) != 0))
    tell(telling, CONDUCT_DIRECTORY, "it is %.200s", directory ? directory : "unknown");
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
  grown[*count] = (struct conduct_descriptor){fd, status.st_dev, status.st_ino};
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

/* The first is told. */
static int compare_descriptors(const struct runner_conduct *conduct,
                               const struct telling *telling) {
  struct conduct_descriptor *list;
  bool is_told = false;
  size_t count;
  int result = list_descriptors(&list, &count);

  for (size_t i = 0; i < conduct->descriptor_count && !is_told; i++) {
    const struct conduct_descriptor *before = &conduct->descriptors[i];
    const struct conduct_descriptor *now = find(list, count, before->fd);

    is_told = !now || now->device != before->device || now->inode != before->inode;
    if (is_told)
      tell(telling, CONDUCT_DESCRIPTORS, "descriptor %d is %s", before->fd,
           now ? "another file" : "closed");
  }
  for (size_t i = 0; i < count && !is_told; i++) {
    is_told = !find(conduct->descriptors, conduct->descriptor_count, list[i].fd);
    if (is_told)
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
  conduct->locale = strdup(locale ? locale : "");
  conduct->directory = getcwd(NULL, 0);
  conduct->thread_count = count_threads();
  (void)prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
  return conduct->locale && conduct->thread_count > 0 ? 0 : -1;
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

  compare_process(conduct, &telling);
  compare_threads(conduct, &telling);
  compare_children(&telling);
  return compare_descriptors(conduct, &telling);
}

void runner_conduct_finish(struct runner_conduct *conduct) {
  free(conduct->locale);
  free(conduct->directory);
  free(conduct->descriptors);
  memset(conduct, 0, sizeof *conduct);
}
