/* SPDX-License-Identifier: Apache-2.0 */
#include "live_job.h"

#include <string.h>

bool live_job_read(const char *text, size_t length, struct live_job *job) {
  static const char *const of_job[] = {"kind", "apiVersion", "metadata", "spec"};
  static const char *const of_metadata[] = {
      "name",   "namespace",   "resourceVersion", "deletionTimestamp", "uid",
      "labels", "annotations", "ownerReferences", "finalizers"};
  struct json_slice members[4];
  struct json_slice metadata[9];

  if (json_members((struct json_slice){text, length}, of_job, members, 4) < 0 || !members[2].at ||
      json_members(members[2], of_metadata, metadata, 9) < 0 || !metadata[0].at)
    return false;
  job->kind = members[0];
  job->api_version = members[1];
  job->name = metadata[0];
  job->space = metadata[1];
  job->version = metadata[2];
  job->deleted_at = metadata[3];
  job->said[0] = members[3];
  memcpy(job->said + 1, metadata + 4, 5 * sizeof *metadata);
  return true;
}

bool live_job_is(const struct live_job *job, const struct hg_plan_item *item) {
  const struct json_slice uid = job->said[LIVE_JOB_UID];

  return json_slice_is(job->kind, "Job") && json_slice_is(job->api_version, "batch/v1") &&
         json_slice_is(job->name, item->job_name) &&
         json_slice_is(job->space, item->job_namespace) && uid.length > 2 && *uid.at == '"';
}

bool live_job_print(const struct live_job *job, struct text_buffer *scratch,
                    struct live_print *print) {
  text_buffer_reset(scratch);
  for (size_t i = 0; i < LIVE_JOB_SAID; i++) {
    if (job->said[i].at)
      text_buffer_append(scratch, job->said[i].at, job->said[i].length);
    text_buffer_append_char(scratch, '\n');
  }
  if (scratch->failed)
    return false;
  digest_of(scratch->data, scratch->length, print->content);
  memset(print->version, 0, sizeof print->version);
  if (job->version.length > 2 && job->version.length < sizeof print->version)
    memcpy(print->version, job->version.at + 1, job->version.length - 2);
  return true;
}

bool live_job_is_same(const struct live_print *before, const struct live_job *after,
                      struct text_buffer *scratch) {
  struct live_print print;

  if (*before->version && json_slice_is(after->version, before->version))
    return true;
  return live_job_print(after, scratch, &print) &&
         memcmp(before->content, print.content, sizeof print.content) == 0;
}
