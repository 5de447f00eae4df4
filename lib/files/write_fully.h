/* SPDX-License-Identifier: Apache-2.0 */
/* Writing all of it, whatever the system takes at a time, and no longer than somebody wants to
 * wait. */
#ifndef LIB_FILES_WRITE_FULLY_H
#define LIB_FILES_WRITE_FULLY_H

#include <stdbool.h>
#include <stdint.h>

/* How long a pipe that nobody reads, or a terminal that is stopped, is waited for. */
struct write_patience {
  /* Asked every tenth of a second, with the time since the last byte went: whether to go on.
   * NULL: without end. */
  bool (*lasts)(void *context, int64_t waited_ms);
  void *context;
};

/* Writes `length` bytes. With a patience, `fd` is never blocked on. -1: errno, which is ECANCELED
 * where the patience was over. */
int32_t write_fully(int fd, const char *data, uint64_t length,
                    const struct write_patience *patience);

/* One turn of waiting until `fd` takes something, at most a tenth of a second; fd -1: nothing but
 * the time. *waited_ms grows. -1: errno ECANCELED, the patience is over. */
int32_t write_wait(int fd, const struct write_patience *patience, int64_t *waited_ms);

#endif
