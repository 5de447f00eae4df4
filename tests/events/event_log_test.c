/* SPDX-License-Identifier: Apache-2.0 */
/* One who writes, many who read at their own pace, and a disk with an end. */
#include "events/event_log.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct event_log *new_log(void) {
  struct event_log *log = calloc(1, sizeof *log);

  assert_non_null(log);
  event_log_init(log);
  return log;
}

static void free_log(struct event_log *log) {
  event_log_finish(log);
  free(log);
}

static void add_reader(struct event_log *log, struct event_reader *reader) {
  struct hg_error error = HG_ERROR_INIT;

  if (event_log_add_reader(log, reader, &error) < 0)
    fail_msg("%s", error.message);
}

static void append(struct event_log *log, const char *line) {
  event_log_append(log, line, strlen(line));
}

static void assert_reads(struct event_log *log, struct event_reader *reader, size_t size,
                         const char *expected) {
  struct hg_error error = HG_ERROR_INIT;
  char data[256];
  size_t length;

  assert_int_equal(event_log_read(log, reader, data, size, &length, &error), EVENT_LOG_OPEN);
  assert_int_equal(length, strlen(expected));
  assert_memory_equal(data, expected, length);
}

static enum event_log_state state_of(struct event_log *log, struct event_reader *reader) {
  struct hg_error error = HG_ERROR_INIT;
  char data[256];
  size_t length;
  enum event_log_state state = event_log_read(log, reader, data, sizeof data, &length, &error);

  assert_int_equal(length, 0);
  assert_int_equal(error.code != 0, state == EVENT_LOG_FAILED);
  return state;
}

static bool is_awake(const struct event_reader *reader) {
  struct pollfd row = {.fd = reader->wake, .events = POLLIN};

  return poll(&row, 1, 0) == 1;
}

static void in_pieces(void **state) {
  struct event_log *log = new_log();
  struct event_reader reader;

  (void)state;
  add_reader(log, &reader);
  assert_false(is_awake(&reader));
  assert_int_equal(state_of(log, &reader), EVENT_LOG_OPEN);
  append(log, "one\n");
  assert_true(is_awake(&reader));
  append(log, "two\n");
  assert_reads(log, &reader, 6, "one\ntw");
  assert_reads(log, &reader, 6, "o\n");
  assert_int_equal(state_of(log, &reader), EVENT_LOG_OPEN);
  append(log, "three\n");
  assert_false(event_log_has_ended(log));
  event_log_end(log);
  assert_true(event_log_has_ended(log));
  assert_reads(log, &reader, 256, "three\n"); /* what came before the end is not lost */
  assert_int_equal(state_of(log, &reader), EVENT_LOG_ENDED);
  assert_int_equal(state_of(log, &reader), EVENT_LOG_ENDED);
  event_log_remove_reader(log, &reader);
  free_log(log);
}

static void nobody_reads(void **state) {
  struct event_log *log = new_log();

  (void)state;
  append(log, "one\n");
  assert_int_equal(log->fd, -1);
  assert_int_equal(log->written, 0);
  event_log_end(log);
  free_log(log);
}

static void whoever_leaves_is_not_waited_for(void **state) {
  struct event_log *log = new_log();
  struct event_reader stays;
  struct event_reader leaves;

  (void)state;
  log->limit = 8;
  add_reader(log, &stays);
  add_reader(log, &leaves);
  append(log, "one\n");
  assert_reads(log, &stays, 256, "one\n");
  event_log_leave(log, &leaves);
  append(log, "two\n");
  assert_reads(log, &stays, 256, "two\n");
  append(log, "three\n");
  assert_reads(log, &stays, 256, "three\n");
  assert_false(leaves.fell_behind);
  event_log_remove_reader(log, &leaves);
  event_log_leave(log, &stays);
  append(log, "four\n"); /* for nobody */
  assert_int_equal(log->written, 14);
  event_log_remove_reader(log, &stays);
  free_log(log);
}

/* Exactly the limit may be missing. */
static void falling_behind(void **state) {
  struct event_log *log = new_log();
  struct event_reader slow;
  struct event_reader quick;

  (void)state;
  log->limit = 12;
  add_reader(log, &slow);
  add_reader(log, &quick);
  append(log, "one\n");
  append(log, "two\n");
  append(log, "six\n");
  assert_reads(log, &quick, 256, "one\ntwo\nsix\n");
  assert_reads(log, &slow, 4, "one\n");
  append(log, "ten\n");
  assert_false(slow.fell_behind);
  append(log, "\n");
  assert_true(is_awake(&slow));
  assert_int_equal(state_of(log, &slow), EVENT_LOG_BEHIND);
  assert_reads(log, &quick, 256, "ten\n\n"); /* the other goes on */
  event_log_end(log);
  assert_int_equal(state_of(log, &slow), EVENT_LOG_BEHIND); /* and that stays so */
  assert_int_equal(state_of(log, &quick), EVENT_LOG_ENDED);
  event_log_remove_reader(log, &slow);
  event_log_remove_reader(log, &quick);
  free_log(log);
}

