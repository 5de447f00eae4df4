/* SPDX-License-Identifier: Apache-2.0 */
/* Output that is whole or not there: to a file under a temporary name until it is complete, or to
 * standard output. */
#ifndef LIB_FILES_OUTPUT_FILE_H
#define LIB_FILES_OUTPUT_FILE_H

#include <headgate/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OUTPUT_BUFFER_SIZE = 16384 };

/* Embedded in its owner. */
struct output_file {
  int fd;           /* -1: not open */
  const char *name; /* as it was given, for messages; borrowed */
  char *path;       /* final name; NULL: standard output */
  char *temporary;  /* name until it is complete; NULL where `path` is written directly */
  bool is_guarded;  /* a runner of workflows reads it (workflow_commands.h) */
  unsigned hashes;  /* that it ended with, where it is guarded */
  size_t filled;    /* bytes of `buffer` */
  char buffer[OUTPUT_BUFFER_SIZE];
};

/* Opens `path`, or standard output where it is NULL. An existing regular file stays as it is until
 * output_file_commit replaces it; anything else that exists (/dev/stderr, a FIFO) is written
 * directly. A symbolic link is followed: what it points to is replaced. */
int32_t output_file_open(struct output_file *file, const char *path, struct hg_error *err);

/* Writes, through the buffer. A pipe that its reader closed is HG_ERROR_CANCELLED. */
int32_t output_file_write(struct output_file *file, const char *data, uint64_t length,
                          struct hg_error *err);

/* Writes what the buffer holds: others write to the same place. */
int32_t output_file_flush(struct output_file *file, struct hg_error *err);

/* Flushes, and puts the file under its name. The file is closed, whatever the result; on failure
 * the old one stands. */
int32_t output_file_commit(struct output_file *file, struct hg_error *err);

/* Closes without putting it under its name. Does nothing after a commit. */
void output_file_abandon(struct output_file *file);

#endif
