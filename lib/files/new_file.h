/* SPDX-License-Identifier: Apache-2.0 */
/* A file that has its name only once it is whole. */
#ifndef LIB_FILES_NEW_FILE_H
#define LIB_FILES_NEW_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { NEW_FILE_NAME_SIZE = 40 };

/* Embedded in its owner. */
struct new_file {
  int directory;                      /* where it will be; borrowed */
  int fd;                             /* -1: not open */
  char temporary[NEW_FILE_NAME_SIZE]; /* called by chance, and short: the name may be a long one */
};

/* Makes an empty file in `directory` that no one else has; the umask takes from `mode`. -1: errno.
 */
int32_t new_file_open(struct new_file *file, int directory, mode_t mode);

/* Closes it and gives it the name `name`. What has that name is replaced where `replaces` says so,
 * else it is EEXIST and nothing changes. -1: errno; the file is open under neither name then, and
 * may be tried again. */
int32_t new_file_place(struct new_file *file, const char *name, bool replaces);

/* Removes it, unless it was placed. */
void new_file_abandon(struct new_file *file);

#endif
