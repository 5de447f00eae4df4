/* SPDX-License-Identifier: Apache-2.0 */
/* What a directory has checked out, by the files that git leaves; and what somebody else left
 * there.
 */
#include "files/git_head.h"
#include "own_directory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ONE "1111111111111111111111111111111111111111"
#define TWO "2222222222222222222222222222222222222222"
#define LONG "3333333333333333333333333333333333333333333333333333333333333333"

static void make_directory(const char *path) {
  if (mkdir(path, 0755) < 0)
    fail_msg("mkdir %s", path);
}

static void check(const char *below, const char *branch, const char *commit) {
  char *directory = getcwd(NULL, 0);
  char path[600];
  struct git_head head;

  (void)snprintf(path, sizeof path, "%s%s", directory, below);
  free(directory);
  git_head_find(path, &head);
  assert_string_equal(head.branch, branch);
  assert_string_equal(head.commit, commit);
}

static void make_repository(void) {
  make_directory(".git");
  make_directory(".git/refs");
  make_directory(".git/refs/heads");
  make_directory("below");
}

/* A branch whose commit is in a file of its own, packed with others, or not there yet. */
static void finds_a_branch(void **state) {
  (void)state;
  make_repository();
  write_file(".git/HEAD", "ref: refs/heads/main\n");
  check("", "main", "");
  write_file(".git/packed-refs", "# pack-refs with: peeled fully-peeled sorted \n" ONE
                                 " refs/heads/main2\n" TWO " refs/heads/main\n^" ONE "\n");
  check("", "main", TWO);
  write_file(".git/refs/heads/main", LONG "\n");
  check("", "main", LONG);
  check("/below", "main", LONG);
  write_file(".git/HEAD", ONE "\n");
  check("", "", ONE);
}

/* A worktree, and a submodule, whose .git is a file. */
static void follows_a_file(void **state) {
  (void)state;
  make_repository();
  make_directory(".git/worktrees");
  make_directory(".git/worktrees/w");
  make_directory("tree");
  write_file("tree/.git", "gitdir: ../.git/worktrees/w\n");
  write_file(".git/worktrees/w/HEAD", "ref: refs/heads/topic/x\n");
  write_file(".git/worktrees/w/commondir", "../..\n");
  make_directory(".git/refs/heads/topic");
  write_file(".git/refs/heads/topic/x", TWO "\n");
  check("/tree", "topic/x", TWO);
  make_directory(".git/modules");
  write_file(".git/modules/HEAD", ONE "\n");
  make_directory("module");
  write_file("module/.git", "gitdir: ../.git/modules\n");
  check("/module", "", ONE);
}

/* Nothing but a commit and a branch ever comes out of what is there. */
static void says_nothing_of_what_is_no_commit(void **state) {
  static const char *const heads[] = {
      "",
      "secret\n",
      "ref: \n",
      "ref: refs/heads/../../../secret\n",
      "ref: /etc/passwd\n",
      "ref: refs/heads//x\n",
      "ref: refs/heads/.x\n",
      "ref: HEAD\n",
      "1111\n",
      ONE "secret\n",
      "ref: refs/heads/\n",
  };

  (void)state;
  make_repository();
  write_file("secret", ONE "\n");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
    write_file(".git/HEAD", heads[i]);
    check("", "", "");
  }
  /* A reference that leads to itself, or to no commit. */
  write_file(".git/HEAD", "ref: refs/heads/main\n");
  write_file(".git/refs/heads/main", "ref: refs/heads/main\n");
  check("", "main", "");
  write_file(".git/refs/heads/main", "password\n");
  check("", "main", "");
}

/* A FIFO is not waited for, a directory and a large file are not read. */
static void reads_regular_small_files_alone(void **state) {
  char large[20000];

  (void)state;
  make_repository();
  assert_int_equal(mkfifo(".git/HEAD", 0600), 0);
  check("", "", "");
  assert_int_equal(unlink(".git/HEAD"), 0);
  make_directory(".git/HEAD");
  check("", "", "");
  assert_int_equal(rmdir(".git/HEAD"), 0);
  memset(large, ' ', sizeof large - 1);
  large[sizeof large - 1] = '\0';
  memcpy(large, ONE "\n", 41);
  write_file(".git/HEAD", large);
  check("", "", "");
  assert_int_equal(unlink(".git/HEAD"), 0);
  assert_int_equal(mkfifo("below/.git", 0600), 0);
  check("/below", "", "");
  assert_int_equal(unlink("below/.git"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(finds_a_branch, enter_directory, leave_directory),
      cmocka_unit_test_setup_teardown(follows_a_file, enter_directory, leave_directory),
      cmocka_unit_test_setup_teardown(says_nothing_of_what_is_no_commit, enter_directory,
                                      leave_directory),
      cmocka_unit_test_setup_teardown(reads_regular_small_files_alone, enter_directory,
                                      leave_directory),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
