/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/job_summary.h"

#include "plan/server_job.h"
#include "text/visible_text.h"

#include <jansson.h>
#include <string.h>

static void append_shown(struct text_buffer *text, const char *shown) {
  visible_text_append(text, shown ? shown : "?", shown ? strlen(shown) : 1);
}

/* A quantity may be a bare number. */
static void append_amount(struct text_buffer *text, const json_t *amount) {
  if (json_is_integer(amount))
    text_buffer_printf(text, "%lld", (long long)json_integer_value(amount));
  else if (json_is_real(amount))
    text_buffer_printf(text, "%.12g", json_real_value(amount));
  else
    append_shown(text, json_string_value(amount));
}

/* ", requests cpu 500m memory 512Mi" */
static void append_amounts(struct text_buffer *text, const json_t *container, const char *which) {
  json_t *amounts = json_object_get(json_object_get(container, "resources"), which);
  const char *name;
  json_t *amount;

  if (json_object_size(amounts) == 0)
    return;
  text_buffer_printf(text, ", %s", which);
  json_object_foreach(amounts, name, amount) {
    text_buffer_append_char(text, ' ');
    append_shown(text, name);
    text_buffer_append_char(text, ' ');
    append_amount(text, amount);
  }
}

static void append_containers(struct text_buffer *text, const json_t *pod, const char *which) {
  const json_t *containers = json_object_get(pod, which);

  for (size_t i = 0; i < json_array_size(containers); i++) {
    const json_t *container = json_array_get(containers, i);

    text_buffer_append_string(text, "; ");
    append_shown(text, json_string_value(json_object_get(container, "name")));
    text_buffer_append_string(text, ": ");
    append_shown(text, json_string_value(json_object_get(container, "image")));
    append_amounts(text, container, "requests");
    append_amounts(text, container, "limits");
  }
}

int32_t job_summary_append(struct text_buffer *text, const struct hg_bytes *json,
                           struct hg_error *err) {
  json_t *job = server_job_read(json, err);
  const json_t *spec = json_object_get(job, "spec");
  const json_t *pod = json_object_get(json_object_get(spec, "template"), "spec");
  const json_t *completions = json_object_get(spec, "completions");

  if (!job)
    return -1;
  text_buffer_printf(text, "parallelism %lld",
                     (long long)json_integer_value(json_object_get(spec, "parallelism")));
  if (json_is_integer(completions))
    text_buffer_printf(text, ", completions %lld", (long long)json_integer_value(completions));
  if (json_is_true(json_object_get(spec, "suspend")))
    text_buffer_append_string(text, ", suspended");
  append_containers(text, pod, "initContainers");
  append_containers(text, pod, "containers");
  json_decref(job);
  return 0;
}
