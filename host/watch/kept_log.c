/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/kept_log.h"

#include "memory/no_memory.h"
#include "text/timestamp.h"
#include "watch/log_line_time.h"
#include "watch/log_repeat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

static const char too_long[] = "it is longer than the 100 MiB that are kept of one log";

struct kept_log {
  struct log_store *store;
  int file;
  char *path;
  struct digest *digest;
  uint64_t bytes;
  uint64_t lines;
  /* The line that is being written. */
  uint64_t line_start;
  char head[LOG_TIME_SIZE]; /* its first bytes */
  size_t head_length;
  /* The newest second, and where its first line begins. Where the node's clock went back, lines of
   * it may stand before that. */
  int64_t second;
  uint64_t second_start;
  bool has_second;
  bool went_back;
  struct log_repeat repeat; /* what is expected to come again */
  bool is_cut;
  char why[160];
  char first_at[LOG_TIME_SIZE];
  char last_at[LOG_TIME_SIZE];
};

static void cut(struct kept_log *log, const char *why) {
  log->is_cut = true;
  (void)snprintf(log->why, sizeof log->why, "%s", why);
}

/* A line is whole: its time counts. */
static void end_line(struct kept_log *log) {
  size_t length;
  int64_t second;

  log->lines++;
  if (log_line_time(log->head, log->head_length, &second, &length)) {
    if (!log->has_second || second != log->second) {
      log->went_back = log->went_back || (log->has_second && second < log->second);
      log->second = second;
      log->second_start = log->line_start;
      log->has_second = true;
    }
    (void)snprintf(log->last_at, sizeof log->last_at, "%.*s", (int)length, log->head);
    if (!*log->first_at)
      memcpy(log->first_at, log->last_at, sizeof log->first_at);
  }
  log->head_length = 0;
  log->line_start = log->bytes;
}

/* These bytes stand in the file. */
static void count_bytes(struct kept_log *log, const char *data, size_t length) {
  digest_add(log->digest, data, length);
  while (length > 0) {
    const char *feed = memchr(data, '\n', length);
    size_t count = feed ? (size_t)(feed - data) + 1 : length;
    size_t room = sizeof log->head - log->head_length;

    if (room > 0) {
      memcpy(log->head + log->head_length, data, count < room ? count : room);
      log->head_length += count < room ? count : room;
    }
    log->bytes += count;
    if (feed)
      end_line(log);
    data += count;
    length -= count;
  }
}

static int32_t refuse(const struct kept_log *log, struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_IO, "the log %.600s: %s", log->path, strerror(errno));
}

/* Reads what the file has; half a last line is cut off first. */
static int32_t read_file(struct kept_log *log, struct hg_error *err) {
  char *chunk = malloc(CHUNK);
  struct stat status;
  uint64_t end;
  ssize_t got = 0;

  if (!chunk)
    return no_memory(err);
  if (fstat(log->file, &status) < 0)
    goto failed;
  for (end = (uint64_t)status.st_size; end > 0; end -= (uint64_t)got) {
    size_t size = end < CHUNK ? (size_t)end : CHUNK;
    const char *feed;

    got = pread(log->file, chunk, size, (off_t)(end - size));
    if (got < (ssize_t)size)
      goto failed;
    feed = memrchr(chunk, '\n', size);
    if (feed) {
      end = end - size + (size_t)(feed - chunk) + 1;
      break;
    }
  }
  if (end < (uint64_t)status.st_size && ftruncate(log->file, (off_t)end) < 0)
    goto failed;
  while (log->bytes < end) {
    got = pread(log->file, chunk, CHUNK, (off_t)log->bytes);
    if (got <= 0)
      goto failed;
    count_bytes(log, chunk, (size_t)got);
  }
  free(chunk);
  return 0;
failed:
  free(chunk);
  return refuse(log, err);
}

