/* SPDX-License-Identifier: Apache-2.0 */
#include "files/git_head.h"

#include "files/input_file.h"
#include "text/text_buffer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Of files with one line, and of that with all packed references. A symbolic reference that leads
 * to others leads on so often. */
enum { MOST_LINE = 8 * 1024, MOST_PACKED = 16 * 1024 * 1024, MOST_STEPS = 5 };

/* The file's bytes up to `most`, with a NUL after them, the caller's to free; NULL: there is none.
 */
static char *read_file(const char *directory, const char *name, size_t most) {
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer path;
  char *bytes = NULL;
  size_t length;

  text_buffer_init(&path);
  text_buffer_printf(&path, "%s/%s", directory, name);
  if (!path.failed && input_file_read(text_buffer_string(&path), most, &bytes, &length, &error) < 0)
    bytes = NULL;
  text_buffer_finish(&path);
  return bytes;
}

/* The first line of a file, without what ends it. */
static char *read_line(const char *directory, const char *name) {
  char *line = read_file(directory, name, MOST_LINE);

  if (line)
    line[strcspn(line, "\r\n")] = '\0';
  return line;
}

static bool is_there(const char *directory, const char *name, struct stat *status) {
  struct text_buffer path;
  bool found;

  text_buffer_init(&path);
  text_buffer_printf(&path, "%s/%s", directory, name);
  found = !path.failed && stat(text_buffer_string(&path), status) == 0;
  text_buffer_finish(&path);
  return found;
}

/* `path`, or, where it is relative, `path` below `directory`; the caller's to free. */
static char *join(const char *directory, const char *path) {
  struct text_buffer joined;

  text_buffer_init(&joined);
  if (*path != '/')
    text_buffer_printf(&joined, "%s/", directory);
  text_buffer_append_string(&joined, path);
  if (!joined.failed)
    return joined.data;
  text_buffer_finish(&joined);
  return NULL;
}

/* Where git keeps its files for what is checked out in `directory`; NULL: nothing is. */
static char *find_git(const char *directory) {
  static const char prefix[] = "gitdir: ";
  struct stat status;
  char *found = NULL;
  char *line;

  if (!is_there(directory, ".git", &status))
    return NULL;
  if (S_ISDIR(status.st_mode))
    return join(directory, ".git");
  line = read_line(directory, ".git");
  if (line && strncmp(line, prefix, sizeof prefix - 1) == 0 && line[sizeof prefix - 1])
    found = join(directory, line + sizeof prefix - 1);
  free(line);
  return found;
}

/* Hex digits, as many as a commit has. */
static size_t commit_length(const char *text) {
  size_t length = strspn(text, "0123456789abcdef");

  return length == 40 || length == 64 ? length : 0;
}

/* A reference's name leads to no other place than below refs. */
static bool is_reference(const char *name) {
  size_t length = strlen(name);

  return strncmp(name, "refs/", 5) == 0 && length < GIT_BRANCH_SIZE && name[length - 1] != '/' &&
         !strstr(name, "..") && !strstr(name, "//") && !strstr(name, "/.");
}

/* The line of packed-refs that ends with " NAME". */
static void find_packed(const char *common, const char *name, char commit[GIT_COMMIT_SIZE]) {
  char *packed = read_file(common, "packed-refs", MOST_PACKED);
  size_t length;

  for (const char *line = packed; line && *line; line += length + (line[length] == '\n')) {
    size_t digits = commit_length(line);

    length = strcspn(line, "\n");
    if (digits == 0 || line[digits] != ' ' || length != digits + 1 + strlen(name) ||
        memcmp(line + digits + 1, name, strlen(name)) != 0)
      continue;
    memcpy(commit, line, digits);
    commit[digits] = '\0';
    break;
  }
  free(packed);
}

/* Takes what a line of HEAD, or of a reference, says. False: it names another reference, which is
 * left in `name` then. */
static bool take_line(const char *line, char name[GIT_BRANCH_SIZE], char commit[GIT_COMMIT_SIZE]) {
  size_t digits = commit_length(line);

  if (strncmp(line, "ref: ", 5) == 0 && is_reference(line + 5)) {
    memcpy(name, line + 5, strlen(line + 5) + 1);
    return false;
  }
  if (digits > 0 && line[digits] == '\0')
    memcpy(commit, line, digits + 1);
  return true;
}

static void read_head(const char *git, const char *common, struct git_head *head) {
  char name[GIT_BRANCH_SIZE] = "";
  char *line = read_line(git, "HEAD");
  bool is_over = !line || take_line(line, name, head->commit);

  free(line);
  if (is_over)
    return;
  memcpy(head->branch, strncmp(name, "refs/heads/", 11) == 0 ? name + 11 : name,
         strlen(strncmp(name, "refs/heads/", 11) == 0 ? name + 11 : name) + 1);
  for (int step = 0; step < MOST_STEPS && !is_over; step++) {
    line = read_line(common, name);
    if (line) {
      is_over = take_line(line, name, head->commit);
      free(line);
    } else {
      find_packed(common, name, head->commit);
      is_over = true;
    }
  }
}

/* A worktree has the references of the repository that it is of. */
static void read_git(const char *git, struct git_head *head) {
  char *line = read_line(git, "commondir");
  char *common = line && *line ? join(git, line) : NULL;

  read_head(git, common ? common : git, head);
  free(line);
  free(common);
}

void git_head_find(const char *directory, struct git_head *head) {
  char *place = strdup(directory);

  *head = (struct git_head){"", ""};
  while (place && *place == '/') {
    char *git = find_git(place);

    if (git) {
      read_git(git, head);
      free(git);
      break;
    }
    *strrchr(place, '/') = '\0';
  }
  free(place);
}
