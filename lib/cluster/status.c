/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/status.h"

#include "memory/no_memory.h"

#include <jansson.h>
#include <string.h>

static const char *copy_of(struct arena *arena, const json_t *value) {
  const char *text = json_string_value(value);

  return arena_copy(arena, text ? text : "", text ? json_string_length(value) : 0);
}

/* -1: no memory. */
static int32_t read_causes(const json_t *causes, struct arena *arena, struct status *status) {
  size_t count = json_array_size(causes);
  struct status_cause *rows;

  if (count > STATUS_MOST_CAUSES)
    count = STATUS_MOST_CAUSES;
  rows = arena_alloc(arena, (count + 1) * sizeof *rows);
  if (!rows)
    return -1;
  for (size_t i = 0; i < count; i++) {
    const json_t *cause = json_array_get(causes, i);

    rows[i].type = copy_of(arena, json_object_get(cause, "reason"));
    rows[i].field = copy_of(arena, json_object_get(cause, "field"));
    rows[i].message = copy_of(arena, json_object_get(cause, "message"));
    if (!rows[i].type || !rows[i].field || !rows[i].message)
      return -1;
  }
  status->causes = rows;
  status->cause_count = count;
  return 0;
}

int32_t status_read(const char *json, size_t length, struct arena *arena, struct status *status,
                    struct hg_error *err) {
  json_t *root = json_loadb(json, length, 0, NULL);
  const char *kind = json_string_value(json_object_get(root, "kind"));
  const json_t *details = json_object_get(root, "details");
  int32_t result = -1;

  memset(status, 0, sizeof *status);
  if (!kind || strcmp(kind, "Status") != 0) {
    (void)hg_error_set(err, HG_ERROR_INVALID, "the answer is no Status");
    goto out;
  }
  status->code = (int32_t)json_integer_value(json_object_get(root, "code"));
  status->retry_after_s = json_integer_value(json_object_get(details, "retryAfterSeconds"));
  status->reason = copy_of(arena, json_object_get(root, "reason"));
  status->message = copy_of(arena, json_object_get(root, "message"));
  result = status->reason && status->message
               ? read_causes(json_object_get(details, "causes"), arena, status)
               : -1;
  if (result < 0)
    (void)no_memory(err);
out:
  json_decref(root);
  return result;
}
