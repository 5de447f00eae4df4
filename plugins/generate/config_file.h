/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration file: its text, and the one YAML document that it holds. */
#ifndef GENERATE_CONFIG_FILE_H
#define GENERATE_CONFIG_FILE_H

#include "generate/config_problems.h"
#include "text/text_buffer.h"
#include "yaml/yaml_tree.h"

#include <headgate/node.h>

/* What a file is to be, in words for messages. */
struct config_kind {
  const char *name;    /* "session configuration" */
  const char *content; /* what an empty one lacks: "the session's keys" */
  const char *example; /* of an entry: "workers: 2" */
  uint32_t most_mib;   /* larger files are refused */
};

struct config_file {
  struct text_buffer text;
  struct yaml_tree *tree;
  const struct hg_node *root; /* a mapping; valid until config_file_finish */
};

void config_file_init(struct config_file *file);
void config_file_finish(struct config_file *file);

/* Reads problems->path and sets file->root. 0; -1: what is wrong is in `problems`. A pipe is read
 * to its end; while it keeps silent, the host's cancellation is heeded. */
int config_file_read(struct config_file *file, const struct config_kind *kind,
                     struct config_problems *problems);

/* Reads the text alone, of a file that is no YAML. */
int config_file_read_text(struct text_buffer *text, const struct config_kind *kind,
                          struct config_problems *problems);

#endif
