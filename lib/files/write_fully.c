/* SPDX-License-Identifier: Apache-2.0 */
#include "files/write_fully.h"

#include "text/timestamp.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

enum { TURN_MS = 100 };

int32_t write_wait(int fd, const struct write_patience *patience, int64_t *waited_ms) {
  struct pollfd waiting = {.fd = fd, .events = POLLOUT};
  int64_t begun_ms = timestamp_steady_ms();

  if (poll(&waiting, 1, TURN_MS) > 0)
    return 0;
  *waited_ms += timestamp_steady_ms() - begun_ms;
  if (!patience->lasts || patience->lasts(patience->context, *waited_ms))
    return 0;
  errno = ECANCELED;
  return -1;
}

/* Whether `fd` takes a few bytes now. What others write to as well (standard output) must not be
 * made non-blocking, but a pipe with room takes PIPE_BUF bytes at once. */
static bool has_room(int fd) {
  struct pollfd now = {.fd = fd, .events = POLLOUT};

  return poll(&now, 1, 0) > 0;
}

int32_t write_fully(int fd, const char *data, uint64_t length,
                    const struct write_patience *patience) {
  const uint64_t most = patience ? PIPE_BUF : UINT64_C(1) << 30;
  int64_t waited_ms = 0;

  while (length > 0) {
    ssize_t written = -1;

    errno = EAGAIN;
    if (!patience || has_room(fd))
      written = write(fd, data, (size_t)(length < most ? length : most));
    if (written >= 0) {
      data += written;
      length -= (uint64_t)written;
      waited_ms = 0;
    } else if (errno == EAGAIN && patience) {
      if (write_wait(fd, patience, &waited_ms) < 0)
        return -1;
    } else if (errno != EINTR) {
      return -1;
    }
  }
  return 0;
}
