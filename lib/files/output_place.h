/* SPDX-License-Identifier: Apache-2.0 */
/* Where output goes that was asked to go to a path: where a shell would send it. */
#ifndef LIB_FILES_OUTPUT_PLACE_H
#define LIB_FILES_OUTPUT_PLACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* Embedded in its owner. */
struct output_place {
  int directory;      /* a descriptor, so that the working directory may change; -1: none */
  char *name;         /* in `directory`: no symbolic link */
  int stream;         /* an inherited descriptor, duplicated; -1: none */
  bool is_there;      /* `status` tells what `name` is */
  bool is_replaced;   /* it is a regular file that can be replaced, or it is not there */
  struct stat status; /* of `name`, where is_there */
};

/* Follows symbolic links one by one, to nothing too: a shell makes the file that a dangling link
 * names. As the kernel has it (protected_symlinks), no link of a stranger in a directory of all is
 * followed. /dev/stdout, /dev/fd/N and what leads there is that descriptor, if the process was
 * given it; nothing in /proc is ever replaced. -1: errno. */
int32_t output_place_find(struct output_place *place, const char *path);

/* Opens what is there and not replaced, without waiting. A descriptor that the caller closes; -1:
 * errno, which is ENXIO for a FIFO that nobody reads. */
int output_place_open(struct output_place *place);

void output_place_finish(struct output_place *place);

#endif
