/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin must leave as it was (ABI.md, "Errors" and "Threads"): it lives in somebody else's
 * process. For `headgate plugin check`: the runner looks before it loads the plugin and after it
 * has destroyed its object, and tells what differs. */
#ifndef HOST_RUNNER_RUNNER_CONDUCT_H
#define HOST_RUNNER_RUNNER_CONDUCT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* What the answer "conduct" is about. */
enum conduct_subject {
  CONDUCT_LOCALE,
  CONDUCT_DIRECTORY, /* the working directory */
  CONDUCT_DESCRIPTORS,
  CONDUCT_THREADS,
  CONDUCT_CHILDREN,
  CONDUCT_REPORT, /* when it wrote to hg_output: runner_output.h */
  CONDUCT_SUBJECTS,
  CONDUCT_WATCHED = CONDUCT_SUBJECTS, /* nothing wrong: all was looked at */
};

/* An open descriptor. */
struct conduct_descriptor {
  int fd;
  dev_t device;
  ino_t inode;
};

/* What was found. Embedded in its owner. */
struct runner_conduct {
  char *locale;
  char *directory;
  struct conduct_descriptor *descriptors;
  size_t descriptor_count;
  size_t thread_count;
};

/* Remembers how things are. From now on, orphaned processes below this one are its children. -1:
 * memory is out, or /proc cannot be read. */
int runner_conduct_begin(struct runner_conduct *conduct);

/* Remembers which descriptors are open: after the plugin was loaded, whose file stays open. */
int runner_conduct_note_descriptors(struct runner_conduct *conduct);

/* Calls `tell` once for each subject that is not as it was, with what it is now. -1 as above. */
int runner_conduct_end(struct runner_conduct *conduct,
                       void (*tell)(void *context, enum conduct_subject subject,
                                    const char *message),
                       void *context);

void runner_conduct_finish(struct runner_conduct *conduct);

#endif
