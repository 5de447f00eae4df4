/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/server_job.h"

#include "memory/count.h"

#include <stdbool.h>
#include <string.h>

static const char *const of_metadata[] = {
    "managedFields", "resourceVersion", "generation",        "uid",
    "selfLink",      "generateName",    "creationTimestamp", "deletionTimestamp",
};

/* Written by the server into the Pod template, and into the Job's own labels where it has none. */
static const char *const of_labels[] = {
    "controller-uid",
    "job-name",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
};

static const char *const of_annotations[] = {
    "kubectl.kubernetes.io/last-applied-configuration",
    "batch.kubernetes.io/job-tracking",
};

static void drop(json_t *object, const char *const *names, size_t count) {
  for (size_t i = 0; i < count; i++)
    (void)json_object_del(object, names[i]);
}

/* Of a mapping that is empty without them nothing stays. */
static void drop_in(json_t *object, const char *member, const char *const *names, size_t count) {
  json_t *mapping = json_object_get(object, member);

  drop(mapping, names, count);
  if (json_is_object(mapping) && json_object_size(mapping) == 0)
    (void)json_object_del(object, member);
}

static void clean_metadata(json_t *metadata, bool has_own_selector) {
  drop(metadata, of_metadata, COUNT(of_metadata));
  drop_in(metadata, "annotations", of_annotations, COUNT(of_annotations));
  if (!has_own_selector)
    drop_in(metadata, "labels", of_labels, COUNT(of_labels));
}

json_t *server_job_read(const struct hg_bytes *json, struct hg_error *err) {
  json_t *job = json->length > 0 ? json_loadb(json->data, json->length, 0, NULL) : NULL;
  const char *kind = json_string_value(json_object_get(job, "kind"));
  json_t *spec = json_object_get(job, "spec");
  json_t *template = json_object_get(spec, "template");
  bool has_own_selector = json_is_true(json_object_get(spec, "manualSelector"));

  if (!kind || strcmp(kind, "Job") != 0 || !json_is_object(spec)) {
    json_decref(job);
    (void)hg_error_set(err, HG_ERROR_INVALID, "the server's answer is no Job");
    return NULL;
  }
  (void)json_object_del(job, "status");
  clean_metadata(json_object_get(job, "metadata"), has_own_selector);
  clean_metadata(json_object_get(template, "metadata"), has_own_selector);
  drop_in(template, "metadata", NULL, 0);
  if (!has_own_selector)
    (void)json_object_del(spec, "selector");
  return job;
}
