/* SPDX-License-Identifier: Apache-2.0 */
/* Which files of the operands are manifests, and in which order. */
#ifndef SCAN_DIRECTORY_FILE_LIST_H
#define SCAN_DIRECTORY_FILE_LIST_H

#include "file_text.h"
#include "memory/arena.h"

#include <headgate/error.h>
#include <headgate/host.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What can be read only once, and was: standard input, a pipe. */
struct listed_stream {
  struct listed_stream *next;
  struct file_text text;
  struct file_fault fault; /* rule NULL: none */
};

/* A file to be read. */
struct listed_file {
  const char *path;             /* as the user will see it; "-": standard input */
  struct listed_stream *stream; /* NULL: it is read when its turn comes */
  int32_t directory;            /* descriptor that its name is seen from, which may be AT_FDCWD */
  uint32_t name_offset;         /* in the path */
};

/* Which files of a directory are taken. */
struct listing_rules {
  bool recursive;
  uint32_t exclude_count;
  const char *const *excludes; /* as in struct hg_scan_request */
};

/* Embedded in its owner. Names may hold any byte but NUL. */
struct file_list {
  struct listed_file *files; /* by operand, then in byte order of what stands behind its name */
  size_t count;
  size_t capacity;
  int *directories; /* descriptors, of each operand that is a directory */
  size_t directory_count;
  struct listed_stream *streams;
  struct arena arena; /* holds the paths */
};

void file_list_init(struct file_list *list);
void file_list_finish(struct file_list *list);

/* Adds what `operand` names: a file, or the files NAME.yaml, NAME.yml and NAME.json of a directory;
 * hidden ones and those that `rules` exclude are left out, and what kind of file each is shows when
 * it is read. Where they are recursive, subdirectories too, but no hidden ones and no symbolic
 * links. A pipe, and "-" for standard input, are read at once. What is missing, and a directory
 * that has no such file, is an error. Asks `host` whether to go on. */
int32_t file_list_add(struct file_list *list, const char *operand,
                      const struct listing_rules *rules, const struct hg_host *host,
                      struct hg_error *err);

#endif
