/* SPDX-License-Identifier: Apache-2.0 */
/* A file's bytes, or why it has none to give. */
#ifndef SCAN_DIRECTORY_FILE_TEXT_H
#define SCAN_DIRECTORY_FILE_TEXT_H

#include <headgate/host.h>
#include <stddef.h>
#include <stdint.h>

/* The API server takes no larger request (k8s.io/apiserver, MaxRequestBodyBytes). */
enum { FILE_TEXT_MAX = 3 * 1024 * 1024 };

/* A pipe holds a whole batch, which cannot be split. */
enum { FILE_TEXT_STREAM_MAX = 64 * 1024 * 1024 };

/* What file_text_read_stream returns where the user said stop. */
enum { FILE_TEXT_STOPPED = 2 };

/* Embedded in its owner; the memory is used again for the next file. */
struct file_text {
  char *data; /* not NUL-terminated; NULL before the first file */
  size_t length;
  size_t capacity;
};

/* Why a file could not be read. */
struct file_fault {
  const char *rule; /* "file-type", "file-unreadable", "file-too-large" */
  char message[160];
};

void file_text_init(struct file_text *text);
void file_text_finish(struct file_text *text);

/* Reads the file `name`, seen from `directory`. Symbolic links are followed, nothing but a regular
 * file is read, and nothing is waited for. Returns 0, or 1 with *fault set, or -1 where memory is
 * out. */
int32_t file_text_read(struct file_text *text, int directory, const char *name,
                       struct file_fault *fault);

/* Reads a pipe, or whatever standard input is, to its end, and asks `host` while it waits. Returns
 * as file_text_read (with *fault all zero for 0), or FILE_TEXT_STOPPED. */
int32_t file_text_read_stream(struct file_text *text, int descriptor, const struct hg_host *host,
                              struct file_fault *fault);

#endif
