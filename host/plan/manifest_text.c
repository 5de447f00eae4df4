/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/manifest_text.h"

#include "plan/yaml_lines.h"
#include "yaml/tree_json.h"

#include <string.h>

static void drop_last_applied(json_t *metadata) {
  (void)json_object_del(json_object_get(metadata, "annotations"),
                        "kubectl.kubernetes.io/last-applied-configuration");
}

/* NULL: kubectl makes none either, or memory is out. */
static json_t *read_job(const struct hg_document *document) {
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer json;
  json_t *job = NULL;

  text_buffer_init(&json);
  if (tree_json_append(&json, document->root, &error) == 0)
    job = json_loadb(text_buffer_string(&json), json.length, JSON_ALLOW_NUL, NULL);
  text_buffer_finish(&json);
  drop_last_applied(json_object_get(job, "metadata"));
  drop_last_applied(
      json_object_get(json_object_get(json_object_get(job, "spec"), "template"), "metadata"));
  return job;
}

static const char *join(const struct yaml_lines *lines, struct arena *arena) {
  size_t length = 0;
  char *text;
  char *at;

  for (size_t i = 0; i < lines->count; i++)
    length += strlen(lines->items[i].text) + 1;
  text = length <= MANIFEST_TEXT_MOST ? arena_alloc(arena, length + 1) : NULL;
  if (!text)
    return NULL;
  at = text;
  for (size_t i = 0; i < lines->count; i++) {
    size_t size = strlen(lines->items[i].text);

    memcpy(at, lines->items[i].text, size);
    at[size] = '\n';
    at += size + 1;
  }
  *at = '\0';
  return text;
}

const char *manifest_text_make(const struct hg_document *document, const uint8_t key[DIGEST_SIZE],
                               struct arena *arena) {
  json_t *job = document->bytes.length <= MANIFEST_TEXT_MOST ? read_job(document) : NULL;
  const char *text = NULL;
  struct yaml_lines lines;
  struct arena scratch;

  if (!job)
    return NULL;
  arena_init(&scratch);
  yaml_lines_init(&lines, &scratch, NULL, 0);
  lines.key = key;
  lines.keeps_order = true;
  yaml_lines_add(&lines, job);
  if (!lines.failed)
    text = join(&lines, arena);
  yaml_lines_finish(&lines);
  arena_finish(&scratch);
  json_decref(job);
  return text;
}
