/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/log_removal.h"

#include "memory/no_memory.h"
#include "text/text_buffer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEEPEST = 8, MOST_DIGITS = 18 }; /* logs are three below their run */

static DIR *open_directory(int directory, const char *name) {
  int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *opened = fd >= 0 ? fdopendir(fd) : NULL;

  if (!opened && fd >= 0)
    (void)close(fd);
  return opened;
}

static bool is_itself(const char *name) {
  return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* -1: errno. */
static int remove_tree(int directory, const char *name, int depth) {
  const struct dirent *entry;
  int result = 0;
  DIR *inner;

  if (unlinkat(directory, name, 0) == 0)
    return 0;
  if ((errno != EISDIR && errno != EPERM) || depth == DEEPEST)
    return -1;
  inner = open_directory(directory, name);
  if (!inner)
    return -1;
  while (result == 0 && (entry = readdir(inner)))
    if (!is_itself(entry->d_name))
      result = remove_tree(dirfd(inner), entry->d_name, depth + 1);
  (void)closedir(inner);
  return result < 0 ? -1 : unlinkat(directory, name, AT_REMOVEDIR);
}

/* The run that a directory is named after; 0: none. */
static int64_t run_of(const char *name) {
  size_t length = strlen(name);

  return length <= MOST_DIGITS && *name != '0' && strspn(name, "0123456789") == length
             ? strtoll(name, NULL, 10)
             : 0;
}

int32_t log_removal(const char *history,
                    int32_t (*keeps)(void *context, int64_t run_id, bool *is_kept,
                                     struct hg_error *err),
                    void *context, struct hg_error *err) {
  const struct dirent *entry;
  struct text_buffer root;
  int32_t result = 0;
  DIR *runs;

  text_buffer_init(&root);
  text_buffer_printf(&root, "%s.logs", history);
  if (root.failed) {
    text_buffer_finish(&root);
    return no_memory(err);
  }
  runs = open_directory(AT_FDCWD, text_buffer_string(&root));
  if (!runs && errno != ENOENT)
    result = hg_error_set(err, HG_ERROR_IO, "the logs in %.600s cannot be removed: %s",
                          text_buffer_string(&root), strerror(errno));
  while (runs && result == 0 && (entry = readdir(runs))) {
    int64_t run_id = run_of(entry->d_name);
    bool is_kept = true;

    if (run_id > 0)
      result = keeps(context, run_id, &is_kept, err);
    if (result == 0 && !is_kept && remove_tree(dirfd(runs), entry->d_name, 0) < 0)
      result = hg_error_set(err, HG_ERROR_IO, "the logs in %.600s/%s cannot be removed: %s",
                            text_buffer_string(&root), entry->d_name, strerror(errno));
  }
  if (runs)
    (void)closedir(runs);
  text_buffer_finish(&root);
  return result;
}
