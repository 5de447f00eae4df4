/* SPDX-License-Identifier: Apache-2.0 */
#include "passage.h"

#include <string.h>

const char *flight_path(const struct flight *flight) {
  static const char start[] = "/apis/batch/v1/namespaces/";
  const struct hg_plan_item *item = flight->passage->errand->plan->jobs[flight->try.item];

  if (item->kubectl_command_count != 2 || strcmp(item->kubectl_command[0], "PATCH") != 0)
    return NULL;
  return strstr(item->kubectl_command[1], start);
}
