/* SPDX-License-Identifier: Apache-2.0 */
/* A file of configuration: what counts is its first document. */
#ifndef LIB_YAML_YAML_FILE_H
#define LIB_YAML_YAML_FILE_H

#include "yaml/yaml_tree.h"

/* Reads the first document of `bytes`, the text of the file `path`, that is not empty. Returns 1:
 * *document is set, its tree valid until yaml_tree_destroy; 0: there is none; -1: `err` says what
 * stands where. *tree is to be destroyed in any case, and borrows `bytes` until then. */
int32_t yaml_file_first(struct yaml_tree **tree, const char *path, const char *bytes,
                        uint64_t length, struct yaml_tree_document *document, struct hg_error *err);

/* Says "PATH:LINE:COLUMN: MESSAGE". Always -1. */
int32_t yaml_file_problem(const char *path, const struct yaml_problem *problem,
                          struct hg_error *err);

#endif
