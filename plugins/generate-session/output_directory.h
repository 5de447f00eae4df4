/* SPDX-License-Identifier: Apache-2.0 */
/* The directory that manifests are written into. It is opened once: whatever is renamed or linked
 * meanwhile, all files go into the same one. */
#ifndef GENERATE_SESSION_OUTPUT_DIRECTORY_H
#define GENERATE_SESSION_OUTPUT_DIRECTORY_H

#include <headgate/error.h>
#include <headgate/host.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct output_directory {
  int fd;             /* -1: not open */
  char *path;         /* as the user gave it, without slashes at the end */
  const char *marker; /* how the first line of a file of ours begins; borrowed */
};

/* Opens `path`, which is made if missing, with its parents (mode 0777 less the umask). A file is
 * ours if it begins with `marker`. */
int32_t output_directory_open(struct output_directory *directory, const char *path,
                              const char *marker, struct hg_error *err);
void output_directory_finish(struct output_directory *directory);

/* Whether a file may be written under `name`: *exists is set to whether one of ours is there now.
 * -1 where something else is: a file that does not begin with the marker, a link, a directory... */
int32_t output_directory_check(const struct output_directory *directory, const char *name,
                               bool *exists, struct hg_error *err);

/* Writes a file under a hidden temporary name and renames it to `name`, mode 0666 less the umask.
 * `replace` is what output_directory_check said: a file that came up since is not overwritten. On
 * failure nothing is left behind and `name` is as it was. */
int32_t output_directory_write(const struct output_directory *directory, const char *name,
                               const char *text, size_t length, bool replace, struct hg_error *err);

/* What output_directory_leftovers asks of each name: whether this session writes it. */
typedef bool output_directory_expected(const void *context, const char *name);

/* Counts files of ours called job-*.yaml that `expected` does not know. `first` (of `size` bytes)
 * gets the first of them in byte order. */
int32_t output_directory_leftovers(const struct output_directory *directory,
                                   output_directory_expected *expected, const void *context,
                                   uint64_t *count, char *first, size_t size, struct hg_error *err);

#endif
