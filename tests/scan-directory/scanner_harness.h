/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin scan-directory, in a program that stands in for the host. */
#ifndef TESTS_SCAN_DIRECTORY_SCANNER_HARNESS_H
#define TESTS_SCAN_DIRECTORY_SCANNER_HARNESS_H

#include "text/text_buffer.h"

#include <headgate/plugin.h>
#include <headgate/scanner.h>
#include <stdbool.h>

/* What a sink has seen, a line each:
 *
 *   add FILE 1/2 OFFSET+LENGTH
 *   problem FILE 1 RULE LINE:COLUMN MESSAGE (ADVICE)
 *   other FILE 2 LINE:COLUMN FIRST-LAST VERSION/KIND NAMESPACE/NAME
 *
 * Behind what is added and stands in no file its bytes follow: "add FILE 1/2 0+9 {...}".
 *
 * FILE is what follows the directory's name and a slash. Every borrowed thing is checked. */
struct scanner_record {
  struct text_buffer text;
  const char *path; /* of the file that is being read */
  size_t skipped;   /* bytes of it up to FILE */
  uint32_t stop_at; /* the call, from 1, that says stop; 0: none */
  uint32_t calls;
};

struct scanner_harness {
  const struct hg_plugin *plugin;
  const struct hg_scanner_ops *ops;
  struct hg_host host;
  const char *recursive; /* the option's value */
  const char *kubernetes_version;
  const char *const *excludes; /* of the request */
  uint32_t exclude_count;
  int cancelled;
  void *self;
  char directory[64]; /* a temporary one, empty at first */
  struct hg_error err;
};

/* Loads the plugin, checks what it says of itself, and makes a directory. */
void scanner_harness_open(struct scanner_harness *harness);

/* Closes and destroys what was made, and removes the directory with all that is in it. */
void scanner_harness_close(struct scanner_harness *harness);

/* Makes the plugin's object and has it list `path`; NULL: the harness's directory. */
int32_t scanner_harness_list(struct scanner_harness *harness, const char *path);

/* The same with several operands. */
int32_t scanner_harness_list_all(struct scanner_harness *harness, uint32_t count,
                                 const char *const *operands);

/* Drops the list, for another one. */
void scanner_harness_unlist(struct scanner_harness *harness);

/* Reads all files with one reader. Returns what read() last returned. */
int32_t scanner_harness_read(struct scanner_harness *harness, struct scanner_record *record);

/* Lists and reads, and fails the test where the record is not `expected`. */
void scanner_harness_expect(struct scanner_harness *harness, const char *expected);

void scanner_record_init(struct scanner_record *record);
void scanner_record_finish(struct scanner_record *record);

/* Prepares `record` for reading file `index` and `sink` to write to it. */
void scanner_record_sink(struct scanner_record *record, const struct scanner_harness *harness,
                         uint64_t index, struct hg_document_sink *sink);

/* Makes the file `name`, and the directories before it, in the harness's directory. */
void scanner_harness_write(const struct scanner_harness *harness, const char *name,
                           const char *bytes, size_t length);
void scanner_harness_write_text(const struct scanner_harness *harness, const char *name,
                                const char *text);

/* "DIRECTORY/name"; valid until the next call. */
const char *scanner_harness_path(const struct scanner_harness *harness, const char *name);

#endif
