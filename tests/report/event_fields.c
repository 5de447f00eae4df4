/* SPDX-License-Identifier: Apache-2.0 */
#include "event_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, TEXT_OR_NULL, BYTES, U32, I32, U64, I64, WORDS, DIAGNOSTICS };

struct field {
  const char *name;
  enum kind kind;
  size_t offset;
  size_t count_offset; /* of the count, for WORDS and DIAGNOSTICS */
};

#define FIELD(type, member, kind)                                                                  \
  { #member, kind, offsetof(struct type, member), 0 }
#define LIST(type, member, kind, count)                                                            \
  { #member, kind, offsetof(struct type, member), offsetof(struct type, count) }

static const struct field run_fields[] = {
    FIELD(hg_run, mode, U32),
    FIELD(hg_run, run_id, I64),
    FIELD(hg_run, command, TEXT),
    FIELD(hg_run, jobs_dir, TEXT),
    FIELD(hg_run, kubeconfig, TEXT),
    FIELD(hg_run, context, TEXT),
    FIELD(hg_run, started_at, TEXT),
    FIELD(hg_run, host_version, TEXT),
    FIELD(hg_run, kubernetes_version, TEXT),
    {0},
};

static const struct field diagnostic_fields[] = {
    FIELD(hg_diagnostic, severity, U32),        FIELD(hg_diagnostic, line, U32),
    FIELD(hg_diagnostic, column, U32),          FIELD(hg_diagnostic, rule, TEXT),
    FIELD(hg_diagnostic, field, TEXT),          FIELD(hg_diagnostic, message, TEXT),
    FIELD(hg_diagnostic, advice, TEXT_OR_NULL), {0},
};

static const struct field validation_fields[] = {
    FIELD(hg_validation, valid, U32),
    FIELD(hg_validation, document_number, U32),
    FIELD(hg_validation, job_name, TEXT),
    FIELD(hg_validation, job_namespace, TEXT),
    FIELD(hg_validation, yaml_path, TEXT),
    LIST(hg_validation, errors, DIAGNOSTICS, error_count),
    LIST(hg_validation, warnings, DIAGNOSTICS, warning_count),
    {0},
};

static const struct field job_result_fields[] = {
    FIELD(hg_job_result, status, U32),        FIELD(hg_job_result, return_code, I32),
    FIELD(hg_job_result, signal, I32),        FIELD(hg_job_result, attempt, U32),
    FIELD(hg_job_result, flags, U32),         FIELD(hg_job_result, document_number, U32),
    FIELD(hg_job_result, job_name, TEXT),     FIELD(hg_job_result, job_namespace, TEXT),
    FIELD(hg_job_result, yaml_path, TEXT),    LIST(hg_job_result, command, WORDS, command_count),
    FIELD(hg_job_result, stdout_text, BYTES), FIELD(hg_job_result, stderr_text, BYTES),
    FIELD(hg_job_result, reason, TEXT),       FIELD(hg_job_result, timestamp, TEXT),
    FIELD(hg_job_result, duration_ms, I64),   FIELD(hg_job_result, failure_class, TEXT),
    FIELD(hg_job_result, advice, TEXT),       {0},
};

static const struct field observation_fields[] = {
    FIELD(hg_job_observation, phase, U32),
    FIELD(hg_job_observation, document_number, U32),
    FIELD(hg_job_observation, active, I32),
    FIELD(hg_job_observation, succeeded, I32),
    FIELD(hg_job_observation, failed, I32),
    FIELD(hg_job_observation, completions, I32),
    FIELD(hg_job_observation, job_name, TEXT),
    FIELD(hg_job_observation, job_namespace, TEXT),
    FIELD(hg_job_observation, yaml_path, TEXT),
    FIELD(hg_job_observation, uid, TEXT),
    FIELD(hg_job_observation, reason, TEXT),
    FIELD(hg_job_observation, seen_at, TEXT),
    {0},
};

static const struct field completion_fields[] = {
    FIELD(hg_job_completion, outcome, U32),
    FIELD(hg_job_completion, flags, U32),
    FIELD(hg_job_completion, document_number, U32),
    FIELD(hg_job_completion, exit_code, I32),
    FIELD(hg_job_completion, signal, I32),
    FIELD(hg_job_completion, succeeded, I32),
    FIELD(hg_job_completion, failed, I32),
    FIELD(hg_job_completion, completions, I32),
    FIELD(hg_job_completion, pods, U32),
    FIELD(hg_job_completion, logs_kept, U32),
    FIELD(hg_job_completion, logs_lost, U32),
    FIELD(hg_job_completion, job_name, TEXT),
    FIELD(hg_job_completion, job_namespace, TEXT),
    FIELD(hg_job_completion, yaml_path, TEXT),
    FIELD(hg_job_completion, uid, TEXT),
    FIELD(hg_job_completion, reason, TEXT),
    FIELD(hg_job_completion, message, TEXT),
    FIELD(hg_job_completion, failure_class, TEXT),
    FIELD(hg_job_completion, cause, TEXT),
    FIELD(hg_job_completion, advice, TEXT),
    FIELD(hg_job_completion, pod, TEXT),
    FIELD(hg_job_completion, container, TEXT),
    FIELD(hg_job_completion, termination_message, TEXT),
    FIELD(hg_job_completion, log_path, TEXT),
    FIELD(hg_job_completion, log_tail, BYTES),
    FIELD(hg_job_completion, started_at, TEXT),
    FIELD(hg_job_completion, finished_at, TEXT),
    FIELD(hg_job_completion, decided_at, TEXT),
    FIELD(hg_job_completion, duration_ms, I64),
    FIELD(hg_job_completion, derived_from, TEXT),
    {0},
};

static const struct field result_fields[] = {
    FIELD(hg_result, exit_code, I32),        FIELD(hg_result, total_jobs, U64),
    FIELD(hg_result, successful_jobs, U64),  FIELD(hg_result, failed_jobs, U64),
    FIELD(hg_result, skipped_jobs, U64),     FIELD(hg_result, valid_jobs, U64),
    FIELD(hg_result, invalid_jobs, U64),     FIELD(hg_result, finished_at, TEXT),
    FIELD(hg_result, duration_ms, I64),      FIELD(hg_result, error, TEXT_OR_NULL),
    FIELD(hg_result, is_watched, U32),       FIELD(hg_result, completed_jobs, U64),
    FIELD(hg_result, uncompleted_jobs, U64), FIELD(hg_result, never_started_jobs, U64),
    FIELD(hg_result, undecided_jobs, U64),   FIELD(hg_result, unselected_jobs, U64),
    FIELD(hg_result, retried_jobs, U64),     {0},
};

static _Noreturn void stop(const char *what, const char *name) {
  (void)fprintf(stderr, "%s: %s\n", what, name);
  exit(2);
}

static void *allocate(struct arena *arena, size_t size) {
  void *memory = arena_alloc(arena, size);

  if (!memory)
    stop("out of memory", "arena");
  return memset(memory, 0, size);
}

static struct hg_bytes read_bytes(struct arena *arena, const json_t *value, const char *name) {
  const char *hex = json_string_value(json_object_get(value, "hex"));
  struct hg_bytes bytes = {"", 0};
  char *data;

  if (!hex && !json_is_string(value))
    stop("neither a string nor {\"hex\": ...}", name);
  bytes.length = hex ? strlen(hex) / 2 : json_string_length(value);
  data = allocate(arena, bytes.length + 1);
  for (size_t i = 0; hex && i < bytes.length; i++) {
    unsigned byte;

    if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
      stop("not hexadecimal", name);
    data[i] = (char)byte;
  }
  if (!hex)
    memcpy(data, json_string_value(value), bytes.length);
  bytes.data = data;
  return bytes;
}

static void read_fields(struct arena *arena, const json_t *object, const struct field *fields,
                        void *target);

static const char **read_words(struct arena *arena, const json_t *list, const char *name) {
  const char **words = allocate(arena, (json_array_size(list) + 1) * sizeof *words);

  for (size_t i = 0; i < json_array_size(list); i++)
    words[i] = read_bytes(arena, json_array_get(list, i), name).data;
  return words;
}

static const struct hg_diagnostic **read_diagnostics(struct arena *arena, const json_t *list) {
  const struct hg_diagnostic **rows = allocate(arena, (json_array_size(list) + 1) * sizeof *rows);

  for (size_t i = 0; i < json_array_size(list); i++) {
    struct hg_diagnostic *row = allocate(arena, sizeof *row);

    row->struct_size = sizeof *row;
    read_fields(arena, json_array_get(list, i), diagnostic_fields, row);
    rows[i] = row;
  }
  return rows;
}

/* The value of a field in the form that its struct has. */
union value {
  const char *text;
  struct hg_bytes bytes;
  uint32_t u32;
  int32_t i32;
  uint64_t u64;
  int64_t i64;
  const char **words;
  const struct hg_diagnostic **diagnostics;
};

static size_t read_value(struct arena *arena, const struct field *field, const json_t *json,
                         union value *value) {
  switch (field->kind) {
  case TEXT_OR_NULL:
    value->text = json && !json_is_null(json) ? read_bytes(arena, json, field->name).data : NULL;
    return sizeof value->text;
  case TEXT:
    value->text = json ? read_bytes(arena, json, field->name).data : "";
    return sizeof value->text;
  case BYTES:
    value->bytes = json ? read_bytes(arena, json, field->name) : (struct hg_bytes){"", 0};
    return sizeof value->bytes;
  case U32:
    value->u32 = (uint32_t)json_integer_value(json);
    return sizeof value->u32;
  case I32:
    value->i32 = (int32_t)json_integer_value(json);
    return sizeof value->i32;
  case U64:
    value->u64 = (uint64_t)json_integer_value(json);
    return sizeof value->u64;
  case I64:
    value->i64 = json_integer_value(json);
    return sizeof value->i64;
  case WORDS:
    value->words = read_words(arena, json, field->name);
    return sizeof value->words;
  case DIAGNOSTICS:
  default:
    value->diagnostics = read_diagnostics(arena, json);
    return sizeof value->diagnostics;
  }
}

static void read_fields(struct arena *arena, const json_t *object, const struct field *fields,
                        void *target) {
  size_t known = 0;

  for (const struct field *field = fields; field->name; field++) {
    const json_t *json = json_object_get(object, field->name);
    uint32_t count = (uint32_t)json_array_size(json);
    union value value;
    size_t size = read_value(arena, field, json, &value);

    known += json ? 1 : 0;
    memcpy((char *)target + field->offset, &value, size);
    if (field->count_offset != 0)
      memcpy((char *)target + field->count_offset, &count, sizeof count);
  }
  if (known != json_object_size(object))
    stop("a member that no field has", json_dumps(object, JSON_COMPACT));
}

void read_run(struct arena *arena, const json_t *object, struct hg_run *run) {
  memset(run, 0, sizeof *run);
  run->struct_size = sizeof *run;
  read_fields(arena, object, run_fields, run);
}

void read_validation(struct arena *arena, const json_t *object, struct hg_validation *validation) {
  memset(validation, 0, sizeof *validation);
  validation->struct_size = sizeof *validation;
  read_fields(arena, object, validation_fields, validation);
}

void read_job_result(struct arena *arena, const json_t *object, struct hg_job_result *result) {
  memset(result, 0, sizeof *result);
  result->struct_size = sizeof *result;
  read_fields(arena, object, job_result_fields, result);
}

void read_observation(struct arena *arena, const json_t *object,
                      struct hg_job_observation *observation) {
  memset(observation, 0, sizeof *observation);
  observation->struct_size = sizeof *observation;
  read_fields(arena, object, observation_fields, observation);
}

void read_completion(struct arena *arena, const json_t *object,
                     struct hg_job_completion *completion) {
  memset(completion, 0, sizeof *completion);
  completion->struct_size = sizeof *completion;
  read_fields(arena, object, completion_fields, completion);
}

void read_result(struct arena *arena, const json_t *object, struct hg_result *result) {
  memset(result, 0, sizeof *result);
  result->struct_size = sizeof *result;
  read_fields(arena, object, result_fields, result);
}
