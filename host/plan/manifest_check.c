/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/manifest_check.h"

#include "digest/digest.h"
#include "files/input_file.h"
#include "memory/no_memory.h"
#include "plan/derived_manifest.h"

#include <stdlib.h>
#include <string.h>

/* As the scanner's: a manifest that grew beyond it was changed. */
enum { LARGEST_MANIFEST = 3 << 20 };

int32_t manifest_read_source(const struct planned_job *job, char **bytes, struct hg_bytes *document,
                             struct hg_error *err) {
  uint8_t digest[DIGEST_SIZE];
  size_t length;

  if (job->kept) {
    *bytes = NULL;
    *document = (struct hg_bytes){job->kept, job->length};
    return 0;
  }
  if (input_file_read(job->item.yaml_path, LARGEST_MANIFEST, bytes, &length, err) < 0)
    return -1;
  document->data = *bytes;
  document->length = length;
  if (job->item.document_count > 1 && job->offset <= length &&
      job->length <= length - job->offset) {
    document->data = *bytes + job->offset;
    document->length = job->length;
  }
  digest_of(document->data, (size_t)document->length, digest);
  if (memcmp(digest, job->source_sha256, DIGEST_SIZE) == 0)
    return 0;
  free(*bytes);
  *bytes = NULL;
  return hg_error_set(err, HG_ERROR_INVALID, "%.480s: changed after it was validated",
                      job->item.yaml_path);
}

/* The Job that is made of the source, which is released. */
static int32_t derive(const struct planned_job *job, char **bytes, struct hg_bytes *document,
                      struct hg_error *err) {
  uint8_t digest[DIGEST_SIZE];
  struct text_buffer json;
  int32_t result;

  text_buffer_init(&json);
  result = derived_manifest_append(&json, document, job->item.job_name, err);
  free(*bytes);
  *bytes = NULL;
  if (result == 0) {
    digest_of(json.data, json.length, digest);
    *bytes = malloc(json.length + 1);
    if (!*bytes)
      result = no_memory(err);
    else if (memcmp(digest, job->item.sha256, DIGEST_SIZE) != 0)
      result = hg_error_set(err, HG_ERROR_INVALID, "%.480s: does not give the same Job any more",
                            job->item.yaml_path);
  }
  if (result == 0) {
    memcpy(*bytes, json.data, json.length + 1);
    *document = (struct hg_bytes){*bytes, json.length};
  } else {
    free(*bytes);
    *bytes = NULL;
  }
  text_buffer_finish(&json);
  return result;
}

int32_t manifest_check(const struct planned_job *job, char **bytes, struct hg_bytes *document,
                       struct hg_error *err) {
  if (manifest_read_source(job, bytes, document, err) < 0)
    return -1;
  return job->is_derived ? derive(job, bytes, document, err) : 0;
}
