/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/yaml_file.h"

int32_t yaml_file_problem(const char *path, const struct yaml_problem *problem,
                          struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_INVALID, "%.400s:%u:%u: %.480s", path, problem->line,
                      problem->column, problem->message);
}

int32_t yaml_file_first(struct yaml_tree **tree, const char *path, const char *bytes,
                        uint64_t length, struct yaml_tree_document *document,
                        struct hg_error *err) {
  struct yaml_problem problem;
  int32_t found;

  *tree = NULL;
  if (yaml_tree_create(tree, err) < 0 || yaml_tree_open(*tree, bytes, length, err) < 0)
    return -1;
  found = yaml_tree_next(*tree, document, &problem);
  return found < 0 ? yaml_file_problem(path, &problem, err) : found;
}
