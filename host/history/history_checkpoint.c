/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_checkpoint.h"

#include "history/history_database.h"

#include <signal.h>

/* Pages that a commit adds before they are worth two waits for the disk. */
enum { PAGES = 256 };

void history_checkpoint_init(struct history_checkpoint *checkpoint) {
  checkpoint->db = NULL;
  checkpoint->copied_from = 0;
  checkpoint->has_thread = checkpoint->is_wanted = checkpoint->is_ending = false;
  (void)pthread_mutex_init(&checkpoint->mutex, NULL);
  (void)pthread_cond_init(&checkpoint->changed, NULL);
}

/* A passive checkpoint waits for nobody and lets others read and write. What fails is left to the
 * next, and is told by whoever writes. */
static void *copy_pages(void *context) {
  struct history_checkpoint *checkpoint = context;

  (void)pthread_mutex_lock(&checkpoint->mutex);
  for (;;) {
    while (!checkpoint->is_wanted && !checkpoint->is_ending)
      (void)pthread_cond_wait(&checkpoint->changed, &checkpoint->mutex);
    if (checkpoint->is_ending)
      break;
    checkpoint->is_wanted = false;
    (void)pthread_mutex_unlock(&checkpoint->mutex);
    (void)sqlite3_wal_checkpoint_v2(checkpoint->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    (void)pthread_mutex_lock(&checkpoint->mutex);
  }
  (void)pthread_mutex_unlock(&checkpoint->mutex);
  return NULL;
}

/* Opened by name, behind a commit that may have waited long for the disk: so it is asked whether
 * the files are still in their places, before the first statement, which opens the WAL, and after.
 */
static int start(struct history *history) {
  struct history_checkpoint *checkpoint = &history->checkpoint;
  struct hg_error moved = HG_ERROR_INIT;
  sigset_t all;
  sigset_t before;
  int code = sqlite3_open_v2(sqlite3_db_filename(history->db, "main"), &checkpoint->db,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_db_config(checkpoint->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (code == SQLITE_OK && history_place_check(history, &moved) < 0)
    code = SQLITE_CANTOPEN;
  if (code == SQLITE_OK)
    code = sqlite3_exec(checkpoint->db, "PRAGMA schema_version", NULL, NULL, NULL);
  if (code == SQLITE_OK && history_place_check(history, &moved) < 0)
    code = SQLITE_CANTOPEN;
  if (code != SQLITE_OK)
    return code;
  (void)sigfillset(&all); /* signals are for the thread of the run */
  (void)pthread_sigmask(SIG_SETMASK, &all, &before);
  checkpoint->has_thread = pthread_create(&checkpoint->thread, NULL, copy_pages, checkpoint) == 0;
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return checkpoint->has_thread ? SQLITE_OK : SQLITE_NOMEM;
}

void history_checkpoint_wake(struct history_checkpoint *checkpoint) {
  if (!checkpoint->has_thread)
    return;
  (void)pthread_mutex_lock(&checkpoint->mutex);
  checkpoint->is_wanted = true;
  (void)pthread_cond_signal(&checkpoint->changed);
  (void)pthread_mutex_unlock(&checkpoint->mutex);
}

/* A WAL of which all is copied is begun anew by the next commit. */
static int note_commit(void *context, sqlite3 *db, const char *name, int pages) {
  struct history *history = context;
  struct history_checkpoint *checkpoint = &history->checkpoint;

  (void)name;
  if (pages < checkpoint->copied_from)
    checkpoint->copied_from = 0;
  if (pages - checkpoint->copied_from < PAGES)
    return SQLITE_OK;
  if (!checkpoint->has_thread && start(history) != SQLITE_OK) {
    (void)sqlite3_wal_autocheckpoint(db, PAGES);
    return SQLITE_OK;
  }
  checkpoint->copied_from = pages;
  history_checkpoint_wake(checkpoint);
  return SQLITE_OK;
}

void history_checkpoint_follow(struct history *history) {
  (void)sqlite3_wal_hook(history->db, note_commit, history);
}

void history_checkpoint_finish(struct history_checkpoint *checkpoint) {
  if (checkpoint->has_thread) {
    (void)pthread_mutex_lock(&checkpoint->mutex);
    checkpoint->is_ending = true;
    (void)pthread_cond_signal(&checkpoint->changed);
    (void)pthread_mutex_unlock(&checkpoint->mutex);
    (void)pthread_join(checkpoint->thread, NULL);
  }
  (void)sqlite3_close(checkpoint->db);
  (void)pthread_cond_destroy(&checkpoint->changed);
  (void)pthread_mutex_destroy(&checkpoint->mutex);
}
