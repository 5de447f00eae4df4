/* SPDX-License-Identifier: Apache-2.0 */
#include "passage.h"

#include "yaml/tree_json.h"

#include <headgate/error.h>
#include <string.h>

const char *flight_path(const struct flight *flight) {
  static const char start[] = "/apis/batch/v1/namespaces/";
  const struct hg_plan_item *item = flight->passage->errand->plan->jobs[flight->try.item];

  if (item->kubectl_command_count != 2 || strcmp(item->kubectl_command[0], "PATCH") != 0)
    return NULL;
  return strstr(item->kubectl_command[1], start);
}

int32_t flight_make_body(struct flight *flight, const struct hg_bytes *bytes,
                         struct hg_error *err) {
  struct yaml_tree *tree = flight->passage->tree;
  struct yaml_tree_document document;
  struct yaml_problem problem;
  int32_t found = -1;

  text_buffer_reset(&flight->body);
  if (yaml_tree_open_as(tree, YAML_JSON_FIRST, bytes->data, bytes->length, err) < 0)
    return -1;
  found = yaml_tree_next(tree, &document, &problem);
  if (found <= 0)
    return hg_error_set(err, HG_ERROR_INVALID, "%s",
                        found < 0 ? problem.message : "there is no document in it");
  return tree_json_append(&flight->body, document.root, err);
}
