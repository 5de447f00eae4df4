/* SPDX-License-Identifier: Apache-2.0 */
/* The file of one log: lines as the server gives them, each with its timestamp, none lost and none
 * twice.
 *
 * A server can be asked again from a whole second on only, so it repeats what is kept of that
 * second, and a line of several parts may come back without its beginning. What comes again is
 * therefore held against the file's own tail. So it does not matter whether a connection broke or
 * a process was killed.
 */
#ifndef HOST_WATCH_KEPT_LOG_H
#define HOST_WATCH_KEPT_LOG_H

#include "digest/digest.h"
#include "watch/log_store.h"

#include <headgate/bytes.h>
#include <headgate/watcher.h>

enum { LOG_TIME_SIZE = 40 };

/* The tail of a log that a person is shown: so many lines and bytes, without timestamps; and the
 * last bytes of a log that it is made of. */
enum {
  LOG_TAIL_LINES = 10,
  LOG_TAIL_SIZE = 4096,
  LOG_TAIL_WINDOW = LOG_TAIL_SIZE + LOG_TAIL_LINES * LOG_TIME_SIZE,
};

struct kept_log;

/* Opens the log at `path` below the run's directory (log_name_append). Of one that is there already
 * a last line without its end is cut off. *path is copied. */
int32_t kept_log_open(struct log_store *store, const char *path, struct kept_log **log,
                      struct hg_error *err);

/* Where the server is to be asked from now; what it repeats is expected then. */
int32_t kept_log_resume(struct kept_log *log, struct hg_log_resume *resume, struct hg_error *err);

/* Keeps the lines that are new. Where a limit is reached or the disk refuses, the log is cut off
 * there, and nothing more is kept of it: *more is 0 then. */
void kept_log_append(struct kept_log *log, struct hg_bytes lines, uint32_t *more);

/* What is known of it. */
struct kept_log_facts {
  const char *path;
  uint64_t bytes;
  uint64_t lines;
  bool is_cut;
  const char *why;      /* it is cut, or lines may be missing in between; "" */
  const char *first_at; /* of its first and last line, as they are written; "" */
  const char *last_at;
};
void kept_log_look(const struct kept_log *log, struct kept_log_facts *facts);

/* Nothing more comes: it is on disk when this returns, and *digest is of the whole file. -1: the
 * disk refused. Facts may be looked at afterwards. */
int32_t kept_log_end(struct kept_log *log, uint8_t digest[DIGEST_SIZE], struct hg_error *err);

/* Accepts NULL. */
void kept_log_destroy(struct kept_log *log);

/* Whether there is a log at `path`. */
bool log_is_kept(struct log_store *store, const char *path);

/* The tail of the log at `path`, cut at the beginning. Nothing where there is no such log. */
void log_tail_append(struct log_store *store, const char *path, struct text_buffer *tail);

/* The tail of a log whose last bytes these are. */
void log_tail_append_bytes(const char *bytes, size_t length, struct text_buffer *tail);

#endif