/* What all have read takes no room, however long the run is; what one has not is kept for him. */
static void giving_back(void **state) {
  enum { LINE = 64 * 1024, LINES = 160 };
  struct event_log *log = new_log();
  struct event_reader slow;
  struct event_reader quick;
  struct hg_error error = HG_ERROR_INIT;
  char *line = malloc(LINE);
  char *data = malloc(LINE);
  struct stat status;
  blkcnt_t most = 0;
  size_t length;

  (void)state;
  assert_non_null(line);
  assert_non_null(data);
  add_reader(log, &slow);
  add_reader(log, &quick);
  for (int i = 0; i < LINES; i++) {
    memset(line, i, LINE);
    event_log_append(log, line, LINE);
    assert_int_equal(event_log_read(log, &quick, data, LINE, &length, &error), EVENT_LOG_OPEN);
    assert_int_equal(length, LINE);
    assert_memory_equal(data, line, LINE);
    /* The slow one is behind by a sixteenth of it. */
    if (i >= LINES / 16) {
      assert_int_equal(event_log_read(log, &slow, data, LINE, &length, &error), EVENT_LOG_OPEN);
      assert_int_equal(length, LINE);
      assert_int_equal(data[0], (char)(i - LINES / 16));
      assert_int_equal(data[LINE - 1], (char)(i - LINES / 16));
    }
    assert_int_equal(fstat(log->fd, &status), 0);
    most = status.st_blocks > most ? status.st_blocks : most;
  }
  assert_int_equal(status.st_size, (off_t)LINES * LINE);
  assert_true(log->given_back >= (uint64_t)(LINES - LINES / 16 - 20) * LINE);
  /* Where the file system can give back at all, the file was never much larger than the gap. */
  if (status.st_blocks * 512 < (off_t)LINES * LINE)
    assert_true(most * 512 < (off_t)(LINES / 16 + 40) * LINE);
  else
    print_message("this file system keeps it all\n");
  event_log_remove_reader(log, &slow);
  event_log_remove_reader(log, &quick);
  free_log(log);
  free(data);
  free(line);
}

/* As a disk that is full: the readers get what was kept, and then learn that there is no more. */
static void a_full_disk(void **state) {
  struct event_log *log = new_log();
  struct event_reader reader;
  struct hg_error error = HG_ERROR_INIT;
  struct rlimit before;
  struct rlimit small = {10, 0};
  char data[64];
  size_t length;

  (void)state;
  (void)signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  small.rlim_max = before.rlim_max;
  add_reader(log, &reader);
  append(log, "kept\n");
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  append(log, "only half of it\n");
  append(log, "nothing of it\n");
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  append(log, "too late\n"); /* a gap would be worse than an end */
  assert_reads(log, &reader, 64, "kept\nonly ");
  assert_int_equal(event_log_read(log, &reader, data, sizeof data, &length, &error),
                   EVENT_LOG_FAILED);
  assert_non_null(strstr(error.message, "cannot write"));
  event_log_end(log);
  assert_int_equal(state_of(log, &reader), EVENT_LOG_FAILED);
  event_log_remove_reader(log, &reader);
  free_log(log);
}

static void no_directory_for_it(void **state) {
  struct event_log *log = new_log();
  struct event_reader reader;
  const char *directory = getenv("TMPDIR");
  char *before = directory ? strdup(directory) : NULL;

  (void)state;
  assert_int_equal(setenv("TMPDIR", "/nowhere", 1), 0);
  add_reader(log, &reader);
  append(log, "one\n");
  assert_int_equal(state_of(log, &reader), EVENT_LOG_FAILED);
  assert_non_null(strstr(log->error.message, "/nowhere"));
  assert_int_equal(before ? setenv("TMPDIR", before, 1) : unsetenv("TMPDIR"), 0);
  free(before);
  event_log_remove_reader(log, &reader);
  free_log(log);
}

/* A thread that reads all, at its own pace, and sums up what it got. */
struct follower {
  struct event_log *log;
  struct event_reader reader;
  pthread_t thread;
  unsigned pause_us;
  size_t leaves_after; /* bytes; 0: at the end */
  size_t size;         /* of a read */
  uint64_t bytes;
  uint64_t sum;
  uint64_t position_sum; /* order counts */
  enum event_log_state last;
};