int32_t kept_log_open(struct log_store *store, const char *path, struct kept_log **result,
                      struct hg_error *err) {
  struct kept_log *log = calloc(1, sizeof *log);

  if (!log)
    return no_memory(err);
  log->store = store;
  log->file = -1;
  log_repeat_init(&log->repeat);
  log->path = strdup(path);
  log->digest = digest_create();
  if (!log->path || !log->digest) {
    kept_log_destroy(log);
    return no_memory(err);
  }
  log->file = log_store_open(store, path, true, err);
  if (log->file < 0 || read_file(log, err) < 0) {
    kept_log_destroy(log);
    return -1;
  }
  *result = log;
  return 0;
}

/* A line that broke off in its middle will come again whole. */
static int32_t drop_half_line(struct kept_log *log, struct hg_error *err) {
  uint64_t whole = log->line_start;

  if (log->bytes == whole)
    return 0;
  if (ftruncate(log->file, (off_t)whole) < 0)
    return refuse(log, err);
  digest_reset(log->digest);
  log->bytes = 0;
  log->lines = 0;
  log->line_start = 0;
  log->head_length = 0;
  log->has_second = false;
  log->went_back = false;
  return read_file(log, err);
}

int32_t kept_log_resume(struct kept_log *log, struct hg_log_resume *resume, struct hg_error *err) {
  char since[TIMESTAMP_SIZE];
  uint64_t from;

  memset(resume, 0, sizeof *resume);
  resume->struct_size = sizeof *resume;
  if (drop_half_line(log, err) < 0)
    return -1;
  log_repeat_reset(&log->repeat);
  if (!log->has_second)
    return 0;
  from = log->went_back ? 0 : log->second_start;
  if (log_repeat_expect(&log->repeat, log->file, from, log->bytes, log->second) < 0)
    return refuse(log, err);
  timestamp_format(log->second * 1000, since);
  (void)snprintf(resume->second, sizeof resume->second, "%.19sZ", since);
  return 0;
}

static void write_bytes(struct kept_log *log, const char *data, size_t length) {
  if (length == 0 || log->is_cut)
    return;
  if (log->bytes + length > log->store->container_limit) {
    cut(log, too_long);
    return;
  }
  if (!log_store_has_room(log->store, length)) {
    cut(log, log->store->full);
    return;
  }
  for (size_t written = 0; written < length;) {
    ssize_t got =
        pwrite(log->file, data + written, length - written, (off_t)(log->bytes + written));

    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0) {
      int code = got < 0 ? errno : ENOSPC;

      /* What was counted is what stands there. */
      if (ftruncate(log->file, (off_t)log->bytes) < 0)
        code = errno;
      cut(log, strerror(code));
      log_store_close_for(log->store, code == ENOSPC ? "the disk is full" : "the disk refuses");
      return;
    }
    written += (size_t)got;
  }
  log_store_add(log->store, length);
  count_bytes(log, data, length);
}

/* Up to the limit whole lines are kept. */
static void write_lines(struct kept_log *log, const char *data, size_t length) {
  uint64_t room =
      log->store->container_limit > log->bytes ? log->store->container_limit - log->bytes : 0;
  const char *feed;

  if (length > room) {
    feed = room > 0 ? memrchr(data, '\n', (size_t)room) : NULL;
    write_bytes(log, data, feed ? (size_t)(feed - data) + 1 : 0);
    cut(log, too_long);
    return;
  }
  write_bytes(log, data, length);
}

/* What was kept did not come again: what lay between may be missing. */
static void note_gap(struct kept_log *log, const char *line, size_t size) {
  int64_t second;
  size_t length;

  if (!log_line_time(line, size, &second, &length))
    length = 0;
  (void)snprintf(log->why, sizeof log->why, "lines may be missing between %s and %.*s",
                 log->last_at, (int)length, line);
}

static void write_held_back(struct kept_log *log) {
  struct log_repeat_answer rest;

  while ((rest = log_repeat_end(&log->repeat)).line_length > 0)
    write_lines(log, rest.line, rest.line_length);
}

