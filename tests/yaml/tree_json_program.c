/* SPDX-License-Identifier: Apache-2.0 */
/* Writes each document of a file as JSON, a line each, as an applier would send it. */
#include "yaml/tree_json.h"
#include "yaml/yaml_tree.h"

#include <stdio.h>
#include <stdlib.h>

static char *read_whole(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  char *bytes = NULL;

  *length = 0;
  for (size_t capacity = 1 << 16; file && !feof(file); capacity *= 2) {
    bytes = realloc(bytes, capacity);
    if (!bytes)
      break;
    *length += fread(bytes + *length, 1, capacity - *length, file);
  }
  if (file)
    (void)fclose(file);
  return bytes;
}

int main(int argc, char **argv) {
  struct hg_error error = HG_ERROR_INIT;
  struct yaml_problem problem = {.message = ""};
  struct yaml_tree_document document;
  struct yaml_tree *tree = NULL;
  struct text_buffer json;
  size_t length;
  char *bytes = argc == 2 ? read_whole(argv[1], &length) : NULL;
  int32_t found = -1;

  text_buffer_init(&json);
  if (bytes && yaml_tree_create(&tree, &error) == 0 &&
      yaml_tree_open_as(tree, YAML_JSON_FIRST, bytes, length, &error) == 0)
    while ((found = yaml_tree_next(tree, &document, &problem)) > 0) {
      text_buffer_reset(&json);
      if (tree_json_append(&json, document.root, &error) < 0)
        break;
      if (json.length != tree_json_size(document.root))
        (void)hg_error_set(&error, HG_ERROR_FAILED, "it was counted otherwise");
      (void)printf("%s\n", text_buffer_string(&json));
    }
  if (found != 0 || error.code != 0)
    (void)fprintf(stderr, "%s%s\n", error.message, problem.message);
  text_buffer_finish(&json);
  yaml_tree_destroy(tree);
  free(bytes);
  return found == 0 && error.code == 0 ? 0 : 1;
}
