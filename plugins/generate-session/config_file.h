/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration file: its text, and the one YAML document that it holds. */
#ifndef GENERATE_SESSION_CONFIG_FILE_H
#define GENERATE_SESSION_CONFIG_FILE_H

#include "config_problems.h"
#include "text/text_buffer.h"
#include "yaml/yaml_tree.h"

#include <headgate/node.h>

/* Larger files are refused: a session's configuration takes a kilobyte or two. */
enum { CONFIG_FILE_MOST = 1024 * 1024 };

struct config_file {
  struct text_buffer text;
  struct yaml_tree *tree;
  const struct hg_node *root; /* a mapping; valid until config_file_finish */
};

void config_file_init(struct config_file *file);
void config_file_finish(struct config_file *file);

/* Reads problems->path and sets file->root. 0; -1: what is wrong is in `problems`. A pipe is read
 * to its end; while it keeps silent, the host's cancellation is heeded. */
int config_file_read(struct config_file *file, struct config_problems *problems);

#endif
