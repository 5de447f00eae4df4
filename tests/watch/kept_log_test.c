/* SPDX-License-Identifier: Apache-2.0 */
/* A log's file is what the server has, whatever breaks: connections and processes. */
#include "log_fixture.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { LINES = 4000, MOST_PARTS = 3 };

/* A line as a node has it: parts, each with a time of its own; the server writes the first part's
 * time and all parts, but gives none that is older than it is asked for. */
struct line {
  int part_count;
  int64_t seconds[MOST_PARTS];
  char parts[MOST_PARTS][48];
};

/* The node's truth. */
static struct line lines[LINES];
static int line_count;

static void append_stamp(struct text_buffer *text, int64_t second, int number) {
  time_t time = (time_t)second;
  struct tm parts;
  char stamp[32];

  assert_non_null(gmtime_r(&time, &parts));
  assert_true(strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &parts) > 0);
  text_buffer_printf(text, "%s.%09dZ ", stamp, number);
}

/* The line as the server gives it to who asks from `since` on; nothing where all of it is older. */
static void append_line(struct text_buffer *text, const struct line *line, int number,
                        int64_t since) {
  bool is_begun = false;

  for (int i = 0; i < line->part_count; i++) {
    if (line->seconds[i] < since)
      continue;
    if (!is_begun)
      append_stamp(text, line->seconds[i], number);
    is_begun = true;
    text_buffer_append_string(text, line->parts[i]);
  }
  if (is_begun)
    text_buffer_append_char(text, '\n');
}

/* What the server gives: all that is not older, in the file's order. */
static void serve(int64_t since, struct text_buffer *text) {
  text_buffer_reset(text);
  for (int i = 0; i < line_count; i++)
    append_line(text, &lines[i], i, since);
  assert_false(text->failed);
}

/* Lines of one and of several parts, a few or hundreds a second, many of them alike. */
static void make_lines(unsigned seed, bool may_go_back) {
  int64_t second = 1700000000;
  unsigned random = seed;

  line_count = LINES;
  for (int i = 0; i < LINES; i++) {
    struct line *line = &lines[i];

    if (rand_r(&random) % (1 + i % 40) == 0)
      second++;
    if (may_go_back && rand_r(&random) % 500 == 0)
      second -= 3;
    line->part_count = rand_r(&random) % 8 == 0 ? MOST_PARTS : 1;
    for (int k = 0; k < line->part_count; k++) {
      if (k > 0)
        second += rand_r(&random) % 2;
      line->seconds[k] = second;
      (void)snprintf(line->parts[k], sizeof line->parts[k], "part %d of %d;", k,
                     rand_r(&random) % 3);
    }
  }
}

static int64_t second_of(const char *since) {
  struct tm parts = {0};

  if (!*since)
    return INT64_MIN;
  assert_non_null(strptime(since, "%Y-%m-%dT%H:%M:%SZ", &parts));
  return timegm(&parts);
}

static void read_back(const struct log_fixture *fixture, struct text_buffer *text) {
  char path[192];
  char chunk[4096];
  size_t got;
  FILE *file;

  (void)snprintf(path, sizeof path, "%s.logs/7/ns/job/pod.main.0.log", fixture->history);
  file = fopen(path, "rb");
  assert_non_null(file);
  text_buffer_reset(text);
  while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
    text_buffer_append(text, chunk, got);
  assert_int_equal(fclose(file), 0);
}

static void assert_is_truth(const struct log_fixture *fixture) {
  struct text_buffer truth;
  struct text_buffer found;

  text_buffer_init(&truth);
  text_buffer_init(&found);
  serve(INT64_MIN, &truth);
  read_back(fixture, &found);
  assert_int_equal(found.length, truth.length);
  assert_memory_equal(found.data, truth.data, truth.length);
  text_buffer_finish(&truth);
  text_buffer_finish(&found);
}

/* One connection: gives some of what the server has, in chunks of whole lines, and breaks off; now
 * and then in the middle of a line. Returns whether all was given. */
static bool connect_once(struct kept_log *log, unsigned *random) {
  struct hg_error error = HG_ERROR_INIT;
  struct hg_log_resume resume;
  struct text_buffer text;
  uint32_t more = 1;
  size_t end;
  bool is_all;

  text_buffer_init(&text);
  assert_int_equal(kept_log_resume(log, &resume, &error), 0);
  assert_int_equal(resume.lines, 0);
  serve(second_of(resume.second), &text);
  end = rand_r(random) % 8 == 0 ? text.length : (size_t)rand_r(random) % 20000;
  is_all = end >= text.length;
  end = is_all ? text.length : end;
  for (size_t at = 0; at < end;) {
    size_t next = at + 1 + (size_t)rand_r(random) % 3000;

    while (next < end && text.data[next - 1] != '\n')
      next++;
    next = next < end ? next : end;
    kept_log_append(log, (struct hg_bytes){text.data + at, next - at}, &more);
    assert_int_equal(more, 1);
    at = next;
  }
  text_buffer_finish(&text);
  return is_all;
}

