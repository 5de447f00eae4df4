/* SPDX-License-Identifier: Apache-2.0 */
#include "events/event_log.h"

#include "files/temporary_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { GIVE_BACK = 1024 * 1024 }; /* bytes, at least, at a time */

void event_log_init(struct event_log *log) {

  memset(log, 0, sizeof *log);
  (void)pthread_mutex_init(&log->mutex, NULL);
  log->fd = -1;
  log->limit = EVENT_LOG_LIMIT;
  log->error = (struct hg_error)HG_ERROR_INIT;
}

void event_log_finish(struct event_log *log) {
  if (log->fd >= 0)
    (void)close(log->fd);
  log->fd = -1;
  (void)pthread_mutex_destroy(&log->mutex);
}

int32_t event_log_add_reader(struct event_log *log, struct event_reader *reader,
                             struct hg_error *err) {
  memset(reader, 0, sizeof *reader);
  reader->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (reader->wake < 0)
    return hg_error_set(err, HG_ERROR_IO, "cannot follow the run's events: %s", strerror(errno));
  reader->active = true;
  (void)pthread_mutex_lock(&log->mutex);
  reader->next = log->readers;
  log->readers = reader;
  (void)pthread_mutex_unlock(&log->mutex);
  return 0;
}

void event_log_remove_reader(struct event_log *log, struct event_reader *reader) {
  struct event_reader **link;

  (void)pthread_mutex_lock(&log->mutex);
  for (link = &log->readers; *link && *link != reader; link = &(*link)->next)
    continue;
  if (*link)
    *link = reader->next;
  (void)pthread_mutex_unlock(&log->mutex);
  if (reader->wake >= 0)
    (void)close(reader->wake);
  reader->wake = -1;
}

void event_log_wake(const struct event_reader *reader) {
  static const uint64_t one = 1;
  ssize_t written = write(reader->wake, &one, sizeof one);

  (void)written; /* only a counter at its end would refuse: readable all the same */
}

static void wake_all(const struct event_log *log) {
  for (const struct event_reader *reader = log->readers; reader; reader = reader->next)
    event_log_wake(reader);
}

/* Those that wait. The others come by themselves: a line need not cost a switch of threads. */
static void wake_waiting(const struct event_log *log) {
  for (struct event_reader *reader = log->readers; reader; reader = reader->next)
    if (reader->waiting) {
      reader->waiting = false;
      event_log_wake(reader);
    }
}

static int32_t store(struct event_log *log, const char *line, size_t length) {
  if (log->fd < 0)
    log->fd = temporary_file_open(&log->error);
  if (log->fd < 0)
    return -1;
  while (length > 0) {
    ssize_t count = pwrite(log->fd, line, length, (off_t)log->written);

    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return temporary_file_error("write", &log->error);
    line += count;
    length -= (size_t)count;
    log->written += (uint64_t)count;
  }
  return 0;
}

void event_log_append(struct event_log *log, const char *line, size_t length) {
  bool wanted = false;

  (void)pthread_mutex_lock(&log->mutex);
  for (const struct event_reader *reader = log->readers; reader; reader = reader->next)
    wanted = wanted || reader->active;
  if (wanted && log->error.code == 0) {
    (void)store(log, line, length);
    for (struct event_reader *reader = log->readers; reader; reader = reader->next)
      if (reader->active && log->written - reader->offset > log->limit) {
        reader->fell_behind = true;
        reader->active = false;
        reader->waiting = true; /* to learn of it */
      }
    if (log->error.code != 0)
      wake_all(log);
    else
      wake_waiting(log);
  }
  (void)pthread_mutex_unlock(&log->mutex);
}

void event_log_end(struct event_log *log) {
  (void)pthread_mutex_lock(&log->mutex);
  log->ended = true;
  wake_all(log);
  (void)pthread_mutex_unlock(&log->mutex);
}

bool event_log_has_ended(struct event_log *log) {
  bool ended;

  (void)pthread_mutex_lock(&log->mutex);
  ended = log->ended;
  (void)pthread_mutex_unlock(&log->mutex);
  return ended;
}

/* A part of the file. */
struct stretch {
  uint64_t offset;
  uint64_t length; /* 0: there is none */
};

/* What nobody will read again, and has not been given back. The mutex is held. */
static struct stretch take_finished(struct event_log *log) {
  struct stretch finished = {log->given_back, 0};
  uint64_t oldest = log->written;

  for (const struct event_reader *reader = log->readers; reader; reader = reader->next)
    if (reader->active && reader->offset < oldest)
      oldest = reader->offset;
  if (oldest - log->given_back >= GIVE_BACK) {
    finished.length = oldest - log->given_back;
    log->given_back = oldest;
  }
  return finished;
}

/* What nobody will read again need not stay on the disk. A file system that cannot give a part back
 * keeps it until the end. */
static void give_back(int fd, struct stretch finished) {
  if (finished.length > 0)
    (void)fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)finished.offset,
                    (off_t)finished.length);
}

static enum event_log_state state_of(const struct event_log *log, const struct event_reader *reader,
                                     struct hg_error *err) {
  if (reader->fell_behind)
    return EVENT_LOG_BEHIND;
  if (reader->offset < log->written)
    return EVENT_LOG_OPEN;
  if (log->error.code != 0) {
    (void)hg_error_set(err, log->error.code, "%s", log->error.message);
    return EVENT_LOG_FAILED;
  }
  return log->ended ? EVENT_LOG_ENDED : EVENT_LOG_OPEN;
}

/* The system's part, without the mutex: whoever appends must not wait for a disk, nor for a reader
 * that does not get the processor. What was written once stays as it is. */
static ssize_t read_stretch(int fd, char *data, struct stretch wanted, struct hg_error *err) {
  ssize_t count;

  do
    count = pread(fd, data, (size_t)wanted.length, (off_t)wanted.offset);
  while (count < 0 && errno == EINTR);
  if (count > 0)
    return count;
  errno = count < 0 ? errno : EIO;
  (void)temporary_file_error("read", err);
  return -1;
}

enum event_log_state event_log_read(struct event_log *log, struct event_reader *reader, char *data,
                                    size_t size, size_t *length, struct hg_error *err) {
  struct stretch finished = {0, 0};
  enum event_log_state state;
  struct stretch wanted;
  ssize_t count;
  int fd;

  *length = 0;
  (void)pthread_mutex_lock(&log->mutex);
  state = state_of(log, reader, err);
  wanted.offset = reader->offset;
  wanted.length = log->written - reader->offset < size ? log->written - reader->offset : size;
  reader->waiting = state != EVENT_LOG_OPEN || wanted.length == 0;
  fd = log->fd;
  (void)pthread_mutex_unlock(&log->mutex);
  if (state != EVENT_LOG_OPEN || wanted.length == 0)
    return state;
  count = read_stretch(fd, data, wanted, err);
  if (count < 0)
    return EVENT_LOG_FAILED;
  (void)pthread_mutex_lock(&log->mutex);
  /* Whoever fell behind meanwhile may have read what was given back. */
  if (reader->fell_behind) {
    state = EVENT_LOG_BEHIND;
  } else {
    reader->offset += (uint64_t)count;
    *length = (size_t)count;
    finished = take_finished(log);
  }
  (void)pthread_mutex_unlock(&log->mutex);
  give_back(fd, finished);
  return state;
}

void event_log_leave(struct event_log *log, struct event_reader *reader) {
  (void)pthread_mutex_lock(&log->mutex);
  reader->active = false;
  (void)pthread_mutex_unlock(&log->mutex);
}