static void *follow(void *context) {
  struct follower *follower = context;
  struct hg_error error = HG_ERROR_INIT;
  char data[4096];
  size_t length;

  for (;;) {
    struct pollfd row = {.fd = follower->reader.wake, .events = POLLIN};

    follower->last =
        event_log_read(follower->log, &follower->reader, data, follower->size, &length, &error);
    if (follower->last != EVENT_LOG_OPEN)
      return NULL;
    for (size_t i = 0; i < length; i++) {
      follower->sum += (unsigned char)data[i];
      follower->position_sum += (unsigned char)data[i] * (follower->bytes + i + 1);
    }
    follower->bytes += length;
    if (follower->leaves_after > 0 && follower->bytes >= follower->leaves_after) {
      event_log_leave(follower->log, &follower->reader);
      return NULL;
    }
    if (length == 0 && poll(&row, 1, 10000) == 1) {
      uint64_t count;

      if (read(row.fd, &count, sizeof count) < 0)
        continue;
    }
    if (follower->pause_us > 0)
      (void)usleep(follower->pause_us);
  }
}

static void many_readers(void **state) {
  enum { FOLLOWERS = 8, LINES = 4000 };
  struct follower *followers = calloc(FOLLOWERS, sizeof *followers);
  struct event_log *log = new_log();
  uint64_t bytes = 0;
  uint64_t sum = 0;
  uint64_t position_sum = 0;
  unsigned noise = 1;

  (void)state;
  assert_non_null(followers);
  for (unsigned i = 0; i < FOLLOWERS; i++) {
    followers[i].log = log;
    followers[i].size = 1 + i * 500;
    followers[i].pause_us = i == 3 ? 500 : 0;
    followers[i].leaves_after = i == 5 ? 10000 : 0;
    followers[i].size = i == 0 ? 7 : followers[i].size;
    add_reader(log, &followers[i].reader);
  }
  for (unsigned i = 0; i < FOLLOWERS; i++)
    assert_int_equal(pthread_create(&followers[i].thread, NULL, follow, &followers[i]), 0);
  for (int i = 0; i < LINES; i++) {
    char line[64];
    size_t length;

    noise = noise * 1103515245u + 12345u;
    length = 1 + noise / 65536 % 60;
    for (size_t j = 0; j < length; j++) {
      line[j] = (char)('a' + (noise + j) % 26);
      sum += (unsigned char)line[j];
      position_sum += (unsigned char)line[j] * (bytes + j + 1);
    }
    bytes += length;
    event_log_append(log, line, length);
  }
  event_log_end(log);
  for (unsigned i = 0; i < FOLLOWERS; i++) {
    assert_int_equal(pthread_join(followers[i].thread, NULL), 0);
    if (followers[i].leaves_after == 0) {
      assert_int_equal(followers[i].last, EVENT_LOG_ENDED);
      assert_int_equal(followers[i].bytes, bytes);
      assert_int_equal(followers[i].sum, sum);
      assert_int_equal(followers[i].position_sum, position_sum);
    }
    event_log_remove_reader(log, &followers[i].reader);
  }
  free_log(log);
  free(followers);
}

/* Readers come to their end while the writer goes on, some of them behind. */
static void readers_that_fall_behind_under_way(void **state) {
  enum { FOLLOWERS = 4, LINES = 3000 };
  struct follower *followers = calloc(FOLLOWERS, sizeof *followers);
  struct event_log *log = new_log();

  (void)state;
  assert_non_null(followers);
  log->limit = 2000;
  for (unsigned i = 0; i < FOLLOWERS; i++) {
    followers[i].log = log;
    followers[i].size = 64;
    followers[i].pause_us = 2000 * i;
    add_reader(log, &followers[i].reader);
    assert_int_equal(pthread_create(&followers[i].thread, NULL, follow, &followers[i]), 0);
  }
  for (int i = 0; i < LINES; i++)
    append(log, "a line of a run\n");
  event_log_end(log);
  for (unsigned i = 0; i < FOLLOWERS; i++) {
    assert_int_equal(pthread_join(followers[i].thread, NULL), 0);
    assert_true(followers[i].last == EVENT_LOG_BEHIND || followers[i].last == EVENT_LOG_ENDED);
    assert_int_equal(followers[i].last == EVENT_LOG_ENDED,
                     followers[i].bytes == LINES * strlen("a line of a run\n"));
    event_log_remove_reader(log, &followers[i].reader);
  }
  free_log(log);
  free(followers);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(in_pieces),
      cmocka_unit_test(nobody_reads),
      cmocka_unit_test(whoever_leaves_is_not_waited_for),
      cmocka_unit_test(falling_behind),
      cmocka_unit_test(giving_back),
      cmocka_unit_test(a_full_disk),
      cmocka_unit_test(no_directory_for_it),
      cmocka_unit_test(many_readers),
      cmocka_unit_test(readers_that_fall_behind_under_way),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