void kept_log_append(struct kept_log *log, struct hg_bytes lines, uint32_t *more) {
  const char *data = lines.data;
  size_t length = (size_t)lines.length;

  while (length > 0 && log_repeat_is_expected(&log->repeat)) {
    struct log_repeat_answer answer = log_repeat_take(&log->repeat, data, length);

    data += answer.taken;
    length -= answer.taken;
    if (answer.has_gap)
      note_gap(log, answer.line, answer.line_length);
    if (answer.line_length > 0)
      write_lines(log, answer.line, answer.line_length);
  }
  if (!log_repeat_is_expected(&log->repeat))
    write_held_back(log);
  if (length > 0)
    write_lines(log, data, length);
  *more = !log->is_cut;
}

void kept_log_look(const struct kept_log *log, struct kept_log_facts *facts) {
  *facts = (struct kept_log_facts){
      .path = log->path,
      .bytes = log->bytes,
      .lines = log->lines,
      .is_cut = log->is_cut,
      .why = log->why,
      .first_at = log->first_at,
      .last_at = log->last_at,
  };
}

int32_t kept_log_end(struct kept_log *log, uint8_t digest[DIGEST_SIZE], struct hg_error *err) {
  struct stat status;

  write_held_back(log);
  if (log->bytes > log->line_start)
    end_line(log);
  if (fsync(log->file) < 0 || fstat(log->file, &status) < 0)
    return refuse(log, err);
  if (status.st_nlink == 0)
    return hg_error_set(err, HG_ERROR_IO, "its file was removed while it was written");
  return digest_read(log->digest, digest) < 0 ? no_memory(err) : 0;
}

void kept_log_destroy(struct kept_log *log) {
  if (!log)
    return;
  if (log->file >= 0)
    (void)close(log->file);
  log_repeat_finish(&log->repeat);
  digest_destroy(log->digest);
  free(log->path);
  free(log);
}

bool log_is_kept(struct log_store *store, const char *path) {
  struct hg_error ignored = HG_ERROR_INIT;
  int file = log_store_open(store, path, false, &ignored);

  if (file >= 0)
    (void)close(file);
  return file >= 0;
}

/* Where the last LOG_TAIL_LINES lines of the text begin. */
static size_t tail_start(const char *text, size_t length) {
  size_t start = length > 0 && text[length - 1] == '\n' ? length - 1 : length;
  int lines = 0;

  while (start > 0 && (text[start - 1] != '\n' || ++lines < LOG_TAIL_LINES))
    start--;
  return start;
}

void log_tail_append_bytes(const char *bytes, size_t length, struct text_buffer *tail) {
  size_t before = tail->length;

  for (size_t at = tail_start(bytes, length); at < length;) {
    const char *feed = memchr(bytes + at, '\n', length - at);
    size_t end = feed ? (size_t)(feed - bytes) + 1 : length;
    size_t stamp = 0;
    int64_t second;

    if (log_line_time(bytes + at, end - at, &second, &stamp))
      stamp++;
    text_buffer_append(tail, bytes + at + stamp, end - at - stamp);
    at = end;
  }
  if (!tail->failed && tail->length - before > LOG_TAIL_SIZE) {
    memmove(tail->data + before, tail->data + tail->length - LOG_TAIL_SIZE, LOG_TAIL_SIZE);
    tail->length = before + LOG_TAIL_SIZE;
    tail->data[tail->length] = '\0';
  }
}

void log_tail_append(struct log_store *store, const char *path, struct text_buffer *tail) {
  struct hg_error ignored = HG_ERROR_INIT;
  char window[LOG_TAIL_WINDOW];
  struct stat status;
  int file = log_store_open(store, path, false, &ignored);
  ssize_t got = -1;
  off_t from = 0;

  if (file < 0)
    return;
  if (fstat(file, &status) == 0) {
    from = status.st_size > LOG_TAIL_WINDOW ? status.st_size - LOG_TAIL_WINDOW : 0;
    got = pread(file, window, sizeof window, from);
  }
  (void)close(file);
  if (got > 0)
    log_tail_append_bytes(window, (size_t)got, tail);
}
