/* SPDX-License-Identifier: Apache-2.0 */
/* One file on its way to the sink: its documents, one after another. */
#ifndef SCAN_DIRECTORY_READING_H
#define SCAN_DIRECTORY_READING_H

#include "file_text.h"
#include "text/text_buffer.h"
#include "yaml/yaml_tree.h"

#include <headgate/error.h>
#include <headgate/scanner.h>
#include <stdbool.h>

/* In one file. The smallest Job takes about 150 bytes, so that no 3 MiB hold more of them. */
enum { READING_MOST_DOCUMENTS = 20000, READING_MOST_IN_STREAM = 100000 };

struct reading {
  const struct hg_document_sink *sink;
  const char *path;
  const struct file_text *text;
  struct yaml_tree *tree;
  struct text_buffer *made; /* bytes that stand in no file */
  uint32_t minor;           /* of the version of Kubernetes, 1.N */
  bool is_listed;           /* found in a directory */
  bool is_stream;           /* it cannot be read again */
  bool is_mended;           /* bytes that are no UTF-8 were replaced */
  uint32_t number;          /* documents so far */
  uint32_t count;           /* documents of the file; 0 before the first */
  size_t reached;           /* the start of a line that was counted, */
  uint32_t line;            /* and its number, from 0 */
};

/* Hands over the documents of a file that was read. -1: the sink said stop, or no memory. */
int32_t reading_run(struct reading *reading, struct hg_error *err);

/* Reports a file that could not be read. */
int32_t reading_refuse(struct reading *reading, const struct file_fault *fault,
                       struct hg_error *err);

#endif
