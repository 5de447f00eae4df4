/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints while a run goes on: what is committed is copied from the WAL into the database in a
 * thread, over a connection of its own, so that neither a run nor its end waits for the disk with
 * all of it. Nothing rests on it: what was not copied is copied by whoever closes the database
 * last. Belongs to the thread of its history.
 */
#ifndef HOST_HISTORY_HISTORY_CHECKPOINT_H
#define HOST_HISTORY_HISTORY_CHECKPOINT_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>

struct history;

struct history_checkpoint {
  sqlite3 *db;     /* the thread's; NULL: not opened */
  int copied_from; /* pages of the WAL when a checkpoint was last asked for */
  bool has_thread;
  pthread_t thread;
  pthread_mutex_t mutex; /* of what follows */
  pthread_cond_t changed;
  bool is_wanted;
  bool is_ending;
};

void history_checkpoint_init(struct history_checkpoint *checkpoint);

/* From now on commits of the history, which is in WAL mode, have checkpoints. */
void history_checkpoint_follow(struct history *history);

/* Asks for one of what the last commits were too small for, if there was a large one before. */
void history_checkpoint_wake(struct history_checkpoint *checkpoint);

/* Waits for the one that is under way. To be called before the followed connection is closed, or
 * makes a checkpoint of its own: SQLite refuses a second one at once. */
void history_checkpoint_finish(struct history_checkpoint *checkpoint);

#endif
