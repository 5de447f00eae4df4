/* SPDX-License-Identifier: Apache-2.0 */
/* Tells a run whose process lives from one whose process is gone.
 *
 * A process holds a lock on one byte of a file beside the database for as long as its run lasts;
 * the byte's offset is the run's number. The kernel drops the lock with the process, however that
 * ends. An open file description's lock (fcntl(2), F_OFD_SETLK) is not lost when some other part of
 * the process closes the file, and children that execute a program do not inherit it. A process id
 * would not do: it may be another process's by now.
 *
 * Order matters: the lock is taken before the run can be seen in the database, and dropped after
 * its end can be.
 */
#ifndef HOST_HISTORY_RUN_LOCK_H
#define HOST_HISTORY_RUN_LOCK_H

#include <stdbool.h>
#include <stdint.h>

/* "DATABASE-runs"; the caller's to free. NULL where memory is out. */
char *run_lock_path(const char *database);

/* Opens the file, and makes it if missing and `may_create`. -1 with errno set. */
int run_lock_open(const char *path, bool may_create);

/* Tries to take the lock: 0; -1 with errno set, EAGAIN where another process holds it. */
int run_lock_take(int file, int64_t run_id);

/* Whoever watches the run holds another byte: this is its number, for the functions here. */
static inline int64_t run_lock_of_watch(int64_t run_id) {
  return run_id + (INT64_C(1) << 61);
}

void run_lock_drop(int file, int64_t run_id);

/* Whether some other process holds the lock; also where that cannot be found out. */
bool run_lock_is_held(int file, int64_t run_id);

#endif
