/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/look_lines.h"
#include "text/timestamp.h"
#include "text/visible_text.h"
#include "json/json_text.h"

#include <string.h>

/* A tree that grows: where memory is out it is dropped, and stays NULL. */
static void put(json_t **object, const char *name, json_t *value) {
  if (!*object) {
    json_decref(value);
  } else if (json_object_set_new_nocheck(*object, name, value) < 0) {
    json_decref(*object);
    *object = NULL;
  }
}

static void add(json_t **array, json_t *value) {
  if (!*array) {
    json_decref(value);
  } else if (json_array_append_new(*array, value) < 0) {
    json_decref(*array);
    *array = NULL;
  }
}

/* null for "". */
static json_t *known(const char *text) {
  return *text ? json_of_text(text) : json_null();
}

static json_t *of_labels(const struct looked_job *job) {
  json_t *labels = json_object();
  const char *rest = job->labels;
  struct look_label label;

  while (look_label_next(&rest, &label)) {
    struct text_buffer name;

    text_buffer_init(&name);
    valid_utf8_append(&name, label.name, label.name_length);
    put(&labels, text_buffer_string(&name), json_of_bytes(label.value, label.value_length));
    text_buffer_finish(&name);
  }
  return labels;
}

static json_t *of_job(const struct looked_job *job) {
  json_t *object = json_object();

  put(&object, "job_name", json_of_text(job->name));
  put(&object, "namespace", json_of_text(job->job_namespace));
  put(&object, "labels", of_labels(job));
  put(&object, "phase", json_of_text(look_phase_name(job)));
  put(&object, "completions", job->completions < 0 ? json_null() : json_integer(job->completions));
  put(&object, "succeeded", json_integer(job->succeeded));
  put(&object, "failed", json_integer(job->failed));
  put(&object, "active", json_integer(job->active));
  put(&object, "start_time", known(job->started_at));
  put(&object, "completion_time", known(job->finished_at));
  put(&object, "waits_for", known(job->verdict.waits_for));
  put(&object, "cause", known(job->verdict.cause));
  return object;
}

static json_t *of_container(const struct looked_container *container) {
  const char *at = text_buffer_string(&container->log);
  const char *end = at + container->log.length;
  json_t *object = json_object();
  json_t *lines = json_array();

  while (at < end) {
    const char *feed = memchr(at, '\n', (size_t)(end - at));

    add(&lines, json_of_bytes(at, (size_t)((feed ? feed : end) - at)));
    at = feed ? feed + 1 : end;
  }
  put(&object, "pod_name", json_of_text(container->pod));
  put(&object, "namespace", json_of_text(container->job_namespace));
  put(&object, "container_name", known(container->name));
  put(&object, "restart", json_integer(container->restart));
  put(&object, "waits_for", known(container->waits_for));
  put(&object, "lines", lines);
  return object;
}

json_t *look_errors_json(const struct selector_look *look) {
  json_t *errors = json_array();

  for (size_t i = 0; i < look->errors.count; i++)
    add(&errors, json_of_text(look->errors.items[i]));
  return errors;
}

static json_t *of_look(const struct selector_look *look) {
  json_t *object = json_object();
  char at[TIMESTAMP_SIZE];

  timestamp_format(look->at_ms, at);
  put(&object, "namespace", json_of_text(look->request->job_namespace));
  put(&object, "selector", json_of_text(look->request->selector));
  put(&object, "timestamp", json_of_text(at));
  return object;
}

json_t *look_snapshot_json(const struct selector_look *look, int exit_code) {
  json_t *object = of_look(look);
  json_t *jobs = json_array();
  json_t *logs = json_array();

  for (size_t i = 0; i < look->job_count; i++)
    add(&jobs, of_job(look->jobs[i]));
  for (size_t i = 0; i < look->container_count; i++)
    add(&logs, of_container(look->containers[i]));
  put(&object, "jobs", jobs);
  put(&object, "pods_logs", logs);
  put(&object, "errors", look_errors_json(look));
  put(&object, "exit_code", json_integer(exit_code));
  return object;
}

static json_t *of_judged(const struct looked_job *job, const struct job_health *health) {
  json_t *object = of_job(job);
  json_t *reasons = json_array();

  for (uint32_t i = 0; i < health->reason_count; i++)
    add(&reasons, json_of_text(health->reasons[i]));
  put(&object, "advice", known(look_advice(job)));
  put(&object, "health", json_of_text(health_name(health->health)));
  put(&object, "reasons", reasons);
  return object;
}

json_t *look_health_json(const struct selector_look *look, const struct look_judgement *judgement,
                         int exit_code) {
  json_t *object = of_look(look);
  json_t *jobs = json_array();

  for (size_t i = 0; i < look->job_count; i++)
    add(&jobs, of_judged(look->jobs[i], &judgement->jobs[i]));
  put(&object, "overall_health", json_of_text(health_name(judgement->overall)));
  put(&object, "jobs_ok", json_integer((json_int_t)judgement->counts[HEALTH_OK]));
  put(&object, "jobs_warn", json_integer((json_int_t)judgement->counts[HEALTH_WARN]));
  put(&object, "jobs_error", json_integer((json_int_t)judgement->counts[HEALTH_ERROR]));
  put(&object, "jobs_health", jobs);
  put(&object, "errors", look_errors_json(look));
  put(&object, "exit_code", json_integer(exit_code));
  return object;
}
