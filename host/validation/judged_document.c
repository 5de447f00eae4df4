/* SPDX-License-Identifier: Apache-2.0 */
#include "validation/judged_document.h"

#include "text/template_mark.h"
#include "validation/job_parameters.h"
#include "validation/job_view.h"

#include <string.h>

struct judged_document *judged_document_create(struct arena *arena,
                                               const struct hg_document *document,
                                               const char *yaml_path, const char *default_namespace,
                                               bool with_digest, bool with_details) {
  struct judged_document *judged = arena_alloc(arena, sizeof *judged);
  const struct hg_node *node;
  const char *name = job_view_name(document->root, &node);
  const char *job_namespace = job_view_namespace(document->root);

  if (!judged)
    return NULL;
  memset(judged, 0, sizeof *judged);
  judged->job.path = yaml_path;
  judged->job.name = arena_copy(arena, name, strlen(name));
  if (!*job_namespace)
    job_namespace = default_namespace;
  judged->job.namespace = arena_copy(arena, job_namespace, strlen(job_namespace));
  judged->offset = document->offset;
  judged->length = document->bytes.length;
  judged->job.document_number = document->document_number;
  judged->document_count = document->document_count;
  judged->name_line = node ? node->line : document->root->line;
  judged->name_column = node ? node->column : document->root->column;
  node = job_view_namespace_node(document->root);
  judged->namespace_line = node ? node->line : 0;
  judged->namespace_column = node ? node->column : 0;
  judged->vanishes = job_view_vanishes(document->root);
  judged->has_document = true;
  judged->parameters = job_parameters_read(document->root, arena, &judged->parameter_count);
  if (!judged->parameters)
    return NULL;
  if (with_digest)
    digest_of(document->bytes.data, document->bytes.length, judged->sha256);
  if (with_details)
    judged->details = job_view_details(document->root, arena);
  return judged->job.name && judged->job.namespace && (judged->details || !with_details) ? judged
                                                                                         : NULL;
}

struct judged_document *judged_document_create_unread(struct arena *arena, uint32_t document,
                                                      const char *yaml_path,
                                                      const char *default_namespace) {
  struct judged_document *judged = arena_alloc(arena, sizeof *judged);

  if (!judged)
    return NULL;
  memset(judged, 0, sizeof *judged);
  judged->job.path = yaml_path;
  judged->job.name = "";
  judged->job.namespace = default_namespace;
  judged->job.document_number = document;
  return judged;
}

/* `text`, or "" where it is NULL, as the arena's own. */
static const char *keep(struct arena *arena, const char *text) {
  return text ? arena_copy(arena, text, strlen(text)) : "";
}

struct judged_document *judged_document_create_object(struct arena *arena,
                                                      const struct hg_passed_over *object,
                                                      const char *yaml_path) {
  struct judged_document *judged =
      judged_document_create_unread(arena, object->document_number, yaml_path, "");
  struct hg_passed_over *copy = arena_alloc(arena, sizeof *copy);

  if (!judged || !copy)
    return NULL;
  *copy = (struct hg_passed_over){
      .struct_size = sizeof *copy,
      .document_number = object->document_number,
      .line = object->line,
      .column = object->column,
      .last_line = object->last_line,
      .first_line = object->first_line,
      .yaml_path = yaml_path,
      .api_version = keep(arena, object->api_version),
      .kind = keep(arena, object->kind),
      .name = keep(arena, object->name),
      .object_namespace = keep(arena, object->object_namespace),
      .advice = "",
  };
  judged->object = copy;
  return copy->api_version && copy->kind && copy->name && copy->object_namespace ? judged : NULL;
}

