/* SPDX-License-Identifier: Apache-2.0 */
#include "capture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void capture_init(struct capture *capture) {
  memset(capture, 0, sizeof *capture);
  capture->fd = -1;
}

void capture_open(struct capture *capture, int fd) {
  capture->fd = fd;
  capture->cut = false;
  capture->length = 0;
}

/* Makes room for `more` bytes, at most to the limit. False: memory is out. */
static bool reserve(struct capture *capture, size_t more) {
  size_t capacity = capture->capacity ? capture->capacity : 4096;
  char *data;

  while (capacity < capture->length + more)
    capacity *= 2;
  if (capacity == capture->capacity)
    return true;
  data = realloc(capture->data, capacity);
  if (!data)
    return false;
  capture->data = data;
  capture->capacity = capacity;
  return true;
}

static void keep(struct capture *capture, const char *data, size_t length) {
  size_t room = CAPTURE_LIMIT - capture->length;
  size_t kept = length < room ? length : room;

  if (capture->cut)
    return;
  if (kept < length)
    capture->cut = true;
  if (kept == 0)
    return;
  if (!reserve(capture, kept)) {
    capture->cut = true; /* losing output is better than losing track of the child */
    return;
  }
  memcpy(capture->data + capture->length, data, kept);
  capture->length += kept;
}

size_t capture_read(struct capture *capture, char *chunk) {
  ssize_t length;

  if (capture->fd < 0)
    return 0;
  do
    length = read(capture->fd, chunk, CAPTURE_CHUNK);
  while (length < 0 && errno == EINTR);
  if (length < 0 && errno == EAGAIN)
    return 0;
  if (length <= 0) {
    capture_close(capture);
    return 0;
  }
  keep(capture, chunk, (size_t)length);
  return (size_t)length;
}

void capture_close(struct capture *capture) {
  if (capture->fd >= 0)
    (void)close(capture->fd);
  capture->fd = -1;
}

void capture_finish(struct capture *capture) {
  capture_close(capture);
  free(capture->data);
  capture_init(capture);
}

struct hg_bytes capture_bytes(const struct capture *capture) {
  struct hg_bytes bytes = {capture->data ? capture->data : "", capture->length};

  return bytes;
}
