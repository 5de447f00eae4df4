/* SPDX-License-Identifier: Apache-2.0 */
#include "live_job.h"

#include <stdint.h>
#include <string.h>

json_t *live_job_read(const char *body, size_t length, const char *name) {
  json_t *job = json_loadb(body, length, 0, NULL);
  const json_t *metadata = json_object_get(job, "metadata");
  const char *kind = json_string_value(json_object_get(job, "kind"));
  const char *called = json_string_value(json_object_get(metadata, "name"));

  if (kind && strcmp(kind, "Job") == 0 && called && strcmp(called, name) == 0)
    return job;
  json_decref(job);
  return NULL;
}

/* One of the keys of one has no equal in the other. */
static bool has_other(const json_t *one, const json_t *other, const char *const *but) {
  const char *key;
  json_t *value;

  json_object_foreach((json_t *)(uintptr_t)one, key, value) {
    const char *const *ignored = but;

    while (*ignored && strcmp(*ignored, key) != 0)
      ignored++;
    if (!*ignored && !json_equal(value, json_object_get(other, key)))
      return true;
  }
  return false;
}

static bool is_same_but(const json_t *one, const json_t *other, const char *const *but) {
  return !has_other(one, other, but) && !has_other(other, one, but);
}

bool live_job_is_same(const json_t *before, const json_t *after) {
  static const char *const of_job[] = {"metadata", "status", NULL};
  static const char *const of_metadata[] = {"resourceVersion", "managedFields", "generation", NULL};

  return is_same_but(before, after, of_job) &&
         is_same_but(json_object_get(before, "metadata"), json_object_get(after, "metadata"),
                     of_metadata);
}
