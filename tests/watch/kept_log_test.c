/* SPDX-License-Identifier: Apache-2.0 */
/* A log's file is what the server has, whatever breaks: connections, processes, names, disks. */
#include "watch/kept_log.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
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

struct fixture {
  char directory[64];
  char history[96];
  struct log_store store;
  struct line lines[LINES];
  int line_count;
};

static int setup(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  struct hg_error error = HG_ERROR_INIT;

  assert_non_null(fixture);
  (void)snprintf(fixture->directory, sizeof fixture->directory, "/tmp/headgate-logs-XXXXXX");
  assert_non_null(mkdtemp(fixture->directory));
  (void)snprintf(fixture->history, sizeof fixture->history, "%s/history.db", fixture->directory);
  assert_int_equal(log_store_init(&fixture->store, fixture->history, 7, 0, &error), 0);
  *state = fixture;
  return 0;
}

static int teardown(void **state) {
  struct fixture *fixture = *state;
  char command[128];

  log_store_finish(&fixture->store);
  (void)snprintf(command, sizeof command, "rm -rf '%s'", fixture->directory);
  assert_int_equal(system(command), 0); // NOLINT(cert-env33-c)
  free(fixture);
  return 0;
}

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
static void serve(const struct fixture *fixture, int64_t since, struct text_buffer *text) {
  text_buffer_reset(text);
  for (int i = 0; i < fixture->line_count; i++)
    append_line(text, &fixture->lines[i], i, since);
  assert_false(text->failed);
}

