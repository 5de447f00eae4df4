/* SPDX-License-Identifier: Apache-2.0 */
/* Where logs are, who may read them, and how much of the disk they take. */
#include "log_fixture.h"

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
#include <unistd.h>

#include <cmocka.h>

static void a_limit_cuts_at_a_line(void **state) {
  struct log_fixture *fixture = *state;
  struct kept_log *log = fixture_log(fixture);
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
  struct log_fixture *fixture = *state;
  struct kept_log *log = fixture_log(fixture);
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
static int fill(struct log_fixture *fixture, const char *why) {
  struct kept_log *log = fixture_log(fixture);
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

static int in_a_child(struct log_fixture *fixture, int (*check)(struct log_fixture *fixture)) {
  int status = -1;
  pid_t child = fork();

  if (child == 0)
    _exit(check(fixture));
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static int check_refusal(struct log_fixture *fixture) {
  const struct rlimit limit = {10000, 10000};

  if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &limit) < 0)
    return 9;
  return fill(fixture, "File too large");
}

static int check_full_disk(struct log_fixture *fixture) {
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
  struct log_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  mode_t before = umask(0);
  struct kept_log *log = fixture_log(fixture);
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
      cmocka_unit_test_setup_teardown(a_limit_cuts_at_a_line, log_setup, log_teardown),
      cmocka_unit_test_setup_teardown(all_logs_have_a_limit, log_setup, log_teardown),
      cmocka_unit_test_setup_teardown(a_disk_that_refuses_cuts_the_log, log_setup, log_teardown),
      cmocka_unit_test_setup_teardown(logs_leave_room_on_the_disk, log_setup, log_teardown),
      cmocka_unit_test_setup_teardown(no_name_leads_out, log_setup, log_teardown),
      cmocka_unit_test_setup_teardown(files_are_for_the_user_alone, log_setup, log_teardown),
  };
  struct hg_error error = HG_ERROR_INIT;

  if (digest_init(&error) < 0)
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
