/* SPDX-License-Identifier: Apache-2.0 */
/* Output to a file, which is whole or not there, or to standard output or whatever else a path may
 * lead to. */
#ifndef LIB_FILES_OUTPUT_FILE_H
#define LIB_FILES_OUTPUT_FILE_H

#include "files/new_file.h"
#include "files/output_place.h"
#include "files/taken_places.h"
#include "files/write_fully.h"
#include "text/workflow_commands.h"

#include <headgate/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OUTPUT_BUFFER_SIZE = 16384 };

/* What is written, and how. */
struct output_manner {
  struct write_patience patience; /* with a pipe that nobody reads */
  mode_t mode;                    /* of a new file; the umask takes from it */
  bool has_commands;              /* its lines are commands to a runner of workflows */
  struct taken_places *taken;     /* none of them may be replaced, and it is one more; NULL: none */
};

/* Embedded in its owner. */
struct output_file {
  struct output_manner manner;
  const char *name; /* as it was given, for messages; borrowed */
  int fd;           /* that is written to; -1: not open */
  bool is_standard; /* standard output itself */
  bool is_stream;   /* somebody may read it meanwhile, and may be slow */
  bool is_guarded;  /* a runner of workflows reads it (workflow_commands.h) */
  struct output_place place;
  struct new_file file; /* where it replaces one */
  struct workflow_text text;
  size_t filled; /* bytes of `buffer` */
  char buffer[OUTPUT_BUFFER_SIZE];
};

/* Opens `path`; NULL or "-" is standard output. A regular file stays as it is until
 * output_file_commit replaces it, with its mode; so is made what is not there. Anything else (a
 * pipe, a device, /dev/stdout, /dev/fd/N) is written to. Symbolic links are followed and stay. For
 * a FIFO that nobody reads it waits, as a shell would, as long as the patience lasts: then it is
 * HG_ERROR_CANCELLED. */
int32_t output_file_open(struct output_file *file, const char *path,
                         const struct output_manner *manner, struct hg_error *err);

/* Writes, through the buffer. A pipe that its reader closed is HG_ERROR_CANCELLED, and so is
 * the end of the patience. */
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
