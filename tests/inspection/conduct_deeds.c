/* SPDX-License-Identifier: Apache-2.0 */
#include "wrong_deed.h"

#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each deed is done without looking at anything. */
#define DEED(name)                                                                                 \
  static int32_t name(struct wrong_reporter *reporter, const void *event, struct hg_error *err)
#define NOTHING_NEEDED (void)reporter, (void)event, (void)err

enum { LONG_S = 20 }; /* longer than anybody looks */

DEED(whole_locale) {
  NOTHING_NEEDED;
  return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

DEED(directory) {
  NOTHING_NEEDED;
  return chdir("/");
}

DEED(standard_closed) {
  NOTHING_NEEDED;
  return close(STDIN_FILENO);
}

DEED(descriptor_open) {
  NOTHING_NEEDED;
  return open("/dev/null", O_RDONLY) < 0;
}

/* One that is not its own, and which nobody else needs now: its file's. */
DEED(descriptor_closed) {
  DIR *list = opendir("/proc/self/fd");
  const struct dirent *entry;
  int found = -1;

  NOTHING_NEEDED;
  while (list && (entry = readdir(list))) {
    char target[4096] = "";

    if (readlinkat(dirfd(list), entry->d_name, target, sizeof target - 1) > 0 &&
        strstr(target, "/headgate-wrong.so"))
      found = atoi(entry->d_name);
  }
  if (list)
    (void)closedir(list);
  return found < 0 ? -1 : close(found);
}

static void *sleep_long(void *unused) {
  (void)sleep(LONG_S);
  return unused;
}

DEED(thread) {
  pthread_t thread;

  NOTHING_NEEDED;
  return pthread_create(&thread, NULL, sleep_long, NULL) == 0 ? pthread_detach(thread) : -1;
}

static void *do_nothing(void *unused) {
  return unused;
}

/* Right: it has ended when destroy returns. */
DEED(joined_thread) {
  pthread_t thread;
  int32_t result = 0;

  NOTHING_NEEDED;
  for (int i = 0; i < 20 && result == 0; i++)
    result = pthread_create(&thread, NULL, do_nothing, NULL) == 0 ? pthread_join(thread, NULL) : -1;
  return result;
}

DEED(child) {
  pid_t child = fork();

  NOTHING_NEEDED;
  if (child == 0) {
    (void)sleep(LONG_S);
    _exit(0);
  }
  return child < 0;
}

/* Away from everybody: its parent has ended, its session and group are its own. */
DEED(daemon_process) {
  pid_t child = fork();

  NOTHING_NEEDED;
  if (child == 0) {
    if (setsid() >= 0 && fork() == 0)
      (void)sleep(LONG_S);
    _exit(0);
  }
  return child < 0 || waitpid(child, NULL, 0) < 0;
}

DEED(write_in_create) {
  (void)event;
  return reporter->output->write(reporter->output, "early\n", 6, err);
}

DEED(write_in_destroy) {
  (void)event;
  return reporter->has_failed ? 0 : reporter->output->write(reporter->output, "late\n", 5, err);
}

DEED(print) {
  NOTHING_NEEDED;
  (void)printf("printed\n");
  return 0;
}

const struct deed conduct_deeds[] = {
    {"locale", IN_RUN_STARTED, whole_locale},
    {"directory", IN_RUN_FINISHED, directory},
    {"standard-closed", IN_RUN_STARTED, standard_closed},
    {"descriptor-open", IN_DESTROY, descriptor_open},
    {"descriptor-closed", IN_RUN_STARTED, descriptor_closed},
    {"thread", IN_RUN_STARTED, thread},
    {"joined-thread", IN_DESTROY, joined_thread},
    {"child", IN_RUN_STARTED, child},
    {"daemon", IN_RUN_STARTED, daemon_process},
    {"write-in-create", IN_CREATE, write_in_create},
    {"write-in-destroy", IN_DESTROY, write_in_destroy},
    {"print", IN_RUN_STARTED, print},
    {NULL, IN_CREATE, NULL},
};
