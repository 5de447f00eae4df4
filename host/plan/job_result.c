/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/job_result.h"

#include <string.h>

void job_result_init(struct hg_job_result *result, const struct hg_plan_item *item,
                     const char *timestamp) {
  memset(result, 0, sizeof *result);
  result->struct_size = sizeof *result;
  result->return_code = -1;
  result->document_number = item->document_number;
  result->command_count = item->kubectl_command_count;
  result->job_name = item->job_name;
  result->job_namespace = item->job_namespace;
  result->yaml_path = item->yaml_path;
  result->command = item->kubectl_command;
  result->stdout_text.data = "";
  result->stderr_text.data = "";
  result->reason = "";
  result->timestamp = timestamp;
  result->failure_class = "";
  result->advice = "";
}

void job_result_take(struct hg_job_result *result, const struct hg_job_result *theirs) {
  size_t size = theirs->struct_size < sizeof *result ? theirs->struct_size : sizeof *result;

  memset(result, 0, sizeof *result);
  memcpy(result, theirs, size);
  result->struct_size = sizeof *result;
  if (!result->warnings)
    result->warning_count = 0;
}