/* Lines of one and of several parts, a few or hundreds a second, many of them alike. */
static void make_lines(struct fixture *fixture, unsigned seed, bool may_go_back) {
  int64_t second = 1700000000;
  unsigned random = seed;

  fixture->line_count = LINES;
  for (int i = 0; i < LINES; i++) {
    struct line *line = &fixture->lines[i];

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

static struct kept_log *open_log(struct fixture *fixture) {
  struct hg_error error = HG_ERROR_INIT;
  struct kept_log *log = NULL;

  assert_int_equal(kept_log_open(&fixture->store, "ns/job/pod.main.0.log", &log, &error), 0);
  return log;
}

static void read_back(const struct fixture *fixture, struct text_buffer *text) {
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

static void assert_is_truth(const struct fixture *fixture) {
  struct text_buffer truth;
  struct text_buffer found;

  text_buffer_init(&truth);
  text_buffer_init(&found);
  serve(fixture, INT64_MIN, &truth);
  read_back(fixture, &found);
  assert_int_equal(found.length, truth.length);
  assert_memory_equal(found.data, truth.data, truth.length);
  text_buffer_finish(&truth);
  text_buffer_finish(&found);
}

/* One connection: gives some of what the server has, in chunks of whole lines, and breaks off; now
 * and then in the middle of a line. Returns whether all was given. */
static bool connect_once(struct fixture *fixture, struct kept_log *log, unsigned *random) {
  struct hg_error error = HG_ERROR_INIT;
  struct hg_log_resume resume;
  struct text_buffer text;
  uint32_t more = 1;
  size_t end;
  bool is_all;

  text_buffer_init(&text);
  assert_int_equal(kept_log_resume(log, &resume, &error), 0);
  assert_int_equal(resume.lines, 0);
  serve(fixture, second_of(resume.second), &text);
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
  struct fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct kept_log_facts facts;
  uint8_t digest[DIGEST_SIZE];
  uint8_t truth[DIGEST_SIZE];
  struct text_buffer text;

  text_buffer_init(&text);
  for (unsigned seed = 1; seed <= 6; seed++) {
    unsigned random = seed;
    struct kept_log *log;

    make_lines(fixture, seed, seed % 3 == 0);
    log = open_log(fixture);
    while (!connect_once(fixture, log, &random))
      if (rand_r(&random) % 4 == 0) {
        kept_log_destroy(log); /* as a new process finds it */
        log = open_log(fixture);
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
  struct fixture *fixture = *state;
  unsigned random = 4711;
  bool is_all = false;

  make_lines(fixture, 99, false);
  for (int kills = 0; !is_all; kills++) {
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0) {
      struct kept_log *log = open_log(fixture);
      unsigned own = random + (unsigned)kills;

      _exit(connect_once(fixture, log, &own) ? 0 : 1);
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

static void append_text(struct kept_log *log, const char *text, uint32_t *more) {
  kept_log_append(log, (struct hg_bytes){text, strlen(text)}, more);
}

static void a_gap_is_said(void **state) {
  struct fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct kept_log *log = open_log(fixture);
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
  struct fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct kept_log *log = open_log(fixture);
  struct hg_log_resume resume;
  uint32_t more;

  append_text(log, "2026-11-23T09:05:07.000000001+02:30 one\n", &more);
  assert_int_equal(kept_log_resume(log, &resume, &error), 0);
  assert_string_equal(resume.second, "2026-11-23T06:35:07Z");
  kept_log_destroy(log);
}

static void a_limit_cuts_at_a_line(void **state) {
  struct fixture *fixture = *state;
  struct kept_log *log = open_log(fixture);
  struct kept_log_facts facts;
  uint32_t more;

  fixture->store.container_limit = 60;
  append_text(log, "2026-11-23T09:05:07Z one\n2026-11-23T09:05:07Z two\n2026-11-23T09:05:07Z 3\n",
              &more);
  assert_int_equal(more, 0);
  append_text(log, "2026-11-23T09:05:07Z four\n", &more);
  kept_log_look(log, &facts);
  assert_true(facts.is_cut);
  assert_int_equal(facts.lines, 2);
  assert_int_equal(facts.bytes, 50);
  kept_log_destroy(log);
}

static void all_logs_have_a_limit(void **state) {
  struct fixture *fixture = *state;
  struct kept_log *log = open_log(fixture);
  struct kept_log_facts facts;
  uint32_t more;

  fixture->store.limit = 40;
  append_text(log, "2026-11-23T09:05:07Z one\n", &more);
  assert_int_equal(more, 1);
  append_text(log, "2026-11-23T09:05:07Z two\n", &more);
  assert_int_equal(more, 0);
  assert_false(log_store_has_room(&fixture->store, 1));
  kept_log_look(log, &facts);
  assert_non_null(strstr(facts.why, "10 GiB"));
  assert_int_equal(facts.bytes, 25);
  kept_log_destroy(log);
}

/* In a process of its own. What was kept is whole lines, and what is counted. */
static int fill(struct fixture *fixture, const char *why) {
  struct kept_log *log = open_log(fixture);
  struct kept_log_facts facts;
  uint32_t more = 1;
  char path[192];
  struct stat status;

  for (int i = 0; i < 100000 && more; i++)
    append_text(log, "2026-11-23T09:05:07.000000000Z one more line of a log\n", &more);
  kept_log_look(log, &facts);
  (void)snprintf(path, sizeof path, "%s.logs/7/ns/job/pod.main.0.log", fixture->history);
  if (more || stat(path, &status) < 0 || (uint64_t)status.st_size != facts.bytes)
    return 1;
  if (facts.bytes == 0 || facts.bytes != facts.lines * 54)
    return 2;
  return facts.is_cut && strstr(facts.why, why) && !log_store_has_room(&fixture->store, 1) ? 0 : 3;
}

static int in_a_child(struct fixture *fixture, int (*check)(struct fixture *fixture)) {
  int status = -1;
  pid_t child = fork();

  if (child == 0)
    _exit(check(fixture));
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static int check_refusal(struct fixture *fixture) {
  const struct rlimit limit = {10000, 10000};

  if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &limit) < 0)
    return 9;
  return fill(fixture, "File too large");
}

static int check_full_disk(struct fixture *fixture) {
  char path[128];
  int file;

  if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, "") < 0 ||
      mount("tmpfs", fixture->directory, "tmpfs", 0, "size=64m") < 0)
    return 77;
  (void)snprintf(path, sizeof path, "%s/other", fixture->directory);
  file = open(path, O_WRONLY | O_CREAT, 0600);
  if (file < 0 || posix_fallocate(file, 0, 58 << 20) != 0)
    return 9;
  fixture->store.container_limit = 60 << 20;
  return fill(fixture, "less than 5% of the disk is free");
}

static void a_disk_that_refuses_cuts_the_log(void **state) {
  assert_int_equal(in_a_child(*state, check_refusal), 0);
}

static void logs_leave_room_on_the_disk(void **state) {
  int result = in_a_child(*state, check_full_disk);

  if (result == 77)
    skip(); /* file systems cannot be mounted here */
  assert_int_equal(result, 0);
}

static void the_last_words_are_ten_lines(void **state) {
  struct fixture *fixture = *state;
  struct kept_log *log = open_log(fixture);
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

static const char *path_of(struct text_buffer *text, const char *pod, const char *container) {
  const struct log_name name = {"ns", "job", pod, container, 2};

  text_buffer_reset(text);
  log_name_append(text, &name);
  return text_buffer_string(text);
}

static void no_name_leads_out(void **state) {
  static const char *const hostile[] = {"../../etc", "..", "", "/etc/passwd", "a\nb", "\xff\xfe"};
  char huge[400];
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  assert_string_equal(path_of(&text, "pod-x7k2p", "main"), "ns/job/pod-x7k2p.main.2.log");
  assert_string_equal(path_of(&text, "a.b.c", "main"), "ns/job/a.b.c.main.2.log");
  for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
    const char *path = path_of(&text, hostile[i], "main");

    assert_int_equal(strncmp(path, "ns/job/", 7), 0);
    assert_null(strchr(path + 7, '/'));
    assert_null(strstr(path, "/."));
    assert_non_null(strchr(path, '~'));
  }
  memset(huge, 'a', sizeof huge - 1);
  huge[sizeof huge - 1] = '\0';
  assert_true(strlen(path_of(&text, huge, huge)) - 7 < 255);
  text_buffer_finish(&text);
}

static mode_t mode_of(const char *path) {
  struct stat status;

  assert_int_equal(lstat(path, &status), 0);
  return status.st_mode & 07777;
}

static void files_are_for_the_user_alone(void **state) {
  struct fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  mode_t before = umask(0);
  struct kept_log *log = open_log(fixture);
  char path[192];

  (void)umask(before);
  kept_log_destroy(log);
  (void)snprintf(path, sizeof path, "%s.logs/7/ns/job/pod.main.0.log", fixture->history);
  assert_int_equal(mode_of(path), 0600);
  for (int i = 0; i < 4; i++) {
    *strrchr(path, '/') = '\0';
    assert_int_equal(mode_of(path), 0700);
  }
  /* No link is followed, wherever it stands. */
  (void)snprintf(path, sizeof path, "%s.logs/7/ns/job/link.main.0.log", fixture->history);
  assert_int_equal(symlink("/tmp/headgate-nothing", path), 0);
  assert_int_equal(log_store_open(&fixture->store, "ns/job/link.main.0.log", true, &error), -1);
  (void)snprintf(path, sizeof path, "%s.logs/7/link", fixture->history);
  assert_int_equal(symlink(fixture->directory, path), 0);
  assert_int_equal(log_store_open(&fixture->store, "link/job/pod.main.0.log", true, &error), -1);
  assert_non_null(strstr(error.message, "of its own"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(is_byte_equal_across_reconnects, setup, teardown),
      cmocka_unit_test_setup_teardown(is_byte_equal_after_kill_9, setup, teardown),
      cmocka_unit_test_setup_teardown(a_gap_is_said, setup, teardown),
      cmocka_unit_test_setup_teardown(zones_are_understood, setup, teardown),
      cmocka_unit_test_setup_teardown(a_limit_cuts_at_a_line, setup, teardown),
      cmocka_unit_test_setup_teardown(all_logs_have_a_limit, setup, teardown),
      cmocka_unit_test_setup_teardown(a_disk_that_refuses_cuts_the_log, setup, teardown),
      cmocka_unit_test_setup_teardown(logs_leave_room_on_the_disk, setup, teardown),
      cmocka_unit_test_setup_teardown(the_last_words_are_ten_lines, setup, teardown),
      cmocka_unit_test_setup_teardown(no_name_leads_out, setup, teardown),
      cmocka_unit_test_setup_teardown(files_are_for_the_user_alone, setup, teardown),
  };
  struct hg_error error = HG_ERROR_INIT;

  if (digest_init(&error) < 0)
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
