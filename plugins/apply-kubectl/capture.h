/* SPDX-License-Identifier: Apache-2.0 */
/* What a child writes to one of its output streams: the first MiB is kept, the rest is read and
 * dropped, so that the child never waits for a reader. */
#ifndef APPLY_KUBECTL_CAPTURE_H
#define APPLY_KUBECTL_CAPTURE_H

#include <headgate/bytes.h>
#include <stdbool.h>
#include <stddef.h>

enum {
  CAPTURE_LIMIT = 1024 * 1024, /* bytes kept of a stream */
  CAPTURE_CHUNK = 64 * 1024,   /* bytes of a read: all that a Linux pipe holds by default */
};

/* Embedded in its owner. */
struct capture {
  int fd;   /* our end of the pipe, non-blocking; -1: closed */
  bool cut; /* there was more than is kept */
  char *data;
  size_t length;
  size_t capacity;
};

void capture_init(struct capture *capture);

/* Starts on a new stream and owns `fd` from now on. */
void capture_open(struct capture *capture, int fd);

/* Takes what one read gives, at most CAPTURE_CHUNK bytes, through `chunk`, which has that size.
 * Returns the number of bytes; 0: nothing is there now, or the stream has ended and is closed. */
size_t capture_read(struct capture *capture, char *chunk);

/* Closes the stream; what was kept stays. */
void capture_close(struct capture *capture);

/* Closes the stream and frees what was kept. */
void capture_finish(struct capture *capture);

/* What was kept; valid until the next change. */
struct hg_bytes capture_bytes(const struct capture *capture);

#endif