static void is_byte_equal_across_reconnects(void **state) {
  struct log_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct kept_log_facts facts;
  uint8_t digest[DIGEST_SIZE];
  uint8_t truth[DIGEST_SIZE];
  struct text_buffer text;

  text_buffer_init(&text);
  for (unsigned seed = 1; seed <= 6; seed++) {
    unsigned random = seed;
    struct kept_log *log;

    make_lines(seed, seed % 3 == 0);
    log = fixture_log(fixture);
    while (!connect_once(log, &random))
      if (rand_r(&random) % 4 == 0) {
        kept_log_destroy(log); /* as a new process finds it */
        log = fixture_log(fixture);
      }
    assert_int_equal(kept_log_end(log, digest, &error), 0);
    kept_log_look(log, &facts);
    assert_int_equal(facts.lines, LINES);
    assert_string_equal(facts.why, "");
    kept_log_destroy(log);
    assert_is_truth(fixture);
    read_back(fixture, &text);
    digest_of(text.data, text.length, truth);
    assert_memory_equal(digest, truth, DIGEST_SIZE);
    (void)snprintf(fixture->history, sizeof fixture->history, "%s/%u.db", fixture->directory, seed);
    log_store_finish(&fixture->store);
    assert_int_equal(log_store_init(&fixture->store, fixture->history, 7, 0, &error), 0);
  }
  text_buffer_finish(&text);
}

/* The child appends line by line until it is killed; the next one goes on. */
static void is_byte_equal_after_kill_9(void **state) {
  struct log_fixture *fixture = *state;
  unsigned random = 4711;
  bool is_all = false;

  make_lines(99, false);
  for (int kills = 0; !is_all; kills++) {
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0) {
      struct kept_log *log = fixture_log(fixture);
      unsigned own = random + (unsigned)kills;

      _exit(connect_once(log, &own) ? 0 : 1);
    }
    if (kills < 300) {
      const struct timespec moment = {0, rand_r(&random) % 3000000};

      (void)nanosleep(&moment, NULL);
      (void)kill(child, SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    is_all = kills >= 300 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  assert_is_truth(fixture);
}

static void a_gap_is_said(void **state) {
  struct log_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct kept_log *log = fixture_log(fixture);
  struct kept_log_facts facts;
  struct hg_log_resume resume;
  uint32_t more;

  assert_int_equal(kept_log_resume(log, &resume, &error), 0);
  assert_string_equal(resume.second, "");
  append_text(log, "2026-11-23T09:05:07.000000001Z one\n2026-11-23T09:05:08.5Z two\n", &more);
  assert_int_equal(kept_log_resume(log, &resume, &error), 0);
  assert_string_equal(resume.second, "2026-11-23T09:05:08Z");
  append_text(log, "2026-11-23T09:07:00.25Z nine\n2026-11-23T09:07:01Z ten\n", &more);
  kept_log_look(log, &facts);
  assert_string_equal(facts.why, "lines may be missing between 2026-11-23T09:05:08.5Z and"
                                 " 2026-11-23T09:07:00.25Z");
  assert_int_equal(facts.lines, 4);
  assert_string_equal(facts.first_at, "2026-11-23T09:05:07.000000001Z");
  assert_string_equal(facts.last_at, "2026-11-23T09:07:01Z");
  kept_log_destroy(log);
}

/* A node that writes local time: the server is asked in UTC. */
static void zones_are_understood(void **state) {
  struct log_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct kept_log *log = fixture_log(fixture);
  struct hg_log_resume resume;
  uint32_t more;

  append_text(log, "2026-11-23T09:05:07.000000001+02:30 one\n", &more);
  assert_int_equal(kept_log_resume(log, &resume, &error), 0);
  assert_string_equal(resume.second, "2026-11-23T06:35:07Z");
  kept_log_destroy(log);
}

static void the_last_words_are_ten_lines(void **state) {
  struct log_fixture *fixture = *state;
  struct kept_log *log = fixture_log(fixture);
  struct text_buffer text;
  uint32_t more;
  char line[64];

  text_buffer_init(&text);
  for (int i = 1; i <= 30; i++) {
    (void)snprintf(line, sizeof line, "2026-11-23T09:05:07.123456789Z line %d\n", i);
    append_text(log, line, &more);
  }
  log_tail_append(&fixture->store, "ns/job/pod.main.0.log", &text);
  assert_string_equal(text.data, "line 21\nline 22\nline 23\nline 24\nline 25\nline 26\nline 27\n"
                                 "line 28\nline 29\nline 30\n");
  text_buffer_reset(&text);
  kept_log_append(log, (struct hg_bytes){"2026-11-23T09:05:08Z ", 21}, &more);
  for (int i = 0; i < 200; i++)
    append_text(log, "0123456789012345678901234567890123456789", &more);
  log_tail_append(&fixture->store, "ns/job/pod.main.0.log", &text);
  assert_int_equal(text.length, 4096);
  log_tail_append(&fixture->store, "ns/job/nobody.main.0.log", &text);
  assert_int_equal(text.length, 4096);
  text_buffer_finish(&text);
  kept_log_destroy(log);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(is_byte_equal_across_reconnects, log_setup, log_teardown),
      cmocka_unit_test_setup_teardown(is_byte_equal_after_kill_9, log_setup, log_teardown),
      cmocka_unit_test_setup_teardown(a_gap_is_said, log_setup, log_teardown),
      cmocka_unit_test_setup_teardown(zones_are_understood, log_setup, log_teardown),
      cmocka_unit_test_setup_teardown(the_last_words_are_ten_lines, log_setup, log_teardown),
  };
  struct hg_error error = HG_ERROR_INIT;

  if (digest_init(&error) < 0)
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
