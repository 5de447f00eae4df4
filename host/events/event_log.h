/* SPDX-License-Identifier: Apache-2.0 */
/* The events of a run, from where they happen to the reporters of other processes.
 *
 * One thread appends lines; each reader has a thread of its own and takes them at its own pace.
 * What waits for the slowest stands in a file without a name, so whoever appends never waits and
 * memory does not grow. What all have read is given back to the file system.
 */
#ifndef HOST_EVENTS_EVENT_LOG_H
#define HOST_EVENTS_EVENT_LOG_H

#include <headgate/error.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a reader may be behind, in bytes. */
#define EVENT_LOG_LIMIT (UINT64_C(1) << 30)

/* One who reads. Embedded in its owner; it must not move while it is in a log. */
struct event_reader {
  struct event_reader *next;
  uint64_t offset;  /* of the next byte */
  int wake;         /* an eventfd: readable when there is something new to know */
  bool waiting;     /* it has read all there was: wake it for the next line */
  bool active;      /* it wants to read on */
  bool fell_behind; /* by more than EVENT_LOG_LIMIT: what it misses is gone */
};

/* Embedded in its owner. */
struct event_log {
  pthread_mutex_t mutex; /* guards all of it, the readers' fields too */
  int fd;                /* -1: nothing was appended */
  uint64_t written;      /* bytes, from the beginning */
  uint64_t limit;        /* what a reader may be behind: EVENT_LOG_LIMIT, or less in tests */
  uint64_t given_back;   /* bytes at the beginning that the file does not hold any more */
  bool ended;            /* nothing will come */
  struct hg_error error; /* why nothing more can be kept; code 0: nothing is wrong */
  struct event_reader *readers;
};

void event_log_init(struct event_log *log);

/* Closes the file. No reader may be left. */
void event_log_finish(struct event_log *log);

/* Begins at the first line. Before anything is appended. */
int32_t event_log_add_reader(struct event_log *log, struct event_reader *reader,
                             struct hg_error *err);

/* Takes the reader out, and closes what it had. */
void event_log_remove_reader(struct event_log *log, struct event_reader *reader);

/* Adds a line for all. Where it cannot be kept, the readers learn so. */
void event_log_append(struct event_log *log, const char *line, size_t length);

/* The last line was added. */
void event_log_end(struct event_log *log);

/* Whether it was. Any thread. */
bool event_log_has_ended(struct event_log *log);

/* Wakes one reader. Any thread. */
void event_log_wake(const struct event_reader *reader);

enum event_log_state {
  EVENT_LOG_OPEN,   /* more may come */
  EVENT_LOG_ENDED,  /* all was read */
  EVENT_LOG_BEHIND, /* the reader missed something: it fell behind */
  EVENT_LOG_FAILED, /* the lines cannot be kept; err says why */
};

/* Copies what comes next, at most `size` bytes, into `data`; *length may be 0. The bytes count as
 * read. */
enum event_log_state event_log_read(struct event_log *log, struct event_reader *reader, char *data,
                                    size_t size, size_t *length, struct hg_error *err);

/* The reader wants no more. */
void event_log_leave(struct event_log *log, struct event_reader *reader);

#endif
