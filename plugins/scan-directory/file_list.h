/* SPDX-License-Identifier: Apache-2.0 */
/* Which files of a directory are manifests, and in which order. */
#ifndef SCAN_DIRECTORY_FILE_LIST_H
#define SCAN_DIRECTORY_FILE_LIST_H

#include "memory/arena.h"

#include <headgate/error.h>
#include <headgate/host.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Embedded in its owner. Names may hold any byte but NUL. */
struct file_list {
  int directory;      /* descriptor; -1: not open */
  const char **paths; /* in byte order of what stands behind the directory's name */
  size_t count;
  size_t capacity;
  size_t prefix_length; /* bytes of each path up to the name, "DIRECTORY/" */
  struct arena arena;   /* holds the paths */
};

void file_list_init(struct file_list *list);
void file_list_finish(struct file_list *list);

/* Fills an empty list with the files NAME.yaml, NAME.yml and NAME.json of `path`; hidden ones are
 * left out, and what kind of file each is shows when it is read. With `recursive`, subdirectories
 * too, but no hidden ones and no symbolic links. A directory that is missing or has no such file is
 * an error. Asks `host` whether to go on. */
int32_t file_list_read(struct file_list *list, const char *path, bool recursive,
                       const struct hg_host *host, struct hg_error *err);

/* The name to open file `index` by, seen from the directory. */
const char *file_list_name(const struct file_list *list, uint64_t index);

#endif
