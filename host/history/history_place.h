/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the files of an open history are still where they were opened: what is written to one
 * that was removed, moved or replaced, nobody will find. */
#ifndef HOST_HISTORY_HISTORY_PLACE_H
#define HOST_HISTORY_HISTORY_PLACE_H

#include <headgate/error.h>
#include <stdint.h>
#include <sys/stat.h>

struct history;

/* Embedded in the history. st_ino 0: there is no such file, and none is missed. */
struct history_place {
  struct stat database;
  struct stat write_ahead_log;
  struct stat shared_memory;
};

/* Takes note of the database and of the files that SQLite keeps beside it: once it has made them.
 */
void history_place_note(struct history *history);

/* -1, and says which file it is, once the database or one of the files beside it is gone from its
 * name. */
int32_t history_place_check(const struct history *history, struct hg_error *err);

#endif