int32_t judged_document_add(struct arena *arena, struct judged_document *judged,
                            const struct hg_diagnostic *diagnostic) {
  struct judged_diagnostic *added = arena_alloc(arena, sizeof *added);
  struct hg_diagnostic *copy;

  if (!added)
    return -1;
  added->next = NULL;
  copy = &added->diagnostic;
  copy->struct_size = sizeof *copy;
  copy->severity =
      diagnostic->severity == HG_SEVERITY_WARNING ? HG_SEVERITY_WARNING : HG_SEVERITY_ERROR;
  copy->line = diagnostic->line;
  copy->column = diagnostic->column;
  copy->rule = keep(arena, diagnostic->rule);
  copy->field = keep(arena, diagnostic->field);
  copy->message = keep(arena, diagnostic->message);
  copy->advice = diagnostic->advice ? keep(arena, diagnostic->advice) : NULL;
  if (copy->severity == HG_SEVERITY_ERROR && copy->message &&
      template_mark_find(copy->message, strlen(copy->message)))
    copy->advice = "this is a template's, and nobody has rendered it: render it first";
  if (!copy->rule || !copy->field || !copy->message || (diagnostic->advice && !copy->advice))
    return -1;
  if (judged->last)
    judged->last->next = added;
  else
    judged->first = added;
  judged->last = added;
  if (copy->severity == HG_SEVERITY_ERROR)
    judged->error_count++;
  else
    judged->warning_count++;
  return 0;
}

int32_t judged_document_leave_out(struct arena *arena, struct judged_document *judged,
                                  const struct hg_diagnostic *diagnostic) {
  bool is_warning = diagnostic->severity == HG_SEVERITY_WARNING;
  bool *left_out = is_warning ? &judged->warnings_left_out : &judged->errors_left_out;
  struct hg_diagnostic note = {
      .struct_size = sizeof note,
      .severity = diagnostic->severity,
      .line = diagnostic->line,
      .column = diagnostic->column,
      .rule = "too-many-problems",
      .field = "",
      .message = is_warning ? "this file has more warnings than a report can show"
                            : "this file has more errors than a report can show",
      .advice = "mend the first ones, then look again",
  };

  if (*left_out)
    return 0;
  *left_out = true;
  return judged_document_add(arena, judged, &note);
}

static bool is_before(const struct hg_diagnostic *a, const struct hg_diagnostic *b) {
  return a->line != b->line ? a->line < b->line : a->column < b->column;
}

/* Merges two sorted halves of `rows`; stable. */
static void merge(const struct hg_diagnostic **rows, const struct hg_diagnostic **spare,
                  uint32_t middle, uint32_t count) {
  uint32_t left = 0;
  uint32_t right = middle;

  for (uint32_t i = 0; i < count; i++) {
    bool take_right = left == middle || (right < count && is_before(rows[right], rows[left]));
    spare[i] = take_right ? rows[right++] : rows[left++];
  }
  memcpy(rows, spare, count * sizeof *rows);
}

static void sort(const struct hg_diagnostic **rows, const struct hg_diagnostic **spare,
                 uint32_t count) {
  uint32_t middle = count / 2;

  if (count < 2)
    return;
  sort(rows, spare, middle);
  sort(rows + middle, spare, count - middle);
  merge(rows, spare, middle, count);
}

/* The diagnostics of one severity, in document order. NULL where memory is out. */
static const struct hg_diagnostic *const *collect(struct arena *arena,
                                                  const struct judged_document *judged,
                                                  uint32_t severity, uint32_t count) {
  const struct hg_diagnostic **rows = arena_alloc(arena, 2 * ((size_t)count + 1) * sizeof *rows);
  uint32_t filled = 0;

  if (!rows)
    return NULL;
  for (const struct judged_diagnostic *row = judged->first; row; row = row->next)
    if (row->diagnostic.severity == severity)
      rows[filled++] = &row->diagnostic;
  sort(rows, rows + count, count);
  return rows;
}

struct hg_validation *
judged_document_validation(struct arena *arena, const struct judged_document *judged, bool strict) {
  struct hg_validation *validation = arena_alloc(arena, sizeof *validation);

  if (!validation)
    return NULL;
  memset(validation, 0, sizeof *validation);
  validation->struct_size = sizeof *validation;
  validation->valid = judged->error_count == 0 && !(strict && judged->warning_count > 0);
  validation->document_number = judged->job.document_number;
  validation->error_count = judged->error_count;
  validation->warning_count = judged->warning_count;
  validation->job_name = judged->job.name;
  validation->job_namespace = judged->job.namespace;
  validation->yaml_path = judged->job.path;
  validation->errors = collect(arena, judged, HG_SEVERITY_ERROR, judged->error_count);
  validation->warnings = collect(arena, judged, HG_SEVERITY_WARNING, judged->warning_count);
  validation->details = judged->details;
  validation->parameter_count = judged->parameter_count;
  validation->parameters = judged->parameters;
  return validation->errors && validation->warnings ? validation : NULL;
}
