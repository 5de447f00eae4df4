/* SPDX-License-Identifier: Apache-2.0 */
/* What a directory has checked out, read from git's own files; no git is started. */
#ifndef LIB_FILES_GIT_HEAD_H
#define LIB_FILES_GIT_HEAD_H

enum { GIT_COMMIT_SIZE = 65, GIT_BRANCH_SIZE = 256 };

/* Strings; "" where that is not known. */
struct git_head {
  char commit[GIT_COMMIT_SIZE]; /* 40 or 64 hex digits; "" before the first commit */
  char branch[GIT_BRANCH_SIZE]; /* "" where a commit itself is checked out */
};

/* Looks in `directory`, an absolute path, and in those above it, as git does; a worktree and a
 * submodule name their files. Whatever is not as git writes it is nothing. Files are regular, small
 * ones; nothing of them but a commit and a branch's name is given back. */
void git_head_find(const char *directory, struct git_head *head);

#endif
