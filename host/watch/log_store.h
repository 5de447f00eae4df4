/* SPDX-License-Identifier: Apache-2.0 */
/* Where a run's logs are kept: HISTORYFILE.logs/RUN/NAMESPACE/JOB/POD.CONTAINER.RESTART.log, for
 * the user alone, and how much of the disk they may take.
 *
 * The names come from the cluster: whatever they hold, no path leads out of that directory, and no
 * symbolic link on the way is followed.
 */
#ifndef HOST_WATCH_LOG_STORE_H
#define HOST_WATCH_LOG_STORE_H

#include "text/text_buffer.h"

#include <headgate/error.h>
#include <stdbool.h>
#include <stdint.h>

/* What is kept, in bytes: of a container's log, and of all logs of the history. */
#define LOG_LIMIT_CONTAINER (INT64_C(100) << 20)
#define LOG_LIMIT_ALL (INT64_C(10) << 30)

/* Embedded in its owner; one thread at a time. */
struct log_store {
  int64_t run_id;
  char *root;    /* HISTORYFILE.logs */
  int directory; /* HISTORYFILE.logs/RUN, once a log was kept; -1 */
  uint64_t container_limit;
  uint64_t limit;
  uint64_t bytes;           /* that all logs of the history take */
  uint64_t looked_at_bytes; /* when the disk was looked at last */
  const char *full;         /* why nothing more is kept; NULL: it is */
  bool is_said;             /* that, on the screen */
};

/* `history` is the database's path, `bytes` what its logs take already. Makes nothing yet. */
int32_t log_store_init(struct log_store *store, const char *history, int64_t run_id, uint64_t bytes,
                       struct hg_error *err);
void log_store_finish(struct log_store *store);

/* Which log: names as the cluster has them. */
struct log_name {
  const char *job_namespace;
  const char *job;
  const char *pod;
  const char *container;
  uint32_t restart;
};

/* The log's path below the run's directory. */
void log_name_append(struct text_buffer *path, const struct log_name *name);

/* From a whole path of a log what the history keeps: without the root. "" stays. */
const char *log_store_path(const struct log_store *store, const char *whole);

/* Opens the file, and makes it with its directories where it is missing and `may_create`. -1 with
 * *err set; HG_ERROR_NOT_FOUND where it is missing and may not be made. */
int log_store_open(struct log_store *store, const char *path, bool may_create,
                   struct hg_error *err);

/* Whether `length` more bytes may be kept; says once why not. */
bool log_store_has_room(struct log_store *store, uint64_t length);

/* They were. */
void log_store_add(struct log_store *store, uint64_t length);

/* Nothing more is kept, for this reason, which is a constant; it is said once. */
void log_store_close_for(struct log_store *store, const char *why);

#endif
