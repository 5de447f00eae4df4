/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/derived_manifest.h"

#include "digest/digest.h"
#include "memory/no_memory.h"
#include "plan/server_job.h"
#include "yaml/tree_json.h"
#include "yaml/yaml_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  LONGEST_NAME = DERIVED_NAME_SIZE - 1,
  HASH_LENGTH = 5,
  REAL_DIGITS = 15, /* of a double: as many as a person's number keeps */
};

void derived_name_make(const char *name, uint32_t number, uint32_t most,
                       char derived[DERIVED_NAME_SIZE]) {
  uint8_t digest[DIGEST_SIZE];
  size_t length = strlen(name);
  char ending[32];
  size_t room;

  if (most > LONGEST_NAME)
    most = LONGEST_NAME;
  (void)snprintf(ending, sizeof ending, "-r%u", (unsigned)number);
  room = most > strlen(ending) ? most - strlen(ending) : 0;
  if (length > room) {
    digest_of(name, length, digest);
    (void)snprintf(ending, sizeof ending, "-%02x%02x%x-r%u", digest[0], digest[1], digest[2] >> 4,
                   (unsigned)number);
    length = most > strlen(ending) ? most - strlen(ending) : 0;
  }
  while (length > 0 && (name[length - 1] == '-' || name[length - 1] == '.'))
    length--;
  (void)snprintf(derived, DERIVED_NAME_SIZE, "%.*s%s", (int)length, name, ending);
}

/* The document as a Job; NULL with err set. */
static json_t *read_job(const struct hg_bytes *document, struct hg_error *err) {
  struct yaml_tree_document first;
  struct yaml_problem problem;
  struct text_buffer json;
  struct yaml_tree *tree;
  json_t *job = NULL;
  int32_t found;

  if (yaml_tree_create(&tree, err) < 0)
    return NULL;
  text_buffer_init(&json);
  if (yaml_tree_open_as(tree, YAML_JSON_FIRST, document->data, document->length, err) == 0) {
    found = yaml_tree_next(tree, &first, &problem);
    if (found <= 0)
      (void)hg_error_set(err, HG_ERROR_INVALID, "%s",
                         found < 0 ? problem.message : "there is no document in it");
    else if (tree_json_append(&json, first.root, err) == 0)
      job = server_job_read(&(struct hg_bytes){text_buffer_string(&json), json.length}, err);
  }
  text_buffer_finish(&json);
  yaml_tree_destroy(tree);
  return job;
}

static uint32_t limit_of(const json_t *job) {
  const json_t *spec = json_object_get(job, "spec");
  const char *mode = json_string_value(json_object_get(spec, "completionMode"));
  json_int_t completions = json_integer_value(json_object_get(spec, "completions"));
  char last[32];

  if (!mode || strcmp(mode, "Indexed") != 0 || completions < 1)
    return LONGEST_NAME;
  /* "NAME-INDEX" is the host name of its Pods. */
  return LONGEST_NAME - (uint32_t)snprintf(last, sizeof last, "-%lld", (long long)completions - 1);
}

int32_t derived_source_read(struct derived_source *source, const struct hg_bytes *document,
                            struct hg_error *err) {
  json_t *job = read_job(document, err);
  const char *name = json_string_value(json_object_get(json_object_get(job, "metadata"), "name"));

  if (!job)
    return -1;
  (void)snprintf(source->name, sizeof source->name, "%s", name ? name : "");
  source->longest = limit_of(job);
  json_decref(job);
  return *source->name ? 0 : hg_error_set(err, HG_ERROR_INVALID, "the Job has no name");
}

static int32_t rename_job(json_t *job, const char *name, struct hg_error *err) {
  json_t *metadata = json_object_get(job, "metadata");

  if (json_is_true(json_object_get(json_object_get(job, "spec"), "manualSelector")))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "its spec.selector is its own (manualSelector): another Job would take "
                        "its Pods");
  return json_object_set_new(metadata, "name", json_string(name)) < 0 ? no_memory(err) : 0;
}

int32_t derived_manifest_append(struct text_buffer *json, const struct hg_bytes *document,
                                const char *name, struct hg_error *err) {
  json_t *job = read_job(document, err);
  int32_t result = -1;
  char *text;

  if (job && rename_job(job, name, err) == 0) {
    text = json_dumps(job, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS));
    if (text)
      text_buffer_append_string(json, text);
    result = text && !json->failed ? 0 : no_memory(err);
    free(text);
  }
  json_decref(job);
  return result;
}
